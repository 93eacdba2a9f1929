"""A title is used once in a county and year, by projects that have not ended badly."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.at_once import at_once
from tests.services.moving_on.test_opening import interest, open_as
from tests.services.steps import WITHDRAWAL, fire, ids, submit
from tests.world import EMRE, LENA, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid
from workflow_app.demo.partners import AGENCY, CENTRE, CITY, COUNTY
from workflow_app.services.access.reindex import reindex
from workflow_app.services.people import join
from workflow_app.store.tables.cases import Case

TITLE = "Sprachcafé unterwegs"


@pytest.fixture
def world(world_at: WorldAt) -> World:
    """Return a world with Sabine's project; Emre and Lena could open one in the same county."""
    world = world_at("idea")
    with world.sessions() as session:
        join(session, EMRE, COUNTY)
        join(session, LENA, AGENCY)
    return world


def beside(world: World, **other: Any) -> dict[str, Any]:
    known = ids(world)
    contacts = {"municipal_contact": known[EMRE], "civic_contact": known[LENA]}
    return interest(world, **{**contacts, **other})


def refusal(world: World, email: str, raw: dict[str, Any]) -> str:
    with pytest.raises(Invalid) as caught:
        open_as(world, email, raw)
    (problem,) = caught.value.problems
    assert problem.path == "title"
    return problem.text.en


@pytest.mark.parametrize("title", [TITLE, "  SPRACHCAFÉ   unterwegs ", "Sprachcafe unterwegs"])
def test_a_title_that_is_taken_is_a_problem_of_the_title_and_names_no_stranger(
    world: World, title: str
) -> None:
    said = refusal(world, LENA, beside(world, title=title))
    assert "already" in said
    assert world.number not in said


def test_who_may_see_the_other_project_is_told_which_it_is(world: World) -> None:
    known = ids(world)
    raw = beside(world, municipal_contact=known[TOBIAS])
    assert world.number in refusal(world, TOBIAS, raw)


def test_in_another_county_or_year_the_title_is_free(world: World) -> None:
    known = ids(world)
    city = {"county": "09261", "municipal_org": known[CITY], "civic_org": known[CENTRE]}
    assert open_as(world, LENA, beside(world, **city)) == "TP-2025-0002"
    world.later(400)
    assert open_as(world, LENA, beside(world, planned_start="")) == "TP-2026-0001"


def test_a_project_that_ended_badly_gives_its_title_free(world: World) -> None:
    fire(world, SABINE, "withdraw", WITHDRAWAL)
    assert open_as(world, LENA, beside(world)) == "TP-2025-0002"


def test_a_title_cannot_be_changed_into_one_that_is_taken(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    with world.sessions() as session:
        join(session, EMRE, COUNTY)
        join(session, LENA, AGENCY)
    open_as(world, LENA, beside(world, title="Ein anderer Treff", planned_start=""))
    known = ids(world)
    with pytest.raises(Invalid) as caught:
        submit(world, SABINE, "interest", {
            **interest(world), "title": "ein anderer treff",
            "municipal_contact": known[TOBIAS], "civic_contact": known[SABINE],
        })  # fmt: skip
    assert [p.path for p in caught.value.problems] == ["title"]
    submit(world, SABINE, "interest", interest(world))


def test_of_two_who_take_the_same_title_at_once_one_gets_it(world: World) -> None:
    raw = beside(world, title="Zwei in einem Augenblick")

    def opens() -> str:
        try:
            return open_as(world, LENA, raw)
        except Invalid as invalid:
            return invalid.problems[0].path

    assert sorted(at_once(opens, opens)) == ["TP-2025-0002", "title"]
    assert len(world.rows(Case, title="Zwei in einem Augenblick")) == 1


def test_titles_that_were_shared_before_the_rule_stay_with_the_first(world: World) -> None:
    number = open_as(world, LENA, beside(world, title="Noch frei"))
    with world.sessions.begin() as session:
        for case in session.query(Case):
            case.title, case.taken_title = TITLE, None
    with world.sessions() as session:
        reindex(session, world.site)
    taken = {c.number: c.taken_title is not None for c in world.rows(Case)}
    assert taken == {world.number: True, number: False}
