"""The ways out: silence, pauses, notice, one-sided evaluation, somebody who stands in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.steps import notice_of, refused, submit, tasks
from tests.services.work.test_notices import count, mails
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid, NotAllowed
from workflow_app.services.cases import comments
from workflow_app.services.people import person_by_email
from workflow_app.services.steps import sign_off
from workflow_app.services.work.deadlines import fire_due
from workflow_app.services.work.reminders import remind_due
from workflow_app.store.tables.cases import Deadline
from workflow_app.store.tables.outbox import Job

RECORD = "Kündigung festhalten"
VIEW = "Zur Pausierung Stellung nehmen"
WHY = "Beide Seiten antworten seit Monaten weder auf Mails noch am Telefon."


def fire(world: World, email: str, transition: str, raw: Any = None, **more: Any) -> None:
    story = world.story()
    story.fire(email, transition, raw, **more)


def days_pass(world: World, days: int, step: int = 7) -> None:
    """Let days pass, with a worker that looks in every week."""
    for _ in range(0, days, step):
        world.later(step)
        fire_due(world.sessions, world.site, world.now)
        remind_due(world.sessions, world.site, world.now)


def reminders(world: World) -> list[dict[str, Any]]:
    return [j.data for j in world.rows(Job, kind="mail") if j.data["template"] == "reminder"]


def pause_of(world: World, **more: str) -> dict[str, Any]:
    story = world.story()
    return {
        "reason_kind": "vacancy",
        "from": story.date(world.day),
        "expected_resume": story.date(world.day + 90),
        "arrangements": "Die Treffen ruhen; die Freiwilligen sind informiert.",
        **more,
    }


def test_a_deadline_is_called_to_mind_and_then_escalates(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    days_pass(world, 63)
    first = len(reminders(world))
    assert first == 2, "one to each side, on day 56"
    days_pass(world, 35)
    templates = [j.data["template"] for j in world.rows(Job, kind="mail")]
    assert len(reminders(world)) > first
    assert templates.count("escalation") == 1


def test_the_same_day_reminds_once(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    world.later(60)
    remind_due(world.sessions, world.site, world.now)
    assert remind_due(world.sessions, world.site, world.now) == 0
    assert [d.reminders for d in world.rows(Deadline, state="outline_draft")] == [1]


def test_when_both_sides_are_silent_two_people_close_the_project(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    with pytest.raises(NotAllowed):
        fire(world, JONAS, "propose_unattended", reason=WHY)
    days_pass(world, 84 + 98)
    fire(world, JONAS, "propose_unattended", reason=WHY)
    fire(world, MIRIAM, "close_unattended")
    assert world.state == "withdrawn"


def test_whoever_proposes_to_close_does_not_confirm_it(world_at: WorldAt) -> None:
    world = world_at("agreement_draft")
    days_pass(world, 42 + 98)
    fire(world, JONAS, "propose_unattended", reason=WHY)
    with pytest.raises(NotAllowed) as refused:
        fire(world, JONAS, "close_unattended")
    assert {r.id for r in refused.value.reasons} >= {"by", "second_person"}


def test_an_answer_of_one_side_ends_the_silence(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    days_pass(world, 84 + 98)
    with world.sessions() as session:
        sabine = person_by_email(session, SABINE)
        words = "Entschuldigung, wir waren umgezogen."
        comments.comment(session, world.site, world.number, words, sabine, world.now)
    with pytest.raises(NotAllowed) as refused:
        fire(world, JONAS, "propose_unattended", reason=WHY)
    assert [r.id for r in refused.value.reasons] == ["both_silent"]


def test_a_silent_closing_goes_to_assessment(world_at: WorldAt) -> None:
    world = world_at("closing")
    days_pass(world, 90 + 98)
    fire(world, JONAS, "propose_unattended", reason=WHY)
    fire(world, MIRIAM, "assess_unattended")
    assert world.state == "assessment"


def test_a_pause_is_asked_for_heard_decided_and_ended(world_at: WorldAt) -> None:
    world = world_at("active")
    fire(world, TOBIAS, "request_pause", pause_of(world))
    with refused("other_side_heard"):
        fire(world, JONAS, "pause")
    fire(world, SABINE, "comment_on_pause", {"view": "Wir sind einverstanden."})
    fire(world, JONAS, "pause")
    assert world.state == "paused"
    story = world.story()
    schedule = [{"title": "Abschlussfest", "due": story.date(150), "new_due": story.date(200)}]
    story.submit(TOBIAS, "resume", {"resume_date": story.date(world.day), "schedule": schedule})
    story.both_confirm("resume")
    assert world.state == "active"


def test_a_pause_may_be_declined_with_a_reason(world_at: WorldAt) -> None:
    world = world_at("active")
    fire(world, TOBIAS, "request_pause", pause_of(world))
    fire(world, JONAS, "decline_pause", reason="Die Vakanz endet schon nächste Woche.")
    assert world.state == "active"
    with refused("asked"):
        fire(world, JONAS, "pause")
    fire(world, TOBIAS, "request_pause", pause_of(world))
    assert VIEW in tasks(world, SABINE), "what was said to the first request answers no second one"


def test_only_the_side_that_did_not_ask_comments_on_the_pause(world_at: WorldAt) -> None:
    world = world_at("active")
    fire(world, TOBIAS, "request_pause", pause_of(world))
    assert (VIEW in tasks(world, SABINE), VIEW in tasks(world, TOBIAS)) == (True, False)
    with refused("other_side"):
        fire(world, TOBIAS, "comment_on_pause", {"view": "verzichtet"})
    with pytest.raises(NotAllowed):
        submit(world, SABINE, "pause", pause_of(world, arrangements="Etwas anderes."))
    with refused("by"):
        fire(world, JONAS, "comment_on_pause", {"view": "verzichtet"})


def test_a_side_that_says_nothing_does_not_hold_up_the_pause_for_ever(world_at: WorldAt) -> None:
    world = world_at("active")
    fire(world, TOBIAS, "request_pause", pause_of(world))
    world.later(13)
    with refused("other_side_heard"):
        fire(world, JONAS, "pause")
    world.later(1)
    fire(world, JONAS, "pause")
    assert world.state == "paused"


@pytest.mark.parametrize("days", [-1, 91])
def test_a_pause_begins_neither_in_the_past_nor_far_ahead(world_at: WorldAt, days: int) -> None:
    world = world_at("active")
    begins = {"from": world.story().date(world.day + days)}
    ends = {"expected_resume": world.story().date(world.day + days + 30)}
    with pytest.raises(Invalid) as caught:
        fire(world, TOBIAS, "request_pause", pause_of(world, **begins, **ends))
    assert [p.rule for p in caught.value.problems] == ["begins_soon"]


def test_before_the_day_asked_for_nothing_rests(world_at: WorldAt) -> None:
    world = world_at("active")
    raw = pause_of(world, **{"from": world.story().date(world.day + 10)})
    fire(world, TOBIAS, "request_pause", raw)
    fire(world, SABINE, "comment_on_pause", {"view": "Wir sind einverstanden."})
    with refused("day_come"):
        fire(world, JONAS, "pause")
    world.later(10)
    fire(world, JONAS, "pause")
    assert world.state == "paused"


def test_a_notice_takes_effect_even_if_nobody_records_it(world_at: WorldAt) -> None:
    world = world_at("active")
    fire(world, SABINE, "give_notice", notice_of(world, 35))
    assert world.state == "active"
    world.later(34)
    assert fire_due(world.sessions, world.site, world.now) == []
    world.later(1)
    assert fire_due(world.sessions, world.site, world.now) == [
        (world.number, "terminate_on_notice")
    ]
    assert world.state == "terminated"


@pytest.mark.parametrize(("days", "good_cause"), [(10, "no"), (-1, "yes")])
def test_a_notice_keeps_its_period_and_is_never_backdated(
    world_at: WorldAt, days: int, good_cause: str
) -> None:
    world = world_at("active")
    # Who has brought it about is nothing to be typed: it is whoever gives notice.
    raw = notice_of(world, days, good_cause=good_cause, initiated_by="both")
    with pytest.raises(Invalid) as caught:
        fire(world, SABINE, "give_notice", raw)
    assert [p.path for p in caught.value.problems] == ["effective_date"]


def test_nobody_rewrites_a_notice_and_its_day_is_kept(world_at: WorldAt) -> None:
    world = world_at("active")
    before = count(world)
    fire(world, SABINE, "give_notice", notice_of(world, 200))
    assert {whom for _, whom in mails(world, before)} >= {TOBIAS, MIRIAM, JONAS}
    with refused("day_come"):
        fire(world, JONAS, "terminate", notice_of(world, 0, good_cause="yes"))
    assert RECORD not in tasks(world, JONAS), "there is nothing to record yet"
    for email in (SABINE, TOBIAS, JONAS):
        with pytest.raises(NotAllowed):
            submit(world, email, "termination", notice_of(world, 0, good_cause="yes"))
    world.later(200)
    fire(world, JONAS, "terminate")
    assert world.state == "terminated"


def test_with_good_cause_the_supervisor_need_not_wait_for_the_day(world_at: WorldAt) -> None:
    world = world_at("active")
    fire(world, SABINE, "give_notice", notice_of(world, 20, good_cause="yes"))
    assert RECORD in tasks(world, JONAS)
    fire(world, JONAS, "terminate")
    assert world.state == "terminated"


def test_both_sides_together_end_it_at_once_and_one_alone_does_not(world_at: WorldAt) -> None:
    world = world_at("active")
    fire(world, SABINE, "give_notice", notice_of(world, 200))
    submit(world, SABINE, "joint_ending", notice_of(world, 0))
    say_yes(world, SABINE, "end_together")
    assert world.state == "active"
    assert tasks(world, TOBIAS)[0] == "Mitzeichnen: Einvernehmlich beenden"
    say_yes(world, TOBIAS, "end_together")
    assert world.state == "terminated"


def test_without_notice_the_supervisor_ends_only_when_funding_has_ended(world_at: WorldAt) -> None:
    world = world_at("active")
    with refused("notice"):
        fire(world, JONAS, "terminate")
    with pytest.raises(Invalid) as caught:
        fire(world, JONAS, "terminate_without_notice", notice_of(world, 1, good_cause="yes"))
    assert [p.path for p in caught.value.problems] == ["ground"]
    raw = notice_of(world, 1, good_cause="yes", ground="funding_ended")
    fire(world, JONAS, "terminate_without_notice", raw)
    assert world.state == "terminated"


def test_what_was_ended_early_is_still_evaluated(world_at: WorldAt) -> None:
    world = world_at("active")
    fire(world, SABINE, "give_notice", notice_of(world, 35))
    world.later(35)
    fire(world, JONAS, "terminate")
    story = world.story()
    story.submit(TOBIAS, "final_report", story.answers("final_report"))
    story.both_confirm("wind_up")
    assert world.state == "self_evaluation"


def test_one_side_may_be_missing_in_the_evaluation(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    story = world.story()
    story.submit(SABINE, "self_evaluation", story.answers("self_evaluation"))
    with pytest.raises(NotAllowed):
        fire(world, JONAS, "go_on_without_municipal", reason="Die Stelle ist unbesetzt.")
    world.later(56)
    fire(world, JONAS, "go_on_without_municipal", reason="Die Stelle ist unbesetzt.")
    assert world.state == "joint_reflection"
    raw = {**world.story().answers("joint_reflection"), "differences": []}
    world.story().submit(SABINE, "joint_reflection", raw)
    say_yes(world, SABINE, "submit_reflection")
    assert world.state == "assessment"


def test_without_any_self_evaluation_the_supervisor_goes_on_to_assess(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    world.later(117)
    with pytest.raises(NotAllowed):
        fire(world, JONAS, "waive_evaluation", reason="Beide Stellen sind unbesetzt.")
    world.later(1)
    fire(world, JONAS, "waive_evaluation", reason="Beide Stellen sind unbesetzt.")
    assert world.state == "assessment"


def say_yes(world: World, email: str, transition: str) -> None:
    with world.sessions() as session:
        seen = world.look(email, session)
        digest = seen.engine.offer(seen.situation, seen.actor, transition).digest or ""
        person = person_by_email(session, email)
        sign_off.confirm(session, world.site, world.number, transition, digest, person, world.now)


def stand_in(world: World, email: str, side: str, reason: str) -> sign_off.Outcome:
    with world.sessions() as session:
        seen = world.look(email, session)
        offer = seen.engine.offer(seen.situation, seen.actor, "submit_final_report")
        return sign_off.substitute(
            session,
            world.site,
            world.number,
            "submit_final_report",
            side,
            offer.digest or "",
            reason,
            person_by_email(session, email),
            world.now,
        )


def test_the_supervisor_stands_in_for_a_side_that_blocks_the_report(world_at: WorldAt) -> None:
    world = world_at("closing")
    story = world.story()
    story.submit(TOBIAS, "final_report", story.answers("final_report"))
    say_yes(world, TOBIAS, "submit_final_report")
    world.later(179)
    with pytest.raises(NotAllowed):
        stand_in(world, JONAS, "civic", "Die Agentur antwortet nicht.")
    world.later(1)
    with pytest.raises(NotAllowed):
        stand_in(world, MIRIAM, "civic", "Die Agentur antwortet nicht.")
    with pytest.raises(NotAllowed):
        stand_in(world, JONAS, "civic", "  ")
    assert stand_in(world, JONAS, "civic", "Die Agentur antwortet nicht.").fired
    assert world.state == "self_evaluation"


def test_nobody_stands_in_where_the_workflow_names_no_substitute(world_at: WorldAt) -> None:
    world = world_at("agreement_alignment")
    say_yes(world, TOBIAS, "release_for_signature")
    world.later(400)
    with world.sessions() as session:
        seen = world.look(JONAS, session)
        offer = seen.engine.offer(seen.situation, seen.actor, "release_for_signature")
    assert offer.may_substitute == ()
