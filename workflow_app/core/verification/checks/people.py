"""Whether somebody can act where a case waits, and nobody decides on the own case."""

from __future__ import annotations

from collections.abc import Iterable

from workflow_app.core.definition.model import State, Text
from workflow_app.core.problems import Place
from workflow_app.core.verification.checking import Checking
from workflow_app.core.verification.space.outcomes import YES
from workflow_app.core.verification.space.persons import NAMING, Persons, proved
from workflow_app.core.verification.space.roles import (
    PARTIES,
    TAKING_PART,
    actors,
    fillable,
    roles_with,
)

WORK = ("edit",)
"""Rights by which somebody for whom a case waits can do something about it."""


def check_people(check: Checking) -> None:
    """Note where nobody can act, and where one person could stand on both sides of a decision."""
    for state in check.workflow.states.values():
        if not state.end and state.waits_for:
            _waits_in_vain(check, state)
    if check.space.whole:
        _turns(check)
    _two_sides(check)
    _self_approval(check)


def _waits_in_vain(check: Checking, state: State) -> None:
    """Check that somebody for whom the case waits can take a step or fill in a form."""
    check.wrong(
        any(_can_act(check, state, waiting.role) for waiting in state.waits_for),
        state.place,
        "waits_in_vain",
        Text(
            f"Im Zustand „{state.id}“ wartet der Vorgang auf Rollen, die dort nichts tun können.",
            f"In the state '{state.id}' the case waits for roles that can do nothing there.",
        ),
    )


def _can_act(check: Checking, state: State, role: str) -> bool:
    workflow = check.workflow
    meant = {role}
    if role in TAKING_PART:
        meant |= {*workflow.sides.values(), *TAKING_PART}
    if role in workflow.sides.values():
        meant |= set(TAKING_PART)
    for name in state.exits:
        t = workflow.transitions.get(name)
        if t is None or t.trigger != "person":
            continue
        substitute = t.sign_off.substitute_by if t.sign_off else None
        if meant & {*actors(workflow, state, t), substitute}:
            return True
        if t.sign_off and meant & {*workflow.sides.values()}:
            return True
    editors = [r for r in roles_with(state, WORK) if r in meant]
    forms = (check.forms[name] for name in state.forms if name in check.forms)
    return any(fillable(form, editors, workflow) for form in forms)


def _turns(check: Checking) -> None:
    """Note situations in which it is nobody's turn, since every `when` under `waits_for` fails."""
    told: set[str] = set()
    asked = {
        state.id: [check.space.bits.condition(w.when or "true") for w in state.waits_for]
        for state in check.workflow.states.values()
        if state.waits_for and all(w.when for w in state.waits_for)
    }
    for situation in check.space.came:
        state, known = situation
        if state in told or state not in asked:
            continue
        if not any(turn(known) & YES for turn in asked[state]):
            told.add(state)
            check.found(
                check.workflow.states[state].place,
                "nobodys_turn",
                Text(
                    f"Im Zustand „{state}“ kann es sein, dass der Vorgang auf niemanden wartet.",
                    f"In the state '{state}' it may be nobody's turn.",
                ),
                check.space.path(situation),
            )


def _two_sides(check: Checking) -> None:
    """Note sides for which one person could stand at once."""
    workflow = check.workflow
    same = len(set(workflow.sides.values())) < len(workflow.sides)
    _one_for_both(check, not same, workflow.place, Text("Beide Seiten", "Both sides"))
    for t in workflow.transitions.values():
        effects = {effect.name for effect in t.effects}
        if not workflow.sides or not effects & {NAMING[0], "change_contact"}:
            continue
        _one_for_both(check, "two_people" in proved(t), t.place, Text(f"„{t.id}“", f"'{t.id}'"))


def _one_for_both(check: Checking, well: bool, place: Place, what: Text) -> None:
    check.wrong(
        well,
        place,
        "one_for_both",
        Text(
            f"{what.de}: Dieselbe Person könnte beide Seiten vertreten.",
            f"{what.en}: the same person could stand for both sides.",
        ),
    )


def _self_approval(check: Checking) -> None:
    """Note decisions that somebody who takes part in the case could make."""
    decisions = [t for t in check.workflow.transitions.values() if t.decision]
    if not decisions or not check.space.whole:
        return
    persons = Persons(check.space)
    walk = persons.walk(lambda at, t, form: False)
    promised = {s for g in check.workflow.guarantees for s in _outsiders(g.kind, g.names("steps"))}
    for t in decisions:
        at = persons.first_act(walk, t, lambda p: any(persons.holds(p, r) for r in PARTIES))
        if at is not None and t.id not in promised:
            check.found(
                t.place,
                "self_approval",
                Text(
                    f"„{t.id}“ ist eine Entscheidung, die jemand treffen kann, der mitwirkt.",
                    f"'{t.id}' is a decision that somebody who takes part can make.",
                ),
                walk.path(at, f"{t.id}*"),
                "warning",
            )


def _outsiders(kind: str, steps: Iterable[str]) -> tuple[str, ...]:
    return tuple(steps) if kind == "outsiders" else ()
