"""Jobs that were given up get another try."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflow_app.services.transaction import transaction
from workflow_app.services.work.outbox import GIVE_UP_AFTER
from workflow_app.store.tables.outbox import Job


def try_again(session: Session, now: datetime) -> None:
    """Let every job that was given up be tried from the beginning."""
    with transaction(session):
        session.execute(
            update(Job)
            .where(Job.done_at.is_(None), Job.attempts >= GIVE_UP_AFTER)
            .values(attempts=0, due_at=now, leased_until=None)
        )
