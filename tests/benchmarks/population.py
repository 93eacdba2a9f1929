"""Many cases at once: copies of real ones with all their rows, other people's beside the own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask_security import hash_password
from sqlalchemy import Connection, Table, func, insert, select, text

from tests.world import BEGINS, SABINE, TOBIAS, World
from workflow_app.app import create_app
from workflow_app.core.canonical import digest
from workflow_app.demo import people as demo
from workflow_app.services.cases.record import FIRST, sealed
from workflow_app.store.migrate import upgrade
from workflow_app.store.tables.access import Access, Principal
from workflow_app.store.tables.cases import Case, Deadline, Participation
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Confirmation, Submission

MIX = ("idea", "idea", "idea", "in_review", "active")
"""States in turn: of a hundred thousand cases twenty thousand wait for the programme office."""
OTHERS = 400
"""People on whose projects the filling cases are, two a project."""
AT_ONCE = 2_000
TABLES = (Case, Participation, Deadline, Access, Submission, Confirmation, Entry)

Rows = dict[str, list[dict[str, Any]]]


class Population:
    """An installation with the example people, one project in each state, and copies of them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.world = World(folder)
        upgrade(self.world.settings.database_url)
        with create_app(self.world.settings).app_context():
            hashed = hash_password(demo.PASSWORD)
        with self.world.sessions() as session:
            demo.load_people(session, hashed, BEGINS - timedelta(days=30))
        self._templates: dict[str, Rows] = {}
        self._made = 0

    def tell(self, *states: str) -> str:
        """Tell the story through these states, in its order; return the number of its project."""
        story = self.world.story()
        wanted = list(states)
        for state in story.chapters():
            if state == wanted[0]:
                self._templates[wanted.pop(0)] = self._rows_of(story.number)
            if not wanted:
                break
        return story.number

    def add(self, count: int, states: tuple[str, ...] = MIX, of: tuple[str, ...] = ()) -> list[str]:
        """Add so many copies and return their numbers.

        `of` names the people of the story who keep their part; others take the other parts.
        """
        numbers: list[str] = []
        if not (self._others and self._principals and self._story):
            return numbers
        with self._engine.begin() as connection:
            places = self._next_ids(connection)
            for begin in range(0, count, AT_ONCE):
                rows: Rows = {}
                for index in range(begin, min(count, begin + AT_ONCE)):
                    state = states[index % len(states)]
                    numbers.append(self._copy(self._templates[state], rows, places, of))
                for table in TABLES:
                    if found := rows.get(table.__tablename__):
                        connection.execute(insert(_table(table)), found)
        return numbers

    def analyse(self) -> None:
        """Let the database count what it holds, as its owner does from time to time."""
        with self._engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()

    @cached_property
    def _engine(self) -> Any:
        return self.world.sessions.kw["bind"]

    @cached_property
    def _others(self) -> list[dict[int, int]]:
        """Return pairs of other people: who of the story → who in their place."""
        with self.world.sessions() as session:
            story = [
                session.scalars(select(Person).filter_by(email=e)).one() for e in (SABINE, TOBIAS)
            ]
            pairs = []
            for n in range(OTHERS // 2):
                pair = {}
                for who in story:
                    word = f"{who.id}-{n}"
                    other = Person(
                        name=f"{who.name} {n}", email=f"{word}@example.org", active=True,
                        fs_uniquifier=word, created_at=BEGINS,
                    )  # fmt: skip
                    session.add(other)
                    session.flush()
                    session.add(Principal(key=f"person:{other.id}"))
                    pair[who.id] = other.id
                pairs.append(pair)
            session.commit()
        return pairs

    @cached_property
    def _story(self) -> dict[str, int]:
        with self.world.sessions() as session:
            wanted = select(Person.email, Person.id).where(Person.email.in_((SABINE, TOBIAS)))
            return {row.email: row.id for row in session.execute(wanted)}

    @cached_property
    def _principals(self) -> dict[str, int]:
        with self.world.sessions() as session:
            return {p.key: p.id for p in session.scalars(select(Principal))}

    def _rows_of(self, number: str) -> Rows:
        with self._engine.connect() as connection:
            case = connection.scalar(select(Case.id).where(Case.number == number))
            rows: Rows = {}
            for table in TABLES:
                t = _table(table)
                own = t.c.id if table is Case else t.c.case_id
                found = connection.execute(select(t).where(own == case).order_by(*t.primary_key))
                rows[t.name] = [dict(row) for row in found.mappings()]
        return rows

    def _next_ids(self, connection: Connection) -> dict[str, int]:
        ids = {}
        for table in TABLES:
            t = _table(table)
            if "id" in t.c:
                ids[t.name] = connection.scalar(select(func.coalesce(func.max(t.c.id), 0))) or 0
        return ids

    def _copy(self, template: Rows, into: Rows, places: dict[str, int], of: tuple[str, ...]) -> str:
        self._made += 1
        pairs = self._others
        kept = {self._story[email] for email in of}
        pair = pairs[self._made % len(pairs)]
        people = {who: other for who, other in pair.items() if who not in kept}
        principals = {
            self._principals[f"person:{a}"]: self._principals[f"person:{b}"]
            for a, b in people.items()
        }
        places["cases"] += 1
        case, number = places["cases"], f"B-{self._made:07d}"
        for name, found in template.items():
            rows = into.setdefault(name, [])
            previous = FIRST
            for row in found:
                new = dict(_moved(row, people, principals))
                if name == "cases":
                    new |= {"id": case, "number": number, "title": f"{row['title']} {number}"}
                    if row["taken_title"]:
                        new["taken_title"] = f"{row['taken_title']} {number.lower()}"
                else:
                    new["case_id"] = case
                    if "id" in new:
                        places[name] += 1
                        new["id"] = places[name]
                if name == "history":
                    # The words beside an entry are not copied, so nothing of theirs is sealed.
                    new |= {"previous": previous, "commitment": None}
                    new["hash"] = previous = digest(sealed(Entry(**new)))
                rows.append(new)
        return number


def _table(table: Any) -> Table:
    found: Table = table.__table__
    return found


def _moved(
    row: Mapping[str, Any], people: Mapping[int, int], principals: Mapping[int, int]
) -> Iterator[tuple[str, Any]]:
    for column, value in row.items():
        if column in ("person_id", "actor_id", "author_id"):
            value = people.get(value, value)
        elif column == "principal_id":
            value = principals.get(value, value)
        yield column, value
