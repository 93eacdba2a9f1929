"""Whose turn it is: whoever the state names and has not yet done the own part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

from workflow_app.core.cases.offers import Turn
from workflow_app.core.cases.sign_off import absent_sides, valid_yeses
from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.model import Form, State, Waiting, Workflow


def turns_of(
    workflow: Workflow,
    forms: Mapping[str, Form],
    situation: Situation,
    holds: Callable[[str], bool],
) -> tuple[Turn, ...]:
    """Return for whom the case waits; `holds` answers the conditions of `waits_for`."""
    if situation.state is None:
        return ()
    state = workflow.states[situation.state]
    done = _sides_done(workflow, forms, state, situation)
    gone = absent_sides(workflow, situation)
    turns: dict[str, Turn] = {}
    for waiting in state.waits_for:
        if waiting.when and not holds(waiting.when):
            continue
        for role in _roles_meant(workflow, waiting, situation):
            side = workflow.side_of(role)
            # A task of its own is asked for by its condition, whatever else the side has done.
            if side in gone:
                continue
            if side is None or waiting.when or side not in done:
                task = waiting.task or state.task or state.label
                person = situation.assigned.get(role)
                asked = waiting if waiting.deadline else None
                turn = Turn(role, side, task, person, waiting.step, asked)
                turns.setdefault(f"{role} {task.de}", turn)
    return tuple(turns.values())


def _roles_meant(workflow: Workflow, waiting: Waiting, situation: Situation) -> tuple[str, ...]:
    if waiting.role == "member":
        return tuple(workflow.sides.values())
    if waiting.role != "other_side":
        return (waiting.role,)
    # Where nobody is known to have opened the case, both sides are asked.
    return tuple(r for side, r in workflow.sides.items() if side != situation.initiating_side)


def _sides_done(
    workflow: Workflow, forms: Mapping[str, Form], state: State, situation: Situation
) -> AbstractSet[str]:
    """Return the sides that can only wait: for the other side, or for whoever makes the step."""
    sides = set(workflow.sides) - absent_sides(workflow, situation)
    waits: set[str] = set()
    asked: set[str] = set()
    for answered, by_sides in _joint_steps(workflow, forms, state, situation):
        if answered >= sides and not by_sides:
            waits |= sides
        elif answered and answered < sides:
            waits |= answered
            asked |= sides - answered
    return waits - asked


def _joint_steps(
    workflow: Workflow, forms: Mapping[str, Form], state: State, situation: Situation
) -> list[tuple[set[str], bool]]:
    """Return for each step of both sides who has done the own part, and if they make the step."""
    roles = set(workflow.sides.values())
    steps = []
    for exit_id in state.exits:
        t = workflow.transitions[exit_id]
        if t.sign_off:
            steps.append((set(valid_yeses(t, situation)), bool(roles & set(t.by))))
    if roles & set(state.rights.get("edit", ())):
        for form_id in state.forms:
            if forms[form_id].per == "side":
                answered = {s.slot for s in situation.submissions.get(form_id, ())}
                steps.append((answered, True))
    return steps
