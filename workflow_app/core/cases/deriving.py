"""What of an ended case can still be true for a new one that is derived from it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from workflow_app.core.cases.situation import Values
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.forms.fields import Value

IN_THE_WORLD = ("county", "organisation", "person")
"""What references may point to that outlives a case; all else belongs to the case itself."""
OF_ITS_TIME = ("file", "files", "computed")
"""Types whose values belong to the case in which they were given."""


def still_true(
    form: Form, before: Form, values: Values, leaves: Collection[str], today: date
) -> dict[str, Value]:
    """Return the answers of an ended case that a new one begins with.

    `before` is the form as it was answered, `leaves` what the workflow leaves out. Files,
    confirmations, references to parts of the old case, days that are past and choices that are no
    longer offered are left out, too.
    """
    asked = {f.id: f for f in before.fields}
    found: dict[str, Value] = {}
    for field in form.fields:
        name = f"{form.id}.{field.id}"
        if name in leaves or not _same_kind(field, asked.get(field.id)):
            continue
        value = values.get(field.id)
        if field.type == "rows" and value:
            value = _rows(field, asked[field.id], value, name, leaves, today)
        else:
            value = _kept(field, value, today)
        if value not in (None, [], ""):
            found[field.id] = value
    return found


def _same_kind(field: Field, before: Field | None) -> bool:
    """Say whether an answer to `before` is one to `field`, and may be given a second time."""
    if before is None or (before.type, before.to) != (field.type, field.to):
        return False
    if field.to is not None and field.to not in IN_THE_WORLD:
        return False
    return field.type not in OF_ITS_TIME and field.must_be is None


def _rows(
    field: Field, before: Field, rows: Any, name: str, leaves: Collection[str], today: date
) -> list[dict[str, Any]]:
    asked = {c.id: c for c in before.columns}
    columns = [
        column
        for column in field.columns
        if f"{name}.{column.id}" not in leaves and _same_kind(column, asked.get(column.id))
    ]
    found = []
    for row in rows:
        cells = {c.id: _kept(c, row.get(c.id), today) for c in columns}
        kept = {key: cell for key, cell in cells.items() if cell not in (None, [], "")}
        if kept:
            found.append({"_id": row["_id"], **kept})
    return found


def _kept(field: Field, value: Value, today: date) -> Value:
    if field.type in ("date", "date_time") and isinstance(value, str):
        return value if value[:10] >= today.isoformat() else None
    offered = {option.id for option in field.options}
    if field.type == "one_of":
        return value if value in offered else None
    if field.type == "several_of" and isinstance(value, list):
        return [choice for choice in value if choice in offered]
    return value
