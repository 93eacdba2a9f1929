"""The base of all tables, and how a database is opened."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

from workflow_app.store.written import forget

CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BEGIN = "sqlite_begin"
"""Execution option of a connection: SQLite begins `DEFERRED` to read, `IMMEDIATE` to write."""
WRITING: dict[str, dict[str, Any]] = {
    "sqlite": {BEGIN: "IMMEDIATE"},
    "postgresql": {"isolation_level": "READ COMMITTED"},
}
"""Dialect → execution options of a connection that is going to write."""
LOST_RACES = frozenset({"23505", "40001", "40P01"})
"""SQLSTATE of a row that somebody else added first, of a failed serialisation, of a deadlock."""

PASSING_SQLITE = (
    "SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
)  # fmt: skip
"""How SQLite says that a file is held too long, or cannot be written for lack of room."""
PASSING_STATES = frozenset({"08", "53", "55", "57"})
"""Classes of SQLSTATE: connection, resources, not ready, stopped by its operator."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, stored as UTC without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant as UTC; a naive one is an error of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant with its zone."""
        return value.replace(tzinfo=UTC) if value is not None else None


class Base(DeclarativeBase):
    """What all tables share."""

    registry = registry(
        metadata=MetaData(naming_convention=CONVENTION),
        type_annotation_map={datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON},
    )


def open_engine(url: str) -> Engine:
    """Return an engine for `url`, set up by `engine_options` and `tune`."""
    engine = create_engine(url, **engine_options(url))
    tune(engine)
    return engine


def engine_options(url: str) -> dict[str, Any]:
    """Return what an engine for `url` is made with.

    On PostgreSQL a page is read as of one instant, as SQLite does it by itself; and a connection
    that the server has dropped is replaced before it is used.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return {}
    return {"isolation_level": "REPEATABLE READ", "pool_pre_ping": True}


def begin_writing(session: Session) -> None:
    """End what was read before, and begin a transaction that may write.

    SQLite lets one writer in after the other. PostgreSQL lets them in together: each waits for the
    rows that another is changing, and then reads them as they have become.
    """
    session.rollback()
    forget(session)
    session.connection(execution_options=WRITING[session.get_bind().dialect.name])


def locks_rows(session: Session) -> bool:
    """Return whether writers wait for single rows; SQLite has one writer at a time anyway."""
    return session.get_bind().dialect.name != "sqlite"


def take_turns(session: Session, name: str) -> None:
    """Wait until nobody else holds `name`, and hold it until this transaction ends.

    SQLite has one writer anyway and passes over it.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def lost_race(error: DBAPIError) -> bool:
    """Return whether the database refused because somebody else wrote at the same time."""
    return getattr(error.orig, "sqlstate", None) in LOST_RACES


def gone(error: DBAPIError) -> bool:
    """Return whether the database cannot be reached, waits too long or has no room: it may pass."""
    if error.connection_invalidated:
        return True
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(PASSING_SQLITE)
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, OperationalError) and (state is None or state[:2] in PASSING_STATES)


def tune(engine: Engine) -> None:
    """Make SQLite safe for several writers: WAL, full sync, and `BEGIN` said by us.

    A write must begin IMMEDIATE: two deferred transactions that both turn to writing lock each
    other out. Reading begins DEFERRED and never waits.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=15000",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        how = connection.get_execution_options().get(BEGIN, "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {how}")
