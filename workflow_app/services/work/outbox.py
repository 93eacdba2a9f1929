"""Queueing what has to leave or be made after the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.store.cases import Case
from workflow_app.store.outbox import Job

QUEUED = "queued"
"""Where a session notes what its operation has queued; each operation begins with nothing."""


def queue(
    session: Session, kind: str, case: Case | None, data: dict[str, Any], now: datetime
) -> None:
    """Write a row of the outbox in the operation's own transaction."""
    job = Job(
        kind=kind,
        case_id=case.id if case else None,
        data=data,
        created_at=now,
        due_at=now,
        attempts=0,
    )
    session.add(job)
    session.info.setdefault(QUEUED, []).append(job)


def queued_here(session: Session) -> list[Job]:
    """Return what the operation that is going on has queued so far."""
    return [job for job in session.info.get(QUEUED, ()) if job in session]
