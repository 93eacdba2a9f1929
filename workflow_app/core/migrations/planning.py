"""Whether a plan fits the two versions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date

from workflow_app.core.changes.contents import Contents
from workflow_app.core.definition.forms import Field
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import ExpressionError
from workflow_app.core.forms.fields import FIELD_TYPES
from workflow_app.core.forms.limits import broken_limits
from workflow_app.core.forms.messages import MESSAGES, quoted
from workflow_app.core.forms.typed import Unreadable
from workflow_app.core.migrations.plan import DROP, Plan
from workflow_app.core.problems import Place, Problems

STATE = Text("Den Stand", "state")
FORM = Text("Das Formular", "form")
FIELD = Text("Das Feld", "field")
CHOICE = Text("Die Auswahl", "choice")
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
    _no_two(
        check, FORM, "forms", {name: plan.forms.get(name, name) for name in old.forms}, new.forms
    )
    for form in old.forms.values():
        names = {name: plan.field_name(name) for name in _names(form.id, form.fields)}
        _no_two(
            check, FIELD, "fields", names, {n for n in names.values() if n and new.forms_field(n)}
        )
    for name, choices in plan.values.items():
        _choices(check, old, new, name, choices)
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
        value = FIELD_TYPES[found.type].read(text, found)
    except Unreadable:
        check.wrong(
            key,
            f"„{text}“ ist kein Wert für „{found.label.de}“.",
            f"'{text}' is no value for '{found.label.en}'.",
        )
        return
    if value is None or "today" in (found.minimum, found.maximum):
        return
    for rule, limit in broken_limits(found, value, date.max, False):
        words = {"limit": limit, "typed": quoted(text), "length": len(text), "places": ""}
        sentence = MESSAGES[rule]
        check.wrong(
            key,
            sentence.de.format(label=found.label.de, **words),
            sentence.en.format(label=found.label.en, **words),
        )


def _no_two(
    check: _Check, what: Text, kind: str, names: Mapping[str, str | None], there: Collection[str]
) -> None:
    """Note two things that would become one: what the one of them holds would be lost."""
    taken: dict[str, str] = {}
    for name, after in names.items():
        if after is None or after not in there:
            continue
        if (other := taken.setdefault(after, name)) != name:
            here = name if name in getattr(check.plan, kind) else other
            check.wrong(
                f"{kind}.{here}",
                f"{what.de} „{after}“ kann nicht aus zweien entstehen: „{other}“ und „{name}“.",
                f"The {what.en} '{after}' cannot come from two: '{other}' and '{name}'.",
            )


def _names(prefix: str, fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        yield f"{prefix}.{field.id}"
        yield from _names(f"{prefix}.{field.id}", field.columns)


def _choices(
    check: _Check, old: Contents, new: Contents, name: str, choices: Mapping[str, str]
) -> None:
    check.that(old.forms_field(name) is not None, FIELD, name, BEFORE, f"values.{name}")
    after = check.plan.field_name(name)
    asked = new.forms_field(after) if after else None
    for choice, becomes in choices.items() if asked is not None and asked.options else ():
        known = [option.id for option in asked.options] if asked else []
        where = f"values.{name}.{choice}"
        check.known(CHOICE, becomes, known, AFTER, where)
