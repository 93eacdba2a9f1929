"""Who can be named: people and organisations, and who of them can stand for a side."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from sqlalchemy import Executable, Row, bindparam, or_, select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import SIGNATORY, Participant, Situation
from workflow_app.core.definition.forms import Form
from workflow_app.core.expressions import SIDES
from workflow_app.core.forms.fields import EITHER, OWN, STANDING
from workflow_app.core.verification.site_people import SIDES_OF_KIND
from workflow_app.store.asking import asked
from workflow_app.store.tables.organisations import Membership, Organisation
from workflow_app.store.tables.people import Person

HOLDS_TODAY = or_(Membership.until.is_(None), Membership.until >= bindparam("today"))
PEOPLE = (
    select(Person.id, Person.name, Organisation.name)
    .join(Membership, Membership.person_id == Person.id)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(Person.active, HOLDS_TODAY)
    .order_by(Person.name)
)
BODIES = select(
    Organisation.id, Organisation.name, Organisation.kind, Organisation.counties
).order_by(Organisation.name)
BELONGING = select(Membership.person_id, Membership.organisation_id).where(HOLDS_TODAY)
NAMED = PEOPLE.where(Person.id.in_(bindparam("people", expanding=True)))

OF_CASE = (EITHER, OWN, STANDING)
"""Words for what stands, or can stand, for the sides of this very case."""


class Parties:
    """The people and organisations that one case, or one about to be opened, may name."""

    def __init__(self, session: Session, situation: Situation, person: int | None) -> None:
        """`person` is who looks, and may stand for a side; None: nobody, as in a document."""
        self._session = session
        self._situation = situation
        self._person = person
        self._named: dict[str, str | None] = {}

    def near(self, form: Form, county: str) -> dict[str, frozenset[str]]:
        """Return kind → what of it serves a county, for each kind that is asked for by side."""
        here = {key for key, body in self._bodies.items() if county in body.counties}
        found: dict[str, frozenset[str]] = {}
        for kind in {f.points_to for f in form.fields if f.side in SIDES}:
            if kind.startswith("person:"):
                people = {key for key, bodies in self._belonging.items() if bodies & here}
                found[kind] = frozenset(people)
            else:
                found[kind] = frozenset(here)
        return found

    def by_side(self, form: Form) -> dict[str, dict[str, frozenset[str]]]:
        """Return kind → side → whoever belongs to it, for each kind that is asked of both sides."""
        kinds = {f.points_to for f in form.fields if f.to == "person" and f.side in (EITHER, OWN)}
        if not kinds:
            return {}
        sides = {side: frozenset(self._of_side(side)) for side in SIDES}
        return dict.fromkeys(sorted(kinds), sides)

    def _of_side(self, side: str) -> set[str]:
        here = [p for p in self._situation.participants if p.side == side and p.role != SIGNATORY]
        able = self._able((side,), here)
        people = {key for key, bodies in self._belonging.items() if bodies & able}
        return people | {str(p.person) for p in here}

    def for_side(self, kind: str, side: str) -> dict[str, str]:
        """Return the organisations that can stand for a side, or the people who belong to one."""
        sides: tuple[str, ...] = SIDES if side in OF_CASE else (side,)
        if side in (OWN, STANDING):
            # Whoever stands for a side speaks of that one only.
            me = {p.side for p in self._situation.participants if p.person == self._person}
            sides = tuple(s for s in SIDES if s in me) or SIDES
        here = [p for p in self._situation.participants if p.side in sides and p.role != SIGNATORY]
        able = self._able(sides, here if side in OF_CASE else ())
        if kind == "organisation":
            return {key: name for key, name in self.organisations.items() if key in able}
        if side == STANDING:
            # Who has left the organisation, or the house, stands for the side until handed over.
            standing = [p for p in here if not p.deputy]
            return {str(p.person): self.people.get(str(p.person), p.name) for p in standing}
        # Somebody invited belongs to no organisation yet and stands where the case put them.
        people = {key for key, bodies in self._belonging.items() if bodies & able}
        people |= {str(p.person) for p in here}
        return {key: name for key, name in self.people.items() if key in people}

    def _able(self, sides: Iterable[str], here: Iterable[Participant]) -> set[str]:
        """Return the organisations that can stand for one of the sides.

        For a side that somebody in `here` stands for it is the organisation that stands behind it.
        """
        behind = {p.side: str(p.organisation) for p in here if p.organisation}
        wanted = set(sides) - behind.keys()
        of_kind = {
            key for key, b in self._bodies.items() if wanted & {*SIDES_OF_KIND.get(b.kind, ())}
        }
        return {*behind.values(), *of_kind}

    @cached_property
    def _bodies(self) -> dict[str, Row[Any]]:
        return {str(row.id): row for row in asked(self._session, BODIES)}

    @cached_property
    def _belonging(self) -> dict[str, set[str]]:
        """Return person → the organisations belonged to on this day."""
        found: dict[str, set[str]] = {}
        rows = asked(self._session, BELONGING, today=self._situation.today)
        for person, body in rows:
            found.setdefault(str(person), set()).add(str(body))
        return found

    @cached_property
    def organisations(self) -> dict[str, str]:
        """Return key → name of every organisation."""
        return {key: row.name for key, row in self._bodies.items()}

    def named(self, key: str) -> str | None:
        """Return what this person is called in the choices, without looking up all others."""
        if "people" in self.__dict__ or not key.isdecimal():
            return self.people.get(key)
        if key not in self._named:
            # Whoever the case names is asked for together: a page shows most of them.
            wanted = {int(key), *self._situation.members_of, *self._situation.assigned.values()}
            self._named |= dict.fromkeys(map(str, wanted))
            self._named |= self._called(NAMED, people=sorted(wanted))
        return self._named[key]

    @cached_property
    def people(self) -> dict[str, str]:
        """Return key → name and organisation of everybody who belongs to one on this day."""
        return self._called()

    def _called(self, question: Executable = PEOPLE, **words: Any) -> dict[str, str]:
        rows = asked(self._session, question, today=self._situation.today, **words)
        found = {str(person): f"{name}, {body}" for person, name, body in rows}
        # Somebody invited is called by the address, also if it belongs to an account.
        invited = (p for p in self._situation.participants if "@" in p.name)
        return {**found, **{str(p.person): p.name for p in invited}}
