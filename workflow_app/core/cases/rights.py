"""Who somebody is on a case, and what a state lets the roles do. Closed unless opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow_app.core.cases.situation import Actor, Participant, Situation
from workflow_app.core.definition.model import State, Workflow

PERMISSIONS = ("view", "edit", "comment", "attach", "hand_over")
COMPUTED_ROLES: Mapping[str, str] = {
    "member": "Whoever takes part in the case.",
    "other_side": "Whoever stands for the side that did not open the case.",
    "member_organisation": "Whoever belongs to an organisation of a side.",
}
"""Roles that follow from the case; they may stand in `by`, `not_by`, rights and `waits_for`."""

STANDING_ROLES = ("coordinator", "supervisor", "reader", "admin", "auditor")
"""Roles that are granted for a scope and not on one case."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A standing role with the scope in which it holds."""

    role: str
    scope: str
    """`site`, `county` or `organisation`."""
    key: str = ""
    """County key or organisation id."""


def grant_covers(grant: Grant, county: str | None, organisations: Iterable[int | str]) -> bool:
    """Return whether a case of that county and those organisations lies in the grant's scope."""
    if grant.scope == "site":
        return True
    if grant.scope == "county":
        return grant.key == county
    return grant.scope == "organisation" and grant.key in {str(o) for o in organisations}


def roles_of(
    person: int,
    participants: Iterable[Participant],
    grants: Iterable[Grant],
    county: str | None,
    organisations: Iterable[int],
) -> frozenset[str]:
    """Return the roles that a person holds on a case: by taking part and by standing grants."""
    own = {p.role for p in participants if p.person == person}
    bodies = list(organisations)
    return frozenset(own | {g.role for g in grants if grant_covers(g, county, bodies)})


def holds(actor: Actor, role: str, situation: Situation) -> bool:
    """Return whether `actor` has `role` here, computed roles included."""
    if role == "member":
        return any(p.person == actor.person for p in situation.participants)
    if role == "other_side":
        # Where nobody is known to have opened the case, there is no other side.
        return None not in (actor.side, situation.initiating_side) and (
            actor.side != situation.initiating_side
        )
    if role == "member_organisation":
        bodies = {p.organisation for p in situation.participants if p.side} - {None}
        return bool(bodies & actor.organisations)
    return role in actor.roles


def acts_as(actor: Actor, role: str, situation: Situation) -> bool:
    """Return whether `actor` has `role` and may act in it: it is assigned to nobody else."""
    return holds(actor, role, situation) and not assigned_away(actor, role, situation)


def assigned_away(actor: Actor, role: str, situation: Situation) -> bool:
    """Return whether somebody else has been assigned to act in `role` on this case."""
    return situation.assigned.get(role, actor.person) != actor.person


def permitted(state: State, permission: str, actor: Actor, situation: Situation) -> bool:
    """Return whether the state gives `permission` to one of the actor's roles.

    Reading and commenting stay open to everybody who has the role; to act is for the one assigned.
    """
    check = holds if permission in ("view", "comment") else acts_as
    return any(check(actor, role, situation) for role in state.rights.get(permission, ()))


def may_fill(by: tuple[str, ...], actor: Actor, situation: Situation) -> bool:
    """Return whether a part or field with these roles (none: everybody) is the actor's to fill."""
    return not by or any(acts_as(actor, role, situation) for role in by)


def side_in(workflow: Workflow, person: int, participants: Iterable[Participant]) -> str | None:
    """Return the side for which a person stands on a case, or None."""
    sides = set(workflow.sides.values())
    return next((p.side for p in participants if p.person == person and p.role in sides), None)
