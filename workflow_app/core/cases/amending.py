"""A change of what is agreed: typed values beside those in force, and what differs is the change.

Fields of a form say what they change: `amends` replaces a field of another form, `adds_to` adds to
its rows (docs/form-format.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workflow_app.core.cases.situation import Situation, Submitted, Values
from workflow_app.core.cases.visible import seen
from workflow_app.core.definition.forms import Form
from workflow_app.core.expressions import Condition
from workflow_app.core.forms.messages import FieldProblem

Agreed = Callable[[str], Values | None]
"""Form → the values that are agreed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes: by which field it was asked for, where it lies, old and new value."""

    by: str
    form: str
    field: str
    old: Any
    new: Any


def amends(form: Form) -> bool:
    """Say whether the form changes values of other forms."""
    return any(f.amends or f.adds_to for f in form.fields)


def proposed(form: Form, values: Values, agreed: Agreed) -> dict[str, dict[str, Any]]:
    """Return form → its whole values as they would be, for each form that is meant.

    What the amending form leaves empty is meant to be empty, except where it has a definition of
    its own: there nothing is asked for.
    """
    found: dict[str, dict[str, Any]] = {}
    for f in form.fields:
        for name in (*f.amends, *([f.adds_to] if f.adds_to else [])):
            target, _, field = name.partition(".")
            whole = found.setdefault(target, dict(agreed(target) or {}))
            given = values.get(f.id)
            if f.adds_to:
                whole[field] = _added(whole.get(field), given)
            elif given is not None or f.like:
                whole[field] = given
    return {
        name: {k: v for k, v in whole.items() if v is not None} for name, whole in found.items()
    }


def _added(rows: Any, more: Any) -> Any:
    if not more:
        return rows
    kept = list(rows or [])
    highest = max((int(r["_id"]) for r in kept if str(r.get("_id")).isdecimal()), default=0)
    new = [{**row, "_id": str(highest + n)} for n, row in enumerate(more, 1)]
    return [*kept, *new]


def differences(form: Form, values: Values, agreed: Agreed) -> list[Difference]:
    """Return what the form would change, in the order of its fields."""
    whole = proposed(form, values, agreed)
    found = []
    for f in form.fields:
        for name in (*f.amends, *([f.adds_to] if f.adds_to else [])):
            target, _, field = name.partition(".")
            old, new = (agreed(target) or {}).get(field), whole[target].get(field)
            if _plain(old) != _plain(new):
                found.append(Difference(f.id, target, field, old, new))
    return found


def _plain(value: Any) -> Any:
    """Return a value without the ids of its rows, which nobody reads."""
    if isinstance(value, list):
        return [_plain(item) for item in value] or None
    if isinstance(value, Mapping):
        return {key: item for key, item in value.items() if key != "_id"}
    return value


def with_values(situation: Situation, whole: Mapping[str, Values]) -> Situation:
    """Return the situation as it would be with these values of some forms in force."""
    changed: dict[str, tuple[Submitted, ...]] = {}
    for name, values in whole.items():
        rows = situation.submissions.get(name, ())
        changed[name] = tuple(replace(row, values=values) if not row.slot else row for row in rows)
    return replace(situation, submissions={**situation.submissions, **changed})


def broken_rules(
    form: Form,
    values: Values,
    agreed: Agreed,
    forms: Mapping[str, Form],
    others: Mapping[str, object],
    condition: Callable[[str], Condition],
) -> Iterable[FieldProblem]:
    """Yield a problem for each rule of a changed form that the new values would break.

    Asked are the rules that read something that changes; each problem is told at the field that
    changes it.
    """
    whole = proposed(form, values, agreed)
    changing = {name: f.id for f in form.fields for name in f.amends}
    changing |= {f.adds_to: f.id for f in form.fields if f.adds_to}
    later = {key: v for name, new in whole.items() for key, v in seen(forms[name], new).items()}
    for name in whole:
        for rule in forms[name].rules:
            if rule.first_only or rule.only_for or rule.each:
                continue
            asked = condition(rule.when)
            read = (".".join(read.split(".")[:2]) for read in sorted(asked.names))
            by = next((changing[field] for field in read if field in changing), None)
            given = {
                name: values[name]
                for name in asked.names
                for values in (later if name.partition(".")[0] in whole else others,)
                if name in values
            }
            if by is not None and not asked.verdict(given).holds:
                at = changing.get(f"{name}.{rule.at}", by)
                yield FieldProblem(at, rule.id, rule.unmet)
