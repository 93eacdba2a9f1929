"""The schema: made from nothing, the same as the program's tables, and newest by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text

from tests.world import Databases
from workflow_app.store.db import open_engine
from workflow_app.store.migrate import HEAD, configured, drift, is_empty, revision, upgrade


@pytest.fixture
def url(databases: Databases, tmp_path: Path) -> str:
    return databases.make(tmp_path)


def test_an_empty_database_becomes_the_newest_schema(url: str) -> None:
    assert is_empty(url)
    assert revision(url) is None
    upgrade(url)
    assert not is_empty(url)
    assert revision(url) == HEAD


def test_the_schema_is_that_of_the_program(url: str) -> None:
    upgrade(url)
    assert drift(url) == []


def test_upgrading_twice_is_harmless(url: str) -> None:
    upgrade(url)
    upgrade(url)
    assert revision(url) == HEAD


def test_a_table_that_somebody_changed_is_found(url: str) -> None:
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE job DROP COLUMN failure"))
        connection.execute(text("CREATE TABLE notes (id INTEGER)"))
    engine.dispose()
    found = "\n".join(drift(url))
    assert "failure" in found
    assert "notes" in found


def test_the_newest_file_is_the_one_that_commands_wait_for() -> None:
    scripts = ScriptDirectory.from_config(configured("sqlite://"))
    assert scripts.get_heads() == [HEAD]
