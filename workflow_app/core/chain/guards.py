"""Guards as functions, made once a workflow: permissions, roles, groups, then the formula."""

from __future__ import annotations

from collections.abc import Callable

from workflow_app.core.chain.people import MANAGER
from workflow_app.core.chain.reading import NotSupplied, Reading, Unreadable, reader
from workflow_app.core.chain.rights import holds, slot
from workflow_app.core.definition.imported import Guard, Imported

Check = Callable[[Reading], bool]


def check_of(guard: Guard | None, where: str, workflow: Imported) -> Check | None:
    """Return the function that asks `guard`, or None if it lets everybody through."""
    if guard is None or guard.empty:
        return None
    check = _together([*_who(guard, workflow), *_when(guard, where, workflow)])

    if not workflow.bypass:
        return check

    def bypassing(r: Reading) -> bool:
        if MANAGER in r.roles:
            r.bypassed = True
            return True
        return check(r)

    return bypassing


def _together(parts: list[Check]) -> Check:
    if len(parts) == 1:
        return parts[0]

    def check(r: Reading) -> bool:
        for part in parts:  # noqa: SIM110 - a loop costs half of all() with a generator here
            if not part(r):
                return False
        return True

    return check


def _who(guard: Guard, workflow: Imported) -> list[Check]:
    found: list[Check] = []
    if guard.permissions:
        key = slot if workflow.semantics == "dcworkflow" else str
        keys = tuple(key(p) for p in guard.permissions)

        def permitted(r: Reading) -> bool:
            roles = r.roles
            for key in keys:  # noqa: SIM110 - as above
                if holds(r.person, r.subject, key, roles):
                    return True
            return False

        found.append(permitted)
    if guard.roles:
        wanted = frozenset(guard.roles)
        found.append(lambda r: not wanted.isdisjoint(r.roles))
    if guard.groups:
        groups = frozenset(guard.groups)
        found.append(lambda r: not groups.isdisjoint(r.person.groups))
    return found


def _when(guard: Guard, where: str, workflow: Imported) -> list[Check]:
    if guard.when is None:
        return []
    read = reader(guard.when)

    def holds_now(r: Reading) -> bool:
        r.where = where
        return bool(read(r))

    def closed_if_unknown(r: Reading) -> bool:
        try:
            return holds_now(r)
        except (NotSupplied, Unreadable):
            return False

    return [holds_now if workflow.semantics == "dcworkflow" else closed_if_unknown]
