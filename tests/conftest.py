"""Fixtures: a world of one's own at any state of the story, and browsers that are signed in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import hash_password
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from passlib.hash import argon2
from sqlalchemy import Connection, Engine, event

from tests import postgres
from tests.untested import pytest_sessionfinish, pytest_terminal_summary
from tests.world import Databases, Sqlite, Stages, World
from workflow_app.app import create_app
from workflow_app.demo.people import PASSWORD

# Hooks of pytest, which looks for them here.
__all__ = ["pytest_sessionfinish", "pytest_terminal_summary"]

# The least effort that Argon2 allows, because the tests sign in hundreds of times. What the product
# asks of whoever guesses a password is seen in tests/test_cli.py, in a process of its own.
argon2.default_rounds, argon2.memory_cost, argon2.parallelism = 1, 8, 1


# Python would look through everything that is in memory for what can be thrown away, in the midst
# of verifying and drawing; a sixth of the time of the tests went there.
gc.set_threshold(10_000, 20, 20)


@event.listens_for(Engine, "engine_connect")
def _let_the_disk_take_its_time(connection: Connection) -> None:
    """Do not wait for the disk after each commit: the databases need not outlive the tests."""
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute("PRAGMA synchronous=OFF")


WorldAt = Callable[[str], World]
SignedIn = Callable[[World, str], FlaskClient]
StagesOn = Callable[[str], Stages]

DATABASES = ("sqlite", "postgres")
ON_BOTH = {"services", "store"}
"""Floors whose tests run on every database; all others run on SQLite."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=(*DATABASES, "both"),
        default="both",
        help="the database of the tests in tests/services and tests/store",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    floor, *_ = metafunc.definition.path.relative_to(Path(__file__).parent).parts
    if "database" in metafunc.fixturenames and floor in ON_BOTH:
        wanted = metafunc.config.getoption("--database")
        here = [m.args[0] for m in metafunc.definition.iter_markers("only_on")] or DATABASES
        chosen = [name for name in here if wanted in (name, "both")]
        metafunc.parametrize("database", chosen, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Return the database that this test runs on."""
    name: str = getattr(request, "param", "sqlite")
    return name


@pytest.fixture(scope="session")
def databases_of() -> Iterator[Callable[[str], Databases]]:
    """Return a function that gives the source of databases of a kind; a server starts once."""
    with ExitStack() as opened:

        @cache
        def of(kind: str) -> Databases:
            return Sqlite() if kind == "sqlite" else opened.enter_context(postgres.server())

        yield of


@pytest.fixture
def databases(database: str, databases_of: Callable[[str], Databases]) -> Databases:
    """Return where this test's databases come from."""
    return databases_of(database)


@pytest.fixture(scope="session")
def stages_on(
    tmp_path_factory: pytest.TempPathFactory, databases_of: Callable[[str], Databases]
) -> StagesOn:
    """Return a function that gives the story, told once on each database for this process."""
    folder = tmp_path_factory.mktemp("stages")
    world = World(folder / "hash")
    world.folder.mkdir()
    with create_app(world.settings).app_context():
        hashed = hash_password(PASSWORD)
    return cache(lambda kind: Stages(folder / kind, hashed, databases_of(kind)))


@pytest.fixture
def world_at(stages_on: StagesOn, database: str, tmp_path: Path) -> Iterator[WorldAt]:
    """Return a function that gives a world of one's own at a state of the story."""
    worlds: list[World] = []
    stages = stages_on(database)

    def at(state: str) -> World:
        world = stages.at(state, tmp_path / f"world{len(worlds)}")
        worlds.append(world)
        return world

    yield at
    for world in worlds:
        world.close()
        stages.databases.drop(world.url)


class Compiled(BytecodeCache):
    """The pages' templates as Python, kept from one application to the next."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket; Jinja sees whether it still belongs to the template's text."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what the bucket holds."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    """Return where the templates are kept; each is compiled once in this process."""
    return Compiled()


@pytest.fixture
def app_of(compiled: Compiled) -> Iterator[Callable[[World], Flask]]:
    """Return a function that gives the web application of a world."""
    apps: dict[int, Flask] = {}

    def of(world: World) -> Flask:
        if id(world) not in apps:
            app = create_app(world.settings, clock=lambda: world.now)
            app.config.update(TESTING=True)
            app.jinja_env.bytecode_cache = compiled
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
