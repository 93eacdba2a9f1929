"""Inviting somebody by address: to take part in a project, or to have an account at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Participant
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import Invalid, NotAllowed, NotFound
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.core.steps.offers import Reason
from workflow_app.services.accounts import links
from workflow_app.services.accounts.administration import check, note
from workflow_app.services.administering import keeps_accounts
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.people import TAKEN, address_of, new_person
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.organisations import Membership
from workflow_app.store.tables.people import Person

FIELD = "invited"
"""The field of a first form in which the address of the other side's contact is typed."""
ONE_EMPTY = Text(
    "Lassen Sie die Ansprechperson genau der Seite leer, die Sie einladen.",
    "Leave the contact empty of exactly the side that you invite.",
)
WITHOUT_BODY = Text(
    "Wählen Sie auch die Organisation der eingeladenen Person.",
    "Choose the organisation of the person whom you invite as well.",
)
ONESELF = Text(
    "Das ist Ihre eigene Adresse. Laden Sie jemanden der anderen Seite ein.",
    "This is your own address. Invite somebody of the other side.",
)
NOT_YOUR_INVITATION = Text(
    "Eine Einladung ändert nur, wer sie ausgesprochen hat, oder das Programmbüro.",
    "An invitation is changed by whoever made it, or by the programme office.",
)


def with_invited(
    session: Session, seen: Look, raw: Mapping[str, Any], now: datetime
) -> tuple[Look, Mapping[str, Any]]:
    """Return the case to be opened, and what was typed, with the invited person as the contact.

    Whoever has no account yet gets one that nobody can sign in to. The page that comes back is the
    same in both cases, so that nobody learns whether an address is known here.

    :raises Invalid: if it does not say whom to invite for which side.
    """
    typed = str(raw.get(FIELD) or "").strip()
    if not typed:
        return seen, raw
    sides = seen.compiled.workflow.sides
    empty = [side for side in sides if not raw.get(f"{side}_contact")]
    if len(empty) != 1:
        raise Invalid([FieldProblem(FIELD, "one_empty", ONE_EMPTY)])
    side = empty[0]
    body = str(raw.get(f"{side}_org") or "")
    if not body.isdecimal():
        raise Invalid([FieldProblem(f"{side}_org", "required", WITHOUT_BODY)])
    address = address_of(typed, FIELD)
    person = session.scalar(select(Person).where(Person.email == address))
    if person is None:
        person = new_person(session, address, address, None, now, active=False)
    if person.id == seen.actor.person:
        raise Invalid([FieldProblem(FIELD, "oneself", ONESELF)])
    invited = Participant(person.id, address, sides[side], side, int(body))
    situation = replace(
        seen.situation,
        participants=(*seen.situation.participants, invited),
        members_of={**seen.situation.members_of, person.id: frozenset({int(body)})},
    )
    filled = {k: v for k, v in raw.items() if k != FIELD} | {f"{side}_contact": str(person.id)}
    return replace(seen, situation=situation), filled


def send(session: Session, case: Case, by: Person, now: datetime) -> None:
    """Mail a link to everybody invited to a case who has no account yet.

    Whoever has one is told by the step itself, as everybody is whose turn it is.
    """
    for p in case.participations:
        if p.invited_as and p.until is None and _can_be_invited(p.person):
            links.make(session, p.person, links.INVITATION, now, case=case, by=by)
            note(session, by, "person_invited", now, person=p.person_id, case=case.number)


def _can_be_invited(person: Person) -> bool:
    return person.password is None and not person.active and person.deactivated_at is None


def came(session: Session, case: Case, person: Person, now: datetime) -> None:
    """Note that somebody invited has acted: the name is shown from now on, and the membership kept.

    Belongs to the transaction of the step.
    """
    for p in case.participations:
        if p.person_id != person.id or not p.invited_as or p.until is not None:
            continue
        p.invited_as = None
        if not case.ended and p.organisation_id is not None:
            _join(session, case, person, p.organisation_id, now)


def _join(session: Session, case: Case, person: Person, body: int, now: datetime) -> None:
    there = select(Membership.id).where(
        Membership.person_id == person.id, Membership.organisation_id == body
    )
    if session.scalar(there) is not None:
        return
    session.add(Membership(person_id=person.id, organisation_id=body, since=day_of(now)))
    note(session, person, "joined", now, person=person.id, organisation=body, case=case.number)


def again(session: Session, site: Site, number: str, by: Person, now: datetime) -> None:
    """Mail the link of a case's open invitation once more; the one before is good no longer.

    :raises NotFound: if nobody is invited, or the person may not know of the case.
    :raises NotAllowed: if it is not theirs to send.
    """
    with transaction(session, number):
        case, open_ones = _open(session, site, number, by, now)
        for p in open_ones:
            if _can_be_invited(p.person):
                links.make(session, p.person, links.INVITATION, now, case=case, by=by)
            note(session, by, "person_invited", now, person=p.person_id, case=case.number)


def revoke(session: Session, site: Site, number: str, by: Person, now: datetime) -> None:
    """Let the link of a case's open invitation be good no longer; the case stays as it is.

    :raises NotFound: if nobody is invited, or the person may not know of the case.
    :raises NotAllowed: if it is not theirs to revoke.
    """
    with transaction(session, number):
        _, open_ones = _open(session, site, number, by, now)
        for p in open_ones:
            links.revoke(session, p.person, links.INVITATION, now)
            note(session, by, "invitation_revoked", now, person=p.person_id, case=number)


def _open(
    session: Session, site: Site, number: str, by: Person, now: datetime
) -> tuple[Case, list[Participation]]:
    seen = look(session, site, number, by, day_of(now))
    found = [p for p in seen.case.participations if p.invited_as and p.until is None]
    if not found:
        raise NotFound("invitation")
    if not may_change(seen, by):
        raise NotAllowed("invitation", [Reason("who", "inviting", NOT_YOUR_INVITATION)])
    return seen.case, found


def may_change(seen: Look, by: Person) -> bool:
    """Return whether somebody may send an invitation of the case again or revoke it.

    Whoever stands for the side that opened the case has made it.
    """
    opened = seen.case.initiating_side
    return keeps_accounts(by) or (opened is not None and seen.actor.side == opened)


def invite(
    session: Session, email: str, name: str, now: datetime, by: Person | None = None
) -> Person:
    """Give somebody an account without a password, mail the link to set one, and return whom.

    Who is there already and has no password yet gets a new link.

    :raises Invalid: if the address is none, or belongs to an account that is in use or closed.
    :raises NotAllowed: if it is not for `by` to do.
    """
    check(by)
    with transaction(session):
        address = address_of(email)
        person = session.scalar(select(Person).where(Person.email == address))
        if person is None:
            person = new_person(session, name.strip() or address, address, None, now, active=False)
            note(session, by, "person_added", now, person=person.id)
        elif not _can_be_invited(person):
            raise Invalid([FieldProblem("email", "taken", TAKEN)])
        links.make(session, person, links.INVITATION, now, by=by)
        note(session, by, "person_invited", now, person=person.id)
    return person


def revoke_for(session: Session, person: Person, now: datetime, by: Person | None = None) -> None:
    """Let no invitation of somebody be good any more.

    :raises NotAllowed: if it is not for `by` to do.
    """
    check(by)
    with transaction(session):
        if links.revoke(session, session.get_one(Person, person.id), links.INVITATION, now):
            note(session, by, "invitation_revoked", now, person=person.id)
