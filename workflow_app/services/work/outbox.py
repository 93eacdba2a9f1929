"""Queueing what has to leave or be made after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.orm import Session

from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.outbox import Job

GIVE_UP_AFTER = 8
"""Attempts after which a job waits for a person; `doctor` names it."""
QUEUED = "queued"
"""Where a session notes what its operation has queued; each operation begins with nothing."""
ADDED = insert(Job).returning(Job.id)
DROPPED = delete(Job).where(Job.id == bindparam("id"))


class Queued(NamedTuple):
    """A row of the outbox that the operation which is going on has written."""

    id: int
    case_id: int | None
    data: dict[str, Any]


def queue(
    session: Session,
    kind: str,
    case: Case | None,
    data: dict[str, Any],
    now: datetime,
    *,
    due: datetime | None = None,
) -> None:
    """Write a row of the outbox in the operation's own transaction; `due` None: due at once."""
    of = case.id if case else None
    row = {"kind": kind, "case_id": of, "data": data, "created_at": now, "due_at": due or now}
    number = session.connection().execute(ADDED, row).scalar_one()
    session.info.setdefault(QUEUED, []).append(Queued(number, of, data))


def take_back(session: Session, case: Case, wanted: Mapping[str, Any]) -> None:
    """Drop what the operation that is going on has queued for a case with all these data."""
    here: list[Queued] = session.info.get(QUEUED, [])
    gone = [q for q in here if q.case_id == case.id and wanted.items() <= q.data.items()]
    for queued in gone:
        session.connection().execute(DROPPED, {"id": queued.id})
        here.remove(queued)
