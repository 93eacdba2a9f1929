"""Instants keep their zone, and rows that belong together stay together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, StatementError

from tests.conftest import WorldAt
from tests.world import SABINE, World
from workflow_app.services.people import person_by_email
from workflow_app.store.people import Person, SignIn


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
