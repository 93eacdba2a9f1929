"""Values as a person reads them: dates, money, labels, rows with their sums. Strings only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.definition.model import Text
from workflow_app.core.forms.fields import CANNOT_JUDGE, NUMERIC, PARTY_KEYS, Value
from workflow_app.core.tables.computed import DAY_COMPUTED, MONEY_COMPUTED

NameOf = Callable[[str, str], str]
"""(kind of reference, key) → its name."""

YES = Text("ja", "yes")
NO = Text("nein", "no")
ANSWERS: Mapping[str, Text] = {
    "1": Text("trifft nicht zu", "does not apply"),
    "2": Text("trifft eher nicht zu", "rather does not apply"),
    "3": Text("teils, teils", "partly"),
    "4": Text("trifft eher zu", "rather applies"),
    "5": Text("trifft voll zu", "fully applies"),
    CANNOT_JUDGE: Text("kann ich nicht beurteilen", "I cannot judge"),
    "yes": YES,
    "no": NO,
    "not_applicable": Text("entfällt", "not applicable"),
}
SUMMARY = {
    "held": Text("durchgeführt", "held"),
    "planned": Text("geplant", "planned"),
    "cancelled": Text("abgesagt", "cancelled"),
}


def day(value: date | str, language: str = "de") -> str:
    """Return a day as `24.11.2026`, in English as `24 November 2026`."""
    when = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    if language != "en":
        return f"{when.day:02d}.{when.month:02d}.{when.year}"
    months = "January February March April May June July August September October November December"
    return f"{when.day} {months.split()[when.month - 1]} {when.year}"


def number(value: str | int, language: str = "de") -> str:
    """Return a number with groups of thousands: `8.450,5`, in English `8,450.5`."""
    text = f"{Decimal(str(value)):,f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def money(value: str, language: str = "de") -> str:
    """Return an amount as `8.450,00 €`, in English as `€8,450.00`."""
    text = number(format(Decimal(value).quantize(Decimal("0.01")), "f"), language)
    return f"€{text}" if language == "en" else f"{text}\u00a0€"


def option(field: Field, key: str, language: str) -> str:
    """Return the label of a choice; the key itself if it is no longer offered."""
    return next((o.label(language) for o in field.options if o.id == key), key)


def value(field: Field, given: Value, language: str, name_of: NameOf) -> Any:
    """Return `given` for a reader: a text, a list of texts, or a mapping (rows, grids, parties)."""
    if given is None:
        return ""
    if field.type == "rows":
        return rows(field, given, language, name_of)
    if field.type in ("checklist", "likert"):
        return {
            "items": [
                {"label": option(field, item, language), "value": ANSWERS[answer](language)}
                for item, answer in given.items()
            ]
        }
    if field.type == "party":
        return {key: given.get(key, "") for key in PARTY_KEYS}
    if field.type in ("several_of", "references", "list", "files"):
        return _several(field, given, language, name_of)
    return _one(field, given, language, name_of)


def _several(field: Field, given: Value, language: str, name_of: NameOf) -> list[str]:
    if field.type == "several_of":
        return [option(field, key, language) for key in given]
    if field.type == "references":
        return [name_of(field.to or "", key) for key in given]
    if field.type == "files":
        return [str(f["name"]) for f in given]
    return [str(line) for line in given]


def _moment(given: str, language: str) -> str:
    clock = given[11:16]
    return f"{day(given, language)}, {clock}" + (" Uhr" if language != "en" else "")


def _plain(given: str) -> str:
    return format(Decimal(given).normalize(), "f")


def _one(field: Field, given: Value, language: str, name_of: NameOf) -> str:
    shown = SHOWN.get(field.type)
    return shown(field, given, language, name_of) if shown else str(given)


def _computed(field: Field, given: Value, language: str, name_of: NameOf) -> str:
    if isinstance(given, list):
        return ", ".join(name_of("field", name) for name in given)
    if field.options:
        return option(field, str(given), language)
    if field.compute in DAY_COMPUTED:
        return day(given, language)
    if isinstance(given, Mapping):
        parts = (f"{count} {SUMMARY[key](language)}" for key, count in given.items())
        return ", ".join(parts)
    if field.compute in MONEY_COMPUTED:
        return money(str(given), language)
    return number(given, language)


SHOWN: Mapping[str, Callable[[Field, Value, str, NameOf], str]] = {
    "money": lambda field, given, language, name_of: money(given, language),
    "integer": lambda field, given, language, name_of: number(given, language),
    "decimal": lambda field, given, language, name_of: number(_plain(given), language),
    "date": lambda field, given, language, name_of: day(given, language),
    "date_time": lambda field, given, language, name_of: _moment(given, language),
    "yes_no": lambda field, given, language, name_of: (YES if given else NO)(language),
    "one_of": lambda field, given, language, name_of: option(field, given, language),
    "reference": lambda field, given, language, name_of: name_of(field.to or "", given),
    "file": lambda field, given, language, name_of: str(given["name"]),
    "computed": _computed,
}
"""Type of a field with a single value → how it is written."""


def rows(field: Field, given: Value, language: str, name_of: NameOf) -> dict[str, Any]:
    """Return a table of texts with the sum of each filled money column, or `totals: None`."""
    columns = field.columns
    totals: list[str | None] = [None] * len(columns)
    for index, column in enumerate(columns):
        if column.type == "money":
            cells = [Decimal(row[column.id]) for row in given if row.get(column.id) is not None]
            # Where nobody gave an amount, a sum of 0,00 € would be a statement that nobody made.
            totals[index] = money(str(sum(cells)), language) if cells else None
    return {
        "columns": [
            {"id": c.id, "label": c.label(language), "numeric": c.type in NUMERIC} for c in columns
        ],
        "rows": [[_cell(c, row, language, name_of) for c in columns] for row in given],
        "totals": totals if any(totals) and len(given) > 1 else None,
    }


def _cell(column: Field, row: Mapping[str, Value], language: str, name_of: NameOf) -> str:
    shown = value(column, row.get(column.id), language, name_of)
    return ", ".join(shown) if isinstance(shown, list) else str(shown)


def form(
    definition: Form, values: Mapping[str, Value], language: str, name_of: NameOf
) -> dict[str, Any]:
    """Return field → what a reader sees, for every field of the form."""
    return {f.id: value(f, values.get(f.id), language, name_of) for f in definition.fields}
