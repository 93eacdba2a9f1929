"""What holds on a day: of all versions, the newest whose day has come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from workflow_app.core.cases.situation import Submitted


def in_force(versions: Iterable[Submitted], day: date) -> Submitted | None:
    """Return the version that holds on `day`, or None if none did yet.

    A version comes in force with its submission, or on its own day if it has one: what an addendum
    changed holds from the day that the addendum names.
    """
    begun = [v for v in versions if (v.effective_from or v.on) <= day]
    return max(begun, key=lambda v: v.version, default=None)


def upcoming(versions: Iterable[Submitted], day: date) -> Submitted | None:
    """Return the newest version that is agreed and whose day is still ahead, or None."""
    ahead = [v for v in versions if v.effective_from is not None and v.effective_from > day]
    return max(ahead, key=lambda v: v.version, default=None)
