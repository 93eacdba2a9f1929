"""Who sees a case, and for whom it waits: rows that say what the engine says."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from tests.conftest import WorldAt
from tests.services.steps import PEOPLE, fire, give_role, ids, join, listed, submit, tasks
from tests.world import ANNA, EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import NotFound
from workflow_app.demo.partners import CITY
from workflow_app.services import doctor
from workflow_app.services.access.reindex import reindex
from workflow_app.store.tables.access import Access

PARTNERS = {SABINE, TOBIAS}
OFFICE = {*PARTNERS, MIRIAM}
DECIDED = {*OFFICE, JONAS}
RELEASED = {*DECIDED, ANNA}
SEEN_BY = {
    "idea": OFFICE,
    "outline_draft": DECIDED,
    "in_review": DECIDED,
    "agreement_draft": DECIDED,
    "agreement_alignment": DECIDED,
    "signature_pending": DECIDED,
    "active": DECIDED,
    "closing": DECIDED,
    "self_evaluation": DECIDED,
    "joint_reflection": DECIDED,
    "assessment": DECIDED,
    "evaluated": RELEASED,
    "archived": RELEASED,
}
WAITS_FOR = {
    "idea": {TOBIAS},
    "outline_draft": PARTNERS,
    "in_review": {MIRIAM},
    "agreement_draft": PARTNERS,
    "agreement_alignment": PARTNERS,
    "signature_pending": {MIRIAM},
    "active": PARTNERS,
    "closing": PARTNERS,
    "self_evaluation": PARTNERS,
    "joint_reflection": PARTNERS,
    "assessment": {JONAS},
    "evaluated": {MIRIAM},
    "archived": set(),
}


@pytest.mark.parametrize("state", SEEN_BY)
def test_in_each_state_the_right_people_see_the_project(world_at: WorldAt, state: str) -> None:
    world = world_at(state)
    assert {p for p in PEOPLE if listed(world, p)} == SEEN_BY[state]
    assert {p for p in PEOPLE if tasks(world, p)} == WAITS_FOR[state]
    assert {p for p in PEOPLE if may_look(world, p)} == SEEN_BY[state]


@pytest.mark.parametrize("state", SEEN_BY)
def test_in_each_state_the_rows_say_what_the_engine_says(world_at: WorldAt, state: str) -> None:
    world = world_at(state)
    with world.sessions() as session:
        findings = doctor.examine(session, world.site, world.now)
    assert [f for f in findings if f.what == "access"] == []


def may_look(world: World, email: str) -> bool:
    with world.sessions() as session:
        try:
            return bool(world.look(email, session))
        except NotFound:
            return False


def test_an_office_of_one_county_sees_that_countys_projects(world_at: WorldAt) -> None:
    world = world_at("in_review")
    give_role(world, EMRE, "coordinator", "county", "09274")
    give_role(world, LENA, "coordinator", "county", "09261")
    assert listed(world, EMRE) == [world.number]
    assert tasks(world, EMRE) == ["Projektskizze formal prüfen"]
    assert (listed(world, LENA), may_look(world, LENA)) == ([], False)


def test_a_supervisor_of_one_organisation_sees_its_projects(world_at: WorldAt) -> None:
    world = world_at("in_review")
    give_role(world, EMRE, "supervisor", "organisation", ids(world)["Landratsamt Landshut"])
    give_role(world, LENA, "supervisor", "organisation", ids(world)[CITY])
    assert [listed(world, p) for p in (EMRE, LENA)] == [[world.number], []]
    assert [may_look(world, p) for p in (EMRE, LENA)] == [True, False]


def test_when_miriam_has_checked_it_is_dr_reiters_turn(world_at: WorldAt) -> None:
    world = world_at("in_review")
    submit(world, MIRIAM, "review", world.story().answers("review_formal"))
    assert tasks(world, MIRIAM) == ["Projektaufsicht zuweisen"]
    assert tasks(world, JONAS) == ["Über die Projektskizze entscheiden"]


def test_who_hands_over_sees_the_project_no_more(world_at: WorldAt) -> None:
    world = world_at("active")
    join(world, LENA, "Freiwilligenagentur Landshut (fiktiv)")
    known = ids(world)
    values = {"old": known[SABINE], "new": known[LENA], "from": world.story().date(world.day)}
    fire(world, MIRIAM, "update_contacts", values)
    assert (listed(world, SABINE), may_look(world, SABINE)) == ([], False)
    assert (listed(world, LENA), may_look(world, LENA)) == ([world.number], True)


def test_rows_that_were_lost_are_written_anew(world_at: WorldAt) -> None:
    world = world_at("in_review")
    before = {(a.principal_id, a.waits, a.task_de) for a in world.rows(Access)}
    with world.sessions() as session:
        session.execute(delete(Access))
        session.commit()
        assert reindex(session, world.site) == 1
    assert {(a.principal_id, a.waits, a.task_de) for a in world.rows(Access)} == before
