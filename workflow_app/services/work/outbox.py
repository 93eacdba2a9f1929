"""Queueing what has to leave or be made after the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.store.cases import Case
from workflow_app.store.outbox import Job


def queue(
    session: Session, kind: str, case: Case | None, data: dict[str, Any], now: datetime
) -> None:
    """Write a row of the outbox in the operation's own transaction."""
    session.add(
        Job(
            kind=kind,
            case_id=case.id if case else None,
            data=data,
            created_at=now,
            due_at=now,
            attempts=0,
        )
    )
