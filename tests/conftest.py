"""Fixtures: a world of one's own at any state of the story, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import hash_password

from tests.world import Stages, World
from workflow_app.app import create_app
from workflow_app.demo.people import PASSWORD

WorldAt = Callable[[str], World]
SignedIn = Callable[[World, str], FlaskClient]


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Stages:
    """Return the story, told once for all tests of this process."""
    folder = tmp_path_factory.mktemp("stages")
    world = World(folder / "hash")
    world.folder.mkdir()
    with create_app(world.settings).app_context():
        hashed = hash_password(PASSWORD)
    return Stages(folder, hashed)


@pytest.fixture
def world_at(stages: Stages, tmp_path: Path) -> Iterator[WorldAt]:
    """Return a function that gives a world of one's own at a state of the story."""
    worlds: list[World] = []

    def at(state: str) -> World:
        world = stages.at(state, tmp_path / f"world{len(worlds)}")
        worlds.append(world)
        return world

    yield at
    for world in worlds:
        world.close()


@pytest.fixture
def app_of() -> Iterator[Callable[[World], Flask]]:
    """Return a function that gives the web application of a world."""
    apps: dict[int, Flask] = {}

    def of(world: World) -> Flask:
        if id(world) not in apps:
            app = create_app(world.settings, clock=lambda: world.now)
            app.config.update(TESTING=True)
            apps[id(world)] = app
        return apps[id(world)]

    yield of
    for app in apps.values():
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def signed_in(app_of: Callable[[World], Flask]) -> SignedIn:
    """Return a function that gives a browser in which somebody has signed in."""

    def browser(world: World, email: str) -> FlaskClient:
        client = app_of(world).test_client()
        page = client.get("/login").get_data(as_text=True)
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = client.post(
            "/login", data={"email": email, "password": PASSWORD, "csrf_token": token}
        )
        assert answer.status_code == 302, answer.get_data(as_text=True)[:500]
        return client

    return browser
