"""Whether a plan fits the two versions, and which plan suggests itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from workflow_app.core.changes.contents import Contents
from workflow_app.core.changes.plan import DROP, Plan, Target
from workflow_app.core.definition.model import Field, Text
from workflow_app.core.definition.source import Place, Problems
from workflow_app.core.errors import ExpressionError
from workflow_app.core.forms.fields import FIELD_TYPES
from workflow_app.core.forms.typed import Unreadable

STATE = Text("Den Stand", "state")
FORM = Text("Das Formular", "form")
FIELD = Text("Das Feld", "field")
ROLE = Text("Die Rolle", "role")
VARIABLE = Text("Das Merkmal", "variable")
BEFORE = Text("in der bisherigen Version", "in the version so far")
AFTER = Text("in der neuen Version", "in the new version")
Compile = Callable[[str], object]
"""Compiles a condition of the version so far; raises `ExpressionError`."""


def check_plan(plan: Plan, old: Contents, new: Contents, compile_: Compile) -> Problems:
    """Return everything in the plan that does not fit the two versions."""
    check = _Check(plan, Problems())
    _states_known(check, old, new, compile_)
    for before, after in plan.forms.items():
        check.known(FORM, before, old.forms, BEFORE, f"forms.{before}")
        check.known(FORM, after, new.forms, AFTER, f"forms.{before}")
    for name, after in plan.fields.items():
        _field(check, old, new, name, after)
    for name in plan.values:
        check.that(old.forms_field(name) is not None, FIELD, name, BEFORE, f"values.{name}")
    for name, text in plan.defaults.items():
        _default(check, new, name, text)
    for key, what, before_all, after_all in (
        ("roles", ROLE, [r.id for r in old.workflow.roles], [r.id for r in new.workflow.roles]),
        ("variables", VARIABLE, old.workflow.variables, new.workflow.variables),
    ):
        for before, after in getattr(plan, key).items():
            check.known(what, before, before_all, BEFORE, f"{key}.{before}")
            check.known(what, after, [*after_all, DROP], AFTER, f"{key}.{before}")
    return check.problems


class _Check:
    def __init__(self, plan: Plan, problems: Problems) -> None:
        self.plan = plan
        self.problems = problems

    def place(self, where: str) -> Place:
        fallback = self.plan.places.get(where.partition(".")[0]) or Place("plan", 1, 1)
        return self.plan.places.get(where, fallback)

    def known(self, what: Text, name: str, there: Collection[str], where: Text, key: str) -> None:
        self.that(name in there, what, name, where, key)

    def that(self, holds: bool, what: Text, name: str, where: Text, key: str) -> None:
        if not holds:
            self.problems.add(
                self.place(key),
                "plan",
                f"{what.de} „{name}“ gibt es {where.de} nicht.",
                f"There is no {what.en} '{name}' {where.en}.",
            )

    def condition(self, text: str, key: str, compile_: Compile) -> None:
        try:
            compile_(text)
        except ExpressionError as error:
            self.problems.add(
                self.place(key),
                "condition",
                f"Die Bedingung ist nicht lesbar: {error.message}",
                f"The condition cannot be read: {error.message}",
            )

    def wrong(self, key: str, de: str, en: str) -> None:
        self.problems.add(self.place(key), "plan", de, en)


def _states_known(check: _Check, old: Contents, new: Contents, compile_: Compile) -> None:
    for state, targets in check.plan.states.items():
        check.known(STATE, state, old.workflow.states, BEFORE, f"states.{state}")
        for target in targets:
            check.known(STATE, target.to, new.workflow.states, AFTER, f"states.{state}")
            if _ends(new, target.to) and not _ends(old, state):
                check.wrong(
                    f"states.{state}",
                    f"„{target.to}“ ist ein Ende; eine Umstellung beendet keinen Vorgang.",
                    f"'{target.to}' is an end; a migration ends no case.",
                )
            if target.when:
                check.condition(target.when, f"states.{state}", compile_)


def _ends(contents: Contents, state: str) -> bool:
    found = contents.workflow.states.get(state)
    return found is not None and found.end


def _field(check: _Check, old: Contents, new: Contents, name: str, after: str) -> None:
    key = f"fields.{name}"
    check.that(old.forms_field(name) is not None, FIELD, name, BEFORE, key)
    if after == DROP:
        return
    check.that(new.forms_field(after) is not None, FIELD, after, AFTER, key)
    form = name.split(".")[0]
    if after.split(".")[0] != check.plan.forms.get(form, form) or len(after.split(".")) != len(
        name.split(".")
    ):
        check.wrong(
            key,
            f"„{name}“ kann nur innerhalb seines Formulars anders heißen.",
            f"'{name}' can get another name within its own form only.",
        )


def _default(check: _Check, new: Contents, name: str, text: str) -> None:
    key = f"defaults.{name}"
    found = new.forms_field(name) if name.count(".") == 1 else None
    check.that(found is not None, FIELD, name, AFTER, key)
    if found is None:
        return
    try:
        FIELD_TYPES[found.type].read(text, found)
    except Unreadable:
        check.wrong(
            key,
            f"„{text}“ ist kein Wert für „{found.label.de}“.",
            f"'{text}' is no value for '{found.label.en}'.",
        )


def suggest(old: Contents, new: Contents, source: int, target: int) -> Plan:
    """Return a plan to begin with: what has the same name stays, what was renamed is guessed."""
    return Plan(
        workflow=new.workflow.id,
        source=source,
        target=target,
        states=dict(_states(old, new)),
        fields=dict(_fields(old, new)),
    )


def _states(old: Contents, new: Contents) -> Iterator[tuple[str, tuple[Target, ...]]]:
    added = [s for s in new.workflow.states.values() if s.id not in old.workflow.states]
    for state in old.workflow.states.values():
        if state.id in new.workflow.states:
            continue
        same = [s.id for s in added if s.label == state.label]
        near = [s.id for s in added if s.phase == state.phase and s.end == state.end]
        guess = same or near
        if guess:
            yield state.id, (Target(guess[0]),)


def _fields(old: Contents, new: Contents) -> Iterator[tuple[str, str]]:
    for form in old.forms.values():
        if form.id not in new.forms:
            continue
        yield from _renamed(form.id, form.fields, new.forms[form.id].fields)


def _renamed(
    prefix: str, old: tuple[Field, ...], new: tuple[Field, ...]
) -> Iterator[tuple[str, str]]:
    before, after = {f.id: f for f in old}, {f.id: f for f in new}
    gone = [f for f in old if f.id not in after]
    come = [f for f in new if f.id not in before]
    for field in gone:
        same = [f for f in come if f.type == field.type]
        exact = [f for f in same if f.label == field.label]
        # One field that went and one of its kind that came are most likely the same question.
        alone = same if len(same) == len([g for g in gone if g.type == field.type]) == 1 else []
        guess = exact or alone
        yield f"{prefix}.{field.id}", f"{prefix}.{guess[0].id}" if guess else DROP
    for name, field in after.items():
        if name in before and field.columns:
            columns = _renamed(f"{prefix}.{name}", before[name].columns, field.columns)
            yield from columns
