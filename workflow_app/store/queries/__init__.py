"""Questions that pages ask; each is one indexed query. Those of lists of cases: `lists`."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from workflow_app.store.cases import Case, Deadline, Participation
from workflow_app.store.documents import Attachment, Document
from workflow_app.store.history import Entry
from workflow_app.store.organisations import Membership, Organisation
from workflow_app.store.people import Person
from workflow_app.store.queries.lists import (
    Listed,
    Which,
    children,
    count_of_others,
    parent,
    projects,
    sees,
    task_counts,
    tasks,
    titles,
    waiting,
)
from workflow_app.store.submissions import Confirmation, Submission

__all__ = [
    "Listed",
    "Which",
    "attachments",
    "children",
    "confirmations",
    "count_of_others",
    "deadline",
    "documents",
    "history",
    "last_entry",
    "parent",
    "people_of",
    "person",
    "person_by",
    "projects",
    "sees",
    "task_counts",
    "tasks",
    "titles",
    "versions",
    "waiting",
]


def history(session: Session, case: Case, limit: int | None = None) -> list[Entry]:
    """Return the entries of a case, the newest first."""
    question = _entries(case).order_by(Entry.sequence.desc())
    return list(session.scalars(question.limit(limit) if limit else question))


def last_entry(session: Session, case: Case) -> int:
    """Return the sequence number of the newest entry of a case; 0: it has none."""
    newest = select(func.max(Entry.sequence)).where(Entry.case_id == case.id)
    return session.scalar(newest) or 0


def _entries(case: Case) -> Select[Entry]:
    """Return the question for entries with their words and who acted."""
    with_all = (joinedload(Entry.text), joinedload(Entry.actor))
    return select(Entry).where(Entry.case_id == case.id).options(*with_all)


def documents(session: Session, case: Case) -> list[Document]:
    """Return the documents of a case, the newest first."""
    return list(
        session.scalars(
            select(Document).where(Document.case_id == case.id).order_by(Document.id.desc())
        )
    )


def attachments(session: Session, case: Case) -> list[Attachment]:
    """Return the attachments of a case, the oldest first."""
    return list(
        session.scalars(
            select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)
        )
    )


def versions(session: Session, case: Case, form: str, slot: str) -> list[Submission]:
    """Return all submissions of a form in a slot, the oldest first."""
    return list(
        session.scalars(
            select(Submission)
            .where(Submission.case_id == case.id, Submission.form == form, Submission.slot == slot)
            .order_by(Submission.version)
        )
    )


def confirmations(session: Session, case: Case, transition: str) -> list[Confirmation]:
    """Return the confirmations of a transition that still stand, the oldest first."""
    return list(
        session.scalars(
            select(Confirmation)
            .where(
                Confirmation.case_id == case.id,
                Confirmation.transition == transition,
                Confirmation.taken_back_at.is_(None),
                Confirmation.used_at.is_(None),
            )
            .order_by(Confirmation.id)
        )
    )


def deadline(session: Session, case: Case) -> date | None:
    """Return the day by which the case's state should be left, or None."""
    return session.scalar(
        select(Deadline.due_on)
        .where(Deadline.case_id == case.id, Deadline.closed_at.is_(None))
        .order_by(Deadline.due_on)
        .limit(1)
    )


def people_of(session: Session, case: Case) -> list[tuple[str, str, str, str | None]]:
    """Return (name, role, organisation, function) of everybody who takes part now.

    Somebody who was invited and has not come is called by the address.
    """
    called = func.coalesce(Participation.invited_as, Person.name)
    rows = session.execute(
        select(called, Participation.role, Organisation.name, Membership.function)
        .join(Person, Person.id == Participation.person_id)
        .outerjoin(Organisation, Organisation.id == Participation.organisation_id)
        .outerjoin(
            Membership,
            (Membership.person_id == Participation.person_id)
            & (Membership.organisation_id == Participation.organisation_id),
        )
        .where(Participation.case_id == case.id, Participation.until.is_(None))
        .order_by(Participation.id)
    )
    return [(name, role, body or "", function) for name, role, body, function in rows]


def person(session: Session, person_id: int) -> Person | None:
    """Return the person with this id, or None."""
    return session.get(Person, person_id)


def person_by(session: Session, name: str, value: object) -> Person | None:
    """Return the person whose `id`, `email` or `fs_uniquifier` is `value`, or None."""
    column = {"id": Person.id, "email": Person.email, "fs_uniquifier": Person.fs_uniquifier}[name]
    return session.scalar(select(Person).where(column == value))
