"""Which tables an operation has written to so far: what it has read of the others still holds."""

from __future__ import annotations

from itertools import chain
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

WRITTEN = "written"
"""Where a session notes it; each operation begins with nothing."""


def written(session: Session) -> frozenset[type[Any]]:
    """Return the tables that the operation has changed rows of, up to its last flush."""
    return frozenset(session.info.get(WRITTEN, ()))


def forget(session: Session) -> None:
    """Begin anew: an operation begins, and nothing has been written."""
    session.info.pop(WRITTEN, None)


def note(session: Session, tables: set[type[Any]]) -> None:
    """Note that rows of these tables are written; whoever writes past the session says so."""
    session.info.setdefault(WRITTEN, set()).update(tables)


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, context: UOWTransaction) -> None:
    note(session, {type(row) for row in chain(session.new, session.dirty, session.deleted)})


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    changes = state.is_insert or state.is_update or state.is_delete
    if changes and state.bind_mapper is not None:
        note(state.session, {state.bind_mapper.class_})
