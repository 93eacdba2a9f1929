"""The limits that a form sets to a value: length, size, period, number of things."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from workflow_app.core.definition.forms import Field
from workflow_app.core.folding import visible
from workflow_app.core.forms.fields import Value

MAX_ROWS = 200
MAX_TEXT = 20_000
"""Bounds that hold where a form gives none, so that no submission grows without limit."""
MAX_LINE = 500
"""The same for a line of a list and for each text of a party."""

Broken = tuple[str, object]
"""A rule of `messages`, and the limit that it names."""


def broken_limits(f: Field, value: Value, today: date, first: bool) -> Iterator[Broken]:
    """Yield every limit of the field that its value breaks; `first`: it is submitted first now."""
    if f.type in ("text", "long_text"):
        yield from _length(f, value)
    elif f.type in ("integer", "decimal", "money"):
        yield from _range(f, Decimal(str(value)))
    elif f.type in ("date", "date_time"):
        yield from _period(f, value[:10], today, first)
    elif isinstance(value, list):
        yield from broken_count(f, len(value))
        if f.type == "list" and max(map(len, value)) > (f.max_length or MAX_LINE):
            yield "too_long", f.max_length or MAX_LINE
    elif f.type == "party" and max(map(len, value.values())) > MAX_LINE:
        yield "too_long", MAX_LINE
    elif f.must_be and value is not (f.must_be == "yes"):
        yield "must_be", ""


def broken_count(f: Field, number: int) -> Iterator[Broken]:
    """Yield the limit that so many rows, choices, lines or files break."""
    if f.min_items and number < f.min_items:
        yield "too_few", f.min_items
    if number > (f.max_items or MAX_ROWS):
        yield "too_many", f.max_items or MAX_ROWS


def _length(f: Field, text: str) -> Iterator[Broken]:
    if f.min_length and len(visible(text)) < f.min_length:
        yield "too_short", f.min_length
    if len(text) > (f.max_length or MAX_TEXT):
        yield "too_long", f.max_length or MAX_TEXT


def _range(f: Field, number: Decimal) -> Iterator[Broken]:
    if f.minimum is not None and number < Decimal(f.minimum):
        yield "too_small", f.minimum
    if f.maximum is not None and number > Decimal(f.maximum):
        yield "too_large", f.maximum


def _period(f: Field, day: str, today: date, first: bool) -> Iterator[Broken]:
    limits = (f.minimum, f.maximum)
    earliest, latest = (today.isoformat() if x == "today" else x for x in limits)
    # Time that has passed since the first submission does not make its day wrong.
    if earliest and day < earliest and (f.minimum != "today" or first):
        yield "too_early", _german(earliest)
    if latest and day > latest:
        yield "too_late", _german(latest)


def _german(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}.{month}.{year}"
