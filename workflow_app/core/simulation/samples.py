"""Invented answers: something valid for every question that nobody has answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.forms.fields import PARTY_KEYS

NO_FILE = {"sha256": "0" * 64, "name": "Beispiel.pdf", "size": 1, "media_type": "application/pdf"}
APART = 30
"""Days between an invented date and the next one asked for, so that an end follows its start."""

Reference = Callable[[Field], str]
"""What a reference field points to in the play."""


def sample(form: Form, field: Field, today: date, reference: Reference) -> Any:
    """Return an invented answer, as if it had been typed; None for a computed field."""
    order = [f.id for f in form.fields].index(field.id)
    return _sample(field, today, order, reference)


def _sample(field: Field, today: date, order: int, reference: Reference) -> Any:
    if field.type == "rows":
        rows = range(max(field.min_items or 0, 1))
        return [_row(field, today, order, number, reference) for number in rows]
    if field.type in ("date", "date_time"):
        return _day(field, today, order)
    if field.type in ("reference", "references"):
        return reference(field)
    make = SAMPLES.get(field.type)
    return make(field) if make else None


def _row(
    field: Field, today: date, order: int, number: int, reference: Reference
) -> dict[str, Any]:
    """Return an invented row; of what may be chosen each row takes the next."""
    cells = {c.id: _sample(c, today, order, reference) for c in field.columns}
    for c in field.columns:
        if c.type == "one_of" and c.options:
            cells[c.id] = c.options[number % len(c.options)].id
    return cells


def _day(field: Field, today: date, order: int) -> str:
    day = today + timedelta(days=APART * (order + 1))
    if field.maximum:
        last = today if field.maximum == "today" else date.fromisoformat(field.maximum)
        day = min(day, last)
    return f"{day.isoformat()} 10:00" if field.type == "date_time" else day.isoformat()


def _text(field: Field) -> str:
    words = field.label("de").replace("\n", " ")
    while len(words) < (field.min_length or 1):
        words += " und so weiter"
    return words[: field.max_length] if field.max_length else words


def _number(field: Field) -> str:
    if field.minimum and float(field.minimum) > 1:
        return field.minimum
    return "1"


def _amount(field: Field) -> str:
    return "100.00" if not field.maximum or float(field.maximum) >= 100 else field.maximum


def _several(field: Field) -> list[str]:
    return [option.id for option in field.options[: max(field.min_items or 1, 1)]]


SAMPLES: Mapping[str, Callable[[Field], Any]] = {
    "text": _text,
    "long_text": _text,
    "integer": _number,
    "decimal": _number,
    "money": _amount,
    "yes_no": lambda field: field.must_be or "yes",
    "one_of": lambda field: field.options[0].id if field.options else "",
    "several_of": _several,
    "checklist": lambda field: {option.id: "yes" for option in field.options},
    "likert": lambda field: {option.id: "4" for option in field.options},
    "list": lambda field: [_text(field)] * max(field.min_items or 1, 1),
    "file": lambda field: NO_FILE,
    "files": lambda field: [NO_FILE] * max(field.min_items or 1, 1),
    "party": lambda field: dict.fromkeys(PARTY_KEYS, "Beispiel"),
}
"""Type of a field → an invented answer; a test holds it against the table of field types."""
