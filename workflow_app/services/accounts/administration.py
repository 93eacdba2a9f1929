"""Who may administer what, and the log of what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotAllowed
from workflow_app.core.steps.offers import Reason
from workflow_app.services.administering import ADMIN, administers, holds, keeps_accounts
from workflow_app.store.tables.administration import Administered
from workflow_app.store.tables.people import Person

ACTS: Mapping[str, Text] = {
    "person_added": Text("Konto angelegt", "Account added"),
    "person_changed": Text("Konto geändert", "Account changed"),
    "person_invited": Text("Eingeladen", "Invited"),
    "invitation_revoked": Text("Einladung zurückgezogen", "Invitation revoked"),
    "invitation_accepted": Text("Einladung angenommen", "Invitation accepted"),
    "password_set": Text("Passwort neu gesetzt", "Password set anew"),
    "person_deactivated": Text("Konto gesperrt", "Account deactivated"),
    "person_reactivated": Text("Konto wieder freigegeben", "Account reactivated"),
    "role_given": Text("Rolle gegeben", "Role given"),
    "role_taken": Text("Rolle entzogen", "Role taken away"),
    "organisation_added": Text("Organisation angelegt", "Organisation added"),
    "organisation_changed": Text("Organisation geändert", "Organisation changed"),
    "joined": Text("Zugehörigkeit eingetragen", "Membership added"),
    "left": Text("Zugehörigkeit beendet", "Membership ended"),
}
"""What can be done, as the log names it."""
OFFICE_GIVES = ("coordinator", "supervisor", "reader")
"""Roles that the programme office gives and takes; an administrator gives all."""
ADMINISTRATORS_ONLY = Text(
    "Das kann nur eine Administratorin oder ein Administrator.",
    "Only an administrator can do this.",
)
NOT_ONESELF = Text(
    "Eigene Rollen und das eigene Konto ändert immer jemand anderes.",
    "Somebody else changes your own roles and your own account.",
)
NOT_THE_OFFICE = Text("Das kann nur das Programmbüro.", "Only the programme office can do this.")


def check(by: Person | None) -> None:
    """Refuse whoever may not administer; nobody is the command line, which may.

    :raises NotAllowed: with the reason.
    """
    if by is not None and not keeps_accounts(by):
        raise NotAllowed("administration", [Reason("who", "office", NOT_THE_OFFICE)])


def check_account(by: Person | None, person: Person) -> None:
    """Refuse to let somebody change this account, their own or an administrator's.

    :raises NotAllowed: with the reason.
    """
    check(by)
    if by is None:
        return
    if by.id == person.id:
        raise NotAllowed("administration", [Reason("who", "oneself", NOT_ONESELF)])
    if holds(person, ADMIN) and not administers(by):
        raise NotAllowed("administration", [Reason("who", "admin", ADMINISTRATORS_ONLY)])


def check_role(by: Person | None, person: Person, role: str) -> None:
    """Refuse to let somebody give or take this role.

    :raises NotAllowed: with the reason.
    """
    check_account(by, person)
    if by is not None and role not in OFFICE_GIVES and not administers(by):
        raise NotAllowed("administration", [Reason("who", "admin", ADMINISTRATORS_ONLY)])


def givable(by: Person, imported: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the standing roles that somebody may give, those of imported workflows among them."""
    if administers(by):
        return (*OFFICE_GIVES, "admin", "auditor", *imported)
    return OFFICE_GIVES if keeps_accounts(by) else ()


def note(
    session: Session,
    by: Person | None,
    act: str,
    now: datetime,
    *,
    person: int | None = None,
    organisation: int | None = None,
    **details: Any,
) -> None:
    """Add an entry to the log, in the operation's own transaction."""
    session.add(
        Administered(
            at=now,
            actor_id=by.id if by else None,
            act=act,
            person_id=person,
            organisation_id=organisation,
            details=details,
        )
    )
