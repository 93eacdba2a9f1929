"""Many cases at once, as no more than the rows that lists ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from tests.world import World
from workflow_app.store.tables.access import NEVER, Access, Principal
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.definitions import Definition

STATES = ("idea", "in_review", "active", "archived")
"""Those of the cases in turn; each that is `in_review` waits, and each that is archived ended."""
COUNTIES = ("09274", "09564", "09162")
FIRST_DUE = date(2025, 3, 1)


@dataclass(frozen=True)
class Made:
    """One of the cases."""

    number: str
    title: str
    state: str
    county: str
    organisation: int
    due_on: date | None

    @property
    def waits(self) -> bool:
        return self.state == "in_review"

    @property
    def ended(self) -> bool:
        return self.state == "archived"


def case(n: int) -> Made:
    """Return the case that was added as the n-th; every tenth of those that wait is never due."""
    state = STATES[n % len(STATES)]
    due = FIRST_DUE + timedelta(days=n // len(STATES))
    never = state != "in_review" or n % 10 == 1
    county = COUNTIES[n % len(COUNTIES)]
    body = 1 + (n % 7 == 0)
    return Made(f"V-{n:05d}", f"Vorhaben {n}", state, county, body, None if never else due)


def add(world: World, seen_by: Mapping[str, Iterable[int]]) -> None:
    """Add the cases that each principal sees, the later ones changed later."""
    wanted = sorted({n for numbers in seen_by.values() for n in numbers})
    with world.sessions() as session:
        version = session.scalars(
            select(Definition.id).where(Definition.workflow == "tandem_project")
        ).first()
        first = (session.scalar(select(func.max(Case.id))) or 0) + 1
        principals = {key: Principal(key=key) for key in seen_by}
        session.add_all(principals.values())
        session.flush()
        session.execute(insert(Case), [_case(world, n, first, version) for n in wanted])
        taking_part = {"person_id": 1, "role": "civic_partner", "since": FIRST_DUE}
        parts = [
            {"case_id": first + n, "organisation_id": case(n).organisation, **taking_part}
            for n in wanted
        ]
        session.execute(insert(Participation), parts)
        rows = [
            {"principal_id": principals[key].id, "case_id": first + n, **_row(case(n))}
            for key, numbers in seen_by.items()
            for n in numbers
        ]
        session.execute(insert(Access), rows)
        session.commit()


def _case(world: World, n: int, first: int, version: int | None) -> dict[str, Any]:
    made, at = case(n), world.now + timedelta(minutes=n)
    return {
        "id": first + n, "number": made.number, "title": made.title, "state": made.state,
        "search": f"{made.title} {made.number}".lower(), "county": made.county,
        "ended": made.ended, "definition_id": version, "round": 0, "variables": [], "version": 1,
        "entered_at": at, "created_at": at, "changed_at": at,
    }  # fmt: skip


def _row(made: Made) -> dict[str, Any]:
    task = "Entscheiden" if made.waits else None
    return {
        "waits": made.waits, "task_de": task, "task_en": task, "tasks": [],
        "nearest_on": made.due_on or NEVER, "closed": made.ended,
    }  # fmt: skip
