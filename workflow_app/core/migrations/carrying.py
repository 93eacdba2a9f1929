"""The answers of a form, carried over into the same form of another version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow_app.core.changes.contents import Contents
from workflow_app.core.definition.forms import Field
from workflow_app.core.definition.model import Text
from workflow_app.core.forms.fields import FIELD_TYPES
from workflow_app.core.forms.typed import Unreadable
from workflow_app.core.migrations.plan import Plan

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Left:
    """A value that is left behind: it stays in the earlier version of the form only."""

    name: str
    """`form.field` or `form.rows.column` in the version so far; a form alone: all of it."""
    label: Text
    value: Any
    field: Field | None


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value that the new version's field cannot hold."""

    name: str
    label: Text
    value: Any


@dataclass
class Carried:
    """What becomes of one submission."""

    form: str
    """The form in the new version; empty: there is none any more."""
    values: dict[str, Any]
    left: list[Left] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    """Fields of the new version that got their default."""
    renamed: list[tuple[str, str]] = field(default_factory=list)
    """Names before and after, of filled fields and columns."""


def carry(plan: Plan, old: Contents, new: Contents, form: str, values: Values) -> Carried:
    """Return the answers of `form` as the new version's form has them."""
    target = plan.forms.get(form, form)
    if target not in new.forms:
        left = [Left(form, old.form(form), dict(values), None)] if values else []
        return Carried("", {}, left)
    found = Carried(target, {})
    known = {f.id: f for f in old.forms[form].fields} if form in old.forms else {}
    for key, value in values.items():
        _carry_field(plan, new, found, f"{form}.{key}", known.get(key), value, old)
    for name, text in plan.defaults.items():
        owner, _, key = name.partition(".")
        asked = new.forms_field(name)
        if owner == target and asked is not None and key not in found.values:
            found.values[key] = FIELD_TYPES[asked.type].read(text, asked)
            found.filled.append(name)
    return found


def _carry_field(
    plan: Plan, new: Contents, found: Carried, name: str, was: Field | None, value: Any,
    old: Contents,
) -> None:  # fmt: skip
    after = plan.field_name(name)
    asked = new.forms_field(after) if after else None
    if after is None or asked is None:
        found.left.append(Left(name, old.field(name), value, was))
        return
    if after.split(".", 1)[1] != name.split(".", 1)[1]:
        found.renamed.append((name, after))
    key = after.split(".")[1]
    if asked.type == "rows" and was is not None and was.type == "rows":
        found.values[key] = [
            _carry_row(plan, new, found, name, was, row, old) for row in value or ()
        ]
        return
    try:
        found.values[key] = fitted(_chosen(plan, name, value), asked)
    except Unreadable:
        found.misfits.append(Misfit(name, old.field(name), value))


def _carry_row(
    plan: Plan, new: Contents, found: Carried, rows: str, was: Field, row: Values, old: Contents
) -> dict[str, Any]:
    columns = {c.id: c for c in was.columns}
    carried: dict[str, Any] = {}
    for key, value in row.items():
        if key not in columns:
            carried[key] = value
            continue
        name = f"{rows}.{key}"
        after = plan.field_name(name)
        asked = new.forms_field(after) if after else None
        if after is None or asked is None:
            found.left.append(Left(name, old.field(name), value, columns[key]))
            continue
        if after.split(".")[2] != key and (name, after) not in found.renamed:
            found.renamed.append((name, after))
        try:
            carried[asked.id] = fitted(_chosen(plan, name, value), asked)
        except Unreadable:
            found.misfits.append(Misfit(name, old.field(name), value))
    return carried


def _chosen(plan: Plan, name: str, value: Any) -> Any:
    """Return a choice as the plan translates it."""
    choices = plan.values.get(name, {})
    if isinstance(value, str):
        return choices.get(value, value)
    if isinstance(value, list):
        return [choices.get(item, item) if isinstance(item, str) else item for item in value]
    return value


def fitted(value: Any, asked: Field) -> Any:
    """Return a kept value as a field of perhaps another type keeps it.

    :raises Unreadable: if it is no value of that type.
    """
    if value is None:
        return None
    if asked.type in ("text", "long_text") and isinstance(value, (int, float)):
        value = str(value)
    if asked.type == "rows" or (asked.type == "computed" and not isinstance(value, (str, int))):
        # Rows are carried over row by row; anything else is no list of rows.
        if asked.type == "rows" and not _are_rows(value):
            raise Unreadable("not_text")
        return value
    return FIELD_TYPES[asked.type].read(value, asked)


def _are_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def carry_raw(plan: Plan, new: Contents, form: str, raw: Values) -> tuple[str, dict[str, Any]]:
    """Return the form and what was typed but not submitted, under the names of the new version.

    What has no place there is left out; a form that is gone is an empty name.
    """
    target = plan.forms.get(form, form)
    if target not in new.forms:
        return "", {}
    found: dict[str, Any] = {}
    for key, typed in raw.items():
        after = plan.field_name(f"{form}.{key}")
        asked = new.forms_field(after) if after else None
        if after is None or asked is None:
            continue
        if asked.type == "rows" and _are_rows(typed):
            typed = [_raw_row(plan, f"{form}.{key}", row) for row in typed]
        found[asked.id] = typed
    return target, found


def _raw_row(plan: Plan, rows: str, row: Values) -> dict[str, Any]:
    named = ((plan.field_name(f"{rows}.{key}"), key, typed) for key, typed in row.items())
    return {after.split(".")[-1]: typed for after, key, typed in named if after}
