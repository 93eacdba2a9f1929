"""Is a form fit to run, and a clause of an agreement? Part of `verify`."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from workflow_app.core.cases.clauses import placeholders
from workflow_app.core.cases.visible import row_names
from workflow_app.core.definition.forms import Clause, Field, Form, Rule
from workflow_app.core.definition.model import Text
from workflow_app.core.expressions import SIDES, Names
from workflow_app.core.problems import Place
from workflow_app.core.steps.engine import names_of
from workflow_app.core.tables.computed import COMPUTED
from workflow_app.core.tables.gathered import GATHERED
from workflow_app.core.verification.checking import (
    ROLE,
    TRANSITION,
    Checking,
    Named,
    column_in,
    field_in,
)

COMPUTATION: Named = ("Die Berechnung", "computation")
GATHERING: Named = ("Die Zusammenstellung", "gathering")

RESERVED = frozenset(
    (
        *("filled", "count", "sum"),
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for"),
        *("function", "if", "import", "let", "loop", "package", "namespace", "return", "var"),
        *("void", "while"),
    )
)
"""Words that conditions use themselves, so that no field can be called so."""
SIDED = ("organisation", "person")
"""What can stand for a side."""
_NUMBERS = ("integer", "decimal", "money")
_DAYS = ("date", "date_time")


def check_form(check: Checking, form: Form) -> None:
    """Note every problem of a form: roles, fields and rules."""
    own = own_names(check, form)
    roles = (role for part in form.parts for role in part.by)
    check.all_known(ROLE, (*roles, *form.seen_by), check.roles, form.place)
    for field in form.fields:
        _field(check, form, field, own)
    for rule in form.rules:
        _rule(check, form, rule, own)


def check_clause(check: Checking, clause: Clause) -> None:
    """Note every problem of a clause: its conditions and what it prints."""
    for variant in clause.variants:
        if variant.when:
            check.condition(variant.when, variant.place)
        for name in placeholders(variant):
            check.field(name, variant.place)


def own_names(check: Checking, form: Form) -> Names:
    """Return the names that the form's own conditions may read."""
    if form.per in ("case", "round", "amendment"):
        return check.names
    forms = [replace(f, per="case") if f.id == form.id else f for f in check.forms.values()]
    return names_of(check.workflow, forms, check.programme)


def _field(check: Checking, form: Form, field: Field, own: Names) -> None:
    check.all_known(ROLE, field.by, check.roles, field.place)
    if field.required.when:
        check.condition(field.required.when, field.place, own)
    _transitions(check, form, (*field.required.only_for, *field.only_for), field.place)
    _side(check, field)
    _prefill(check, field)
    for name in (*field.amends, *([field.adds_to] if field.adds_to else [])):
        check.field(name, field.place)
    if field.compute and check.known(COMPUTATION, field.compute, COMPUTED, field.place):
        check.numbers(COMPUTED[field.compute].numbers, field.place)
    _name(check, field, RESERVED | set(SIDES))
    _release(check, form, field)
    _limits(check, field)
    for column in field.columns:
        _name(check, column, RESERVED)
        _limits(check, column)
        check.wrong(
            not (column.required.only_for or column.required.when),
            column.place,
            "column_required",
            Text(
                f"Spalte „{column.id}“: required ist hier true oder false; "
                "anderes sagt eine Regel mit each.",
                f"Column '{column.id}': required is true or false here; "
                "a rule with each says anything else.",
            ),
        )


