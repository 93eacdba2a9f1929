"""What somebody may see and do over all cases, why, and what would wait in vain without them."""

from __future__ import annotations

from tests.conftest import WorldAt
from tests.world import ANNA, EMRE, JONAS, MIRIAM, SABINE, World
from workflow_app.services import people
from workflow_app.services.access.reach import on_case, reach, standing_still
from workflow_app.services.clock import day_of
from workflow_app.services.people import person_by_email


def reached(world: World, email: str) -> dict[str, list[str]]:
    """Return number → the open steps that somebody has there."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        found = reach(session, world.site, person, day_of(world.now))
        return {one.number: [step.de for step in one.steps] for one in found}


def in_vain(world: World, email: str) -> list[str]:
    with world.sessions() as session:
        person = person_by_email(session, email)
        found = standing_still(session, world.site, person, day_of(world.now))
        return [still.task.de for still in found]


def test_only_what_somebody_may_see_is_reached(world_at: WorldAt) -> None:
    world = world_at("in_review")

    assert "Zurückziehen" in reached(world, SABINE)[world.number]
    assert "Ablehnen" in reached(world, JONAS)[world.number]
    assert reached(world, EMRE) == {}
    assert reached(world, ANNA) == {}


def test_a_case_that_waits_for_one_supervisor_only_would_wait_in_vain(
    world_at: WorldAt,
) -> None:
    world = world_at("in_review")
    assert in_vain(world, MIRIAM) == ["Projektskizze formal prüfen"]

    with world.sessions() as session:
        people.give_role(session, JONAS, "coordinator")

    assert in_vain(world, MIRIAM) == []
    assert in_vain(world, EMRE) == []


def test_why_somebody_may_not_is_told_even_of_a_case_they_cannot_see(world_at: WorldAt) -> None:
    world = world_at("in_review")
    with world.sessions() as session:
        found = {
            email: {
                answer.action: answer
                for answer in on_case(
                    session,
                    world.site,
                    world.number,
                    person_by_email(session, email),
                    day_of(world.now),
                )
            }
            for email in (SABINE, JONAS, EMRE)
        }

    assert found[SABINE]["approve"].decides.id == "by"
    assert found[JONAS]["reject"].allowed
    assert not found[EMRE]["view"].allowed
