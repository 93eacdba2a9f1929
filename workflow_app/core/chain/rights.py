"""Who holds which permission: role maps, acquired from the containing place or not."""

from __future__ import annotations

import re

from workflow_app.core.chain.people import (
    ANONYMOUS,
    AUTHENTICATED,
    MANAGER,
    Container,
    Maps,
    Person,
    Subject,
)

NOT_KEPT = re.compile(r"[^a-zA-Z0-9_]")


def slot(permission: str) -> str:
    """Return the key under which DCWorkflow keeps a map: "A: b" and "A- b" share one."""
    return NOT_KEPT.sub("_", permission)


def allowed(subject: Subject, key: str) -> frozenset[str]:
    """Return the roles that hold a permission on `subject`.

    An acquired map adds to what the containing place says, any other ends the way up; where no
    map is found at all, Manager holds the permission.
    """
    known = subject.maps.allowed.get((subject.container, key))
    if known is not None:
        return known
    found = frozenset(_roles(subject.maps, subject.container, key))
    subject.maps.allowed[subject.container, key] = found
    return found


def _roles(maps: Maps, container: Container | None, key: str) -> set[str]:
    roles: set[str] = set()
    any_found = False
    while True:
        role_map = maps.by.get(key)
        if role_map is not None:
            roles.update(role_map.roles)
            if not role_map.acquired:
                return roles
            any_found = any_found or bool(role_map.roles)
        if container is None:
            return roles if any_found else {MANAGER}
        maps, container = container.maps, container.container


def roles_in(person: Person, subject: Subject) -> frozenset[str]:
    """Return the roles of a person on `subject`: everywhere, there, and in the places around it."""
    found: list[str] = []
    around: Subject | None = subject
    while around is not None:
        by = around.locals.by
        if by:
            if person.id is not None:
                found += by.get(person.id, ())
            for group in person.groups:
                found += by.get(group, ())
        around = around.container
    return person.roles.union(found) if found else person.roles


def holds(person: Person, subject: Subject, key: str, roles: frozenset[str]) -> bool:
    """Return whether a person with these roles on `subject` holds the permission."""
    may = allowed(subject, key)
    return (
        not may.isdisjoint(roles) or ANONYMOUS in may or (AUTHENTICATED in may and person.signed_in)
    )
