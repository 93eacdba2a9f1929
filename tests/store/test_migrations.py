"""The schema: made from nothing, the same as the program's tables, and newest by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from tests.world import Databases
from workflow_app.store.db import open_engine
from workflow_app.store.migrate import HEAD, configured, drift, revision, upgrade


@pytest.fixture
def url(databases: Databases, tmp_path: Path) -> str:
    return databases.make(tmp_path)


def test_an_empty_database_becomes_the_newest_schema(url: str) -> None:
    assert revision(url) is None
    upgrade(url)
    assert revision(url) == HEAD


def test_the_schema_is_that_of_the_program(url: str) -> None:
    upgrade(url)
    assert drift(url) == []


def test_upgrading_twice_is_harmless(url: str) -> None:
    upgrade(url)
    upgrade(url)
    assert revision(url) == HEAD


def test_rows_outlive_every_step_of_the_schema(url: str) -> None:
    command.upgrade(configured(url), "0001_first_schema")
    rows = (
        "person VALUES (1, 'Sabine Kraus', 's@example.org', NULL, true, 'x', 'de', '2025-01-01')",
        "definition VALUES (1, 'tandem_project', '1', 'f', '{}', '2025-01-01')",
        "cases (id, number, definition_id, title, state, ended, round, variables, entered_at,"
        " created_at, changed_at, version) VALUES (1, 'TP-2025-0001', 1, 'Café', 'idea', false, 0,"
        " '[]', '2025-01-01', '2025-01-01', '2025-01-01', 1)",
        "participation VALUES (1, 1, 1, NULL, 'civic_partner', 'civic', '2025-01-01', NULL)",
    )
    engine = open_engine(url)
    with engine.begin() as connection:
        for row in rows:
            connection.execute(text(f"INSERT INTO {row}"))
    upgrade(url)

    with engine.connect() as connection:
        kept = connection.execute(
            text(
                "SELECT title, name FROM cases, participation p JOIN person ON person_id=person.id"
            )
        ).one()
    engine.dispose()
    assert tuple(kept) == ("Café", "Sabine Kraus")


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
