"""The closed table of field types: how each is read from what was typed, kept, compared and shown.

A value is kept as plain JSON (docs/form-format.md): dates as ISO text, decimals and money as text with
a point, rows as a list of objects with `_id`, files as their hash and name. What a condition sees of a
value is made in `expressions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from workflow_app.core.model import Field

Value = Any
"""A JSON value, or None where nothing was filled in."""

REFERENCES = (
    "county",
    "organisation",
    "person",
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

PARTY_KEYS = ("name", "address", "represented_by", "function", "register")
CANNOT_JUDGE = "cannot_judge"
LIKERT = ("1", "2", "3", "4", "5", CANNOT_JUDGE)
CHECKS = ("yes", "no", "not_applicable")


class Unreadable(Exception):
    """What was typed is no value of this type; `rule` names the sentence to show."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def _text(raw: Any, field: Field) -> Value:
    if not isinstance(raw, str):
        raise Unreadable("not_text")
    cleaned = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    # Control characters cannot be printed in a PDF and never come from a keyboard.
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", cleaned):
        raise Unreadable("control_characters")
    if field.type == "text" and "\n" in cleaned:
        raise Unreadable("one_line_only")
    return cleaned or None


def decimal_of(raw: str) -> Decimal:
    """Return the number written in German or English: `8450`, `8.450,00`, `8450,5`, `8450.5`.

    :raises Unreadable: if it is no number, or could be read in two ways (`8.450` is eight thousand).
    """
    text = re.sub(r"[\s\u00a0\u202f€]|EUR", "", raw)
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", text):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+\.\d+", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"[+-]?\d+,\d+", text):
        text = text.replace(",", ".")
    elif not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise Unreadable("not_a_number")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Unreadable("not_a_number") from error
    if len(text) > 20:
        raise Unreadable("number_too_long")
    return number


def _integer(raw: Any, field: Field) -> Value:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if not str(raw).strip():
        return None
    number = decimal_of(str(raw))
    if number != number.to_integral_value():
        raise Unreadable("not_a_whole_number")
    return int(number)


def _decimal(raw: Any, field: Field) -> Value:
    if not str(raw).strip():
        return None
    number = decimal_of(str(raw))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -4:
        raise Unreadable("too_many_decimals")
    return format(number.normalize(), "f") if number else "0"


def _money(raw: Any, field: Field) -> Value:
    if not str(raw).strip():
        return None
    number = decimal_of(str(raw))
    if number != number.quantize(Decimal("0.01")):
        raise Unreadable("too_many_decimals")
    return format(number.quantize(Decimal("0.01")), "f")


def date_of(raw: str) -> date:
    """Return the day written as `1.2.2027`, `01 02 2027`, `1/2/2027` or `2027-02-01`.

    :raises Unreadable: if there is no such day, or its year has not four digits.
    """
    text = raw.strip()
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    german = re.fullmatch(r"(\d{1,2})[\s./]+(\d{1,2})[\s./]+(\d{4})", text)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if german:
            return date(int(german[3]), int(german[2]), int(german[1]))
    except ValueError as error:
        raise Unreadable("no_such_day") from error
    raise Unreadable("not_a_date")


def _date(raw: Any, field: Field) -> Value:
    text = " ".join(raw).strip() if isinstance(raw, list) else str(raw).strip()
    if not text:
        return None
    day = date_of(text)
    if not 1900 <= day.year <= 2199:
        raise Unreadable("no_such_day")
    return day.isoformat()


def _date_time(raw: Any, field: Field) -> Value:
    text = str(raw).strip()
    if not text:
        return None
    match = re.fullmatch(r"(.+?)[T,\s]+(\d{1,2})[:.](\d{2})(?::\d{2})?(?:\s*Uhr)?", text)
    if not match:
        raise Unreadable("not_a_time")
    day = date_of(match[1])
    try:
        return datetime(day.year, day.month, day.day, int(match[2]), int(match[3])).isoformat()
    except ValueError as error:
        raise Unreadable("not_a_time") from error


def _yes_no(raw: Any, field: Field) -> Value:
    if raw in (True, "yes", "true", "on"):
        return True
    if raw in (False, "no", "false"):
        return False
    if raw in ("", None):
        return None
    raise Unreadable("not_a_choice")


def _one_of(raw: Any, field: Field) -> Value:
    if raw in ("", None):
        return None
    if raw not in {option.id for option in field.options}:
        raise Unreadable("not_a_choice")
    return raw


def _several_of(raw: Any, field: Field) -> Value:
    chosen = [item for item in ([raw] if isinstance(raw, str) else list(raw or ())) if item]
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
        given = {item: answer for item, answer in raw.items() if answer not in ("", None)}
        if any(item not in known or answer not in answers for item, answer in given.items()):
            raise Unreadable("not_a_choice")
        return {item: given[item] for item in known if item in given} or None

    return read


def _list(raw: Any, field: Field) -> Value:
    lines = raw.splitlines() if isinstance(raw, str) else list(raw or ())
    cleaned = [_text(line, field) for line in lines]
    return [line for line in cleaned if line] or None


def _reference(raw: Any, field: Field) -> Value:
    text = str(raw or "").strip()
    if len(text) > 200:
        raise Unreadable("not_a_choice")
    return text or None


def _references(raw: Any, field: Field) -> Value:
    items = [raw] if isinstance(raw, str) else list(raw or ())
    chosen = [item for item in (_reference(item, field) for item in items) if item]
    return list(dict.fromkeys(chosen)) or None


def _party(raw: Any, field: Field) -> Value:
    if not raw:
        return None
    if not isinstance(raw, Mapping):
        raise Unreadable("not_text")
    given = {key: _text(str(raw.get(key) or ""), field) for key in PARTY_KEYS}
    return {key: text for key, text in given.items() if text} or None


def _file(raw: Any, field: Field) -> Value:
    if not raw:
        return None
    if not isinstance(raw, Mapping) or not re.fullmatch(r"[0-9a-f]{64}", str(raw.get("sha256"))):
        raise Unreadable("not_a_file")
    return {key: raw[key] for key in ("sha256", "name", "size", "media_type") if key in raw}


def _files(raw: Any, field: Field) -> Value:
    return [f for f in (_file(item, field) for item in raw or ()) if f] or None


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
NUMERIC = ("integer", "decimal", "money")
"""Types whose columns are added up."""
