"""The closed table of field types: how each is read from what was typed, kept, compared and shown.

A value is kept as plain JSON (docs/form-format.md): dates as ISO text, decimals and money as text
with a point, rows as a list of objects with `_id`, files as their hash and name. Whatever is typed
or sent, reading gives a value or `Unreadable`. What a condition sees of a value: `visible`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workflow_app.core.definition.forms import Field
from workflow_app.core.expressions import SIDES
from workflow_app.core.folding import visible
from workflow_app.core.forms.typed import (
    GROUPED,
    LARGEST_WHOLE_NUMBER,
    LONGEST_DATE,
    Unreadable,
    date_of,
    number_of,
)

Value = Any
"""A JSON value, or None where nothing was filled in."""

REFERENCES = (
    "county",
    "organisation",
    "person",
    "supervisor",
    "project",
    "goal",
    "milestone",
    "clause",
    "form_version",
    "report",
    "recommendation",
    "field",
    "point",
    "overlap",
)
"""What a reference may point to."""
EITHER, OWN, STANDING = "either", "own", "standing"
"""Sides of a reference to a person: whoever could stand for one of both, for the own
one, or stands for one now."""
FOR_SIDES = (*SIDES, EITHER, OWN, STANDING)
"""Whom or what a reference may be narrowed to."""

PARTY_KEYS = ("name", "address", "represented_by", "function", "register")
CANNOT_JUDGE = "cannot_judge"
LIKERT = ("1", "2", "3", "4", "5", CANNOT_JUDGE)
CHECKS = ("yes", "no", "not_applicable")


def _text(raw: Any, field: Field) -> Value:
    if not isinstance(raw, str):
        raise Unreadable("not_text")
    cleaned = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    # Control characters cannot be printed in a PDF and never come from a keyboard.
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", cleaned):
        raise Unreadable("control_characters")
    if field.type in ("text", "list") and "\n" in cleaned:
        raise Unreadable("one_line_only")
    return cleaned if visible(cleaned) else None


def _integer(raw: Any, field: Field) -> Value:
    number = number_of(raw)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise Unreadable("not_a_whole_number")
    if abs(number) > LARGEST_WHOLE_NUMBER:
        raise Unreadable("number_too_long")
    return int(number)


def _decimal(raw: Any, field: Field) -> Value:
    number = number_of(raw)
    if number is None:
        return None
    if number != number.quantize(Decimal("0.0001")):
        raise Unreadable("too_many_decimals")
    text = format(number.normalize(), "f") if number else "0"
    # Shown again in a form, 1.125 would be read as 1125. With a fourth place it is plain.
    return f"{text}0" if GROUPED.fullmatch(text) else text


def _money(raw: Any, field: Field) -> Value:
    number = number_of(raw)
    if number is None:
        return None
    if number != number.quantize(Decimal("0.01")):
        raise Unreadable("too_many_decimals")
    return format(number, ".2f").removeprefix("-" if not number else "")


def _day(text: str) -> date:
    day = date_of(text)
    if not 1900 <= day.year <= 2199:
        raise Unreadable("no_such_day")
    return day


def _date(raw: Any, field: Field) -> Value:
    text = _short(" ".join(_texts(raw)), "not_a_date")
    return _day(text).isoformat() if text else None


def _date_time(raw: Any, field: Field) -> Value:
    text = _short(" ".join(_texts(raw)), "not_a_time")
    if not text:
        return None
    match = re.fullmatch(r"(.+?)[T,\s]+(\d{1,2})[:.](\d{2})(?::\d{2})?(?:\s*Uhr)?", text)
    if not match:
        raise Unreadable("not_a_time")
    day = _day(match[1])
    try:
        return datetime(day.year, day.month, day.day, int(match[2]), int(match[3])).isoformat()
    except ValueError as error:
        raise Unreadable("not_a_time") from error


def _short(text: str, rule: str) -> str:
    if len(text) > LONGEST_DATE:
        raise Unreadable(rule)
    return text.strip()


def _texts(raw: Any, rule: str = "not_text") -> list[str]:
    """Return a text or a list of texts as a list; nothing as an empty one."""
    items = [raw] if isinstance(raw, str) else list(raw) if isinstance(raw, (list, tuple)) else None
    if items is None and raw is not None:
        raise Unreadable(rule)
    if any(not isinstance(item, str) for item in items or ()):
        raise Unreadable(rule)
    return items or []


def _yes_no(raw: Any, field: Field) -> Value:
    if raw is True or raw in ("yes", "true", "on"):
        return True
    if raw is False or raw in ("no", "false"):
        return False
    if raw in ("", None):
        return None
    raise Unreadable("not_a_choice")


def _one_of(raw: Any, field: Field) -> Value:
    if raw in ("", None):
        return None
    if not any(raw == option.id for option in field.options):
        raise Unreadable("not_a_choice")
    return raw


def _several_of(raw: Any, field: Field) -> Value:
    chosen = [item for item in _texts(raw, "not_a_choice") if item]
    known = [option.id for option in field.options]
    if any(item not in known for item in chosen):
        raise Unreadable("not_a_choice")
    return [item for item in known if item in chosen] or None


def _judged(answers: tuple[str, ...]) -> Callable[[Any, Field], Value]:
    def read(raw: Any, field: Field) -> Value:
        if not raw:
            return None
        if not isinstance(raw, Mapping):
            raise Unreadable("not_a_choice")
        known = [option.id for option in field.options]
        given = {str(item): answer for item, answer in raw.items() if answer not in ("", None)}
        if any(item not in known or answer not in answers for item, answer in given.items()):
            raise Unreadable("not_a_choice")
        return {item: given[item] for item in known if item in given} or None

    return read


def _list(raw: Any, field: Field) -> Value:
    lines = raw.splitlines() if isinstance(raw, str) else _texts(raw)
    cleaned = [_text(line, field) for line in lines]
    return [line for line in cleaned if line] or None


def _reference(raw: Any, field: Field) -> Value:
    if raw is None:
        return None
    if type(raw) is int and abs(raw) <= LARGEST_WHOLE_NUMBER:
        raw = str(raw)
    if not isinstance(raw, str):
        raise Unreadable("not_a_choice")
    text: str | None = _text(raw, field)
    if text and len(text) > 200:
        raise Unreadable("not_a_choice")
    return text


def _references(raw: Any, field: Field) -> Value:
    items = raw if isinstance(raw, (list, tuple)) else [raw]
    chosen = [item for item in (_reference(item, field) for item in items) if item]
    return list(dict.fromkeys(chosen)) or None


def _party(raw: Any, field: Field) -> Value:
    if not raw:
        return None
    if not isinstance(raw, Mapping):
        raise Unreadable("not_text")
    given = {key: _text(raw.get(key) or "", field) for key in PARTY_KEYS}
    return {key: text for key, text in given.items() if text} or None


FILE_KEYS: Mapping[str, type] = {"sha256": str, "name": str, "size": int, "media_type": str}


def _file(raw: Any, field: Field) -> Value:
    if raw in ("", None):
        return None
    if not isinstance(raw, Mapping) or not re.fullmatch(r"[0-9a-f]{64}", str(raw.get("sha256"))):
        raise Unreadable("not_a_file")
    kept = {key: raw[key] for key in FILE_KEYS if key in raw}
    if any(type(kept[key]) is not FILE_KEYS[key] for key in kept) or not kept.get("name"):
        raise Unreadable("not_a_file")
    return {key: part[:255] if isinstance(part, str) else part for key, part in kept.items()}


def _files(raw: Any, field: Field) -> Value:
    if raw in ("", None):
        return None
    items = raw if isinstance(raw, (list, tuple)) else [raw]
    return [f for f in (_file(item, field) for item in items) if f] or None


def _as_is(raw: Any, field: Field) -> Value:
    return raw if raw not in ("", [], {}) else None


@dataclass(frozen=True, slots=True)
class FieldType:
    """One field type: how it is read, and what a condition sees of it."""

    id: str
    read: Callable[[Any, Field], Value]
    """What was typed → the value, None if nothing was.  Raises `Unreadable`."""
    cel: str | None
    """STRING, LIST, INT, BOOL, TIMESTAMP, DOUBLE; None: only `.filled` is seen."""
    in_rows: bool = True
    """Whether a column of rows may be of this type."""


FIELD_TYPES: Mapping[str, FieldType] = {
    t.id: t
    for t in (
        FieldType("text", _text, "STRING"),
        FieldType("long_text", _text, "STRING"),
        FieldType("integer", _integer, "INT"),
        FieldType("decimal", _decimal, "DOUBLE"),
        FieldType("money", _money, "DOUBLE"),
        FieldType("date", _date, "TIMESTAMP"),
        FieldType("date_time", _date_time, "TIMESTAMP"),
        FieldType("yes_no", _yes_no, "BOOL"),
        FieldType("one_of", _one_of, "STRING"),
        FieldType("several_of", _several_of, "LIST"),
        FieldType("checklist", _judged(CHECKS), None, in_rows=False),
        FieldType("likert", _judged(LIKERT), None, in_rows=False),
        FieldType("rows", _as_is, None, in_rows=False),
        FieldType("list", _list, "LIST", in_rows=False),
        FieldType("file", _file, None, in_rows=False),
        FieldType("files", _files, None, in_rows=False),
        FieldType("reference", _reference, "STRING"),
        FieldType("references", _references, "LIST", in_rows=False),
        FieldType("party", _party, None, in_rows=False),
        FieldType("computed", _as_is, None, in_rows=True),
    )
}
PLACES = {"decimal": 4, "money": 2}
"""Types of numbers with decimals → how many places they keep."""
NUMERIC = ("integer", "decimal", "money")
"""Types whose columns are added up."""
