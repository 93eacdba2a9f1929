"""What conditions see of a case: the names that forms give, their types, and their values.

A field is a flat typed name `form.field`, beside it `form.field.filled`. What is not filled is
absent: never null, never a default. Rows are seen by column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.expressions import SIDES, Names, midnight
from workflow_app.core.forms.fields import FIELD_TYPES, NUMERIC, Value


def declared(forms: Iterable[Form], programme: Mapping[str, int | str]) -> dict[str, str]:
    """Return every name that these forms and the operator's numbers give, with its type."""
    types: dict[str, str] = {
        "today": "TIMESTAMP",
        "entered": "TIMESTAMP",
        "due": "TIMESTAMP",
        "reminders": "INT",
        "new_overlaps": "INT",
        "transition": "STRING",
    }
    for key, setting in programme.items():
        types[f"programme.{key}"] = "INT" if isinstance(setting, int) else "STRING"
    for form in forms:
        prefixes = (
            [f"{form.id}.{side}" for side in SIDES]
            if form.per in ("side", "amendment_side")
            else [form.id]
        )
        for prefix in prefixes:
            types[f"{prefix}.filled"] = "BOOL"
            for field in form.fields:
                types.update(_field_types(f"{prefix}.{field.id}", field, form.per == "entry"))
        if form.per == "entry":
            types[f"{form.id}.count"] = "INT"
    return types


def row_names(field: Field) -> Names:
    """Return the names of one row: `row.column` and `row.column.filled`."""
    types = {"today": "TIMESTAMP"}
    for column in field.columns:
        types.update(_field_types(f"row.{column.id}", column, many=False))
    return Names(types)


def _field_types(name: str, field: Field, many: bool) -> dict[str, str]:
    kind = FIELD_TYPES[field.type].cel
    if many:
        return _column_types(name, field)
    types = {f"{name}.filled": "BOOL"}
    if field.type == "rows":
        types[f"{name}.count"] = "INT"
        for column in field.columns:
            types.update(_column_types(f"{name}.{column.id}", column))
    elif kind == "LIST":
        types[name] = "LIST STRING"
    elif kind:
        types[name] = kind
    return types


def _column_types(name: str, column: Field) -> dict[str, str]:
    kind = FIELD_TYPES[column.type].cel
    if kind is None or kind == "LIST":
        return {}
    types = {name: f"LIST {kind}"}
    if column.type in NUMERIC:
        types[f"{name}.sum"] = kind
    return types


def seen(form: Form, values: Mapping[str, Value], prefix: str | None = None) -> dict[str, object]:
    """Return what conditions see of one submission of `form`, under `prefix` (default: its id)."""
    prefix = prefix or form.id
    found: dict[str, object] = {f"{prefix}.filled": True}
    for field in form.fields:
        found.update(_seen_field(f"{prefix}.{field.id}", field, values.get(field.id)))
    return found


def seen_entries(form: Form, entries: Iterable[Mapping[str, Value]]) -> dict[str, object]:
    """Return what conditions see of all entries of `form`: a list for each column."""
    rows = list(entries)
    found: dict[str, object] = {f"{form.id}.filled": bool(rows), f"{form.id}.count": len(rows)}
    for field in form.fields:
        found.update(_seen_column(f"{form.id}.{field.id}", field, rows))
    return found


def seen_row(field: Field, row: Mapping[str, Value]) -> dict[str, object]:
    """Return what a rule for each row sees of one row."""
    found: dict[str, object] = {}
    for column in field.columns:
        found.update(_seen_field(f"row.{column.id}", column, row.get(column.id)))
    return found


def nothing_filled(names: Names) -> dict[str, object]:
    """Return the values of a case in which nothing has been filled in yet."""
    start: dict[str, object] = {}
    for name, kind in names.types.items():
        if name.endswith(".filled"):
            start[name] = False
        elif name.endswith(".count") and kind == "INT":
            start[name] = 0
        elif name.endswith(".sum"):
            start[name] = 0 if kind == "INT" else 0.0
    return start


def answered(field: Field, value: Value) -> bool:
    """Say whether a value answers the whole field: of a checklist or likert, every item."""
    return field.type not in ("likert", "checklist") or len(value) >= len(field.options)


def _seen_field(name: str, field: Field, value: Value) -> dict[str, object]:
    found: dict[str, object] = {f"{name}.filled": value is not None and answered(field, value)}
    if field.type == "rows":
        rows = value or []
        found[f"{name}.count"] = len(rows)
        for column in field.columns:
            found.update(_seen_column(f"{name}.{column.id}", column, rows))
    elif value is not None and FIELD_TYPES[field.type].cel:
        found[name] = _scalar(field, value)
    return found


def _seen_column(
    name: str, column: Field, rows: Iterable[Mapping[str, Value]]
) -> dict[str, object]:
    if FIELD_TYPES[column.type].cel in (None, "LIST"):
        return {}
    cells = [row[column.id] for row in rows if row.get(column.id) is not None]
    found: dict[str, object] = {name: [_scalar(column, cell) for cell in cells]}
    if column.type == "integer":
        found[f"{name}.sum"] = sum(cells)
    elif column.type in NUMERIC:
        found[f"{name}.sum"] = float(sum((Decimal(cell) for cell in cells), Decimal(0)))
    return found


def _scalar(field: Field, value: Any) -> object:
    if field.type in ("decimal", "money"):
        return float(Decimal(value))
    if field.type == "date":
        return midnight(date.fromisoformat(value))
    if field.type == "date_time":
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value
