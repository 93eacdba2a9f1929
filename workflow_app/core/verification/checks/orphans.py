"""What a workflow, or a folder of forms, defines and nothing uses. Warnings of `verify`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import State, Text
from workflow_app.core.expressions import blanked
from workflow_app.core.problems import Problems
from workflow_app.core.tables.effects import EFFECTS
from workflow_app.core.tables.gathered import GATHERED
from workflow_app.core.verification.checking import Checking

VARIABLE = re.compile(r"(?<![\w.])variable\.([a-z][a-z0-9_]*)")


def check_orphans(check: Checking) -> None:
    """Note roles that nothing names, and variables that nothing sets or reads."""
    workflow = check.workflow
    roles = set(_roles(check))
    for role in workflow.roles:
        check.wrong(
            role.id in roles,
            workflow.place,
            "unused_role",
            Text(
                f"Die Rolle „{role.id}“ kommt nirgends vor.", f"Nothing uses the role '{role.id}'."
            ),
            "warning",
        )
    variables = set(_variables(check))
    for name in workflow.variables:
        check.wrong(
            name in variables,
            workflow.place,
            "unused_variable",
            Text(
                f"Die Variable „{name}“ wird nirgends gesetzt oder gelesen.",
                f"Nothing sets or reads the variable '{name}'.",
            ),
            "warning",
        )


def note_unused_forms(forms: Mapping[str, Form], used: Collection[str], problems: Problems) -> None:
    """Note forms that no workflow uses, and that no field of a used one is like or amends."""
    needed, todo = set(used), list(used)
    while todo:
        form = forms.get(todo.pop())
        for name in _sources(form) if form is not None else ():
            if name not in needed:
                needed.add(name)
                todo.append(name)
    for form in forms.values():
        if form.id not in needed:
            problems.add(
                form.place,
                "unused_form",
                f"Kein Verfahren verwendet das Formular „{form.id}“.",
                f"No workflow uses the form '{form.id}'.",
                "warning",
            )


def _sources(form: Form) -> Iterator[str]:
    for field in form.fields:
        for name in (field.like, field.adds_to, field.prefill, *field.amends):
            if name and name not in GATHERED:
                yield name.partition(".")[0]


def _told(state: State) -> Iterator[str]:
    """Yield the roles that are told when a deadline of a state is over."""
    for rule in (state.deadline, *(waiting.deadline for waiting in state.waits_for)):
        yield from rule.escalate_to if rule else ()


def _roles(check: Checking) -> Iterator[str]:
    """Yield every role that stands somewhere."""
    workflow = check.workflow
    yield from workflow.sides.values()
    for state in workflow.states.values():
        for roles in state.rights.values():
            yield from roles
        yield from (waiting.role for waiting in state.waits_for)
        yield from _told(state)
    for t in workflow.transitions.values():
        yield from (*t.by, *t.not_by)
        for roles in t.notify.values():
            yield from roles
        if t.sign_off and t.sign_off.substitute_by:
            yield t.sign_off.substitute_by
    for form in check.forms.values():
        yield from form.seen_by
        for part in form.parts:
            yield from (*part.by, *(role for field in part.fields for role in field.by))


def _variables(check: Checking) -> Iterator[str]:
    """Yield every variable that an effect, a condition or an absent side names."""
    yield from check.workflow.absent.values()
    for t in check.workflow.transitions.values():
        for effect in t.effects:
            kind = EFFECTS.get(effect.name)
            if kind is not None and kind.argument == "variable" and effect.argument:
                yield effect.argument
    for condition in _conditions(check):
        yield from VARIABLE.findall(blanked(condition or ""))


def _conditions(check: Checking) -> Iterator[str | None]:
    for state in check.workflow.states.values():
        yield from state.forms_when.values()
        yield from (waiting.when for waiting in state.waits_for)
    for t in check.workflow.transitions.values():
        yield from (t.when, *(r.when for r in (*t.requires, *t.warns)))
    for form in check.forms.values():
        yield from (rule.when for rule in form.rules)
        yield from (f.required.when for f in form.fields)
    for clause in check.clauses:
        yield from (variant.when for variant in clause.variants)
