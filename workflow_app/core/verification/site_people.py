"""The people of a site, as values: who holds which standing role, and who belongs where.

They are read from a YAML file (docs/verification.md) or come from the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_app.core.cases.rights import STANDING_ROLES, Grant
from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.source import read
from workflow_app.core.problems import Problems

PEOPLE_KEYS = ("people", "organisations")
PERSON_KEYS = ("roles", "organisations")
GRANT_KEYS = ("role", "county", "organisation")
BODY_KEYS = ("kind", "sides", "counties")
SIDES_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "municipality": ("municipal",),
    "fa": ("civic",),
    "fz": ("civic",),
    "kobe": ("civic",),
    "carrier": ("municipal", "civic"),
}
"""Kind of an organisation → the sides for which it can stand; others stand for none."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person of the site."""

    id: str
    grants: tuple[Grant, ...] = ()
    bodies: frozenset[str] = frozenset()
    """Ids of the organisations to which the person belongs."""


@dataclass(frozen=True, slots=True)
class Body:
    """One organisation of the site."""

    id: str
    sides: tuple[str, ...]
    """The sides for which it can stand."""
    counties: frozenset[str] = frozenset()
    """Keys of the counties that it serves; none: every one."""


@dataclass(frozen=True, slots=True)
class SitePeople:
    """Everybody who can act on a site."""

    people: tuple[Somebody, ...]
    bodies: tuple[Body, ...]

    def of(self, body: str) -> frozenset[str]:
        """Return the ids of those who belong to an organisation."""
        return frozenset(person.id for person in self.people if body in person.bodies)


def parse_people(text: str, file: str, problems: Problems) -> SitePeople:
    """Return the people that `text` names; what is wrong with it is noted and left out."""
    root = read(text, file, problems)
    found = root.keys(PEOPLE_KEYS, needed=("people",)) if root else {}
    named = found["organisations"].entries() if "organisations" in found else {}
    people = found["people"].entries() if "people" in found else {}
    bodies = tuple(_body(name, cursor) for name, cursor in named.items())
    return SitePeople(tuple(_person(n, c, set(named)) for n, c in people.items()), bodies)


def _body(name: str, cursor: Cursor) -> Body:
    found = cursor.keys(BODY_KEYS, needed=() if cursor.has_key("sides") else ("kind",))
    kind = found["kind"].text() if "kind" in found else ""
    sides = found["sides"].identifiers() if "sides" in found else SIDES_OF_KIND.get(kind, ())
    counties = found["counties"].texts() if "counties" in found else ()
    return Body(name, sides, frozenset(counties))


def _person(name: str, cursor: Cursor, bodies: set[str]) -> Somebody:
    found = cursor.keys(PERSON_KEYS)
    roles = found["roles"].items() if "roles" in found else []
    own = found.get("organisations")
    if own is not None:
        for body in own.texts():
            _known(body, own, bodies)
    grants = (_grant(role, bodies) for role in roles)
    return Somebody(name, tuple(grants), frozenset(own.texts() if own else ()))


def _grant(cursor: Cursor, bodies: set[str]) -> Grant:
    if cursor.is_text:
        return Grant(cursor.choice(STANDING_ROLES), "site")
    found = cursor.keys(GRANT_KEYS, needed=("role",))
    role = found["role"].choice(STANDING_ROLES) if "role" in found else ""
    if "organisation" in found:
        body = found["organisation"].text()
        _known(body, found["organisation"], bodies)
        return Grant(role, "organisation", body)
    county = found["county"].text() if "county" in found else ""
    return Grant(role, "county" if county else "site", county)


def _known(body: str, cursor: Cursor, bodies: set[str]) -> None:
    if body not in bodies:
        cursor.wrong(
            "unknown_name",
            f"Die Organisation „{body}“ gibt es nicht.",
            f"There is no organisation '{body}'.",
        )
