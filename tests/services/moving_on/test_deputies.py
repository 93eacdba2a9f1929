"""A deputy stands for a side beside its contact: sees, is asked and acts, and is no second side."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.children import open_as, plan
from tests.services.steps import (
    confirm,
    fire,
    ids,
    join,
    listed,
    refused,
    submit,
    tasks,
    visible,
    why_closed,
)
from tests.world import EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import NotAllowed, NotFound
from workflow_app.demo.partners import AGENCY, COUNTY
from workflow_app.services import doctor
from workflow_app.store.tables.cases import Participation
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.outbox import Job


def named(world: World, new: str = SABINE, deputy: str = "", old: str = SABINE) -> dict[str, Any]:
    """Return what is typed to change the contact of Sabine's side, or only the deputy."""
    known = ids(world)
    return {
        "old": known[old],
        "new": known[new],
        "deputy": known[deputy] if deputy else "",
        "from": world.story().date(world.day),
    }


@pytest.fixture
def with_lena(world_at: WorldAt) -> Any:
    """Return a function that gives a world in which Lena is Sabine's deputy."""

    def at(state: str) -> World:
        world = world_at(state)
        join(world, LENA, AGENCY)
        fire(world, SABINE, "update_contacts", named(world, deputy=LENA))
        return world

    return at


def test_lena_sees_the_project_is_asked_and_gets_mail_like_sabine(with_lena: Any) -> None:
    world = with_lena("outline_draft")
    assert listed(world, LENA) == [world.number]
    assert tasks(world, LENA) == tasks(world, SABINE) != []
    assert LENA in mailed(world, "your_turn")
    with world.sessions() as session:
        seen = world.look(LENA, session)
        assert (seen.actor.side, seen.situation.initiating_side) == ("civic", "civic")
        contact, deputy = seen.situation.participant("civic"), seen.situation.deputy("civic")
        assert [p.name for p in (contact, deputy) if p] == ["Sabine Kraus", "Lena Brandl"]
        assert doctor.examine(session, world.site, world.now) == []


def mailed(world: World, template: str) -> list[str]:
    """Return to whom mails of a kind are addressed, in the order in which they were queued."""
    names = {number: email for email, number in ids(world).items() if "@" in email}
    jobs = [j.data for j in world.rows(Job, kind="mail")]
    return [names[str(d["to"])] for d in jobs if d["template"] == template]


def test_the_annex_of_contacts_names_the_deputy_beside_the_contact(with_lena: Any) -> None:
    world = with_lena("agreement_draft")
    raw = world.story().answers("propose_agreement")
    fire(world, TOBIAS, "propose_agreement", {**raw, "annexes": ["contacts"]})
    (agreement,) = world.rows(Document, kind="agreement")
    assert (
        f"Sabine Kraus\\n{AGENCY}\\n{SABINE}\\nVertretung: Lena Brandl\\n{LENA}"
        in agreement.snapshot
    )


def test_two_people_of_a_side_are_one_side(with_lena: Any) -> None:
    world = with_lena("outline_draft")
    submit(world, LENA, "outline", world.story().answers("outline"))
    confirm(world, SABINE, "submit_outline")
    with pytest.raises(NotAllowed):
        confirm(world, LENA, "submit_outline")
    assert world.state == "outline_draft"
    confirm(world, TOBIAS, "submit_outline")
    assert world.state == "in_review"


def test_the_self_evaluation_of_the_side_is_the_deputys_too_and_the_others_stays_hidden(
    with_lena: Any,
) -> None:
    world = with_lena("self_evaluation")
    submit(world, TOBIAS, "self_evaluation", world.story().answers("self_evaluation"))
    assert ("self_evaluation", "municipal") not in visible(world, LENA)
    with pytest.raises(NotAllowed):
        submit(world, LENA, "self_evaluation", {}, "municipal")
    submit(world, LENA, "self_evaluation", world.story().answers("self_evaluation"))
    assert world.state == "joint_reflection", "one of each side has answered"


