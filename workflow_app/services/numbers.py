"""Numbers in a series, one after the other: TP-2026-0001."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow_app.store.outbox import Counter


def next_number(session: Session, series: str) -> str:
    """Return the next number of `series`; two transactions never get the same one."""
    counter = session.get(Counter, series, with_for_update=True)
    if counter is None:
        counter = Counter(series=series, value=0)
        session.add(counter)
    counter.value += 1
    session.flush()
    return f"{series}-{counter.value:04d}"
