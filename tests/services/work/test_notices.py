"""Who gets a mail: whoever's turn it really became, once; and who should know of a decision."""

from __future__ import annotations

from email import message_from_bytes, policy

from tests.conftest import WorldAt
from tests.services.amending import amended, asked, decide
from tests.services.steps import confirm, fire, submit, take_back, tasks
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.services.cases import comments
from workflow_app.services.people import person_by_email
from workflow_app.store.tables.outbox import Job


def mails(world: World, since: int = 0) -> list[tuple[str, str]]:
    """Return (template, whom) of the mails queued after so many jobs."""
    with world.sessions() as session:
        who = {person_by_email(session, e).id: e for e in (SABINE, TOBIAS, JONAS, MIRIAM)}
    jobs = world.rows(Job, kind="mail")[since:]
    return sorted((j.data["template"], who[j.data["to"]]) for j in jobs if j.data["to"] in who)


def count(world: World) -> int:
    return len(world.rows(Job, kind="mail"))


def say(world: World, email: str, words: str) -> None:
    """Comment on the project as somebody."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        comments.comment(session, world.site, world.number, words, person, world.now)


def test_a_comment_is_told_to_whoever_takes_part_in_the_conversation_once(
    world_at: WorldAt,
) -> None:
    world = world_at("active")
    before = count(world)
    say(world, SABINE, "Der Raum ist gebucht.")
    say(world, SABINE, "Und die Einladung ist fertig.")
    assert mails(world, before) == [("comment", TOBIAS)], "one mail is enough, and none to herself"
    assert world.work() == 0, "it waits whether more is said"
    world.later(1)
    assert world.work() == 1
    post = max(world.folder.glob("mail/*.eml"))
    mail = message_from_bytes(post.read_bytes(), policy=policy.default)
    assert mail["Subject"] == f"Neuer Kommentar: {world.number}"
    assert "geschrieben von: Sabine Kraus." in mail.get_content()
    assert "gebucht" not in mail.get_content(), "what was said stands on the page of the case alone"

    before = count(world)
    say(world, MIRIAM, "Bitte denken Sie an die Fotos.")
    say(world, TOBIAS, "Das machen wir.")
    assert mails(world, before) == [("comment", MIRIAM), ("comment", SABINE), ("comment", TOBIAS)]
    world.later(1)
    world.work()
    sent = sorted(world.folder.glob("mail/*.eml"))
    assert len(sent) - sent.index(post) == 3, "Tobias has answered, so he has read it"


def test_the_supervisor_is_told_when_it_is_really_his_turn(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    story = world.story()
    before = count(world)
    story.submit(SABINE, "outline", story.answers("outline"))
    story.both_confirm("submit_outline")
    assert ("your_turn", MIRIAM) in mails(world, before)
    assert ("your_turn", JONAS) not in mails(world, before), "the formal check comes first"
    before = count(world)
    submit(world, MIRIAM, "review", story.answers("review_formal"))
    assert mails(world, before) == [("your_turn", JONAS)]


def test_the_last_confirmation_makes_it_the_supervisors_turn(world_at: WorldAt) -> None:
    world = world_at("agreement_alignment")
    before = count(world)
    confirm(world, SABINE, "release_for_signature")
    assert mails(world, before) == [], "Tobias has been told already"
    confirm(world, TOBIAS, "release_for_signature")
    assert mails(world, before) == [("your_turn", JONAS)]


def test_the_other_side_is_told_that_something_waits_for_its_confirmation(
    world_at: WorldAt,
) -> None:
    world = world_at("active")
    submit(world, SABINE, "amendment", amended(world, volunteers_planned="20"))
    before = count(world)
    confirm(world, SABINE, "request_amendment")
    assert mails(world, before) == [("your_turn", TOBIAS)]
    assert tasks(world, TOBIAS) == ["Mitzeichnen: Änderung beantragen"]
    assert tasks(world, SABINE) == ["Aktivitäten dokumentieren"], "the work goes on"


def test_nobody_is_told_twice_of_the_same_turn(world_at: WorldAt) -> None:
    world = world_at("in_review")
    story = world.story()
    submit(world, MIRIAM, "review", story.answers("review_formal"))
    before = count(world)
    submit(world, MIRIAM, "review", {**story.answers("review_formal"), "formal_note": "Geprüft."})
    assert mails(world, before) == []


def test_whoever_acts_is_not_told_of_the_own_turn(world_at: WorldAt) -> None:
    world = world_at("agreement_alignment")
    confirm(world, SABINE, "release_for_signature")
    before = count(world)
    take_back(world, SABINE, "release_for_signature")
    assert mails(world, before) == []


def test_a_decision_and_a_turn_are_one_mail(world_at: WorldAt) -> None:
    world = world_at("active")
    before = count(world)
    asked(world)
    assert ("your_turn", JONAS) in mails(world, before)
    before = count(world)
    decide(world, "decline_amendment", reason="Der Rahmen der Förderung lässt das nicht zu.")
    told = [who for _, who in mails(world, before)]
    assert sorted(told) == sorted({SABINE, TOBIAS}), "each side has one mail"


def test_a_question_makes_it_the_partners_turn_again(world_at: WorldAt) -> None:
    world = world_at("active")
    world.under_way()
    story = world.story()
    days = {"from_day": story.date(world.day - 20), "to_day": story.date(world.day)}
    raw = story.answers("interim_report", **days)
    submit(world, TOBIAS, "interim_report", raw)
    own = story.answers("interim_report_civic")
    submit(world, SABINE, "interim_report", {**raw, **own})
    for email in (SABINE, TOBIAS):
        confirm(world, email, "submit_interim_report")
    before = count(world)
    fire(world, JONAS, "question_interim_report", {"note": "Wie viele Treffen fielen aus?"})
    assert mails(world, before) == [("your_turn", SABINE), ("your_turn", TOBIAS)]
