"""The consolidated reading: what holds on a day, each value with the document that it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.core.definition.forms import Field, Form
from workflow_app.services.cases.gathered import values_on
from workflow_app.services.cases.situations import Look
from workflow_app.services.papers import agreements, papers
from workflow_app.services.steps import amendments
from workflow_app.store.tables.amendments import Amendment
from workflow_app.store.tables.cases import Case

FORMS = ("agreement", "outline", "interest")
"""What an agreement rests on, in the order in which it is read."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One value that holds, and since which document."""

    field: Field
    value: Any
    source: str
    """Number of the agreement or addendum."""
    since: date | None
    """Day from which the addendum holds; None: from the beginning."""


def registered(session: Session, case: Case) -> bool:
    """Say whether the case has an agreement that is in force, or was."""
    return papers.newest(session, case, agreements.SIGNED) is not None


def reading(session: Session, seen: Look, day: date) -> list[tuple[Form, list[Holding]]]:
    """Return form → its values that hold on the day; empty if no agreement is registered."""
    if not registered(session, seen.case):
        return []
    agreement = papers.newest(session, seen.case, agreements.KIND, "issued")
    number = agreement.number if agreement and agreement.number else ""
    changes = [a for a in amendments.of_case(session, seen.case) if a.status == "registered"]
    found = []
    for name in FORMS:
        form = seen.compiled.forms[name]
        values = values_on(session, seen.case.id, name, day)
        held = [
            Holding(f, values[f.id], *_source(name, f.id, day, changes, number))
            for f in form.fields
            if f.id in values
        ]
        found.append((form, held))
    return found


def _source(
    form: str, field: str, day: date, changes: Iterable[Amendment], agreement: str
) -> tuple[str, date | None]:
    """Return the number of the document that a value comes from, and since when it holds."""
    source: tuple[str, date | None] = (agreement, None)
    for change in changes:
        named = any((c["form"], c["field"]) == (form, field) for c in change.changes)
        begun = change.effective_from is not None and change.effective_from <= day
        if named and begun and change.document:
            source = (change.document.number or "", change.effective_from)
    return source
