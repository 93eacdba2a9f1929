"""Accounts as the office and administrators change them; each change goes into the log."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases.rights import STANDING_ROLES
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import Invalid, NotFound
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.services.access import rows
from workflow_app.services.accounts import links
from workflow_app.services.accounts.administration import check, check_account, check_role, note
from workflow_app.services.people import NO_ROLE, TAKEN, UNKNOWN_ROLE, added, address_of, at_most
from workflow_app.services.sign_ins import end_all
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.organisations import Organisation
from workflow_app.store.tables.people import Person, StandingRole

NO_NAME = Text("Bitte geben Sie einen Namen an.", "Please give a name.")
NO_KEY = Text(
    "Wählen Sie, für welchen Landkreis oder welche Organisation die Rolle gilt.",
    "Choose the county or the organisation that the role is for.",
)
OTHER_SCOPE = Text(
    "Was hier gewählt ist, passt nicht zu dem, was darunter gewählt ist. Was soll gelten?",
    "What is chosen here and what is chosen below contradict each other. Which is meant?",
)
UNKNOWN_SCOPE = Text("Diesen Geltungsbereich gibt es nicht.", "There is no such scope.")
LANGUAGES = ("de", "en")


def person(session: Session, person_id: int) -> Person:
    """Return the person with this id.

    :raises NotFound: if there is none.
    """
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound("person")
    return found


def add(
    session: Session,
    name: str,
    email: str,
    password_hash: str,
    now: datetime,
    by: Person | None = None,
) -> Person:
    """Add somebody who can sign in, and return who it is.

    :raises Invalid: if the address is none, or taken.
    :raises NotAllowed: if it is not for `by` to do.
    """
    check(by)
    with transaction(session):
        one = added(session, name, email, password_hash, now)
        note(session, by, "person_added", now, person=one.id)
    return one


def change(
    session: Session,
    person_id: int,
    name: str,
    email: str,
    phone: str,
    now: datetime,
    by: Person | None = None,
) -> None:
    """Change name, address and telephone number of an account.

    :raises Invalid: with every field that does not do.
    :raises NotAllowed: if it is not for `by` to do.
    """
    with transaction(session):
        one = person(session, person_id)
        check_account(by, one)
        wanted = {"name": name.strip(), "phone": phone.strip()}
        problems = _wrong_words(wanted)
        try:
            wanted["email"] = address_of(email)
        except Invalid as invalid:
            problems += invalid.problems
        else:
            other = session.scalar(select(Person.id).where(Person.email == wanted["email"]))
            if other not in (None, one.id):
                problems.append(FieldProblem("email", "taken", TAKEN))
        if problems:
            raise Invalid(problems)
        _write(session, one, wanted, now, by)


def change_own(session: Session, me: Person, name: str, phone: str, now: datetime) -> None:
    """Change somebody's own name and telephone number.

    :raises Invalid: with every field that does not do.
    """
    with transaction(session):
        wanted = {"name": name.strip(), "phone": phone.strip()}
        if problems := _wrong_words(wanted):
            raise Invalid(problems)
        _write(session, person(session, me.id), wanted, now, me)


def _wrong_words(wanted: dict[str, str]) -> list[FieldProblem]:
    problems = []
    if not wanted["name"]:
        problems.append(FieldProblem("name", "required", NO_NAME))
    for field, limit in (("name", 200), ("phone", 50)):
        if len(wanted[field]) > limit:
            problems.append(FieldProblem(field, "too_long", at_most(limit)))
    return problems


def _write(
    session: Session, one: Person, wanted: dict[str, str], now: datetime, by: Person | None
) -> None:
    changed = sorted(field for field, value in wanted.items() if getattr(one, field) != value)
    for field in changed:
        setattr(one, field, wanted[field])
    if changed:
        # The log names the fields and not what stood in them: it is never erased.
        note(session, by, "person_changed", now, person=one.id, fields=changed)


def give_role(
    session: Session,
    person_id: int,
    role: str,
    scope: str,
    key: str,
    now: datetime,
    by: Person | None = None,
    imported: Collection[str] = (),
) -> None:
    """Give somebody a standing role for the site, a county or an organisation; twice is harmless.

    `imported` are the roles of imported workflows, which can be given as well.

    :raises Invalid: if there is no such role or scope.
    :raises NotAllowed: if it is not for `by` to give.
    """
    with transaction(session):
        one = person(session, person_id)
        if role not in STANDING_ROLES and role not in imported:
            raise Invalid([FieldProblem("role", "unknown", UNKNOWN_ROLE if role else NO_ROLE)])
        check_role(by, one, role)
        key = _checked_key(session, scope, key)
        if (role, scope, key) in {(g.role, g.scope, g.key) for g in one.standing_roles}:
            return
        one.standing_roles.append(StandingRole(role=role, scope=scope, key=key))
        note(session, by, "role_given", now, person=one.id, role=role, scope=scope, key=key)


def _checked_key(session: Session, scope: str, key: str) -> str:
    if scope == "site":
        return ""
    if scope not in ("county", "organisation"):
        raise Invalid([FieldProblem("scope", "unknown", UNKNOWN_SCOPE)])
    if not key.isdecimal() or len(key) > 9:
        raise Invalid([FieldProblem(scope, "required", NO_KEY)])
    if scope == "organisation" and session.get(Organisation, int(key)) is None:
        raise Invalid([FieldProblem(scope, "required", NO_KEY)])
    return key


def take_role(
    session: Session, site: Site, person_id: int, grant_id: int, now: datetime, by: Person | None
) -> None:
    """Take a standing role away; cases that wait for this person alone wait for the role again.

    :raises NotFound: if the person does not hold it.
    :raises NotAllowed: if it is not for `by` to take.
    """
    with transaction(session):
        one = person(session, person_id)
        grant = next((g for g in one.standing_roles if g.id == grant_id), None)
        if grant is None:
            raise NotFound("role")
        check_role(by, one, grant.role)
        one.standing_roles.remove(grant)
        note(
            session, by, "role_taken", now,
            person=one.id, role=grant.role, scope=grant.scope, key=grant.key,
        )  # fmt: skip
        _reopen_assigned(session, site, one, now)


def deactivate(
    session: Session, site: Site, person_id: int, now: datetime, by: Person | None = None
) -> None:
    """Keep somebody out from now on, and end all their sign-ins; nothing of theirs is lost.

    :raises NotAllowed: if it is not for `by` to do.
    """
    with transaction(session):
        one = person(session, person_id)
        check_account(by, one)
        if one.deactivated_at is not None:
            return
        one.active, one.deactivated_at = False, now
        one.fs_uniquifier = secrets.token_hex(32)
        end_all(session, one.id, now)
        for kind in links.LASTS:
            links.revoke(session, one, kind, now)
        note(session, by, "person_deactivated", now, person=one.id)
        _reopen_assigned(session, site, one, now)


def reactivate(
    session: Session, site: Site, person_id: int, now: datetime, by: Person | None = None
) -> None:
    """Let somebody in again who was kept out.

    :raises NotAllowed: if it is not for `by` to do.
    """
    with transaction(session):
        one = person(session, person_id)
        check_account(by, one)
        if one.deactivated_at is None:
            return
        # Whoever never set a password still has to: an invitation lets them in, and nothing else.
        one.active, one.deactivated_at = one.password is not None, None
        note(session, by, "person_reactivated", now, person=one.id)
        _reopen_assigned(session, site, one, now)


def _reopen_assigned(session: Session, site: Site, one: Person, now: datetime) -> None:
    """Write anew for whom the cases wait that are assigned to somebody."""
    session.flush()
    cases = select(Case).where(Case.supervisor_id == one.id, Case.ended.is_(False))
    for case in session.scalars(cases).all():
        rows.rewrite(session, site.catalogue.of(session, case), case, now)


def change_password(
    session: Session, me: Person, password_hash: str, kept: str, now: datetime
) -> None:
    """Set somebody's own password; every sign-in but the one called `kept` ends."""
    with transaction(session):
        one = person(session, me.id)
        one.password = password_hash
        end_all(session, one.id, now, but=kept)
        note(session, one, "password_set", now, person=one.id)
