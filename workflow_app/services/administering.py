"""Who administers: workflows and their versions, the log, and with the office the accounts."""

from __future__ import annotations

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotAllowed
from workflow_app.core.steps.offers import NOT_YOURS, Reason
from workflow_app.store.tables.people import Person

ADMIN = "admin"
OFFICE = "coordinator"
"""The standing role; it gives no right on any case."""
ADMINS = Text("Administration", "administrators")


def administers(person: Person) -> bool:
    """Return whether the person may administer the site: its workflows, its log, every role."""
    return person.active and holds(person, ADMIN)


def keeps_accounts(person: Person) -> bool:
    """Return whether the person may see and change accounts and organisations."""
    return person.active and holds(person, ADMIN, OFFICE)


def holds(person: Person, *roles: str) -> bool:
    """Return whether somebody has one of the standing roles for the site, even if kept out now."""
    return any(grant.role in roles and grant.scope == "site" for grant in person.standing_roles)


def admins_only(person: Person) -> None:
    """Let administrators pass.

    :raises NotAllowed: if the person is none.
    """
    if not administers(person):
        text = NOT_YOURS.filled(roles=ADMINS)
        raise NotAllowed(ADMIN, [Reason("who", "by", text, lifted_by=(ADMIN,))])
