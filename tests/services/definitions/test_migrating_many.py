"""Many cases go one after the other: interrupted, taken up again, by two at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.changed_lifecycle import PLAN_BACK
from tests.services.at_once import at_once
from tests.services.definitions.migrating import begin, go, go_all
from tests.services.steps import another_idea, fire, give_role, offer
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.services.migrations import plans, running
from workflow_app.services.people import person_by_email
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.moving import Migration, MigrationCase

# ── All of them ─────────────────────────────────────────────────────────────────────────────────


def some_ideas(world: World, count: int) -> None:
    for number in range(count):
        another_idea(world, f"Lesekreis Nummer {number}")


def on_first(world: World, count: int) -> None:
    """Open ideas on the first version."""
    with world.sessions.begin() as session:
        numbers = select(Case.id).order_by(Case.id.desc()).limit(count)
        session.execute(
            update(Case).where(Case.id.in_(numbers.scalar_subquery())).values(definition_id=1)
        )


def test_interrupted_in_the_middle_it_goes_on_and_does_nothing_twice(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("idea")
    some_ideas(world, 3)
    on_first(world, 3)
    migration = begin(world)
    assert len(go_all(world, migration, limit=2)) == 2
    entries = [e for e in world.rows(Entry) if e.kind == "migration"]
    assert len(entries) == 2
    assert len(go_all(world, migration)) == 2
    assert go_all(world, migration) == []
    assert {case.definition_id for case in world.rows(Case)} == {2}
    assert len([e for e in world.rows(Entry) if e.kind == "migration"]) == 4


def test_the_worker_moves_them_and_a_second_click_moves_none_twice(
    changed_at: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AT_A_TIME", 2)
    world = changed_at("idea")
    some_ideas(world, 2)
    on_first(world, 2)
    migration = begin(world)
    with world.sessions() as session:
        person = person_by_email(session, MIRIAM)
        running.queue_run(session, migration, person, world.now)
        running.queue_run(session, migration, person, world.now)
        assert running.queued(session, migration)
    world.work()
    assert {case.definition_id for case in world.rows(Case)} == {2}
    assert len([e for e in world.rows(Entry) if e.kind == "migration"]) == 3
    with world.sessions() as session:
        assert not running.queued(session, migration)


def test_a_case_in_which_something_breaks_is_named_and_holds_up_no_other(
    changed_at: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = changed_at("idea")
    some_ideas(world, 1)
    on_first(world, 1)
    migration = begin(world)
    whole = running.carry_over

    def broken(session: Session, site: Site, of: int, number: str, *rest: Any) -> MigrationCase:
        if number == world.number:
            with transaction(session, number):
                raise TypeError("what is kept cannot be read")
        return whole(session, site, of, number, *rest)

    monkeypatch.setattr(running, "carry_over", broken)
    with world.sessions() as session:
        running.queue_run(session, migration, person_by_email(session, MIRIAM), world.now)
    world.work()
    statuses = {row.case_id: row.status for row in world.rows(MigrationCase)}
    assert sorted(statuses.values()) == ["moved", "stayed"]
    (row,) = world.rows(MigrationCase, status="stayed")
    assert "what is kept cannot be read" in row.reasons[0][0]
    with world.sessions() as session:
        assert not running.queued(session, migration)


def test_the_worker_takes_many_back_a_few_at_a_time_and_leaves_what_went_on(
    changed_at: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AT_A_TIME", 2)
    world = changed_at("idea")
    first = world.number
    some_ideas(world, 3)
    on_first(world, 3)
    migration = begin(world)
    go_all(world, migration)
    fire(world, TOBIAS if offer(world, TOBIAS, "confirm_partnership").open else SABINE,
         "confirm_partnership")  # fmt: skip
    with world.sessions() as session:
        running.queue_back(session, migration, person_by_email(session, MIRIAM), world.now)
        assert running.queued(session, migration) == "back"
    world.work()
    assert {c.number for c in world.rows(Case) if c.definition_id == 2} == {first}
    with world.sessions() as session:
        assert running.queued(session, migration) == ""
        back = plans.results(session, migration, "back")
        assert len(back) == 3
        assert [r.id for r in plans.results(session, migration, "back", limit=1, offset=2)] == [
            back[2].id
        ]


def test_all_come_back_but_those_that_went_on(changed_at: Callable[[str], World]) -> None:
    world = changed_at("idea")
    first = world.number
    second = another_idea(world)
    on_first(world, 1)
    migration = begin(world)
    go_all(world, migration)
    fire(world, TOBIAS if offer(world, TOBIAS, "confirm_partnership").open else SABINE,
         "confirm_partnership")  # fmt: skip
    with world.sessions() as session:
        person = person_by_email(session, MIRIAM)
        ends = dict(
            running.take_all_back(session, world.site, migration, person, lambda: world.now)
        )
    assert ends[second] == "back"
    assert "gone on" in ends[first]


def test_of_two_migrations_of_a_workflow_one_is_open(changed_at: Callable[[str], World]) -> None:
    world = changed_at("in_review")
    give_role(world, JONAS, "admin")
    ends = at_once(lambda: begin(world), lambda: begin(world, PLAN_BACK, JONAS))
    assert sorted(type(e).__name__ for e in ends) == ["int", "str"]
    assert len(world.rows(Migration)) == 1


def test_two_administrators_press_at_once_and_the_case_goes_once(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    give_role(world, JONAS, "admin")
    migration = begin(world)
    ends = at_once(lambda: go(world, migration), lambda: go(world, migration, JONAS))
    assert set(ends) <= {"moved", "Conflict"}
    assert "moved" in ends
    assert len([e for e in world.rows(Entry) if e.kind == "migration"]) == 1
