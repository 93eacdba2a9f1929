"""What a reference field may point to, and what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Executable, Row, bindparam, or_, select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import SIGNATORY, Participant, Situation
from workflow_app.core.definition.forms import Form
from workflow_app.core.expressions import SIDES
from workflow_app.core.forms.fields import EITHER, STANDING
from workflow_app.core.forms.present import day
from workflow_app.core.verification.site_people import SIDES_OF_KIND
from workflow_app.services.access.rows import principals_of
from workflow_app.services.access.supervisors import OPEN_CASES, candidates
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.store import queries
from workflow_app.store.asking import asked
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.organisations import Membership, Organisation
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Submission

CASES = {"project": "tandem_project", "recommendation": "recommendation"}
"""Kind of reference to a case → the workflow of the cases that it may point to."""
OF_KIND = {
    "county": "_counties",
    "organisation": "_organisations",
    "person": "_people",
    "supervisor": "_supervisors",
    "goal": "_goals",
    "milestone": "_milestones",
    "point": "_points",
    "clause": "_clauses",
    "field": "_fields",
    "overlap": "_overlaps",
    "form_version": "_form_versions",
    "report": "_reports",
}
"""Kind of any other reference → where its choices stand; each is looked up when it is asked for."""
ENTRIES = {
    "goal": ("outline", "goals", "goal"),
    "milestone": ("outline", "milestones", "title"),
    "point": ("review", "points", "text"),
}
"""Kind of reference to a row → its form, its table, and the column that says what it is called."""


REPORTS = ("interim_report", "final_report")
"""Forms that report on the project."""
VERSION = {"de": "{form}, Fassung {version} vom {day}", "en": "{form}, version {version} of {day}"}
REPORT = {"de": "{form} vom {day}", "en": "{form} of {day}"}
HOLDS_TODAY = or_(Membership.until.is_(None), Membership.until >= bindparam("today"))
PEOPLE = (
    select(Person.id, Person.name, Organisation.name)
    .join(Membership, Membership.person_id == Person.id)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(Person.active, HOLDS_TODAY)
    .order_by(Person.name)
)
VERSIONS = (
    select(Submission.id, Submission.form, Submission.version, Submission.at)
    .join(Case, Case.id == Submission.case_id)
    .where(Case.number == bindparam("case"))
    .order_by(Submission.id)
)
BODIES = select(
    Organisation.id, Organisation.name, Organisation.kind, Organisation.counties
).order_by(Organisation.name)
BELONGING = select(Membership.person_id, Membership.organisation_id).where(HOLDS_TODAY)
NAMED = PEOPLE.where(Person.id.in_(bindparam("people", expanding=True)))


class References:
    """The things that references may point to, for one case (or one that is about to be opened)."""

    def __init__(
        self,
        session: Session,
        compiled: Compiled,
        situation: Situation,
        language: str = "de",
        person: int | None = None,
    ) -> None:
        """`person` is who looks: of other cases only those are named that this person may see.

        Without anybody, as in a document, the cases that the values refer to are named.
        """
        self._session = session
        self._person = person
        self._visible: dict[str, dict[str, str]] = {}
        self._named: dict[str, str | None] = {}
        self._compiled = compiled
        self._situation = situation
        self._language = language

    def known(self, kind: str, key: str) -> bool:
        """Say whether there is such a thing that may be chosen."""
        return key in self.choices(kind)

    def name(self, kind: str, key: str) -> str:
        """Return what it is called, though it may no longer be chosen; the key if it is gone."""
        if kind == "organisation" and key.isdecimal():
            # Those of the case are known; a list of all grows with the installation.
            body = self._situation.organisations.get(int(key))
            if body is not None:
                return body.name
        found = self._person_named(key) if kind == "person" else self.choices(kind).get(key)
        if found is None and kind in ("person", "supervisor") and key.isdecimal():
            return queries.names(self._session, [int(key)]).get(int(key), key)
        return found or key

    def choices(self, kind: str) -> Mapping[str, str]:
        """Return key → name of everything that may be chosen.

        After a colon `kind` may name the side for which it must be able to stand, as fields do.
        """
        kind, _, side = kind.partition(":")
        if side:
            return self._for_side(kind, side)
        if kind in CASES:
            return self._cases(CASES[kind])
        found: Mapping[str, str] = getattr(self, OF_KIND[kind]) if kind in OF_KIND else {}
        return found

    def for_form(self, form: Form) -> dict[str, Mapping[str, str]]:
        """Return the choices of every kind of reference that the form asks for."""
        kinds = {f.points_to for f in form.fields if f.to}
        kinds |= {c.points_to for f in form.fields for c in f.columns if c.to}
        return {kind: self.choices(kind) for kind in kinds}

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

    def _for_side(self, kind: str, side: str) -> dict[str, str]:
        """Return the organisations that can stand for a side, or the people who belong to one."""
        sides: tuple[str, ...] = SIDES if side in (EITHER, STANDING) else (side,)
        if side == STANDING:
            # Whoever stands for a side speaks of that one only.
            me = {p.side for p in self._situation.participants if p.person == self._person}
            sides = tuple(s for s in SIDES if s in me) or SIDES
        here = [p for p in self._situation.participants if p.side in sides and p.role != SIGNATORY]
        able = self._able(sides, here if side in (EITHER, STANDING) else ())
        if kind == "organisation":
            return {key: name for key, name in self._organisations.items() if key in able}
        if side == STANDING:
            # Who has left the organisation, or the house, stands for the side until handed over.
            return {str(p.person): self._people.get(str(p.person), p.name) for p in here}
        # Somebody invited belongs to no organisation yet and stands where the case put them.
        people = {key for key, bodies in self._belonging.items() if bodies & able}
        people |= {str(p.person) for p in here}
        return {key: name for key, name in self._people.items() if key in people}

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
    def _goals(self) -> dict[str, str]:
        return self._rows(*ENTRIES["goal"])

    @cached_property
    def _milestones(self) -> dict[str, str]:
        return self._rows(*ENTRIES["milestone"])

    @cached_property
    def _points(self) -> dict[str, str]:
        return self._rows(*ENTRIES["point"])

    @cached_property
    def _form_versions(self) -> dict[str, str]:
        """Return every version of a form whose answers no state keeps from the other side."""
        blind = {form for s in self._compiled.workflow.states.values() for form in s.conceals}
        rows = self._session.execute(VERSIONS, {"case": self._situation.case})
        return {
            str(key): self._said(VERSION, form, day_of(at), version)
            for key, form, version, at in rows
            if form in self._compiled.forms and form not in blind
        }

    @cached_property
    def _reports(self) -> dict[str, str]:
        """Return the reports as they count now, by the version that counts."""
        return {
            str(s.id): self._said(REPORT, s.form, s.on)
            for form in REPORTS
            if form in self._compiled.forms
            for s in self._situation.submissions.get(form, ())
        }

    def _said(
        self, words: Mapping[str, str], form: str, when: date, version: int | None = None
    ) -> str:
        label, on = self._compiled.forms[form].label(self._language), day(when, self._language)
        return words[self._language].format(form=label, day=on, version=version)

    @cached_property
    def _overlaps(self) -> dict[str, str]:
        return {o.case: o.title for o in self._situation.overlaps}

    @cached_property
    def _counties(self) -> dict[str, str]:
        return {o.id: o.label(self._language) for o in self._compiled.lists["counties"].options}

    @cached_property
    def _organisations(self) -> dict[str, str]:
        return {key: row.name for key, row in self._bodies.items()}

    def _person_named(self, key: str) -> str | None:
        """Return what this person is called in the choices, without looking up all others."""
        if "_people" in self.__dict__ or not key.isdecimal():
            return self._people.get(key)
        if key not in self._named:
            # Whoever the case names is asked for together: a page shows most of them.
            wanted = {int(key), *self._situation.members_of, *self._situation.assigned.values()}
            self._named |= dict.fromkeys(map(str, wanted))
            self._named |= self._called(NAMED, people=sorted(wanted))
        return self._named[key]

    @cached_property
    def _people(self) -> dict[str, str]:
        return self._called()

    def _called(self, question: Executable = PEOPLE, **words: Any) -> dict[str, str]:
        rows = asked(self._session, question, today=self._situation.today, **words)
        found = {str(person): f"{name}, {body}" for person, name, body in rows}
        # Somebody invited is called by the address, also if it belongs to an account.
        invited = (p for p in self._situation.participants if "@" in p.name)
        return {**found, **{str(p.person): p.name for p in invited}}

    @cached_property
    def _supervisors(self) -> dict[str, str]:
        found = candidates(self._session, self._situation)
        return {
            str(c.person): f"{c.name} – {OPEN_CASES(self._language).format(count=c.load)}"
            for c in found
            if c.excluded is None
        }

    @cached_property
    def _clauses(self) -> dict[str, str]:
        return {
            c.id: f"§ {c.number} {c.heading(self._language)}"
            if c.number
            else c.heading(self._language)
            for c in self._compiled.clauses
        }

    @cached_property
    def _fields(self) -> dict[str, str]:
        forms = (self._compiled.forms.get(name) for name in ("interest", "outline", "agreement"))
        return {
            f"{form.id}.{f.id}": f.label(self._language)
            for form in forms
            if form
            for f in form.fields
        }

    def _cases(self, workflow: str) -> dict[str, str]:
        if workflow not in self._visible:
            self._visible[workflow] = self._cases_of(workflow)
        return self._visible[workflow]

    def _cases_of(self, workflow: str) -> dict[str, str]:
        person = self._session.get(Person, self._person) if self._person else None
        if person is None:
            known = self._situation.related.values()
            return {c.case: c.title for c in known if c.workflow == workflow}
        found = queries.titles(self._session, principals_of(person), workflow)
        return {number: f"{title} ({number})" for number, title in found.items()}

    def _rows(self, form: str, field: str, column: str) -> dict[str, str]:
        slot = f"r{self._situation.round}" if form == "review" else None
        values = self._situation.newest(form, slot) or {}
        rows = values.get(field) or []
        return {row["_id"]: f"{n}. {row.get(column, '')}" for n, row in enumerate(rows, 1)}
