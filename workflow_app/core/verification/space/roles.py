"""Which roles can take a step or fill in a form, and whether a case can do without a side."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_app.core.cases.rights import STANDING_ROLES
from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import State, Transition, Workflow

TAKING_PART = ("member", "other_side")
"""Computed roles that whoever stands for a side may hold."""
PARTIES = ("member", "member_organisation")
"""Computed roles that together mean: takes part, or belongs to an organisation that does."""


def actors(workflow: Workflow, state: State | None, t: Transition) -> tuple[str, ...]:
    """Return the roles by which somebody may take `t` out of `state` (None: it opens a case)."""
    permitted = roles_with(state, t.permission)
    roles = tuple(role for role in t.by or permitted if sees(workflow, state, role))
    if t.by and t.permission and not permitted:
        return ()
    taking_part = {*workflow.sides.values(), *TAKING_PART}
    excluded = set(t.not_by)
    if excluded & set(PARTIES) and state is not None:
        excluded |= taking_part
    return tuple(role for role in roles if role not in excluded)


def sees(workflow: Workflow, state: State | None, role: str) -> bool:
    """Say whether whoever has this role may see the case in the state; nobody acts unseeing."""
    if state is None:
        return True
    view = state.rights.get("view", ())
    return role in view or (role not in STANDING_ROLES and "member" in view)


def roles_with(state: State | None, permissions: Iterable[str]) -> tuple[str, ...]:
    """Return the roles to which the state gives one of `permissions`."""
    if state is None:
        return ()
    found = [role for p in permissions for role in state.rights.get(p, ())]
    return tuple(dict.fromkeys(found))


def fillers(roles: Iterable[str], by: Iterable[str], workflow: Workflow) -> tuple[str, ...]:
    """Return those of `roles` that may fill a part or field that is meant for `by` (none: all)."""
    meant = set(by)
    if not meant:
        return tuple(roles)
    if meant & set(TAKING_PART):
        meant |= set(workflow.sides.values())
    if meant & set(workflow.sides.values()):
        meant |= set(TAKING_PART)
    return tuple(role for role in roles if role in meant)


def fillable(form: Form, roles: Iterable[str], workflow: Workflow) -> frozenset[str]:
    """Return the fields of `form` that somebody with one of these roles may fill."""
    own = tuple(roles)
    return frozenset(
        field.id
        for part in form.parts
        for field in part.fields
        if fillers(own, field.by or part.by, workflow)
    )


def without_side(workflow: Workflow, roles: Iterable[str], side: str) -> bool:
    """Say whether one of these roles can act though nobody of `side` does.

    `other_side` may be just the side that is silent, and so does not count.
    """
    own = workflow.sides.get(side)
    return any(role not in (own, "other_side") for role in roles)


def slots(workflow: Workflow, form: Form, roles: Iterable[str]) -> tuple[str, ...]:
    """Return the slots of `form` that these roles can fill: sides for a form per side, else one."""
    own = tuple(roles)
    if not own:
        return ()
    if form.per not in ("side", "amendment_side"):
        return ("",)
    outsiders = set(own) - set(workflow.sides.values()) - set(TAKING_PART)
    both = bool(outsiders or set(own) & set(TAKING_PART))
    return tuple(side for side, role in workflow.sides.items() if both or role in own)
