"""Whether every state can be reached and left, and every step be made. Part of `verify`."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.definition.model import STAY, Text
from workflow_app.core.verification.checking import Checking
from workflow_app.core.verification.space.explore import MAX_SITUATIONS
from workflow_app.core.verification.space.marks import NEEDS_AMENDMENT, REQUESTS_AMENDMENT
from workflow_app.core.verification.space.reading import OPEN_CHANGE


def check_structure(check: Checking) -> None:
    """Note what cannot be reached, ended, made, or told apart."""
    _automatic_loops(check)
    if _whole(check):
        _never_reached(check)
        _closed_steps(check)
        _stuck(check)
        _changes_in_turn(check)


def _automatic_loops(check: Checking) -> None:
    """Note circles of automatic steps, each of which can be open in the state it leaves."""
    workflow = check.workflow
    after: dict[str, list[tuple[str, str]]] = {}
    for state in workflow.states.values():
        for name in state.exits:
            t = workflow.transitions.get(name)
            if t is None or t.trigger != "automatic" or (state.id, name) not in check.space.opened:
                continue
            after.setdefault(state.id, []).append((name, state.id if t.to == STAY else t.to))
    for state_id in after:
        circle = _circle(state_id, after)
        if circle and state_id == min(source for source, _ in circle):
            names = tuple(name for _, name in circle)
            check.found(
                workflow.transitions[names[0]].place,
                "automatic_loop",
                Text(
                    f"Ab „{state_id}“ folgen automatische Schritte im Kreis aufeinander.",
                    f"From '{state_id}' automatic steps follow each other in a circle.",
                ),
                names,
            )


def _circle(start: str, after: Mapping[str, list[tuple[str, str]]]) -> list[tuple[str, str]] | None:
    """Return the states and steps of a shortest circle through `start`, or None."""
    ways: list[tuple[str, list[tuple[str, str]]]] = [(start, [])]
    seen: set[str] = set()
    for at, way in ways:
        for name, target in after.get(at, ()):
            if target == start:
                return [*way, (at, name)]
            if target not in seen:
                seen.add(target)
                ways.append((target, [*way, (at, name)]))
    return None


def _whole(check: Checking) -> bool:
    """Say whether every situation is known; note it if there are too many."""
    check.wrong(
        check.space.whole,
        check.workflow.place,
        "too_many_situations",
        Text(
            f"Der Vorgang kann in mehr als {MAX_SITUATIONS} Situationen kommen; was ihre Kenntnis "
            "braucht, ist nicht entschieden.",
            f"The case can come to more than {MAX_SITUATIONS} situations; what needs to know them "
            "all is undecided.",
        ),
        # What a workflow promises must be proved.
        "error" if check.workflow.guarantees else "warning",
    )
    return check.space.whole


def _changes_in_turn(check: Checking) -> None:
    """Note where a change is asked for beside an open one, or acted on though none is open."""
    space = check.space
    mask = space.bits.known(OPEN_CHANGE)
    path = space.first_effect(REQUESTS_AMENDMENT, lambda bits: bool(bits & mask))
    if path is not None:
        said = Text(
            f"„{path[-1]}“ kann eine Änderung beantragen, während eine offen ist; das scheitert.",
            f"'{path[-1]}' can ask for a change while another one is still open; that fails.",
        )
        check.found(check.workflow.transitions[path[-1]].place, "open_change", said, path)
    for effect in NEEDS_AMENDMENT:
        path = space.first_effect(effect, lambda bits: not bits & mask)
        if path is not None:
            said = Text(
                f"„{path[-1]}“ kann zu „{effect}“ führen, ohne dass eine Änderung offen ist.",
                f"'{path[-1]}' can come to '{effect}' though no change is open.",
            )
            check.found(check.workflow.transitions[path[-1]].place, "open_change", said, path)


def _never_reached(check: Checking) -> None:
    told = {problem.place for problem in check.problems if problem.rule == "unreachable"}
    for state in check.workflow.states.values():
        check.wrong(
            state.id in check.space.states or state.place in told,
            state.place,
            "unreachable",
            Text(
                f"In den Zustand „{state.id}“ führen nur Schritte, die nie möglich sind.",
                f"Only steps that can never be taken lead to the state '{state.id}'.",
            ),
        )


def _closed_steps(check: Checking) -> None:
    """Note steps that are possible in no situation, or in none of a state that offers them."""
    workflow, space = check.workflow, check.space
    offered = {name: [""] for name in workflow.start}
    for state in workflow.states.values():
        for name in state.exits if state.id in space.states else ():
            offered.setdefault(name, []).append(state.id)
    for name, states in offered.items():
        closed = [s for s in states if (s, name) not in space.opened]
        if len(closed) == len(states):
            check.found(
                workflow.transitions[name].place,
                "never_open",
                Text(
                    f"„{name}“ ist nie möglich: In keiner Situation sind Rechte und "
                    "Voraussetzungen zugleich erfüllt.",
                    f"'{name}' can never be taken: rights and requirements are met together "
                    "in no situation.",
                ),
            )
            continue
        for state_id in closed:
            check.found(
                workflow.states[state_id].place,
                "never_open",
                Text(
                    f"Im Zustand „{state_id}“ ist der Ausgang „{name}“ nie möglich.",
                    f"In the state '{state_id}' the exit '{name}' can never be taken.",
                ),
                severity="warning",
            )


def _stuck(check: Checking) -> None:
    """Note situations from which no end can be reached, whatever people do."""
    for state_id, situation in check.space.without_end().items():
        check.found(
            check.workflow.states[state_id].place,
            "dead_end",
            Text(
                f"Im Zustand „{state_id}“ kann ein Vorgang so stehen bleiben, dass er kein Ende "
                "mehr erreicht.",
                f"In the state '{state_id}' a case can be stuck so that it never reaches an end.",
            ),
            check.space.path(situation),
        )
