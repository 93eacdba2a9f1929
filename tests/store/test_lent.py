"""A database that is lent again is like a copy; one that somebody rebuilt is not lent again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, create_engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.conftest import WorldAt
from tests.postgres import Postgres
from tests.world import Databases

pytestmark = [pytest.mark.only_on("postgres"), pytest.mark.slow]


@pytest.fixture(autouse=True)
def own(databases: Databases) -> None:
    if isinstance(databases, Postgres) and not databases.own:
        pytest.skip("on a server that others use no database is used twice")


def in_it(url: str, work: Callable[[Connection], Any]) -> Any:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        return work(connection)


def number(connection: Connection) -> int:
    """Return by what PostgreSQL tells databases apart, whatever they are called."""
    asked = "SELECT oid FROM pg_database WHERE datname = current_database()"
    return int(connection.exec_driver_sql(asked).scalar_one())


def everything(connection: Connection) -> dict[str, Any]:
    """Return every row of every table, and where every counter stands."""
    there = MetaData()
    there.reflect(connection)
    rows = {
        name: sorted(map(repr, connection.execute(select(table))))
        for name, table in there.tables.items()
    }
    asked = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
    return {**rows, "counters": connection.exec_driver_sql(asked).all()}


def test_after_a_test_has_written_the_next_one_finds_nothing_of_it(
    world_at: WorldAt, databases: Databases, tmp_path: Path
) -> None:
    whole = world_at("in_review").url
    before = in_it(whole, everything)
    lent = databases.lend(whole, tmp_path)
    in_it(lent, lambda c: c.exec_driver_sql("UPDATE person SET name = 'Jemand'"))
    in_it(lent, lambda c: c.exec_driver_sql("DELETE FROM submission"))
    in_it(lent, lambda c: c.exec_driver_sql("SELECT nextval('job_id_seq')"))
    assert in_it(lent, everything) != before
    used = in_it(lent, number)

    databases.drop(lent)
    again = databases.lend(whole, tmp_path)
    assert in_it(again, number) == used
    assert in_it(again, everything) == before
    databases.drop(again)


def test_whoever_still_knows_the_database_of_a_test_that_is_over_finds_nothing(
    world_at: WorldAt, databases: Databases, tmp_path: Path
) -> None:
    whole = world_at("people").url
    over = databases.lend(whole, tmp_path)
    databases.drop(over)
    again = databases.lend(whole, tmp_path)

    with pytest.raises(OperationalError, match="does not exist"):
        in_it(over, everything)
    databases.drop(again)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE draft ADD COLUMN more integer",
        "ALTER TABLE draft ALTER COLUMN saved_at DROP NOT NULL",
        "ALTER TABLE draft ALTER COLUMN slot SET DEFAULT 'x'",
        "DROP TABLE draft",
        "CREATE INDEX another ON draft (saved_at)",
        "ALTER TABLE draft DROP CONSTRAINT pk_draft",
        "CREATE SCHEMA another",
        "TRUNCATE draft",
    ],
)
def test_what_was_rebuilt_is_not_lent_again(
    world_at: WorldAt, databases: Databases, tmp_path: Path, statement: str
) -> None:
    whole = world_at("people").url
    lent = databases.lend(whole, tmp_path)
    in_it(lent, lambda c: c.exec_driver_sql(statement))
    rebuilt = in_it(lent, number)
    databases.drop(lent)
    again = databases.lend(whole, tmp_path)
    assert in_it(again, number) != rebuilt
    assert in_it(again, everything) == in_it(whole, everything)
    databases.drop(again)
