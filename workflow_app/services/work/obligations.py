"""What a role has to do by a day of its own, beside the deadline of the state (ruling L13).

It begins when the state first asks for it and is over when it asks no more; it goes on where the
next state asks for the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.steps.offers import Turn
from workflow_app.services.clock import day_of
from workflow_app.store.tables.cases import Case, Obligation

Key = tuple[str, str]
"""Role, and the condition under which it is asked."""


def key_of(turn: Turn) -> Key | None:
    """Return what an obligation is known by, or None if the state's deadline holds."""
    return turn.obligation


def running(session: Session, case: Case) -> dict[Key, Obligation]:
    """Return the obligations of a case that are not met yet."""
    rows = session.scalars(
        select(Obligation).where(Obligation.case_id == case.id, Obligation.closed_at.is_(None))
    )
    return {(row.role, row.asked): row for row in rows}


def keep(session: Session, case: Case, turns: Iterable[Turn], now: datetime) -> Mapping[Key, date]:
    """Begin the obligations of those whose turn it is, end all others; return when each is due."""
    over = running(session, case)
    due = {}
    for turn in turns:
        key = key_of(turn)
        if key is None or turn.asked is None or turn.asked.deadline is None or key in due:
            continue
        known = over.pop(key, None)
        due[key] = known.due_on if known else day_of(now) + timedelta(turn.asked.deadline.days)
        if known is None:
            role, asked = key
            row = Obligation(case_id=case.id, role=role, asked=asked, due_on=due[key])
            row.created_at, row.reminders = now, 0
            session.add(row)
    for obligation in over.values():
        obligation.closed_at = now
    return due


def days(session: Session, case: Case, turns: Iterable[Turn]) -> Mapping[Key, date]:
    """Return by which day each turn with a day of its own is due; asks nothing if there is none."""
    if all(turn.asked is None for turn in turns):
        return {}
    return {key: row.due_on for key, row in running(session, case).items()}


def first(turns: Iterable[Turn], due: Mapping[Key, date]) -> date | None:
    """Return the first day of their own by which some turns are due, or None."""
    keys = filter(None, map(key_of, turns))
    return min((due[key] for key in keys if key in due), default=None)
