"""Overlaps of two projects: which ones, how near, and on which level."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from workflow_app.core.overlap import TWINS, Footprint, compare, place

PROJECTS = {
    "Sprachcafé unterwegs": (
        "09274", "language encounter", "refugees volunteers", "cafe mentoring",
        "2026-03-01", "2026-12-31",
    ),
    "Treffpunkt Deutsch": (
        "09261", "language encounter", "refugees women", "cafe course",
        "2026-04-15", "2027-03-31",
    ),
    "Ein Portal für alle Ehrenamtlichen": (
        "09475", "volunteering digital", "volunteers associations", "newsletter",
        "2026-05-01", "2027-04-30",
    ),
    "Dolmetschpool Ehrenamt": (
        "09764", "everyday training_vol", "volunteers helper_groups ukraine", "pool workshop",
        "2025-01-01", "2026-06-30",
    ),
    "Runder Tisch Sport": (
        "09572", "sport_culture intercultural", "associations youth", "network_meeting workshop",
        "2025-09-01", "2026-08-31",
    ),
    "Danke-Tag Integration": (
        "09674", "recognition volunteering", "volunteers public", "event campaign",
        "2025-02-01", "2025-11-30",
    ),
}  # fmt: skip


def footprint(
    county: str, topics: str, groups: str, formats: str, start: str, end: str
) -> Footprint:
    return Footprint(
        frozenset(county.split()),
        frozenset(topics.split()),
        frozenset(groups.split()),
        frozenset(formats.split()),
        date.fromisoformat(start),
        date.fromisoformat(end),
    )


def test_of_the_six_example_projects_exactly_two_overlap_highly() -> None:
    prints = {title: footprint(*facts) for title, facts in PROJECTS.items()}

    hits = {(a, b): compare(prints[a], prints[b]) for a, b in combinations(prints, 2)}

    [(pair, hit)] = [(pair, hit) for pair, hit in hits.items() if hit]
    assert pair == ("Sprachcafé unterwegs", "Treffpunkt Deutsch")
    assert (hit.level, hit.place, hit.topics) == ("high", "twin", ("encounter", "language"))
    assert (hit.target_groups, hit.formats, hit.days) == (("refugees",), ("cafe",), 261)


LANDSHUT = ("09274", "language", "refugees", "cafe", "2026-01-01", "2026-06-30")


@pytest.mark.parametrize(
    ("other", "level"),
    [
        (("09274", "language", "refugees", "cafe", "2026-06-01", "2026-12-31"), "high"),
        (("09274", "language", "refugees", "course", "2026-06-01", "2026-12-31"), "medium"),
        (("09274", "language", "refugees", "cafe", "2026-06-02", "2026-12-31"), "low"),
        (("09274", "language", "refugees", "course", "2026-12-28", "2027-12-31"), "low"),
        (("09274", "language", "refugees", "course", "2026-12-29", "2027-12-31"), None),
        (("09261", "language", "women", "cafe", "2026-01-01", "2026-12-31"), "low"),
        (("09261", "digital", "women", "cafe", "2026-01-01", "2026-12-31"), None),
        (("09273", "language", "refugees", "cafe", "2026-01-01", "2026-12-31"), "info"),
        (("09161 09261", "language", "refugees", "cafe", "2026-01-01", "2026-12-31"), "high"),
        (("09161 09273", "language", "refugees", "cafe", "2026-01-01", "2026-12-31"), "info"),
        (("09273", "language", "refugees", "course", "2026-01-01", "2026-12-31"), None),
        (("09161", "language", "refugees", "cafe", "2026-01-01", "2026-12-31"), None),
    ],
)
def test_the_level_of_an_overlap(other: tuple[str, ...], level: str | None) -> None:
    one, two = footprint(*LANDSHUT), footprint(*other)
    hit, back = compare(one, two), compare(two, one)

    assert (hit.level if hit else None) == level
    assert hit == back


def test_near_is_the_same_county_or_city_and_surrounding_county() -> None:
    places = [place("09274", c) for c in ("09274", "09261", "09273", "09161")]

    assert places == ["same", "twin", "region", "far"]
    assert len(TWINS) == 25
