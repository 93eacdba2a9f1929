"""The steps of a case on an imported workflow, as its history holds them.

What a step made of the variables stands with the words of its entry: a comment is among them, so
that both are erased together, and the chain holds only their commitment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Moved
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry, EntryText

STATUS = "status"
"""Where the variables stand among the words of an entry."""
BYPASS = "bypass"
"""What an entry is about in which a guard was passed over; the chain of hashes holds it."""
MOVING = ("transition", "migration", "migration_back")
"""Kinds of entries that say where the case stands."""
MOVES = (
    select(
        *(Entry.kind, Entry.transition, Entry.from_state, Entry.to_state, Entry.actor_id),
        *(Entry.at, Entry.subject, EntryText.words),
    )
    .outerjoin(EntryText, EntryText.entry_id == Entry.id)
    .where(Entry.case_id == bindparam("case"), Entry.kind.in_(MOVING))
    .order_by(Entry.sequence)
)


def moves_of(session: Session, case: Case) -> tuple[Moved, ...]:
    """Return all steps of the case, the oldest first."""
    found: list[Moved] = []
    for row in session.execute(MOVES, {"case": case.id}):
        said = (row.words or {}).get(STATUS)
        # A case that goes to another version takes its variables along.
        kept = found[-1].status if found and row.kind != "transition" else {}
        found.append(
            Moved(
                transition=row.transition if row.kind == "transition" else None,
                source=row.from_state or row.to_state,
                target=row.to_state,
                actor=str(row.actor_id) if row.actor_id is not None else None,
                at=row.at,
                bypassed=row.subject == BYPASS,
                status=read(said) if said else kept,
            )
        )
    return tuple(found)


def written(status: Mapping[str, object]) -> dict[str, Any]:
    """Return variables as JSON that keeps what kind each one is of."""
    return {name: _written(value) for name, value in status.items()}


def _written(value: object) -> Any:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, int):
        return {"integer": str(value)}
    if isinstance(value, float):
        return {"decimal": repr(value)}
    if isinstance(value, Mapping):
        return {"entry": written(value)}
    if isinstance(value, tuple | list):
        return {"list": [_written(item) for item in value]}
    return str(value)


def read(status: Mapping[str, Any]) -> dict[str, object]:
    """Return the variables that `written` made JSON of."""
    return {name: _read(value) for name, value in status.items()}


def _read(value: Any) -> object:
    if not isinstance(value, Mapping):
        return value
    kind, inner = next(iter(value.items()))
    if kind == "moment":
        return datetime.fromisoformat(inner)
    if kind == "integer":
        return int(inner)
    if kind == "decimal":
        return float(inner)
    return read(inner) if kind == "entry" else tuple(_read(item) for item in inner)
