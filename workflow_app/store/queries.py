"""Questions that lists and pages ask; each is one indexed query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from workflow_app.store.access import Access, Principal
from workflow_app.store.cases import Case, Deadline, Participation
from workflow_app.store.definitions import Definition
from workflow_app.store.documents import Attachment, Document
from workflow_app.store.history import Entry
from workflow_app.store.organisations import Membership, Organisation
from workflow_app.store.people import Person
from workflow_app.store.submissions import Confirmation, Submission


@dataclass(frozen=True)
class Listed:
    """A case in a list."""

    number: str
    title: str
    county: str | None
    state: str
    definition_id: int
    due_on: date | None
    task_de: str | None = None
    task_en: str | None = None


def _visible(principals: Sequence[str]) -> Select[int]:
    ids = select(Principal.id).where(Principal.key.in_(principals))
    return select(Access.case_id).where(Access.principal_id.in_(ids))


def tasks(session: Session, principals: Sequence[str], limit: int = 200) -> list[Listed]:
    """Return the cases that wait for one of these principals, the nearest deadline first."""
    ids = select(Principal.id).where(Principal.key.in_(principals))
    rows = session.execute(
        select(Case, Deadline.due_on, func.min(Access.task_de), func.min(Access.task_en))
        .join(Access, Access.case_id == Case.id)
        .outerjoin(Deadline, (Deadline.case_id == Case.id) & Deadline.closed_at.is_(None))
        .where(Access.principal_id.in_(ids), Access.waits)
        .group_by(Case.id, Deadline.due_on)
        .order_by(Deadline.due_on.is_(None), Deadline.due_on, Case.id)
        .limit(limit)
    )
    return [_listed(case, due, de, en) for case, due, de, en in rows]


def waiting(session: Session, principals: Sequence[str], limit: int = 200) -> int:
    """Return how many cases wait for one of these principals; `limit` if it is more."""
    ids = select(Principal.id).where(Principal.key.in_(principals))
    mine = select(Access.case_id).where(Access.principal_id.in_(ids), Access.waits).distinct()
    return session.scalar(select(func.count()).select_from(mine.limit(limit).subquery())) or 0


def projects(
    session: Session,
    principals: Sequence[str],
    *,
    words: str = "",
    state: str = "",
    workflow: str = "",
    limit: int = 50,
    offset: int = 0,
) -> list[Listed]:
    """Return the cases that these principals may see, newest change first, by title or number."""
    question = (
        select(Case, Deadline.due_on)
        .outerjoin(Deadline, (Deadline.case_id == Case.id) & Deadline.closed_at.is_(None))
        .where(Case.id.in_(_visible(principals)))
        .order_by(Case.changed_at.desc(), Case.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if state:
        question = question.where(Case.state == state)
    if workflow:
        kept = select(Definition.id).where(Definition.workflow == workflow)
        question = question.where(Case.definition_id.in_(kept))
    if words:
        pattern = f"%{words.lower().replace('%', '').replace('_', '')}%"
        question = question.where(
            or_(func.lower(Case.title).like(pattern), func.lower(Case.number).like(pattern))
        )
    return [_listed(case, due) for case, due in session.execute(question)]


def titles(session: Session, principals: Sequence[str], workflow: str) -> dict[str, str]:
    """Return number → title of the cases of a workflow that these principals may see."""
    rows = session.execute(
        select(Case.number, Case.title)
        .join(Definition, Definition.id == Case.definition_id)
        .where(Definition.workflow == workflow, Case.id.in_(_visible(principals)))
        .order_by(Case.number)
    )
    return {row.number: row.title for row in rows}


def children(session: Session, principals: Sequence[str], case: Case) -> list[Listed]:
    """Return the child cases that these principals may see, the newest first."""
    rows = session.execute(
        select(Case, Deadline.due_on)
        .outerjoin(Deadline, (Deadline.case_id == Case.id) & Deadline.closed_at.is_(None))
        .where(Case.parent_id == case.id, Case.id.in_(_visible(principals)))
        .order_by(Case.id.desc())
    )
    return [_listed(child, due) for child, due in rows]


def parent(session: Session, principals: Sequence[str], case: Case) -> Listed | None:
    """Return the parent case, or None if there is none that these principals may see."""
    found = session.scalar(
        select(Case).where(Case.id == case.parent_id, Case.id.in_(_visible(principals)))
    )
    return _listed(found, None) if found else None


def _listed(
    case: Case, due: date | None, task_de: str | None = None, task_en: str | None = None
) -> Listed:
    return Listed(
        case.number, case.title, case.county, case.state, case.definition_id, due, task_de, task_en
    )


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


def comments(session: Session, case: Case) -> list[Entry]:
    """Return the comments on a case, the oldest first."""
    return list(
        session.scalars(_entries(case).where(Entry.kind == "comment").order_by(Entry.sequence))
    )


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
    """Return (name, role, organisation, function) of everybody who takes part now."""
    rows = session.execute(
        select(Person.name, Participation.role, Organisation.name, Membership.function)
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
