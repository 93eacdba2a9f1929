"""Does a workflow keep what it guarantees, on every path? Part of `verify`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from workflow_app.core.definition.model import Guarantee, Text, Transition
from workflow_app.core.definition.promised import sentence
from workflow_app.core.tables.effects import EFFECTS
from workflow_app.core.tables.facts import FACTS
from workflow_app.core.verification.checking import FORM, STATE, TRANSITION, Checking, Named
from workflow_app.core.verification.checks.waiting import unbounded
from workflow_app.core.verification.names.transitions import EFFECT, FACT
from workflow_app.core.verification.space.marks import (
    CHECKED,
    EFFECTED,
    FIRED,
    OUTDATED,
    REQUEST_SIGNED,
    SIGNED,
    bits_asked,
)
from workflow_app.core.verification.space.persons import Persons, Watched, proved
from workflow_app.core.verification.space.roles import PARTIES

MARK: Named = ("Die Marke", "mark")
SCOPE = "scope"
OWN_ACT = "*"
"""Follows, in a path, each act of the one person of whom a guarantee speaks."""


def check_promises(check: Checking) -> None:
    """Note each guarantee that does not hold, with a path that breaks it."""
    for guarantee in check.workflow.guarantees:
        if _names(check, guarantee):
            HOLDS[guarantee.kind](check, guarantee)


# ── Names ───────────────────────────────────────────────────────────────────────────────────────


def _names(check: Checking, g: Guarantee) -> bool:
    """Note unknown names; return whether all are known."""
    workflow, before = check.workflow, len(check.problems)
    for key in ("state", "before"):
        check.all_known(STATE, g.names(key), workflow.states, g.place)
    for key in ("steps", "made", "ends"):
        check.all_known(TRANSITION, g.names(key), workflow.transitions, g.place)
    check.all_known(FORM, g.names("wrote"), check.forms, g.place)
    check.all_known(EFFECT, g.names("effect"), EFFECTS, g.place)
    for word in g.names("change"):
        check.known(MARK, word, (SCOPE,), g.place)
    for mark in g.names("without"):
        _mark(check, g, mark)
    return len(check.problems) == before


def _mark(check: Checking, g: Guarantee, mark: str) -> None:
    kind, _, name = mark.partition(".")
    form, _, both = mark.rpartition(".")
    by_side = form in check.forms and check.forms[form].per in ("side", "amendment_side")
    if both == "both" and by_side:
        return
    tables: Mapping[str, tuple[Named, Sequence[str]]] = {
        FIRED: (TRANSITION, tuple(check.workflow.transitions)),
        EFFECTED: (EFFECT, tuple(EFFECTS)),
        CHECKED: (FACT, tuple(FACTS)),
        SIGNED: (FORM, (*check.forms, "document.agreement", REQUEST_SIGNED.partition(".")[2])),
    }
    if kind in tables:
        check.known(tables[kind][0], name, tables[kind][1], g.place)
    else:
        check.known(MARK, mark, [f"{k}.…" for k in tables], g.place)


# ── Does it hold? ───────────────────────────────────────────────────────────────────────────────


def _broken(check: Checking, g: Guarantee, why: Text, path: Sequence[str] = ()) -> None:
    said = sentence(g)
    check.found(
        g.place,
        "guarantee",
        Text(f"Zugesagt ist: {said.de}. {why.de}", f"Guaranteed: {said.en}. {why.en}"),
        path,
    )


def _never(check: Checking, g: Guarantee) -> None:
    for effect in g.names("effect"):
        if not any(
            e.name == effect for t in check.workflow.transitions.values() for e in t.effects
        ):
            _broken(check, g, Text("Kein Schritt hat diese Wirkung.", "No step has this effect."))
            return
    for mark in g.names("without"):
        mask = check.space.bits.mask(bits_asked(g, mark))
        for state in g.names("state"):
            bad = check.space.first(lambda s, st=state, m=mask: s[0] == st and s[1] & m != m)  # type: ignore[misc]  # mypy does not infer a lambda with a default
            if bad is not None:
                why = Text(
                    f"Dieser Weg führt ohne „{mark}“ dorthin.",
                    f"This path leads there without '{mark}'.",
                )
                _broken(check, g, why, check.space.path(bad))
        for effect in g.names("effect"):
            path = check.space.first_effect(effect, lambda bits, m=mask: bits & m != m)  # type: ignore[misc]  # mypy does not infer a lambda with a default
            if path is not None:
                why = Text(
                    f"Auf diesem Weg geschieht es ohne „{mark}“.",
                    f"On this path it happens without '{mark}'.",
                )
                _broken(check, g, why, path)


def _voids(check: Checking, g: Guarantee) -> None:
    [state] = g.names("before")
    for step in g.names("ends"):
        mask = check.space.bits.known(f"{OUTDATED}.{step}")
        bad = check.space.first(lambda s, m=mask: s[0] == state and bool(s[1] & m))  # type: ignore[misc]  # mypy does not infer a lambda with a default
        if bad is not None:
            why = Text(
                "Auf diesem Weg wurde der Umfang danach geändert.",
                "On this path the scope was changed after it.",
            )
            _broken(check, g, why, check.space.path(bad))


def _different(check: Checking, g: Guarantee) -> None:
    made, wrote, steps = set(g.names("made")), set(g.names("wrote")), set(g.names("steps"))
    excused = {f"not.step.{name}" for name in made} | {f"not.form.{name}" for name in wrote}

    def marks(at: Watched, t: Transition | None, form: str) -> bool:
        return form in wrote or (t is not None and t.id in made)

    persons = Persons(check.space)
    walk = persons.walk(marks)
    for step in sorted(steps):
        t = check.workflow.transitions[step]
        if excused <= proved(t):
            continue
        bad = persons.first_act(walk, t, lambda at: at.did)
        if bad is not None:
            why = Text(
                f"Auf diesem Weg tut beides dieselbe Person ({OWN_ACT}).",
                f"On this path the same person does both ({OWN_ACT}).",
            )
            _broken(check, g, why, walk.path(bad, f"{step}{OWN_ACT}"))


def _outsiders(check: Checking, g: Guarantee) -> None:
    persons = Persons(check.space)
    walk = persons.walk(lambda at, t, form: False)
    for step in g.names("steps"):
        t = check.workflow.transitions[step]
        bad = persons.first_act(walk, t, lambda at: any(persons.holds(at, r) for r in PARTIES))
        if bad is not None:
            why = Text(
                f"Hier macht es jemand, der mitwirkt oder dazugehört ({OWN_ACT}).",
                f"Here somebody takes it who takes part or belongs to it ({OWN_ACT}).",
            )
            _broken(check, g, why, walk.path(bad, f"{step}{OWN_ACT}"))


def _ends(check: Checking, g: Guarantee) -> None:
    space = check.space
    if not space.whole:
        return
    for state_id, situation in space.without_end().items():
        why = Text(
            f"Aus dieser Situation in „{state_id}“ nicht.",
            f"Not from this situation in '{state_id}'.",
        )
        _broken(check, g, why, space.path(situation))
    for number, side in enumerate(check.workflow.sides if g.names("also_without") else ()):
        stuck = space.without_end(number)
        role = next(r.label for r in check.workflow.roles if r.id == check.workflow.sides[side])
        for state_id, situation in stuck.items():
            why = Text(
                f"Aus dieser Situation in „{state_id}“ nicht, wenn „{role.de}“ nicht mehr handelt.",
                f"Not from this situation in '{state_id}' if '{role.en}' acts no more.",
            )
            _broken(check, g, why, space.path(situation))


def _waits(check: Checking, g: Guarantee) -> None:
    for state, why in unbounded(check):
        _broken(check, g, Text(f"„{state.id}“: {why.de}", f"'{state.id}': {why.en}"))


HOLDS: Mapping[str, Callable[[Checking, Guarantee], None]] = {
    "never": _never,
    "voids": _voids,
    "different_people": _different,
    "outsiders": _outsiders,
    "ends": _ends,
    "waits": _waits,
}
