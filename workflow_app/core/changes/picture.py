"""Two versions in one picture: what is new, gone or changed, with the gone parts still drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from workflow_app.core.changes.comparison import Change, Kind
from workflow_app.core.definition.model import STAY, Phase, State, Transition, Workflow

Way = tuple[str, str]
"""From a state to a state."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What became of the states and of the ways between them."""

    states: Mapping[str, Kind]
    ways: Mapping[Way, Kind]


def marks(old: Workflow, new: Workflow, changes: Iterable[Change]) -> Marks:
    """Return what became of each state and way; what stayed as it was is left out."""
    changed_steps = {c.subject for c in changes if c.about == "transition" and c.kind == "changed"}
    states: dict[str, Kind] = {c.subject: c.kind for c in changes if c.about == "state"}
    before, after = _ways(old), _ways(new)
    ways: dict[Way, Kind] = {way: "removed" for way in before if way not in after}
    for way, steps in after.items():
        if way not in before:
            ways[way] = "added"
        elif set(steps) != set(before[way]) or changed_steps & set(steps):
            ways[way] = "changed"
    return Marks(states, ways)


def merged(old: Workflow, new: Workflow) -> Workflow:
    """Return the new workflow with the states and ways that are gone still in it, to be drawn."""
    phases = {phase.id: phase for phase in (*new.phases, *old.phases)}
    known: dict[str, Phase] = {p.id: phases[p.id] for p in new.phases}
    known.update({name: phase for name, phase in phases.items() if name not in known})
    transitions: dict[str, Transition] = dict(new.transitions)
    states: dict[str, State] = dict(new.states)
    for state in old.states.values():
        states.setdefault(state.id, replace(state, exits=()))
    after = _ways(new)
    for (source, target), steps in _ways(old).items():
        if (source, target) in after:
            continue
        gone = f"{steps[0]} before"
        transitions[gone] = replace(old.transitions[steps[0]], id=gone, to=target)
        states[source] = replace(states[source], exits=(*states[source].exits, gone))
    return replace(new, phases=tuple(known.values()), states=states, transitions=transitions)


def _ways(workflow: Workflow) -> dict[Way, tuple[str, ...]]:
    found: dict[Way, tuple[str, ...]] = {}
    for state in workflow.states.values():
        for exit_id in state.exits:
            t = workflow.transitions.get(exit_id)
            if t is not None and t.to not in (STAY, state.id) and t.to in workflow.states:
                way = (state.id, t.to)
                found[way] = (*found.get(way, ()), exit_id)
    return found
