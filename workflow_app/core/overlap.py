"""The overlap rule: five visible dimensions and four levels, no hidden score.

Source: field guide, section 5. `high`: same place or twin, a topic, a target group, a format and 30
days in common; `medium`: the same without the format; `low`: near, but one after the other, or
near and at the same time with a format and a topic or target group; `info`: the same region and
all else.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import date

PLACES = ("same", "twin", "region", "far")
"""How near two counties are, the nearest first."""
COMMON_DAYS = 30
LONGEST_GAP_DAYS = 180
TO_BE_ANSWERED = ("high", "medium")

_TWINS = """
    09161/09176 09162/09184 09163/09187 09261/09274 09262/09275 09263/09278 09361/09371
    09362/09375 09363/09374 09461/09471 09462/09472 09463/09473 09464/09475 09561/09571
    09562/09572 09563/09573 09564/09574 09565/09576 09661/09671 09662/09678 09663/09679
    09761/09772 09762/09777 09763/09780 09764/09778
"""
TWINS: frozenset[frozenset[str]] = frozenset(
    frozenset(pair) for pair in re.findall(r"(\d{5})/(\d{5})", _TWINS)
)
"""City and surrounding county; fifteen pairs share a name, ten are set by hand."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What of a project is compared."""

    counties: Set[str]
    """Keys of all counties in which it is."""
    topics: Set[str]
    target_groups: Set[str]
    formats: Set[str]
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Hit:
    """How two projects touch each other."""

    level: str
    place: str
    topics: tuple[str, ...]
    target_groups: tuple[str, ...]
    formats: tuple[str, ...]
    days: int


def near_counties(counties: Set[str]) -> frozenset[str]:
    """Return these counties themselves, and the twins of those that have one."""
    return frozenset(counties).union(*(pair for pair in TWINS if pair & counties))


def place(one: str, other: str) -> str:
    """Return `same`, `twin`, `region` (same Regierungsbezirk) or `far` for two county keys."""
    if one == other:
        return "same"
    if frozenset((one, other)) in TWINS:
        return "twin"
    return "region" if one[:3] == other[:3] else "far"


def nearest(one: Set[str], other: Set[str]) -> str:
    """Return the same for two sets of counties: how near those two are that are nearest."""
    found = {place(a, b) for a in one for b in other}
    return next((where for where in PLACES if where in found), "far")


def compare(one: Footprint, other: Footprint) -> Hit | None:
    """Return how the two touch each other, or None if they do not."""
    where = nearest(one.counties, other.counties)
    days = (min(one.end, other.end) - max(one.start, other.start)).days + 1
    topics, groups = one.topics & other.topics, one.target_groups & other.target_groups
    formats = one.formats & other.formats
    level = _level(where, bool(topics), bool(groups), bool(formats), days)
    if level is None:
        return None
    return Hit(
        level, where, tuple(sorted(topics)), tuple(sorted(groups)), tuple(sorted(formats)), days
    )


def _level(where: str, topic: bool, group: bool, form: bool, days: int) -> str | None:
    near = where in ("same", "twin")
    if near and topic and group and days >= COMMON_DAYS:
        return "high" if form else "medium"
    if near and topic and group and days >= -LONGEST_GAP_DAYS:
        return "low"
    if near and days >= COMMON_DAYS and form and (topic or group):
        return "low"
    if where == "region" and topic and group and form and days >= COMMON_DAYS:
        return "info"
    return None
