"""By which day a state should be left."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases.pauses import days_later
from workflow_app.core.definition.model import Deadline as DeadlineRule
from workflow_app.services.cases.situations import situation_of
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.store.tables.access import Access, nearest
from workflow_app.store.tables.cases import Case, Deadline


def due_on(
    rule: DeadlineRule,
    case: Case,
    session: Session,
    compiled: Compiled,
    now: datetime,
    *,
    entering: bool = False,
) -> date:
    """Return the day by which the state should be left: from entering it, or from a date field.

    Paused days do not count. Whoever enters a state after its date has passed is due at once, as
    after an extension that did not come about (ruling L8).
    """
    today = day_of(now)
    if not rule.after:
        return today + timedelta(days=rule.days)
    session.flush()
    form, _, field = rule.after.partition(".")
    situation = situation_of(session, compiled, case, today)
    value = (situation.newest(form) or {}).get(field)
    # Of a date with its time of day only the day counts.
    start = date.fromisoformat(value[:10]) if value else today
    # A pause that is being left ends with this very step, which the history does not hold yet.
    pauses = [(first, end or today) for first, end in situation.pauses]
    due = days_later(start, rule.days, pauses)
    unpaused = due == start + timedelta(days=rule.days)
    return min(due, today) if entering and start < today and unpaused else due


def go_on_after_pause(session: Session, case: Case, now: datetime) -> None:
    """Take the days since the case was paused off the deadlines of its open child cases."""
    rested = day_of(now) - day_of(case.entered_at)
    children = select(Case).where(Case.parent_id == case.id, Case.ended.is_(False))
    for child in session.scalars(children):
        for deadline in child.deadlines:
            if deadline.closed_at is None:
                deadline.due_on += rested
                _follow(session, deadline)


def _follow(session: Session, deadline: Deadline) -> None:
    """Let the access rows of a case say that its deadline has moved."""
    for row in session.scalars(select(Access).where(Access.case_id == deadline.case_id)):
        row.nearest_on = nearest(row.due_on, deadline.due_on)


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
