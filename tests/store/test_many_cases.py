"""Lists and counts say the same to whoever sees few cases and to whoever sees very many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.conftest import SignedIn, WorldAt
from tests.store import many
from tests.store.many import Made, case
from tests.world import MIRIAM, World
from workflow_app.store import queries
from workflow_app.store.queries.lists import FEW
from workflow_app.store.tables.access import Access, Principal
from workflow_app.store.tables.people import Person

SEEN = {
    "office@site": range(FEW + 140),
    "person:900": range(30, 110),
    "person:901": range(100, 140),
}
TODAY = many.FIRST_DUE + timedelta(days=20)
WEEK = TODAY + timedelta(days=7)
WHO = (("office@site",), ("person:900", "person:901"), ("person:901", "office@site"))

SOUGHT: tuple[dict[str, Any], ...] = (
    {"limit": 7, "offset": 20},
    {"state": "active"},
    {"states": ["idea", "archived"]},
    {"states": ["idea", "active"], "state": "active"},
    {"states": []},
    {"county": "09564"},
    {"county": "09564", "state": "in_review"},
    {"county": "nowhere"},
    {"ended": True},
    {"ended": False, "limit": 3, "offset": 2},
    {"workflow": "tandem_project"},
    {"workflow": "joint_event"},
    {"organisation": 1},
    {"organisation": 2, "limit": 5, "offset": 3},
    {"organisation": 999},
    {"words": "Vorhaben 17"},
    {"words": "vorhaben", "state": "idea", "county": "09162", "ended": False},
)


@pytest.fixture
def world(world_at: WorldAt) -> World:
    world = world_at("idea")
    many.add(world, SEEN)
    return world


def seen_by(principals: Sequence[str]) -> list[Made]:
    """Return what these principals see, the newest change first."""
    return [case(n) for n in sorted({n for p in principals for n in SEEN[p]}, reverse=True)]


def fits(one: Made, sought: dict[str, Any]) -> bool:
    text, words = f"{one.title} {one.number}".lower(), sought.get("words", "").lower().split()
    return (
        sought.get("state", one.state) == one.state
        and one.state in sought.get("states", many.STATES)
        and sought.get("county", one.county) == one.county
        and sought.get("organisation", one.organisation) == one.organisation
        and sought.get("ended", one.ended) == one.ended
        and sought.get("workflow", "tandem_project") == "tandem_project"
        and all(word in text for word in words)
    )


def nearest(one: Made) -> tuple[date, str]:
    return one.due_on or date.max, one.number


def test_a_list_shows_the_newest_of_what_is_sought(world: World) -> None:
    with world.sessions() as session:
        for principals in WHO:
            for sought in SOUGHT:
                found = [one.number for one in queries.projects(session, principals, **sought)]
                begin, size = sought.get("offset", 0), sought.get("limit", 50)
                wanted = [one.number for one in seen_by(principals) if fits(one, sought)]
                assert found == wanted[begin : begin + size], (principals, sought)


def test_what_waits_is_counted_and_listed_the_nearest_first(world: World) -> None:
    with world.sessions() as session:
        for principals in WHO:
            seen = seen_by(principals)
            tasks = sorted((t for t in seen if t.waits), key=nearest)
            wanted: dict[queries.Which, list[Made]] = {
                "open": tasks,
                "overdue": [t for t in tasks if t.due_on and t.due_on < TODAY],
                "week": [t for t in tasks if t.due_on and TODAY <= t.due_on <= WEEK],
                "others": [t for t in reversed(seen) if not t.waits and not t.ended],
            }
            counts = queries.task_counts(session, principals, TODAY)
            assert counts == {which: len(cases) for which, cases in wanted.items()}
            assert queries.waiting(session, principals) == len(tasks)
            for which, cases in wanted.items():
                for begin in (0, 5):
                    page = queries.tasks(session, principals, which, TODAY, limit=5, offset=begin)
                    assert [(t.number, t.due_on) for t in page] == [
                        (t.number, t.due_on) for t in cases[begin : begin + 5]
                    ], (principals, which)


def test_a_case_is_due_on_the_nearest_day_of_all_who_ask(world: World) -> None:
    both = ("person:900", "person:901")
    with world.sessions() as session:
        one = select(Principal.id).where(Principal.key == "person:900").scalar_subquery()
        shared = queries.tasks(session, ("person:901",), limit=1)[0]
        session.execute(
            update(Access)
            .where(Access.principal_id == one, Access.waits)
            .values(nearest_on=TODAY - timedelta(days=1))
        )
        assert shared.due_on is not None
        today = shared.due_on - timedelta(days=2)
        week = [t.number for t in queries.tasks(session, both, "week", today)]
        assert shared.number not in week
        assert queries.task_counts(session, both, today)["week"] == len(week)


def test_more_than_are_counted_are_told_as_more(world_at: WorldAt, signed_in: SignedIn) -> None:
    world = world_at("idea")
    counted = queries.COUNTED
    (miriam,) = world.rows(Person, email=MIRIAM)
    own = f"person:{miriam.id}"
    many.add(world, {own: range(1, 4 * (counted + 40), 4), "person:900": range(0)})
    with world.sessions() as session:
        counts = queries.task_counts(session, (own, "person:900"), many.FIRST_DUE)
        assert (counts["open"], counts["overdue"], counts["week"]) == (counted + 1, 0, 6)
        assert queries.waiting(session, (own,)) == counted + 1
        assert queries.waiting(session, ("person:900",)) == 0
        assert queries.task_counts(session, ("nobody",), TODAY)["open"] == 0
    page = signed_in(world, MIRIAM).get("/").get_data(as_text=True)
    assert page.count(f"über {counted}") == 4, "in both menus, beside the menu, above the list"
