"""Timers: a step that time makes, on its day, once."""

from __future__ import annotations

from sqlalchemy import update

from tests.conftest import WorldAt
from tests.services.steps import another_idea, fire, refused
from tests.world import SABINE, TOBIAS, World
from workflow_app.services.work import deadlines
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job


def due(world: World) -> list[tuple[str, str]]:
    return deadlines.fire_due(world.sessions, world.site, world.now)


def test_an_idea_that_nobody_answers_lapses_after_sixty_days(world_at: WorldAt) -> None:
    world = world_at("idea")
    world.later(59)
    assert due(world) == []
    world.later(1)
    assert due(world) == [(world.number, "lapse_idea")]
    (case,) = world.rows(Case)
    assert (case.state, case.ended, case.outcome) == ("withdrawn", True, "lapsed")


def test_it_lapses_once_and_nobody_made_it(world_at: WorldAt) -> None:
    world = world_at("idea")
    world.later(61)
    due(world)
    assert due(world) == []
    (entry,) = world.rows(Entry, transition="lapse_idea")
    assert (entry.actor_id, entry.role) == (None, None)
    with refused("state"):
        fire(world, TOBIAS, "confirm_partnership")


def test_both_sides_and_the_office_are_told(world_at: WorldAt) -> None:
    world = world_at("idea")
    world.work()
    world.later(60)
    due(world)
    assert [job.data["template"] for job in world.rows(Job, done_at=None)] == ["decided"] * 3


def test_nobody_lapses_an_idea_by_hand(world_at: WorldAt) -> None:
    world = world_at("idea")
    world.later(61)
    with refused("state"):
        fire(world, SABINE, "lapse_idea")


def test_a_revision_does_not_lapse_while_reminders_are_not_counted(world_at: WorldAt) -> None:
    world = world_at("in_review")
    with world.sessions() as session:
        session.execute(update(Case).values(state="revision_requested"))
        session.commit()
    world.later(400)
    assert due(world) == []


def test_a_case_that_cannot_be_read_holds_up_no_other(world_at: WorldAt) -> None:
    world = world_at("idea")
    other = another_idea(world)
    with world.sessions() as session:
        session.execute(update(Case).where(Case.number == world.number).values(state="nowhere"))
        session.commit()
    world.later(61)
    assert due(world) == [(other, "lapse_idea")]
