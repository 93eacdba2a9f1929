"""What the drawing of a workflow shows by itself: out of reach, unused, twice, shadowed.

No condition is looked into here, so that it is said even while names are still wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_app.core.definition.model import STAY, State, Text, Transition, Workflow
from workflow_app.core.verification.checking import Checking


def check_graph(check: Checking) -> None:
    """Note what cannot be reached or ended, is never offered, or cannot be told apart."""
    _graph(check)
    _unused(check)
    for state in check.workflow.states.values():
        _twice(check, state)
        _shadowed(check, state)


def targets(workflow: Workflow, transitions: Iterable[str]) -> set[str]:
    """Return the states to which these transitions lead."""
    known = (workflow.transitions[t].to for t in transitions if t in workflow.transitions)
    return {target for target in known if target in workflow.states}


def _reach(start: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        new = steps.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return seen


def _graph(check: Checking) -> None:
    """Note states out of reach and states without a way to an end.

    Where a target is misspelt everything behind it would seem out of reach: that is told instead.
    """
    workflow = check.workflow
    if any(t.to != STAY and t.to not in workflow.states for t in workflow.transitions.values()):
        return
    steps = {state.id: targets(workflow, state.exits) for state in workflow.states.values()}
    back: dict[str, set[str]] = {name: set() for name in steps}
    for source, found in steps.items():
        for target in found:
            back[target].add(source)
    reached = _reach(targets(workflow, workflow.start), steps)
    ending = _reach({s.id for s in workflow.states.values() if s.end}, back)
    for state in workflow.states.values():
        check.wrong(
            state.id in reached,
            state.place,
            "unreachable",
            Text(
                f"Der Zustand „{state.id}“ ist von keinem Anfang aus erreichbar.",
                f"The state '{state.id}' cannot be reached from any start.",
            ),
        )
        check.wrong(
            state.id in ending,
            state.place,
            "no_way_to_an_end",
            Text(
                f"Vom Zustand „{state.id}“ führt kein Weg zu einem Ende.",
                f"No way leads from the state '{state.id}' to an end.",
            ),
        )


def _unused(check: Checking) -> None:
    """Note what the file defines and nothing uses."""
    workflow = check.workflow
    used = {e for s in workflow.states.values() for e in s.exits} | set(workflow.start)
    for transition in workflow.transitions.values():
        check.wrong(
            transition.id in used,
            transition.place,
            "unused",
            Text(
                f"Kein Zustand bietet den Übergang „{transition.id}“ an.",
                f"No state offers the transition '{transition.id}'.",
            ),
        )


def _twice(check: Checking, state: State) -> None:
    for name in dict.fromkeys(e for e in state.exits if state.exits.count(e) > 1):
        check.found(
            state.place,
            "duplicate",
            Text(
                f"Der Zustand „{state.id}“ nennt den Ausgang „{name}“ mehrmals.",
                f"The state '{state.id}' names the exit '{name}' more than once.",
            ),
        )
    transitions = check.workflow.transitions
    said: dict[tuple[str, str], str] = {}
    for name in dict.fromkeys(e for e in state.exits if e in transitions):
        t = transitions[name]
        other = said.setdefault((t.trigger, t.label.de), name)
        if other != name and t.trigger == "person":
            check.found(
                state.place,
                "duplicate",
                Text(
                    f"Im Zustand „{state.id}“ heißen „{other}“ und „{name}“ gleich.",
                    f"In the state '{state.id}' '{other}' and '{name}' have the same label.",
                ),
                severity="warning",
            )


def always_open(t: Transition) -> bool:
    """Say whether an automatic step is made as soon as its state is entered."""
    at_once = t.trigger == "automatic" or (t.trigger == "timer" and t.after_days == 0)
    conditions = [t.when, *(r.when for r in t.requires)]
    asks = t.sign_off or any(r.fact or r.undecided for r in t.requires)
    return at_once and not asks and all(c is None or c.strip() == "true" for c in conditions)


def _shadowed(check: Checking, state: State) -> None:
    """Note exits that nobody ever gets to see: an automatic one is always taken before them."""
    exits = [check.workflow.transitions[e] for e in state.exits if e in check.workflow.transitions]
    first = next((t for t in exits if always_open(t)), None)
    if first is None:
        return
    # Whatever stands in the state's own automatic exits before it may still be taken first.
    after = exits[exits.index(first) + 1 :]
    hidden = [t.id for t in exits if t.trigger == "person"]
    hidden += [t.id for t in after if t.trigger != "person" and first.trigger == "automatic"]
    if hidden:
        names = ", ".join(hidden)
        check.found(
            first.place,
            "shadowed",
            Text(
                f"„{first.id}“ geschieht im Zustand „{state.id}“ sofort; "
                f"nie an die Reihe kommt: {names}.",
                f"'{first.id}' happens at once in the state '{state.id}'; "
                f"never get their turn: {names}.",
            ),
        )
