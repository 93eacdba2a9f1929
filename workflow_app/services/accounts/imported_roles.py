"""The roles that come with imported workflows, and that people can be given."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow_app.core.cases.rights import STANDING_ROLES
from workflow_app.core.chain.people import MANAGER
from workflow_app.core.steps.imported import GIVEN_BY_OTHERS
from workflow_app.services.site import Site


def imported_roles(session: Session, site: Site) -> tuple[str, ...]:
    """Return the roles of the imported workflows in force that can be given, by name.

    A role that one of our own workflows has by another way is never given by such a name.
    """
    in_force = site.catalogue.in_force(session)
    ours = {role.id for w in in_force if w.imported is None for role in w.roles}
    theirs = [w.imported for w in in_force if w.imported is not None]
    found = {role for workflow in theirs for role in (*workflow.roles(), MANAGER)}
    return tuple(sorted(found - ours - GIVEN_BY_OTHERS - set(STANDING_ROLES)))
