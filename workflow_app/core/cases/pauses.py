"""Days on which the clock stood still, and what they mean for a count of days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

Pauses = Iterable[tuple[date, date | None]]
"""First day and end of each time in which the clock stood still; no end: it still does."""


def paused_days(pauses: Pauses, since: date, until: date) -> int:
    """Return how many of the days from `since` up to `until` do not count."""
    parts = ((max(since, start), min(until, end or until)) for start, end in pauses)
    return sum(max(0, (last - first).days) for first, last in parts)


def days_later(start: date, days: int, pauses: Pauses) -> date:
    """Return the day that lies `days` counted days after `start`; negative: before it."""
    known = sorted(pauses, key=lambda pause: pause[0])
    day = start + timedelta(days=days)
    for first, end in known:
        # A pause of which the end is not known yet pushes nothing: it ends when it ends.
        if end is not None and first < day and end > start:
            day += end - max(start, first)
    return day
