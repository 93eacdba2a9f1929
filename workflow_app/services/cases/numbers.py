"""Numbers in a series, one after the other: TP-2026-0001."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

# One statement, so that also the first number of a series is given once: whoever comes second
# waits for the row of the first.
COUNT = text(
    "INSERT INTO counter (series, value) VALUES (:series, 1)"
    " ON CONFLICT (series) DO UPDATE SET value = counter.value + 1 RETURNING value"
)


def next_number(session: Session, series: str) -> str:
    """Return the next number of `series`; two transactions never get the same one."""
    return f"{series}-{session.execute(COUNT, {'series': series}).scalar_one():04d}"
