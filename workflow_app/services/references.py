"""What a reference field may point to, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.model import Form
from workflow_app.core.situation import Situation
from workflow_app.services.catalogue import Compiled
from workflow_app.store.cases import Case
from workflow_app.store.organisations import Membership, Organisation
from workflow_app.store.people import Person


class References:
    """The things that references may point to, for one case (or one that is about to be opened)."""

    def __init__(
        self, session: Session, compiled: Compiled, situation: Situation, language: str = "de"
    ) -> None:
        self._session = session
        self._compiled = compiled
        self._situation = situation
        self._language = language

    def known(self, kind: str, key: str) -> bool:
        """Say whether there is such a thing that may be chosen."""
        return key in self.choices(kind)

    def name(self, kind: str, key: str) -> str:
        """Return what it is called; the key itself if it is gone."""
        return self.choices(kind).get(key, key)

    def choices(self, kind: str) -> Mapping[str, str]:
        """Return key → name of everything that may be chosen."""
        found: Mapping[str, str] = {
            "county": self._counties,
            "organisation": self._organisations,
            "person": self._people,
            "goal": self._rows("outline", "goals", "goal"),
            "milestone": self._rows("outline", "milestones", "title"),
            "point": self._rows("review", "points", "text"),
            "clause": self._clauses,
            "field": self._fields,
            "overlap": {o.case: o.title for o in self._situation.overlaps},
            "project": self._projects,
        }.get(kind, {})
        return found

    def for_form(self, form: Form) -> dict[str, Mapping[str, str]]:
        """Return the choices of every kind of reference that the form asks for."""
        kinds = {f.to for f in form.fields if f.to}
        kinds |= {c.to for f in form.fields for c in f.columns if c.to}
        return {kind: self.choices(kind) for kind in kinds}

    @cached_property
    def _counties(self) -> dict[str, str]:
        return {o.id: o.label(self._language) for o in self._compiled.lists["counties"].options}

    @cached_property
    def _organisations(self) -> dict[str, str]:
        rows = self._session.scalars(select(Organisation).order_by(Organisation.name))
        return {str(row.id): row.name for row in rows}

    @cached_property
    def _people(self) -> dict[str, str]:
        rows = self._session.execute(
            select(Person.id, Person.name, Organisation.name)
            .join(Membership, Membership.person_id == Person.id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Person.active)
            .order_by(Person.name)
        )
        return {str(person): f"{name}, {body}" for person, name, body in rows}

    @cached_property
    def _clauses(self) -> dict[str, str]:
        return {
            c.id: f"§ {c.number} {c.heading(self._language)}" if c.number else c.heading("de")
            for c in self._compiled.clauses
        }

    @cached_property
    def _fields(self) -> dict[str, str]:
        forms = (self._compiled.forms.get(name) for name in ("interest", "outline"))
        return {
            f"{form.id}.{f.id}": f.label(self._language)
            for form in forms
            if form
            for f in form.fields
        }

    @cached_property
    def _projects(self) -> dict[str, str]:
        rows = self._session.execute(select(Case.number, Case.title).order_by(Case.number))
        return {row.number: row.title for row in rows}

    def _rows(self, form: str, field: str, column: str) -> dict[str, str]:
        slot = f"r{self._situation.round}" if form == "review" else None
        values = self._situation.newest(form, slot) or {}
        rows = values.get(field) or []
        return {row["_id"]: f"{n}. {row.get(column, '')}" for n, row in enumerate(rows, 1)}
