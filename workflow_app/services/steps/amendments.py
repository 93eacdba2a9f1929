"""A change of the agreement, from the request to the day on which it comes in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases import amending
from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.errors import NotFound
from workflow_app.core.tables.project_facts import scope_digest
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.forms import versions
from workflow_app.services.papers import addenda
from workflow_app.services.site import Site
from workflow_app.store.tables.amendments import Amendment
from workflow_app.store.tables.cases import Case


def of_case(session: Session, case: Case) -> list[Amendment]:
    """Return every change that was asked for, the oldest first."""
    return list(
        session.scalars(
            select(Amendment).where(Amendment.case_id == case.id).order_by(Amendment.number)
        )
    )


def open_one(session: Session, case: Case) -> Amendment | None:
    """Return the change that is to be decided on or signed, or None."""
    newest = of_case(session, case)[-1:]
    return next((a for a in newest if a.status in ("pending", "issued")), None)


def propose(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    form_id: str,
    now: datetime,
) -> Amendment:
    """Return what was asked for with a form as the open change; it is laid out once, to be sure.

    :raises NotFound: if nothing was asked for.
    """
    form, values = compiled.forms[form_id], situation.newest(form_id)
    if values is None:
        raise NotFound(form_id)
    change = Amendment(
        case_id=case.id,
        number=situation.amending,
        form=form_id,
        status="pending",
        proposed=amending.proposed(form, values, situation.agreed),
        changes=[
            {"by": d.by, "form": d.form, "field": d.field, "old": d.old, "new": d.new}
            for d in amending.differences(form, values, situation.agreed)
        ],
        requested_on=day_of(now),
    )
    session.add(change)
    session.flush()
    addenda.frozen(session, site, compiled, case, situation, change, now)
    return change


def close(session: Session, case: Case, status: str, now: datetime) -> Amendment | None:
    """Return the open change, which counts no more, like its addendum. None: there is none."""
    change = open_one(session, case)
    if change is not None:
        change.status, change.closed_on = status, day_of(now)
        if change.document is not None:
            change.document.status = "void"
    return change


def issue(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    now: datetime,
) -> None:
    """Issue the addendum of the open change.

    :raises NotFound: if there is none.
    """
    change = _open(session, case)
    change.document = addenda.issue(session, site, compiled, case, situation, change, now)
    change.status = "issued"


def register(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    actor: Actor,
    now: datetime,
) -> None:
    """Let the values of the open change come in force on their day, and file the signed copies.

    :raises NotFound: if there is none.
    """
    change = _open(session, case)
    day, _ = addenda.begins(situation, change)
    for form_id, values in change.proposed.items():
        if values != (situation.agreed(form_id) or {}):
            form = compiled.forms[form_id]
            versions.add(session, case, form, "", values, actor, now, None, day)
    addenda.register(session, site, compiled, case, situation, change, actor.name, now)
    change.status, change.closed_on, change.effective_from = "registered", day_of(now), day
    # What was approved is from now on the scope with the change.
    later = amending.with_values(situation, change.proposed)
    case.accepted_scope = scope_digest(compiled.workflow.scope, later)


def _open(session: Session, case: Case) -> Amendment:
    change = open_one(session, case)
    if change is None:
        raise NotFound("amendment")
    return change
