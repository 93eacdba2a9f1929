"""Questions that pages ask; each is one indexed query. Those of lists: `lists` and `tasks`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, defer, joinedload

from workflow_app.store.asking import asked
from workflow_app.store.queries.happened import (
    Happened,
    Way,
    comments,
    events,
    history,
    last_entry,
    ways,
)
from workflow_app.store.queries.lists import Listed, children, parent, projects, titles
from workflow_app.store.queries.seen import sees
from workflow_app.store.queries.tasks import COUNTED, Which, task_counts, tasks, waiting
from workflow_app.store.tables.cases import Case, Deadline, Participation
from workflow_app.store.tables.documents import Attachment, Document, StoredFile
from workflow_app.store.tables.organisations import Membership, Organisation
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Confirmation, Submission

__all__ = [
    "COUNTED",
    "Attached",
    "Happened",
    "Listed",
    "Way",
    "Which",
    "attachments",
    "children",
    "comments",
    "confirmations",
    "deadline",
    "documents",
    "events",
    "history",
    "last_entry",
    "names",
    "parent",
    "people_of",
    "person",
    "person_by",
    "projects",
    "sees",
    "task_counts",
    "tasks",
    "titles",
    "version_of",
    "versions",
    "waiting",
    "ways",
]


class Attached(NamedTuple):
    """A file that somebody added to a case, as it is listed."""

    id: int
    sha256: str
    name: str
    form: str | None
    """The form in which it was uploaded; None: beside the forms."""
    at: datetime
    size: int
    person: str
    """Name of who added it."""


# Each question is put together once; a page asks a dozen of them.
OF_CASE: Any = bindparam("case")
VERSION_OF = select(Case.definition_id).where(Case.number == bindparam("number"))
DOCUMENTS = (
    select(Document)
    .where(Document.case_id == OF_CASE)
    # What a document says is long, and read when it is asked for.
    .options(defer(Document.snapshot))
    .order_by(Document.id.desc())
)
ATTACHMENTS = (
    select(
        *(Attachment.id, Attachment.sha256, Attachment.name, Attachment.form, Attachment.at),
        *(StoredFile.size, Person.name),
    )
    .join(StoredFile, StoredFile.sha256 == Attachment.sha256)
    .join(Person, Person.id == Attachment.person_id)
    .where(Attachment.case_id == OF_CASE)
    .order_by(Attachment.id)
)
CALLED = func.coalesce(Participation.invited_as, Person.name)
PEOPLE = (
    select(CALLED, Participation.role, Organisation.name, Membership.function, Participation.deputy)
    .join(Person, Person.id == Participation.person_id)
    .outerjoin(Organisation, Organisation.id == Participation.organisation_id)
    .outerjoin(
        Membership,
        (Membership.person_id == Participation.person_id)
        & (Membership.organisation_id == Participation.organisation_id),
    )
    .where(Participation.case_id == OF_CASE, Participation.until.is_(None))
    .order_by(Participation.id)
)
WHOLE_PERSON = select(Person).options(joinedload(Person.standing_roles))
NAMES = select(Person.id, Person.name).where(Person.id.in_(bindparam("people", expanding=True)))
PERSON_BY = {
    column.key: WHOLE_PERSON.where(column == bindparam("value"))
    for column in (Person.id, Person.email, Person.fs_uniquifier)
}
"""What somebody is known by → the question for the person with all standing roles."""


def documents(session: Session, case: Case) -> list[Document]:
    """Return the documents of a case, the newest first."""
    return list(session.scalars(DOCUMENTS, {"case": case.id}))


def attachments(session: Session, case: Case) -> list[Attached]:
    """Return the attachments of a case, the oldest first."""
    return [Attached(*row) for row in asked(session, ATTACHMENTS, case=case.id)]


def versions(session: Session, case: Case, form: str, slot: str) -> list[Submission]:
    """Return all submissions of a form in a slot, the oldest first."""
    return list(
        session.scalars(
            select(Submission)
            .where(Submission.case_id == case.id, Submission.form == form, Submission.slot == slot)
            .order_by(Submission.version)
        )
    )


def last_yes(
    session: Session, case: Case, transitions: Sequence[str], side: str | None
) -> datetime | None:
    """Return when a side last confirmed one of these steps, whether it still counts or not."""
    return session.scalar(
        select(func.max(Confirmation.at)).where(
            Confirmation.case_id == case.id,
            Confirmation.transition.in_(transitions),
            Confirmation.side == side,
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
    # Sorted here: asked for the first one, SQLite would look through those of all cases.
    running = select(Deadline.due_on).where(
        Deadline.case_id == case.id, Deadline.closed_at.is_(None)
    )
    return min(session.scalars(running), default=None)


def people_of(session: Session, case: Case) -> list[tuple[str, str, str, str | None, bool]]:
    """Return name, role, organisation, function, and whether as a deputy, of all who take part now.

    Somebody who was invited and has not come is called by the address.
    """
    rows = asked(session, PEOPLE, case=case.id)
    return [(name, role, body or "", *rest) for name, role, body, *rest in rows]


def version_of(session: Session, number: str) -> int | None:
    """Return the id of the workflow version that a case runs on, or None if there is no case."""
    found = asked(session, VERSION_OF, number=number)
    return found[0].definition_id if found else None


def names(session: Session, people: Iterable[int]) -> dict[int, str]:
    """Return id → name of these people."""
    rows = asked(session, NAMES, people=sorted(set(people)))
    return {row.id: row.name for row in rows}


def person(session: Session, person_id: int) -> Person | None:
    """Return the person with this id, or None."""
    return session.get(Person, person_id)


def person_by(session: Session, name: str, value: object) -> Person | None:
    """Return the person whose `id`, `email` or `fs_uniquifier` is `value`, or None.

    The standing roles come along: nearly every page asks who somebody is because of them.
    """
    return session.scalars(PERSON_BY[name], {"value": value}).unique().one_or_none()
