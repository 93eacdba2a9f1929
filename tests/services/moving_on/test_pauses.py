"""Days on which the project rests count for nothing; an extension that fails is due at once."""

from __future__ import annotations

from typing import Any

from tests.conftest import WorldAt
from tests.services.amending import ask, decide, extension, reported
from tests.services.children import open_as, plan
from tests.services.steps import fire, why_closed
from tests.world import JONAS, SABINE, TOBIAS, World
from workflow_app.demo.telling import ANSWERS
from workflow_app.services.access.rows import principals_of
from workflow_app.services.clock import day_of
from workflow_app.services.doctor import examine
from workflow_app.services.people import person_by_email
from workflow_app.store import queries
from workflow_app.store.tables.cases import Deadline


def due(world: World) -> Any:
    return next(d.due_on for d in world.rows(Deadline, state="active") if d.closed_at is None)


def paused(world: World, days: int) -> None:
    """Let the project rest for so many days."""
    story = world.story()
    raw = {
        "reason_kind": "vacancy",
        "from": story.date(world.day),
        "expected_resume": story.date(world.day + days),
        "arrangements": "Die Treffen ruhen; die Freiwilligen sind informiert.",
    }
    fire(world, TOBIAS, "request_pause", raw)
    fire(world, SABINE, "comment_on_pause", {"view": "Wir sind einverstanden."})
    fire(world, JONAS, "pause")
    world.later(days)
    story = world.story()
    schedule = [{"title": "Abschlussfest", "due": story.date(150), "new_due": story.date(400)}]
    story.submit(TOBIAS, "resume", {"resume_date": story.date(world.day), "schedule": schedule})
    story.both_confirm("resume")


def test_days_paused_after_the_end_do_not_count(world_at: WorldAt) -> None:
    world = world_at("active")
    before = due(world)
    world.later(world.story().end - world.day - 100)
    paused(world, 140)
    assert (due(world) - before).days == 40


def test_a_pause_in_between_moves_no_end(world_at: WorldAt) -> None:
    world = world_at("active")
    before = due(world)
    paused(world, 40)
    assert due(world) == before


def test_what_waits_on_an_event_is_listed_by_the_day_that_the_pause_moved(
    world_at: WorldAt,
) -> None:
    world = world_at("active")
    project = world.number
    event = open_as(world, SABINE, "joint_event", "plan", plan(world, 90), project)

    def listed() -> Any:
        with world.sessions() as session:
            keys = principals_of(person_by_email(session, TOBIAS))
            (day,) = (t.due_on for t in queries.tasks(session, keys) if t.number == event)
            return day

    before = listed()
    world.number = project
    paused(world, 30)
    assert (listed() - before).days == 30
    with world.sessions() as session:
        assert [f for f in examine(session, world.site, world.now) if f.what == "access"] == []


def test_an_extension_that_fails_after_the_end_is_due_at_once(world_at: WorldAt) -> None:
    world = world_at("active")
    reported(world)
    ask(world, extension(world), "extension")
    world.later(world.story().end - world.day + 5)
    story = world.story()
    held = {**ANSWERS["activities"][0], "date": story.date(world.day - 1)}
    held = story.answers("log_activity", **held)
    fire(world, SABINE, "log_activity", held)
    with world.sessions() as session:
        rows = world.look(SABINE, session).situation.submissions["activity"]
    assert [row.values.get("provisional") for row in rows] == [1], "marked as provisional"
    decide(world, "decline_amendment", reason="Der Rahmen der Förderung lässt das nicht zu.")
    assert due(world) == day_of(world.now)


def test_an_extension_after_a_long_pause_needs_its_report_only_before_the_decision(
    world_at: WorldAt,
) -> None:
    world = world_at("active")
    paused(world, 150)
    ask(world, extension(world), "extension")
    assert world.state == "amendment_pending"
    assert "report_there" in why_closed(world, JONAS, "approve_amendment")
    reported(world)
    assert "report_there" not in why_closed(world, JONAS, "approve_amendment")
    assert world.state == "amendment_pending"
