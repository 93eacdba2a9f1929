"""A PostgreSQL database that a test has used up, filled again for the next one.

To make a database of sixty tables costs as much as the test in it; to put a few hundred rows back
costs a tenth of that. Only what holds nothing but other rows is used again: a database in which
somebody changed a table, an index or a rule is found out and left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

CATALOGUES = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_attrdef": "oid",
    "pg_constraint": "oid",
    "pg_index": "indexrelid",
    "pg_trigger": "oid",
    "pg_proc": "oid",
    "pg_namespace": "oid",
}
"""Where PostgreSQL notes what was made in a database → the number by which that is told apart."""
OWN = 16384
"""Lower numbers belong to PostgreSQL itself."""


@dataclass(frozen=True)
class Rows:
    """Everything in a database, as text."""

    structure: str
    empty_all: str
    tables: dict[str, bytes]
    """Table, with the columns → its rows, for those that have any."""


def structure(connection: Connection) -> str:
    """Return what changes with each change of a table, and is the same in a copy."""
    # Each row of a catalogue knows the transaction that wrote it.
    parts = [
        f"(SELECT count(*) || ':' || max(xmin::text::bigint) FROM {table} WHERE {key} >= {OWN})"
        for table, key in CATALOGUES.items()
    ]
    return str(connection.exec_driver_sql(f"SELECT concat_ws(' ', {', '.join(parts)})").scalar())


def rows_of(url: str) -> Rows:
    """Return everything in a database that nobody uses now."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        names = _names(connection, "r")
        tables = {}
        for name in names:
            columns = _columns(connection, name)
            if told := _copied_out(connection, f"{name} ({columns})"):
                tables[f"{name} ({columns})"] = told
        statements = ["SET LOCAL session_replication_role = replica"]
        statements += [f"DELETE FROM {name}" for name in names]
        statements += [_counter(connection, name) for name in _names(connection, "S")]
        return Rows(structure(connection), "; ".join(statements), tables)


def refill(url: str, rows: Rows) -> bool:
    """Make a database hold these rows and no others; say whether that could be done."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        if structure(connection) != rows.structure:
            return False
        connection.exec_driver_sql(rows.empty_all)
        for table, told in rows.tables.items():
            with _cursor(connection).copy(f"COPY {table} FROM STDIN") as copy:
                copy.write(told)
    return True


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def _names(connection: Connection, kind: str) -> list[str]:
    asked = (
        "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        f"AND relkind = '{kind}' ORDER BY oid"
    )
    return list(connection.exec_driver_sql(asked).scalars())


def _columns(connection: Connection, table: str) -> str:
    """Return the columns of a table that are not worked out from others."""
    asked = (
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
        f"WHERE attrelid = '{table}'::regclass AND attnum > 0 "
        "AND NOT attisdropped AND attgenerated = ''"
    )
    return str(connection.exec_driver_sql(asked).scalar())


def _copied_out(connection: Connection, table: str) -> bytes:
    with _cursor(connection).copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(copy)


def _counter(connection: Connection, name: str) -> str:
    """Return the statement that sets a counter to where it stands now."""
    last, called = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {name}").one()
    return f"SELECT setval('{name}', {last}, {str(called).lower()})"
