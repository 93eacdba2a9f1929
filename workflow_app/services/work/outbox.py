"""Queueing what has to leave or be made after the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.outbox import Job

GIVE_UP_AFTER = 8
"""Attempts after which a job waits for a person; `doctor` names it."""
QUEUED = "queued"
"""Where a session notes what its operation has queued; each operation begins with nothing."""


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
    job = Job(
        kind=kind,
        case_id=case.id if case else None,
        data=data,
        created_at=now,
        due_at=due or now,
        attempts=0,
    )
    session.add(job)
    session.info.setdefault(QUEUED, []).append(job)


def queued_here(session: Session) -> list[Job]:
    """Return what the operation that is going on has queued so far."""
    return [job for job in session.info.get(QUEUED, ()) if job in session]
