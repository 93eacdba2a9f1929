"""Who guesses passwords has to wait; whose account it is does not wait with him for long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import WorldAt
from tests.world import LENA, SABINE, World
from workflow_app.services.accounts import attempts
from workflow_app.services.accounts.attempts import FROM_ADDRESS, ON_ACCOUNT, TOGETHER, WINDOW
from workflow_app.store.tables.links import SignInTry

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def world(world_at: WorldAt) -> World:
    return world_at("people")


def tried(world: World, account: str, source: str, *, good: bool = False, times: int = 1) -> None:
    with world.sessions() as session:
        for _ in range(times):
            attempts.note_try(session, world.site, account, source, good, world.now)


def may(world: World, account: str, source: str, later: timedelta = timedelta()) -> bool:
    with world.sessions() as session:
        return attempts.may_try(session, world.site, account, source, world.now + later)


def test_after_five_failures_account_and_address_wait_together_for_a_while(world: World) -> None:
    tried(world, SABINE, HOME, times=TOGETHER - 1)
    assert may(world, SABINE, HOME)
    tried(world, f" {SABINE.upper()}", HOME)
    assert not may(world, SABINE, HOME)
    assert may(world, SABINE, ELSEWHERE)
    assert may(world, LENA, HOME)
    assert may(world, SABINE, HOME, WINDOW)


def test_signing_in_makes_the_failures_before_it_forgotten(world: World) -> None:
    tried(world, SABINE, HOME, times=TOGETHER - 1)
    tried(world, SABINE, HOME, good=True)
    tried(world, SABINE, HOME, times=TOGETHER - 1)
    assert may(world, SABINE, HOME)


def test_who_guesses_from_many_addresses_does_not_lock_out_who_came_from_home_before(
    world: World,
) -> None:
    tried(world, SABINE, HOME, good=True)
    for number in range(ON_ACCOUNT):
        tried(world, SABINE, f"203.0.113.{number}")
    assert not may(world, SABINE, ELSEWHERE)
    assert may(world, SABINE, HOME)
    assert may(world, SABINE, ELSEWHERE, WINDOW)


def test_one_address_that_tries_many_accounts_waits_for_all_of_them(world: World) -> None:
    for number in range(FROM_ADDRESS):
        tried(world, f"somebody{number}@example.org", ELSEWHERE)
    assert not may(world, SABINE, ELSEWHERE)
    assert may(world, SABINE, HOME)


def test_what_is_counted_names_neither_account_nor_address(world: World) -> None:
    tried(world, SABINE, HOME)
    (row,) = world.rows(SignInTry)
    assert SABINE not in str(vars(row))
    assert HOME not in str(vars(row))


def test_what_is_long_past_is_not_kept(world: World) -> None:
    tried(world, SABINE, HOME)
    world.later(attempts.KEPT.days + 1)
    tried(world, LENA, HOME)
    assert len(world.rows(SignInTry)) == 1
