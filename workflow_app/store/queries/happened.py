"""What happened to a case, the newest first, with its words and the name of who acted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session

from workflow_app.store.asking import asked
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry, EntryText
from workflow_app.store.tables.people import Person


class Happened(NamedTuple):
    """One entry of the history as it is read; its fields are those of `Entry`."""

    sequence: int
    kind: str
    role: str | None
    side: str | None
    transition: str | None
    from_state: str | None
    to_state: str
    subject: str | None
    content: str | None
    commitment: str | None
    at: datetime
    hash: str
    words: dict[str, Any] | None
    """None: nothing was said with it, or it was erased."""
    actor: str | None
    """Name of who acted; None: the system."""


class Way(NamedTuple):
    """What one entry of the history did to the state of its case."""

    kind: str
    from_state: str | None
    to_state: str


ENTRIES = (
    select(*(getattr(Entry, name) for name in Happened._fields[:-2]), EntryText.words, Person.name)
    .outerjoin(EntryText, EntryText.entry_id == Entry.id)
    .outerjoin(Person, Person.id == Entry.actor_id)
    .where(Entry.case_id == bindparam("case"))
    .order_by(Entry.sequence.desc())
)
NEWEST = ENTRIES.limit(bindparam("limit", type_=Integer))
EVENTS = NEWEST.where(Entry.kind != "comment")
COMMENTS = ENTRIES.where(Entry.kind == "comment")
WAYS = (
    select(*(getattr(Entry, name) for name in Way._fields))
    .where(Entry.case_id == bindparam("case"))
    .order_by(Entry.sequence.desc())
)
LAST = select(func.max(Entry.sequence)).where(Entry.case_id == bindparam("case"))


def history(session: Session, case: Case, limit: int | None = None) -> list[Happened]:
    """Return the entries of a case, the newest first."""
    if limit is None:
        return [Happened(*row) for row in asked(session, ENTRIES, case=case.id)]
    return [Happened(*row) for row in asked(session, NEWEST, case=case.id, limit=limit)]


def events(session: Session, case: Case, limit: int) -> list[Happened]:
    """Return the newest entries of a case that are no comments, the newest first."""
    return [Happened(*row) for row in asked(session, EVENTS, case=case.id, limit=limit)]


def comments(session: Session, case: Case) -> list[Happened]:
    """Return the comments on a case, the oldest first."""
    return [Happened(*row) for row in asked(session, COMMENTS, case=case.id)][::-1]


def ways(session: Session, case: Case) -> list[Way]:
    """Return what each entry of a case did to its state, the newest first."""
    return [Way(*row) for row in asked(session, WAYS, case=case.id)]


def last_entry(session: Session, case: Case) -> int:
    """Return the sequence number of the newest entry of a case; 0: it has none."""
    return asked(session, LAST, case=case.id)[0][0] or 0
