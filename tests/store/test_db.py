"""Instants keep their zone, and rows that belong together stay together."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete
from sqlalchemy.exc import IntegrityError, StatementError

from tests.conftest import WorldAt
from tests.world import SABINE, World
from workflow_app.services.people import person_by_email
from workflow_app.store.db import tune
from workflow_app.store.tables.people import Person, SignIn


@pytest.fixture
def world(world_at: WorldAt) -> World:
    return world_at("people")


def sign_in(world: World, at: datetime) -> None:
    with world.sessions() as session:
        person = person_by_email(session, SABINE)
        session.add(SignIn(id="x" * 64, person_id=person.id, created_at=at, seen_at=at))
        session.commit()


def test_an_instant_comes_back_as_the_same_instant(world: World) -> None:
    at = datetime(2025, 7, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    sign_in(world, at)
    (row,) = world.rows(SignIn)
    assert row.seen_at == at
    assert row.seen_at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(world: World) -> None:
    with pytest.raises(StatementError, match="zone"):
        sign_in(world, datetime(2025, 7, 1, 12, 0))


def test_a_person_who_did_something_is_not_deleted(world_at: WorldAt) -> None:
    world = world_at("idea")
    with world.sessions() as session, pytest.raises(IntegrityError):
        session.execute(delete(Person).where(Person.email == SABINE))


def test_sqlite_keeps_what_it_has_answered_for_and_knows_what_belongs_together(
    tmp_path: Path,
) -> None:
    """2 is FULL: a commit waits for the disk, so that a power cut takes back nothing."""
    engine = create_engine(f"sqlite:///{tmp_path / 'tandem.db'}")
    tune(engine)

    # Asked of the driver: what goes through SQLAlchemy does not wait for the disk in these tests.
    with closing(engine.raw_connection()) as connection:
        names = ("synchronous", "journal_mode", "foreign_keys", "busy_timeout")
        found = {n: connection.cursor().execute(f"PRAGMA {n}").fetchone()[0] for n in names}

    assert found == {
        "synchronous": 2,
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 15_000,
    }
