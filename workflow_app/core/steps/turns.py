"""Whose turn it is: whoever the state names and has not yet done the own part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import State, Transition, Waiting, Workflow
from workflow_app.core.steps.offers import Turn, called_to_confirm
from workflow_app.core.steps.sign_off import absent_sides, valid_yeses


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
    half = list(_half_confirmed(workflow, state, situation))
    done = {
        *_sides_done(workflow, forms, state, situation),
        *(side for t, side in half if t.id == state.exits[0]),
    }
    turns: dict[str, Turn] = {}
    # What the other side has confirmed already waits for this one alone: it is told first.
    confirming = (Turn(workflow.sides[s], s, called_to_confirm(t), step=t.id) for t, s in half)
    for turn in (*confirming, *_awaited(workflow, state, situation, holds, done)):
        turns.setdefault(f"{turn.role} {turn.task.de}", turn)
    return tuple(turns.values())


def _awaited(
    workflow: Workflow,
    state: State,
    situation: Situation,
    holds: Callable[[str], bool],
    done: AbstractSet[str],
) -> Iterator[Turn]:
    """Yield whom the state names, without the sides that are gone or have done their part."""
    gone = absent_sides(workflow, situation)
    for waiting in state.waits_for:
        if waiting.when and not holds(waiting.when):
            continue
        for role in _roles_meant(workflow, waiting, situation):
            side = workflow.side_of(role)
            # A task of its own is asked for by its condition, whatever else the side has done.
            if side in gone or (side in done and not waiting.when):
                continue
            task = waiting.task or state.task or state.label
            asked = waiting if waiting.deadline else None
            yield Turn(role, side, task, situation.assigned.get(role), waiting.step, asked)


def _roles_meant(workflow: Workflow, waiting: Waiting, situation: Situation) -> tuple[str, ...]:
    if waiting.role == "member":
        return tuple(workflow.sides.values())
    if waiting.role != "other_side":
        return (waiting.role,)
    # Where nobody is known to have opened the case, both sides are asked.
    return tuple(r for side, r in workflow.sides.items() if side != situation.initiating_side)


def _half_confirmed(
    workflow: Workflow, state: State, situation: Situation
) -> Iterator[tuple[Transition, str]]:
    """Yield each joint step that one side has confirmed, with the side that has not."""
    sides = set(workflow.sides) - absent_sides(workflow, situation)
    for exit_id in state.exits:
        t = workflow.transitions[exit_id]
        answered = set(valid_yeses(t, situation)) if t.sign_off else set()
        if answered & sides:
            yield from ((t, side) for side in workflow.sides if side in sides - answered)


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
    """Return for each step of both sides who has done the own part, and if they make the step.

    They are the work of the state if the first exit is one of them; what may be asked for beside
    other work does not end it.
    """
    roles = set(workflow.sides.values())
    steps = []
    exits = [workflow.transitions[exit_id] for exit_id in state.exits]
    for t in exits:
        if t.sign_off and exits[0].sign_off:
            steps.append((set(valid_yeses(t, situation)), bool(roles & set(t.by))))
    if roles & set(state.rights.get("edit", ())):
        for form_id in state.forms:
            if forms[form_id].per == "side":
                answered = {s.slot for s in situation.submissions.get(form_id, ())}
                steps.append((answered, True))
    return steps
