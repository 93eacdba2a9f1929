"""Dates as old definitions spell them; only what has one reading is understood."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

SPELLED = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
    r"\s*(Z|UTC|GMT|(?:GMT)?[+-]\d{1,2}(?::?\d{2})?)?"
)


def moment(text: str) -> datetime:
    """Return the moment that `text` names; without a zone it is UTC.

    :raises ValueError: if it names none, or could be read in two ways.
    """
    found = SPELLED.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    return datetime(year, month, day, hour, minute, second, tzinfo=_zone(found[7] or ""))


def _zone(text: str) -> timezone:
    found = re.fullmatch(r"(?:GMT)?([+-])(\d{1,2}):?(\d{2})?", text)
    if found is None:
        return UTC
    away = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(away if found[1] == "+" else -away)


def normal(text: str) -> str:
    """Return the moment in ISO spelling.

    :raises ValueError: as `moment`.
    """
    return moment(text).isoformat()


def as_text(iso: str) -> str:
    """Return an ISO moment as the old site writes it out, `2020/05/01 00:00:00 GMT+0`."""
    when = datetime.fromisoformat(iso)
    away = when.utcoffset() or timedelta(0)
    hours = int(away.total_seconds() // 3600)
    return f"{when:%Y/%m/%d %H:%M:%S} GMT{hours:+d}"
