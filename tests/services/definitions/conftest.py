"""Worlds in which Miriam looks after the versions of the project's lifecycle."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.changed_lifecycle import changed_files
from tests.conftest import WorldAt
from tests.services.definitions.migrating import PROJECT
from tests.services.steps import give_role
from tests.world import MIRIAM, World
from workflow_app.services.definitions import drafting, publishing
from workflow_app.services.people import person_by_email


@pytest.fixture
def changed_at(world_at: WorldAt) -> Callable[[str], World]:
    """Return a function that gives a world in which the changed lifecycle is published."""

    def at(state: str) -> World:
        world = world_at(state)
        give_role(world, MIRIAM, "admin")
        with world.sessions() as session:
            person = person_by_email(session, MIRIAM)
            row = drafting.draft(
                session, world.site, changed_files(), person, world.now, workflow=PROJECT
            )
            publishing.publish(session, world.site, PROJECT, row.number, person, world.now)
        return world

    return at


@pytest.fixture
def miriams(world_at: WorldAt) -> World:
    """Return a world with a project in review, in which Miriam administers the workflows."""
    world = world_at("in_review")
    give_role(world, MIRIAM, "admin")
    return world
