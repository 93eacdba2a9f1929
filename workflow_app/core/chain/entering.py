"""What entering a state does to rights: role maps and group roles, as values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from workflow_app.core.chain.people import MANAGER, Locals, Maps
from workflow_app.core.chain.rights import slot
from workflow_app.core.definition.imported import Imported, ImportedState, RoleMap

Known = TypeVar("Known")

REMEMBERED = 1024
"""Results kept a state; a site has few different sets of maps, but local roles may be many."""

ONLY_ACQUIRED = RoleMap((), acquired=True)


class Entering:
    """Applies the maps of one state; equal beginnings give the very same result again."""

    def __init__(self, workflow: Imported, state: ImportedState, site_roles: Sequence[str]) -> None:
        self._faithful = workflow.semantics == "dcworkflow"
        key = slot if self._faithful else str
        self._maps = [(key(p), state.rights.get(p, ONLY_ACQUIRED)) for p in workflow.permissions]
        # A workflow without known roles manages no group, as one without groups.
        self._groups = [
            (group, state.group_roles.get(group, ())) for group in workflow.groups if site_roles
        ]
        self._site_roles = tuple(site_roles)
        self._after_maps: dict[Maps, Maps] = {}
        self._after_locals: dict[Locals, Locals] = {}

    def maps(self, before: Maps) -> Maps:
        """Return the case's own role maps in the state."""
        after = self._after_maps.get(before)
        if after is None:
            after = self._changed_maps(before)
            _remember(self._after_maps, before, after)
        return after

    def locals(self, before: Locals) -> Locals:
        """Return the roles on the case in the state."""
        if not self._groups:
            return before
        after = self._after_locals.get(before)
        if after is None:
            after = self._changed_locals(before)
            _remember(self._after_locals, before, after)
        return after

    def _changed_maps(self, before: Maps) -> Maps:
        by = dict(before.by)
        for key, wanted in self._maps:
            if wanted.acquired and not wanted.roles:
                by.pop(key, None)
            elif not (self._faithful and key not in by and _taken_for_nothing(wanted)):
                by[key] = wanted
        return before if by == before.by else Maps(by)

    def _changed_locals(self, before: Locals) -> Locals:
        by = dict(before.by)
        for group, wanted in self._groups:
            roles = by.get(group, ())
            if not roles:
                given = wanted if self._faithful else self._known(wanted)
                if given:
                    by[group] = given
                continue
            kept = tuple(r for r in roles if r in wanted or r not in self._site_roles)
            added = tuple(r for r in self._site_roles if r in wanted and r not in roles)
            if kept + added != roles:
                by[group] = kept + added
                if not by[group]:
                    del by[group]
        return before if by == before.by else Locals(by)

    def _known(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(role for role in roles if role in self._site_roles)


def _taken_for_nothing(wanted: RoleMap) -> bool:
    """Say whether DCWorkflow takes the map for the one that is there without any.

    Asked for the roles of a permission that has no map, Zope says "Manager, acquired"; a state
    that wants just this changes nothing, and the case goes without a map.
    """
    return wanted.acquired and wanted.roles == (MANAGER,)


def _remember(known: dict[Known, Known], before: Known, after: Known) -> None:
    if len(known) >= REMEMBERED:
        known.clear()
    known[before] = after
