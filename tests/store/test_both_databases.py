"""Both databases are made, taken down and brought up in the same way, and keep the same values."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import Databases
from workflow_app.cli import main
from workflow_app.store.db import open_engine
from workflow_app.store.migrate import HEAD, configured, drift, revision, upgrade
from workflow_app.store.queries import projects
from workflow_app.store.tables.outbox import Job

NOW = datetime(2025, 3, 3, 9, 0, 0, 123456, tzinfo=UTC)
VALUES = {
    "title": "Sprachcafé „unterwegs“ 🚌",
    "rows": [{"_id": "1", "amount": "1234.50"}, {"_id": "2", "amount": None}],
    "count": 3,
    "big": 2**53,
    "share": 0.1,
    "yes": True,
    "z before a": 1,
    "a": "erst z, dann a",
}


@pytest.fixture
def url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    made = databases.make(tmp_path)
    yield made
    databases.drop(made)


def installation(url: str, folder: Path) -> dict[str, str]:
    """Return the settings of an installation with this database."""
    return {"TANDEM_DATA": str(folder / "data"), "TANDEM_DATABASE_URL": url}


def upgrading(url: str, folder: Path) -> subprocess.Popen[str]:
    """Start the command that makes the schema."""
    command = [sys.executable, "-m", "workflow_app", "db", "upgrade"]
    env = {**os.environ, **installation(url, folder)}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=env, text=True, stdout=pipe, stderr=subprocess.STDOUT)


def test_the_schema_can_be_taken_down_and_made_again(url: str) -> None:
    upgrade(url)
    command.downgrade(configured(url), "base")
    assert revision(url) is None
    upgrade(url)
    assert (revision(url), drift(url)) == (HEAD, [])


@pytest.mark.slow
def test_pages_and_worker_may_make_the_schema_at_the_same_time(url: str, tmp_path: Path) -> None:
    started = [upgrading(url, tmp_path) for _ in range(3)]
    outputs = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], "\n".join(outputs)
    assert (revision(url), drift(url)) == (HEAD, [])


@pytest.mark.slow
def test_the_commands_for_the_database_work(url: str, tmp_path: Path) -> None:
    assert revision(url) is None
    for words, says in (
        (("db", "upgrade"), HEAD),
        (("db", "check"), "No difference."),
        (("db", "reindex"), "0 cases"),
        (("doctor",), "All is well."),
    ):
        done = CliRunner().invoke(main, words, env=installation(url, tmp_path))
        assert (done.exit_code, says in done.output) == (0, True), done.output


def test_values_and_instants_come_back_as_they_were_written(url: str) -> None:
    upgrade(url)
    engine = open_engine(url)
    with Session(engine) as session:
        session.add(Job(kind="keep", data=VALUES, created_at=NOW, due_at=NOW))
        session.commit()
    with Session(engine) as session:
        job = session.scalars(select(Job)).one()
        assert (job.data, job.created_at) == (VALUES, NOW)
        assert list(job.data) == list(VALUES)
        assert session.scalars(select(Job.id).where(Job.due_at <= NOW)).all() == [job.id]
    engine.dispose()


@pytest.mark.parametrize("words", ["%", "_", "\\", "'", "a\\", "ß", "/", ""])
def test_no_search_word_is_too_much_for_the_database(url: str, words: str) -> None:
    upgrade(url)
    engine = open_engine(url)
    with Session(engine) as session:
        assert projects(session, ["person:1"], words=words) == []
    engine.dispose()
