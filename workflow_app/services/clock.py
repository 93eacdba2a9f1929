"""Which day an instant belongs to: the calendar of the people, not of the machine."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def day_of(instant: datetime) -> date:
    """Return the day in Bavaria on which the instant lies."""
    return instant.astimezone(BERLIN).date()


def clock_of(instant: datetime) -> str:
    """Return the time of day in Bavaria, as `09:05`."""
    return f"{instant.astimezone(BERLIN):%H:%M}"