def _prefill(check: Checking, field: Field) -> None:
    """Note what a field, or a column, is to be filled from and that is not there."""
    if not field.prefill or field.prefill in GATHERED:
        return
    if "." not in field.prefill:
        check.known(GATHERING, field.prefill, GATHERED, field.place)
        return
    source, _, name = field.prefill.partition(".")
    name, _, cells = name.partition(".") if field.type == "list" else (name, "", "")
    check.field(f"{source}.{name}", field.place)
    rows = [f for f in getattr(check.forms.get(source), "fields", ()) if f.id == name]
    if cells and rows:
        named = [c.id for c in rows[0].columns if c.type in ("text", "long_text")]
        check.known(column_in(f"{source}.{name}"), cells, named, field.place)
    for column in field.columns:
        if column.prefill and rows:
            named = [c.id for c in rows[0].columns]
            check.known(column_in(field.prefill), column.prefill, named, column.place)


def _name(check: Checking, field: Field, taken: AbstractSet[str]) -> None:
    check.wrong(
        field.id not in taken,
        field.place,
        "reserved_name",
        Text(
            f"„{field.id}“ hat in Bedingungen eine eigene Bedeutung; nennen Sie das Feld anders.",
            f"'{field.id}' means something else in conditions; call the field otherwise.",
        ),
    )


def _side(check: Checking, field: Field) -> None:
    check.wrong(
        field.side is None or field.to in SIDED,
        field.place,
        "side",
        Text(
            f"„{field.id}“: side gehört zu einem Verweis auf eine Organisation oder Person.",
            f"'{field.id}': side belongs to a reference to an organisation or person.",
        ),
    )


def _limits(check: Checking, field: Field) -> None:
    given = [limit for limit in (field.minimum, field.maximum) if limit is not None]
    fits = all(_is_limit(field, limit) for limit in given)
    answer = field.must_be is None or (field.type == "yes_no" and field.must_be in ("yes", "no"))
    check.wrong(
        fits and answer,
        field.place,
        "limit",
        Text(
            f"„{field.id}“: minimum und maximum sind Zahlen, bei Daten ein Tag (JJJJ-MM-TT) oder "
            "today; must_be ist yes oder no und gehört zu yes_no.",
            f"'{field.id}': minimum and maximum are numbers, for dates a day (YYYY-MM-DD) or "
            "today; must_be is yes or no and belongs to yes_no.",
        ),
    )


def _release(check: Checking, form: Form, field: Field) -> None:
    """Check that what releases an answer to others is a yes or no of the same form."""
    asked = [f.id for f in form.fields if f.type == "yes_no" and f.id != field.id]
    if field.released_by:
        check.known(field_in(form.id), field.released_by, asked, field.place)


def _is_limit(field: Field, limit: str) -> bool:
    try:
        if field.type in _NUMBERS:
            return Decimal(limit).is_finite()
        if field.type in _DAYS:
            return limit == "today" or date.fromisoformat(limit).isoformat() == limit
    except (InvalidOperation, ValueError):
        return False
    return False


def _rule(check: Checking, form: Form, rule: Rule, own: Names) -> None:
    ids = [f.id for f in form.fields]
    check.known(field_in(form.id), rule.at, ids, rule.place)
    _transitions(check, form, rule.only_for, rule.place)
    if rule.each is None:
        check.condition(rule.when, rule.place, own)
        return
    rows = [f.id for f in form.fields if f.type == "rows"]
    if check.known(field_in(form.id), rule.each, rows, rule.place):
        check.condition(rule.when, rule.place, row_names(form.field(rule.each)))


def _transitions(check: Checking, form: Form, names: Iterable[str], at: Place) -> None:
    """Check transitions for which something is asked: they must bring the form with them."""
    transitions = check.workflow.transitions
    for name in names:
        if not check.known(TRANSITION, name, transitions, at):
            continue
        t = transitions[name]
        check.wrong(
            t.form == form.id or (t.sign_off is not None and form.id in t.sign_off.of),
            at,
            "never_asked",
            Text(
                f"Der Übergang „{name}“ hat nichts mit dem Formular „{form.id}“ zu tun; "
                "was nur für ihn gilt, wird nie gefragt.",
                f"The transition '{name}' has nothing to do with the form '{form.id}'; "
                "what holds for it alone is never asked.",
            ),
            "warning",
        )
