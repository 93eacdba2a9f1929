"""A title is used once in a place and year, by cases that have not ended badly."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Values
from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Text
from workflow_app.core.folding import folded
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.store.db import take_turns
from workflow_app.store.tables.access import Access, Principal
from workflow_app.store.tables.cases import Case

TAKEN = Text(
    "Ein Projekt mit diesem Titel gibt es dort in diesem Jahr schon. Wählen Sie einen anderen.",
    "There is a project of this title in this place and year already. Choose another one.",
)
TAKEN_BY = Text(
    "Diesen Titel hat dort in diesem Jahr schon {number}. Wählen Sie einen anderen.",
    "In this place and year {number} has this title already. Choose another one.",
)


def key_of(title: str, county: str | None, opened: datetime) -> str:
    """Return what no two cases may share."""
    return f"{day_of(opened).year}/{county or ''}/{folded(title)}"


def problem(
    session: Session,
    compiled: Compiled,
    case: Case,
    form: Form,
    values: Values,
    principals: list[str],
) -> FieldProblem | None:
    """Return the problem that the title in a form is taken by another case, or None.

    The other case is named to whoever may see it. Whoever asks for the same title at the same time
    waits here, so that of two only one gets it.
    """
    subject = compiled.workflow.subject
    name, _, field = subject.title.partition(".")
    if not subject.unique or form.id != name or not values.get(field):
        return None
    county = values.get(subject.place.partition(".")[2]) or case.county
    key = key_of(str(values[field]), county, case.created_at)
    take_turns(session, key)
    other = session.scalar(select(Case).where(Case.taken_title == key, Case.id != case.id))
    # What a case was derived from has ended, in whatever way, and may pass its title on.
    if other is None or other.id == case.derived_from_id:
        return None
    ids = select(Principal.id).where(Principal.key.in_(principals))
    sees = select(Access.case_id).where(Access.case_id == other.id, Access.principal_id.in_(ids))
    if session.scalar(sees.limit(1)) is None:
        return FieldProblem(field, "taken", TAKEN)
    text = TAKEN_BY.filled(number=other.number)
    return FieldProblem(field, "taken", text)


def claim(session: Session, compiled: Compiled, case: Case) -> None:
    """Let the case keep its title to itself, or give it free if it has ended badly."""
    badly = case.ended and compiled.workflow.states[case.state].outcome != "completed"
    wanted = None
    if compiled.workflow.subject.unique and case.title and not badly:
        wanted = key_of(case.title, case.county, case.created_at)
    if wanted == case.taken_title:
        return
    there = select(Case).where(Case.taken_title == wanted, Case.id != case.id)
    other = session.scalar(there) if wanted is not None else None
    if other is not None and other.id == case.derived_from_id:
        other.taken_title = None
        session.flush()
        other = None
    # Cases from before the rule may share a title: the first one keeps it.
    if other is None:
        case.taken_title = wanted