def test_whoever_stands_for_a_side_decides_nothing(with_lena: Any) -> None:
    world = with_lena("in_review")
    with world.sessions() as session:
        seen = world.look(LENA, session)
        assert not any(offer.open for offer in seen.offers if offer.transition.decision)


def test_another_change_ends_the_deputy_unless_it_names_one(with_lena: Any) -> None:
    world = with_lena("active")
    fire(world, MIRIAM, "update_contacts", named(world))
    assert listed(world, LENA) == []
    assert mailed(world, "handed_over") == [LENA]
    with world.sessions() as session, pytest.raises(NotFound):
        world.look(LENA, session)


def test_the_deputy_can_take_over_and_the_contact_stay_as_deputy(with_lena: Any) -> None:
    world = with_lena("active")
    fire(world, LENA, "update_contacts", named(world, new=LENA, deputy=SABINE))
    now = [(p.person_id, p.deputy) for p in world.rows(Participation, side="civic", until=None)]
    assert now == [(int(ids(world)[LENA]), False), (int(ids(world)[SABINE]), True)]
    assert mailed(world, "handed_over") == []
    assert listed(world, SABINE) == [world.number]


def test_a_change_of_nothing_is_refused(with_lena: Any) -> None:
    world = with_lena("active")
    with refused("changes"):
        fire(world, SABINE, "update_contacts", named(world, deputy=LENA))


def test_a_deputy_belongs_to_the_organisation_of_the_side_and_to_no_other(with_lena: Any) -> None:
    world = with_lena("active")
    join(world, EMRE, COUNTY)
    with refused("same_organisation"):
        fire(world, MIRIAM, "update_contacts", named(world, deputy=EMRE))
    join(world, TOBIAS, AGENCY)
    with refused("same_organisation"):
        fire(world, MIRIAM, "update_contacts", named(world, deputy=TOBIAS))


def test_the_deputy_plans_events_and_takes_part_in_them_as_well(with_lena: Any) -> None:
    world = with_lena("active")
    world.under_way()
    number = open_as(world, LENA, "joint_event", "plan", plan(world, 30), world.number)
    assert number in listed(world, LENA)
    people = {(p.person_id, p.deputy) for p in world.rows(Participation, side="civic", until=None)}
    assert (int(ids(world)[LENA]), True) in people


def test_who_is_named_when_a_pause_ends_takes_over_once_both_have_agreed(with_lena: Any) -> None:
    world = with_lena("active")
    join(world, EMRE, COUNTY)
    world.under_way()
    story, known = world.story(), ids(world)
    fire(world, TOBIAS, "request_pause", {
        "reason_kind": "vacancy",
        "from": story.date(world.day),
        "expected_resume": story.date(world.day + 60),
        "arrangements": "Die Treffen ruhen; die Freiwilligen sind informiert.",
    })  # fmt: skip
    fire(world, SABINE, "comment_on_pause", {"view": "Wir sind einverstanden."})
    fire(world, JONAS, "pause")
    world.later(60)
    schedule = [{"title": "Abschlussfest", "due": story.date(150), "new_due": story.date(400)}]
    raw = {"resume_date": story.date(world.day), "schedule": schedule}
    submit(world, TOBIAS, "resume", {**raw, "contacts": [known[EMRE], known[TOBIAS]]})
    assert "contacts_belong" in why_closed(world, TOBIAS, "resume")
    submit(world, TOBIAS, "resume", {**raw, "contacts": [known[EMRE]]})
    confirm(world, TOBIAS, "resume")
    assert listed(world, EMRE) == [], "one side alone hands nothing over"
    confirm(world, LENA, "resume")
    assert (world.state, listed(world, EMRE)) == ("active", [world.number])
    assert mailed(world, "handed_over") == [TOBIAS]
    assert listed(world, LENA) == [world.number], "the other side stays as it is"
