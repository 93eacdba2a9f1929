"""A comment is told to whoever takes part in the conversation, once for what is said together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.services.access.rows import principals_of
from workflow_app.services.work.notices import TAKING_PART
from workflow_app.services.work.outbox import GIVE_UP_AFTER, queue
from workflow_app.store import queries
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person

COMMENT = "comment"
"""The template of the mail, and the kind of the entry that it is about."""
GATHERS = timedelta(minutes=10)
"""So long a mail waits for further comments."""


def tell(
    session: Session, case: Case, entry: Entry, in_charge: Iterable[int], now: datetime
) -> None:
    """Queue a mail about a comment to everybody concerned but its author.

    That is whoever takes part in the case, has commented on it before, or is `in_charge`: asked to
    act on it now as the one person assigned to it.

    Whoever has one about this case that has not left yet needs no second one: it is written when it
    leaves, and names everybody who has commented by then.
    """
    waiting = _waiting(session, case)
    for person in _concerned(session, case, in_charge):
        if person.id == entry.actor_id or person.id in waiting or not person.active:
            continue
        if queries.sees(session, principals_of(person), case.number):
            data = {
                "template": COMMENT,
                "to": person.id,
                "transition": None,
                "state": case.state,
                "since": entry.sequence,
            }
            queue(session, "mail", case, data, now, due=now + GATHERS)


def _concerned(session: Session, case: Case, in_charge: Iterable[int]) -> Iterable[Person]:
    """Return who takes part, who is in charge, and who has commented before."""
    taking_part = session.scalars(TAKING_PART, {"case": case.id}).all()
    ids = {p.person_id for p in taking_part if p.until is None} | set(in_charge)
    ids |= set(
        session.scalars(
            select(Entry.actor_id).where(Entry.case_id == case.id, Entry.kind == COMMENT)
        )
    )
    found = select(Person).where(Person.id.in_(i for i in ids if i)).order_by(Person.id)
    return session.scalars(found).unique()


def _waiting(session: Session, case: Case) -> set[int]:
    """Return for whom a mail about a comment on this case waits, one that is just leaving apart."""
    jobs = session.scalars(
        select(Job).where(
            Job.case_id == case.id,
            Job.kind == "mail",
            Job.done_at.is_(None),
            Job.leased_until.is_(None),
            Job.attempts < GIVE_UP_AFTER,
        )
    )
    return {job.data["to"] for job in jobs if job.data["template"] == COMMENT}


def authors(session: Session, case: Case, since: int, reader: Person) -> list[str]:
    """Return who has commented since that entry, each once; nothing if `reader` has answered.

    Whoever did something on the case later has seen its page, and the comments on it.
    """
    said = session.scalars(
        select(Entry).where(Entry.case_id == case.id, Entry.sequence >= since).order_by(Entry.id)
    ).all()
    heard = max((e.sequence for e in said if e.actor_id == reader.id), default=0)
    new = [e.actor.name for e in said if e.kind == COMMENT and e.sequence > heard and e.actor]
    return list(dict.fromkeys(new))
