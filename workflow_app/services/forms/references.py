"""What a reference field may point to, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.forms import Form
from workflow_app.core.forms.present import day
from workflow_app.services.access.rows import principals_of
from workflow_app.services.access.supervisors import OPEN_CASES, candidates
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.forms.parties import Parties
from workflow_app.store import queries
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Submission

CASES = {"project": "tandem_project", "recommendation": "recommendation"}
"""Kind of reference to a case → the workflow of the cases that it may point to."""
OF_KIND = {
    "county": "_counties",
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
"""Kind of any other reference but to people and organisations → where its choices stand.

Each is looked up when it is asked for.
"""
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
VERSIONS = (
    select(Submission.id, Submission.form, Submission.version, Submission.at)
    .join(Case, Case.id == Submission.case_id)
    .where(Case.number == bindparam("case"))
    .order_by(Submission.id)
)


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
        self._compiled = compiled
        self._situation = situation
        self._language = language
        self.parties = Parties(session, situation, person)
        """Who can be named, and who can stand for a side."""

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
        found = self.parties.named(key) if kind == "person" else self.choices(kind).get(key)
        if found is None and kind in ("person", "supervisor") and key.isdecimal():
            return queries.names(self._session, [int(key)]).get(int(key), key)
        return found or key

    def choices(self, kind: str) -> Mapping[str, str]:
        """Return key → name of everything that may be chosen.

        After a colon `kind` may name the side for which it must be able to stand, as fields do.
        """
        kind, _, side = kind.partition(":")
        if side:
            return self.parties.for_side(kind, side)
        if kind == "organisation":
            return self.parties.organisations
        if kind == "person":
            return self.parties.people
        if kind in CASES:
            return self._cases(CASES[kind])
        found: Mapping[str, str] = getattr(self, OF_KIND[kind]) if kind in OF_KIND else {}
        return found

    def for_form(self, form: Form) -> dict[str, Mapping[str, str]]:
        """Return the choices of every kind of reference that the form asks for."""
        kinds = {f.points_to for f in form.fields if f.to}
        kinds |= {c.points_to for f in form.fields for c in f.columns if c.to}
        return {kind: self.choices(kind) for kind in kinds}

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
