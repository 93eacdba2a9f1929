"""Who of a site's people can hold a role and take a step, organisation by organisation.

A case is looked at for each choice of organisations that could stand for its sides, in each county
that they serve: a `Lot`. Whoever belongs to an organisation can take part for its side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from workflow_app.core.cases.rights import STANDING_ROLES, grant_covers
from workflow_app.core.definition.model import State, Transition, Workflow
from workflow_app.core.verification.site_people import Body, SitePeople
from workflow_app.core.verification.space.roles import roles_with


@dataclass(frozen=True, slots=True)
class Lot:
    """The organisations and the county of one possible case."""

    county: str | None
    """Key of the county; None: the case lies nowhere in particular, or none is known."""
    bodies: Mapping[str, str]
    """Side → id of the organisation that stands for it."""


def lots(workflow: Workflow, people: SitePeople) -> list[Lot]:
    """Return every choice of organisations with people for all sides, in each common county."""
    granted = {g.key for p in people.people for g in p.grants if g.scope == "county"}
    every = granted.union(*(body.counties for body in people.bodies))
    if not workflow.subject.place:
        every = set()
    choices = [
        [b for b in people.bodies if s in b.sides and people.of(b.id)] for s in workflow.sides
    ]
    found = []
    for chosen in product(*choices):
        if len({b.id for b in chosen}) < len(chosen):
            continue
        sides = dict(zip(workflow.sides, (b.id for b in chosen), strict=True))
        found += [Lot(county, sides) for county in _counties(chosen, every)]
    return found


def _counties(chosen: Iterable[Body], every: set[str]) -> list[str | None]:
    if not every:
        return [None]
    common = set(every)
    for body in chosen:
        common &= body.counties or common
    return [*sorted(common)]


class Held:
    """Who can do what in the cases of one lot."""

    def __init__(self, workflow: Workflow, people: SitePeople, lot: Lot) -> None:
        self.workflow = workflow
        self.lot = lot
        self._everybody = frozenset(p.id for p in people.people)
        self._side = {side: people.of(body) for side, body in lot.bodies.items()}
        self._partners = frozenset[str]().union(*self._side.values())
        self._people = people
        self._standing = {role: self._granted(role) for role in STANDING_ROLES}

    def _granted(self, role: str) -> frozenset[str]:
        bodies = tuple(self.lot.bodies.values())
        return frozenset(
            p.id
            for p in self._people.people
            if any(g.role == role and grant_covers(g, self.lot.county, bodies) for g in p.grants)
        )

    def by(self, role: str) -> frozenset[str]:
        """Return those who hold the role, or can come to hold it by taking part."""
        if role in self._standing:
            return self._standing[role]
        side = self.workflow.side_of(role)
        if side is not None:
            return self._side[side]
        return self._partners if self.workflow.sides else self._everybody

    def of(self, roles: Iterable[str]) -> frozenset[str]:
        """Return those who can hold one of the roles."""
        return frozenset[str]().union(*(self.by(role) for role in roles))

    def excluded(self, t: Transition) -> frozenset[str]:
        """Return those whom `not_by` keeps out of every such case, whoever takes part in it."""
        sole = frozenset(p for people in self._side.values() if len(people) == 1 for p in people)
        found: set[str] = set()
        for role in t.not_by:
            if role in self._standing:
                found |= self._standing[role]
            elif role == "member_organisation":
                found |= self._partners
            else:
                # Of an organisation with one person, that one takes part; of others, not everybody.
                found |= sole & self.by(role)
        return frozenset(found)

    def permitted(self, t: Transition, state: State | None) -> frozenset[str]:
        """Return those who could take the step if `not_by` kept nobody out."""
        found = self.of(t.by) if t.by else self._everybody
        if t.permission:
            found &= self.of(roles_with(state, t.permission))
        return found

    def takers(self, t: Transition, state: State | None) -> frozenset[str]:
        """Return those who can take the step out of `state` (None: it opens a case)."""
        return self.permitted(t, state) - self.excluded(t)
