"""Numbers and days as people write them, in German and in English."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from typing import Any

LARGEST_WHOLE_NUMBER = 10**15
"""Larger ones are exact neither in JSON (RFC 8785) nor in a condition."""
LONGEST_NUMBER = 20
LONGEST_DATE = 40


class Unreadable(Exception):
    """What was typed is no value of this type; `rule` names the sentence to show."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
"""Thousands in groups, as German writes them."""
_ENGLISH = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+\.\d+|[+-]?[1-9]\d{0,2}(,\d{3}){2,}")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_POINT = re.compile(r"[+-]?\d+(\.\d+)?")


def decimal_of(raw: str) -> Decimal:
    """Return the number written in German or English: `8450`, `8.450,00`, `8.450,-`, `8450.5`.

    German goes first: `8.450` is eight thousand, `8,450` is eight and a half.

    :raises Unreadable: if it is no number, or one of more than twenty characters.
    """
    text = re.sub(r"[\s\u00a0\u202f€]|EUR", "", raw)
    # Word processors write a true minus, and whole euros with a stroke instead of cents.
    text = re.sub(r",[-–—]$", "", text.replace("\u2212", "-"))
    if GROUPED.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif _ENGLISH.fullmatch(text):
        text = text.replace(",", "")
    elif _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    elif not _POINT.fullmatch(text):
        raise Unreadable("not_a_number")
    if len(text) > LONGEST_NUMBER:
        raise Unreadable("number_too_long")
    return Decimal(text)


def number_of(raw: Any) -> Decimal | None:
    """Return the number that was typed, or sent as a JSON number; None if nothing was.

    :raises Unreadable: if it is no number, or too long to be kept exactly.
    """
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise Unreadable("not_a_number")
    if isinstance(raw, str):
        return decimal_of(raw) if raw.strip() else None
    # A JSON number has no groups of thousands: 8.450 is eight and a half.
    if (isinstance(raw, float) and not math.isfinite(raw)) or abs(raw) > LARGEST_WHOLE_NUMBER:
        raise Unreadable("number_too_long")
    return Decimal(str(raw))


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
