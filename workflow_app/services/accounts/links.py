"""Personal links: mailed to one person, good once and for a time, to set name and password."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import Invalid, NotFound
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.services.accounts.administration import note
from workflow_app.services.sign_ins import end_all
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.links import PersonalLink
from workflow_app.store.tables.people import Person

INVITATION, PASSWORD = "invitation", "password"
LASTS = {INVITATION: timedelta(days=14), PASSWORD: timedelta(hours=2)}
"""Kind → how long a link is good."""
RESETS_AN_HOUR = 3
"""Mails with a new link that one account gets at most, so that nobody is flooded with them."""
NO_NAME = Text("Bitte geben Sie Ihren Namen an.", "Please give your name.")


def make(
    session: Session,
    person: Person,
    kind: str,
    now: datetime,
    *,
    case: Case | None = None,
    by: Person | None = None,
) -> PersonalLink:
    """Make a link, queue the mail with it, and return it; older ones of its kind are void.

    Belongs to the transaction of whoever calls.
    """
    revoke(session, person, kind, now)
    link = PersonalLink(
        kind=kind,
        person_id=person.id,
        case_id=case.id if case else None,
        made_by=by.id if by else None,
        nonce=secrets.token_hex(16),
        made_at=now,
        expires_at=now + LASTS[kind],
    )
    session.add(link)
    session.flush()
    queue(session, "mail", case, {"template": kind, "to": person.id, "link": link.id}, now)
    return link


def revoke(session: Session, person: Person, kind: str, now: datetime) -> int:
    """Let no link of this kind be good any more; return how many were."""
    open_ones = session.scalars(
        select(PersonalLink).where(
            PersonalLink.person_id == person.id,
            PersonalLink.kind == kind,
            PersonalLink.used_at.is_(None),
            PersonalLink.revoked_at.is_(None),
        )
    ).all()
    for link in open_ones:
        link.revoked_at = now
    return len(open_ones)


def address(site: Site, link: PersonalLink) -> str:
    """Return the address that is mailed."""
    return f"{site.base_url}/access/{_seal(site).dumps([link.id, link.nonce])}"


def good(
    session: Session, site: Site, token: str, now: datetime, *, to_use: bool = False
) -> PersonalLink:
    """Return the link that a token stands for, if it is still good.

    `to_use` belongs to a writing transaction: of two who use it at once the second finds it used.

    :raises NotFound: if it never was, has been used or revoked, or its time is over.
    """
    try:
        link_id, nonce = _seal(site).loads(token)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound("link") from error
    question = select(PersonalLink).where(PersonalLink.id == link_id)
    link = session.scalar(question.with_for_update(key_share=True) if to_use else question)
    if link is None or link.nonce != nonce or not is_good(link, now):
        raise NotFound("link")
    return link


def is_good(link: PersonalLink, now: datetime) -> bool:
    """Return whether a link may still be used: it is not, once used, revoked or too old."""
    if link.used_at is not None or link.revoked_at is not None or now >= link.expires_at:
        return False
    return _fits(link)


def _fits(link: PersonalLink) -> bool:
    """Say whether the person still is somebody for whom a link of this kind is made."""
    if link.kind == INVITATION:
        return link.person.password is None and link.person.deactivated_at is None
    return link.person.active


def called(person: Person) -> str:
    """Return the name that whoever invited somebody gave them; empty if they gave none."""
    return "" if person.name == person.email else person.name


def use(
    session: Session, site: Site, token: str, name: str, password_hash: str, now: datetime
) -> Person:
    """Set the password, on an invitation the name, end all sign-ins, and return whose they were.

    :raises NotFound: if the link is no longer good.
    :raises Invalid: if an invitation is answered without a name.
    """
    with transaction(session):
        link = good(session, site, token, now, to_use=True)
        person = link.person
        if link.kind == INVITATION:
            if not name.strip():
                raise Invalid([FieldProblem("name", "required", NO_NAME)])
            person.name = name.strip()[:200]
            person.active = True
        person.password = password_hash
        person.fs_uniquifier = secrets.token_hex(32)
        end_all(session, person.id, now)
        link.used_at = now
        act = "invitation_accepted" if link.kind == INVITATION else "password_set"
        note(session, person, act, now, person=person.id)
    return person


def forgotten(session: Session, email: str, now: datetime) -> None:
    """Mail a link for a new password, if there is such an account; nobody learns whether.

    Whoever was invited and has no password yet gets the invitation anew.
    """
    with transaction(session):
        person = session.scalar(select(Person).where(Person.email == email.strip().lower()))
        if person is None or _mailed_lately(session, person, now) >= RESETS_AN_HOUR:
            return
        if person.active:
            make(session, person, PASSWORD, now)
        elif person.password is None and person.deactivated_at is None and invited(session, person):
            before = invited(session, person)
            case = session.get(Case, before.case_id) if before and before.case_id else None
            make(session, person, INVITATION, now, case=case)


def invited(session: Session, person: Person) -> PersonalLink | None:
    """Return the newest invitation of somebody, good or not, unless it was revoked."""
    newest = session.scalar(
        select(PersonalLink)
        .where(PersonalLink.person_id == person.id, PersonalLink.kind == INVITATION)
        .order_by(PersonalLink.id.desc())
        .limit(1)
    )
    return newest if newest is not None and newest.revoked_at is None else None


def _mailed_lately(session: Session, person: Person, now: datetime) -> int:
    return (
        session.scalar(
            select(func.count()).where(
                PersonalLink.person_id == person.id,
                PersonalLink.made_at > now - timedelta(hours=1),
            )
        )
        or 0
    )


def _seal(site: Site) -> URLSafeSerializer:
    return URLSafeSerializer(site.secret_key, salt="personal link")
