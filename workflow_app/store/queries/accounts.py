"""Questions that the pages of the office and of one's own account ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, selectinload

from workflow_app.core.folding import folded
from workflow_app.store.tables.administration import Administered
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.links import PersonalLink
from workflow_app.store.tables.organisations import Membership, Organisation
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person, SignIn

STATES: dict[str, tuple[ColumnElement[bool], ...]] = {
    "active": (Person.active.is_(True),),
    "deactivated": (Person.deactivated_at.is_not(None),),
    "invited": (Person.active.is_(False), Person.deactivated_at.is_(None)),
}


@dataclass(frozen=True)
class Account:
    """Somebody in the list of people."""

    person: Person
    state: str
    roles: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True)
class Mail:
    """A mail of the outbox, with whom it is for and which case it is about."""

    job: Job
    to: str
    number: str | None
    language: str
    """In which whom it is for is written to; empty if nobody is known."""


def state_of(person: Person) -> str:
    """Return `active`, `invited` or `deactivated`."""
    if person.active:
        return "active"
    return "deactivated" if person.deactivated_at is not None else "invited"


def people(session: Session, words: str, state: str, limit: int, offset: int) -> list[Account]:
    """Return the people whose name or address holds the words, by name."""
    question = (
        select(Person)
        .options(selectinload(Person.standing_roles))
        .order_by(Person.search, Person.id)
        .limit(limit)
        .offset(offset)
    )
    for word in folded(words).split():
        question = question.where(Person.search.contains(word, autoescape=True))
    if state:
        question = question.where(*STATES[state])
    found = session.scalars(question).all()
    bodies = _bodies_of(session, [p.id for p in found])
    return [
        Account(
            p,
            state_of(p),
            tuple(sorted({g.role for g in p.standing_roles})),
            tuple(bodies.get(p.id, ())),
        )
        for p in found
    ]


def _bodies_of(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(Membership.person_id, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id.in_(ids), Membership.until.is_(None))
        .order_by(Organisation.name)
    )
    found: dict[int, list[str]] = {}
    for person, name in rows:
        found.setdefault(person, []).append(name)
    return found


def memberships(session: Session, person_id: int, today: date) -> list[Membership]:
    """Return the memberships of somebody that last, by organisation."""
    return list(
        session.scalars(
            select(Membership)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .options(selectinload(Membership.organisation))
            .where(
                Membership.person_id == person_id,
                or_(Membership.until.is_(None), Membership.until >= today),
            )
            .order_by(Organisation.name)
        )
    )


def open_cases(session: Session, person_id: int) -> int:
    """Return in how many open cases somebody takes part or is the one who supervises."""
    takes_part = select(Participation.case_id).where(
        Participation.person_id == person_id, Participation.until.is_(None)
    )
    return (
        session.scalar(
            select(func.count()).where(
                Case.ended.is_(False),
                or_(Case.id.in_(takes_part), Case.supervisor_id == person_id),
            )
        )
        or 0
    )


def open_link(session: Session, person_id: int, kind: str, now: datetime) -> PersonalLink | None:
    """Return the link of this kind that is still good, or None."""
    return session.scalar(
        select(PersonalLink)
        .where(
            PersonalLink.person_id == person_id,
            PersonalLink.kind == kind,
            PersonalLink.used_at.is_(None),
            PersonalLink.revoked_at.is_(None),
            PersonalLink.expires_at > now,
        )
        .order_by(PersonalLink.id.desc())
        .limit(1)
    )


def organisation_names(session: Session) -> dict[int, str]:
    """Return id → name of every organisation, by name."""
    rows = session.execute(select(Organisation.id, Organisation.name).order_by(Organisation.name))
    return {row.id: row.name for row in rows}


def organisations(
    session: Session, words: str, limit: int, offset: int
) -> list[tuple[Organisation, int]]:
    """Return the organisations whose name holds the words, each with how many belong to it."""
    count = (
        select(func.count())
        .where(Membership.organisation_id == Organisation.id, Membership.until.is_(None))
        .scalar_subquery()
    )
    question = select(Organisation, count).order_by(Organisation.name).limit(limit).offset(offset)
    for word in folded(words).split():
        question = question.where(Organisation.search.contains(word, autoescape=True))
    return [(body, members or 0) for body, members in session.execute(question)]


def members(session: Session, organisation_id: int, today: date) -> list[Membership]:
    """Return who belongs to an organisation, by name."""
    return list(
        session.scalars(
            select(Membership)
            .join(Person, Person.id == Membership.person_id)
            .options(selectinload(Membership.person))
            .where(
                Membership.organisation_id == organisation_id,
                or_(Membership.until.is_(None), Membership.until >= today),
            )
            .order_by(Person.name)
        )
    )


def administered(session: Session, limit: int, offset: int) -> list[Administered]:
    """Return the log of the administration, the newest first."""
    return list(
        session.scalars(
            select(Administered)
            .options(
                selectinload(Administered.actor),
                selectinload(Administered.person),
                selectinload(Administered.organisation),
            )
            .order_by(Administered.id.desc())
            .limit(limit)
            .offset(offset)
        )
    )


def mails(session: Session, limit: int, offset: int) -> list[Mail]:
    """Return the mails of the outbox, the newest first."""
    rows = session.execute(
        select(Job, Case.number)
        .outerjoin(Case, Case.id == Job.case_id)
        .where(Job.kind == "mail")
        .order_by(Job.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    ids = {job.data.get("to") for job, _ in rows}
    people = session.scalars(select(Person).where(Person.id.in_(ids)))
    found = {person.id: person for person in people}
    return [_mail(job, found.get(int(job.data.get("to") or 0)), number) for job, number in rows]


def _mail(job: Job, person: Person | None, number: str | None) -> Mail:
    return Mail(job, person.email if person else "", number, person.language if person else "")


def mail(session: Session, job_id: int) -> Mail | None:
    """Return one mail of the outbox, or None."""
    job = session.get(Job, job_id)
    if job is None or job.kind != "mail":
        return None
    person = session.get(Person, job.data.get("to") or 0)
    number = session.scalar(select(Case.number).where(Case.id == job.case_id))
    return _mail(job, person, number)


def sign_ins(session: Session, person_id: int, now: datetime, idle: timedelta) -> list[SignIn]:
    """Return the sessions of somebody that run, the last used first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(
                SignIn.person_id == person_id,
                SignIn.ended_at.is_(None),
                SignIn.seen_at > now - idle,
            )
            .order_by(SignIn.seen_at.desc())
        )
    )
