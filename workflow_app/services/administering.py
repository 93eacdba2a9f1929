"""Who may change what holds for the whole site: its workflows and their versions."""

from __future__ import annotations

from workflow_app.core.cases.offers import NOT_YOURS, Reason
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotAllowed
from workflow_app.store.people import Person

ADMIN = "admin"
"""The standing role; it gives no right on any case."""
ADMINS = Text("Administration", "administrators")


def administers(person: Person) -> bool:
    """Return whether the person may administer the site."""
    return person.active and any(
        grant.role == ADMIN and grant.scope == "site" for grant in person.standing_roles
    )


def admins_only(person: Person) -> None:
    """Let administrators pass.

    :raises NotAllowed: if the person is none.
    """
    if not administers(person):
        text = Text(*(NOT_YOURS(lang).format(roles=ADMINS(lang)) for lang in ("de", "en")))
        raise NotAllowed(ADMIN, [Reason("who", "by", text, lifted_by=(ADMIN,))])
