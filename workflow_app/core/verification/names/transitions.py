"""Is a transition fit to run: who, when, what it needs and what it does? Part of `verify`."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from workflow_app.core.cases.rights import PERMISSIONS
from workflow_app.core.definition.model import STAY, Effect, Requirement, SignOff, Text, Transition
from workflow_app.core.steps.sign_off import AGREEMENT
from workflow_app.core.tables.effects import EFFECTS
from workflow_app.core.tables.facts import FACTS
from workflow_app.core.verification.checking import FORM, PERMISSION, ROLE, STATE, Checking, Named

FACT: Named = ("Die Tatsache", "fact")
EFFECT: Named = ("Die Wirkung", "effect")
TARGET: Named = ("Das Ziel", "target")
OUTCOME_TYPES = ("one_of", "computed")
"""Types of the fields that can say with which outcome a case ends."""


def check_transition(check: Checking, t: Transition, documents: AbstractSet[str]) -> None:
    """Note every problem of a transition."""
    _target(check, t)
    _who(check, t)
    if t.form:
        check.known(FORM, t.form, check.forms, t.place)
    if t.when:
        check.condition(t.when, t.place)
    check.wrong(
        t.trigger != "timer" or t.after_days is not None,
        t.place,
        "timer",
        Text(f"„{t.id}“ braucht „after“.", f"'{t.id}' needs 'after'."),
    )
    if t.outcome and "." in t.outcome:
        _outcome(check, t, t.outcome)
    for requirement in (*t.requires, *t.warns):
        _requirement(check, t, requirement)
    if t.sign_off:
        _sign_off(check, t, t.sign_off)
    for effect in t.effects:
        _effect(check, effect, documents)


def _target(check: Checking, t: Transition) -> None:
    if t.to != STAY:
        check.known(STATE, t.to, check.workflow.states, t.place)
    check.wrong(
        t.to != STAY or t.id not in check.workflow.start,
        t.place,
        "start_stays",
        Text(
            f"„{t.id}“ eröffnet einen Vorgang und muss einen Zustand nennen, nicht „{STAY}“.",
            f"'{t.id}' opens a case and must name a state, not '{STAY}'.",
        ),
    )


def _outcome(check: Checking, t: Transition, name: str) -> None:
    """Note an outcome that the form sent with the step does not say as one word."""
    check.field(name, t.place)
    form_id, _, field_id = name.partition(".")
    form = check.forms.get(form_id)
    field = next((f for f in form.fields if f.id == field_id), None) if form else None
    check.wrong(
        field is None or (form_id == t.form and field.type in OUTCOME_TYPES and not t.sign_off),
        t.place,
        "outcome_field",
        Text(
            f"„{t.id}“: Den Ausgang sagt ein Feld mit einem einzelnen Wort aus dem Formular, das "
            "mit dem Schritt gesendet wird.",
            f"'{t.id}': the outcome is said by a field with a single word of the form that is sent "
            "with the step.",
        ),
    )


def _who(check: Checking, t: Transition) -> None:
    told = (role for roles in t.notify.values() for role in roles)
    check.all_known(ROLE, (*t.by, *t.not_by, *told), check.roles, t.place)
    check.all_known(PERMISSION, t.permission, PERMISSIONS, t.place)
    check.wrong(
        t.trigger != "person" or bool(t.by or t.permission or t.group),
        t.place,
        "nobody",
        Text(
            f"„{t.id}“ ist niemandem erlaubt: by oder permission fehlt.",
            f"'{t.id}' is allowed to nobody: by or permission is missing.",
        ),
    )
    check.wrong(
        not t.group,
        t.place,
        "group",
        Text(
            f"„{t.id}“: Gruppen kennt nur ein importierter Workflow; nehmen Sie by.",
            f"'{t.id}': only an imported workflow knows groups; use by.",
        ),
    )


def _requirement(check: Checking, t: Transition, r: Requirement) -> None:
    check.wrong(
        not r.undecided,
        r.place,
        "open",
        Text(f"„{t.id}“: {r.unmet.de}", f"'{t.id}': {r.unmet.en}"),
        "open",
    )
    if r.fact and check.known(FACT, r.fact, FACTS, r.place):
        check.numbers(FACTS[r.fact].numbers, r.place)
    if r.when:
        check.condition(r.when, r.place)


def _sign_off(check: Checking, t: Transition, sign_off: SignOff) -> None:
    forms = (name for name in sign_off.of if name != AGREEMENT)
    check.all_known(FORM, forms, check.forms, t.place)
    if sign_off.substitute_by:
        check.known(ROLE, sign_off.substitute_by, check.roles, t.place)
    check.wrong(
        len(check.workflow.sides) == 2,
        t.place,
        "no_sides",
        Text(
            f"„{t.id}“: Eine Mitzeichnung braucht zwei Seiten (sides).",
            f"'{t.id}': a sign-off needs two sides.",
        ),
    )


def _effect(check: Checking, effect: Effect, documents: AbstractSet[str]) -> None:
    if not check.known(EFFECT, effect.name, EFFECTS, effect.place):
        return
    kind = EFFECTS[effect.name].argument
    check.wrong(
        (kind is None) == (effect.argument is None),
        effect.place,
        "effect_argument",
        Text(
            f"„{effect.name}“ {'braucht ein' if kind else 'hat kein'} Argument.",
            f"'{effect.name}' {'needs an' if kind else 'takes no'} argument.",
        ),
    )
    if kind and effect.argument:
        table = {
            "variable": set(check.workflow.variables),
            "document": set(documents),
            "form": set(check.forms),
        }
        check.known(TARGET, effect.argument, table[kind], effect.place)
