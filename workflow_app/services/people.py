"""People and organisations: made, found, given roles."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases.rights import STANDING_ROLES
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import Invalid, NotFound
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.services.sign_ins import end_all
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.organisations import KINDS, Membership, Organisation
from workflow_app.store.tables.people import Person, StandingRole

TAKEN = Text("Diese Adresse gehört schon zu einem Konto.", "This address already has an account.")
LONGEST_ADDRESS = 254
NO_ADDRESS = Text("Das ist keine E-Mail-Adresse.", "This is no e-mail address.")
UNKNOWN_ROLE = Text("Diese Rolle gibt es nicht.", "There is no such role.")
NO_ROLE = Text("Wählen Sie eine Rolle.", "Choose a role.")
NO_KIND = Text(
    "Wählen Sie, welche Art von Organisation es ist.", "Choose which kind of organisation it is."
)
UNKNOWN_KIND = Text(
    "Diese Art von Organisation gibt es nicht.", "There is no such kind of organisation."
)


def at_most(limit: int) -> Text:
    """Return the sentence that a text is longer than this many characters."""
    return Text(f"Höchstens {limit} Zeichen.", f"At most {limit} characters.")


def add_person(
    session: Session, name: str, email: str, password_hash: str | None, now: datetime
) -> Person:
    """Return somebody added while an installation is set up, without the log.

    Without a password hash nobody can sign in as them. In daily work `accounts.people` adds people.

    :raises Invalid: if the address is none, or taken.
    """
    with transaction(session):
        return added(session, name, email, password_hash, now)


def added(
    session: Session, name: str, email: str, password_hash: str | None, now: datetime
) -> Person:
    """Return somebody added inside the transaction of whoever calls.

    :raises Invalid: if the address is none, or taken.
    """
    address = address_of(email)
    if session.scalar(select(Person.id).where(Person.email == address)):
        raise Invalid([FieldProblem("email", "taken", TAKEN)])
    return new_person(session, name.strip(), address, password_hash, now)


def address_of(text: str, field: str = "email") -> str:
    """Return an address as it is kept and compared; `field` is where it was typed.

    :raises Invalid: if it is none.
    """
    try:
        # What signing in would not take for an address must not become one here.
        found = validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise Invalid([FieldProblem(field, "not_an_address", NO_ADDRESS)]) from error
    if len(found) > LONGEST_ADDRESS:
        raise Invalid([FieldProblem(field, "not_an_address", NO_ADDRESS)])
    return found


def new_person(
    session: Session,
    name: str,
    address: str,
    password_hash: str | None,
    now: datetime,
    *,
    active: bool = True,
) -> Person:
    """Add somebody inside the transaction of whoever calls, and return the row with its id."""
    person = Person(
        name=name,
        email=address,
        password=password_hash,
        active=active,
        fs_uniquifier=secrets.token_hex(32),
        language="de",
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def choose_language(session: Session, person: Person, language: str) -> None:
    """Keep the language, `de` or `en`, in which somebody reads pages and gets mail."""
    with transaction(session):
        session.get_one(Person, person.id).language = language


def person_by_email(session: Session, email: str) -> Person:
    """Return the person with this address.

    :raises NotFound: if there is none.
    """
    found = session.scalar(select(Person).where(Person.email == email.strip().lower()))
    if found is None:
        raise NotFound(email)
    return found


def organisation_by_name(session: Session, name: str) -> Organisation:
    """Return the organisation of this name.

    :raises NotFound: if there is none.
    """
    found = session.scalar(select(Organisation).where(Organisation.name == name))
    if found is None:
        raise NotFound(name)
    return found


def give_role(session: Session, email: str, role: str, scope: str = "site", key: str = "") -> None:
    """Give somebody a standing role while an installation is set up, without the log.

    Twice is harmless. In daily work `accounts.people` gives roles.

    :raises NotFound: if there is nobody with this address.
    :raises Invalid: if there is no such role.
    """
    with transaction(session):
        person = person_by_email(session, email)
        if role not in STANDING_ROLES:
            raise Invalid([FieldProblem("role", "unknown", UNKNOWN_ROLE)])
        held = {(g.role, g.scope, g.key) for g in person.standing_roles}
        if (role, scope, key) not in held:
            person.standing_roles.append(StandingRole(role=role, scope=scope, key=key))


def deactivate(session: Session, email: str, now: datetime) -> None:
    """Keep somebody out from now on, and end all their sign-ins; nothing of theirs is lost."""
    with transaction(session):
        person = person_by_email(session, email)
        person.active, person.deactivated_at = False, now
        person.fs_uniquifier = secrets.token_hex(32)
        end_all(session, person.id, now)


def add_organisation(
    session: Session,
    name: str,
    kind: str,
    carrier: str,
    counties: Iterable[str],
    *,
    address: str = "",
    represented_by: str = "",
    function: str = "",
    register: str = "",
) -> Organisation:
    """Add an organisation and return it.

    :raises Invalid: if there is no such kind.
    """
    with transaction(session):
        if kind not in KINDS:
            raise Invalid([FieldProblem("kind", "unknown", UNKNOWN_KIND)])
        organisation = Organisation(
            name=name,
            kind=kind,
            carrier=carrier or name,
            counties=sorted(counties),
            address=address,
            represented_by=represented_by,
            function=function,
            register=register,
        )
        session.add(organisation)
    return organisation


def join(session: Session, email: str, organisation: str, function: str = "") -> None:
    """Let somebody belong to an organisation while an installation is set up, without the log.

    Twice is harmless. In daily work `accounts.organisations` does it.

    :raises NotFound: if there is no such person or organisation.
    """
    with transaction(session):
        person = person_by_email(session, email)
        body = organisation_by_name(session, organisation)
        there = session.scalar(
            select(Membership.id).where(
                Membership.person_id == person.id, Membership.organisation_id == body.id
            )
        )
        if there is None:
            session.add(Membership(person_id=person.id, organisation_id=body.id, function=function))
