"""By which day a state should be left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Deadline as DeadlineRule
from workflow_app.services.cases.situations import situation_of
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.store.cases import Case


def due_on(
    rule: DeadlineRule, case: Case, session: Session, compiled: Compiled, now: datetime
) -> date:
    """Return the day by which the state should be left: from entering it, or from a date field."""
    start = day_of(now)
    if rule.after:
        session.flush()
        form, _, field = rule.after.partition(".")
        values = situation_of(session, compiled, case, start).newest(form) or {}
        if values.get(field):
            # Of a date with its time of day only the day counts.
            start = date.fromisoformat(values[field][:10])
    return start + timedelta(days=rule.days)


def renew(session: Session, compiled: Compiled, case: Case, now: datetime) -> None:
    """Let the deadline of the case's state begin anew: from its date field, else from today."""
    rule = compiled.workflow.states[case.state].deadline
    running = [deadline for deadline in case.deadlines if deadline.closed_at is None]
    if rule and running:
        deadline = running[-1]
        deadline.due_on = due_on(rule, case, session, compiled, now)
        deadline.reminders, deadline.reminded_on, deadline.escalated_on = 0, None, None


def follow_date(
    session: Session, compiled: Compiled, case: Case, form_id: str, now: datetime
) -> None:
    """Let the deadline follow its date field, if that may just have been changed in a form."""
    rule = compiled.workflow.states[case.state].deadline
    if rule and rule.after and rule.after.partition(".")[0] == form_id:
        renew(session, compiled, case, now)
