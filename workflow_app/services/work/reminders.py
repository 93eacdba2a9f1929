"""Deadlines are called to mind: a mail to whose turn it is, and one to whom the state escalates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from workflow_app.core.definition.model import Deadline as Rule
from workflow_app.core.definition.model import Text
from workflow_app.core.steps.offers import Turn
from workflow_app.services.cases.situations import situation_of
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.services.work.notices import people_in
from workflow_app.services.work.obligations import key_of
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.cases import Case, Deadline, Due, Obligation

AGAIN = timedelta(days=14)
"""Once a deadline has passed, it is called to mind this often."""
Row = Deadline | Obligation


def remind_due(sessions: sessionmaker[Session], site: Site, now: datetime) -> int:
    """Queue every reminder and escalation that is due, and return how many cases had one."""
    today = day_of(now)
    told = 0
    kinds: tuple[type[Deadline] | type[Obligation], ...] = (Deadline, Obligation)
    for kind in kinds:
        with sessions() as session:
            ids = session.scalars(select(kind.id).where(kind.closed_at.is_(None))).all()
        for due_id in ids:
            with sessions() as session:
                told += _remind(session, site, kind, due_id, today, now)
    return told


def _remind(
    session: Session,
    site: Site,
    kind: type[Deadline] | type[Obligation],
    due_id: int,
    today: date,
    now: datetime,
) -> bool:
    deadline = cast(Row, session.get_one(kind, due_id))
    rule = _rule(site.catalogue.of(session, deadline.case), deadline)
    if rule is None or _rests(session, site, deadline.case):
        return False
    if not (_is_time(deadline, rule, today) or _escalates(deadline, rule, today)):
        return False
    number = deadline.case.number
    with transaction(session, number):
        deadline = cast(Row, session.get_one(kind, due_id))
        if deadline.closed_at is not None:
            return False
        case = deadline.case
        compiled = site.catalogue.of(session, case)
        due = deadline.due_on
        turns = _asked(session, compiled, deadline, today)
        # All turns of one obligation have the same task; those of a state may have their own.
        task = turns[0].task if turns and isinstance(deadline, Obligation) else None
        if _is_time(deadline, rule, today):
            roles = tuple(turn.role for turn in turns)
            _tell(session, compiled, case, "reminder", roles, now, task, due)
            deadline.reminders += 1
            deadline.reminded_on = today
        if _escalates(deadline, rule, today):
            _tell(session, compiled, case, "escalation", rule.escalate_to, now, task, due)
            deadline.escalated_on = today
    return True


def _rests(session: Session, site: Site, case: Case) -> bool:
    """Say whether the case belongs to one whose clock stands still."""
    parent = session.get(Case, case.parent_id) if case.parent_id else None
    if parent is None:
        return False
    state = site.catalogue.of(session, parent).workflow.states.get(parent.state)
    return state is not None and state.stops_clock


def _rule(compiled: Compiled, deadline: Row) -> Rule | None:
    states = compiled.workflow.states
    if isinstance(deadline, Deadline):
        state = states.get(deadline.state)
        return state.deadline if state else None
    asked = states[deadline.case.state].waits_for if deadline.case.state in states else ()
    return next((w.deadline for w in asked if w.deadline and w.when == deadline.asked), None)


def _is_time(deadline: Due, rule: Rule, today: date) -> bool:
    """Say whether a day for a reminder has come since the last one was sent."""
    passed = [day for day in _days(deadline.due_on, rule, today) if day <= today]
    last = deadline.reminded_on
    return bool(passed) and (last is None or passed[-1] > last)


def _days(due: date, rule: Rule, today: date) -> Iterator[date]:
    """Yield the days for reminders: those of the rule, the deadline, and some more after it."""
    start = due - timedelta(days=rule.days)
    yield from (start + timedelta(days=days) for days in sorted(rule.warn))
    day = due
    while day <= today:
        yield day
        day += AGAIN


def _escalates(deadline: Due, rule: Rule, today: date) -> bool:
    return bool(rule.escalate_to) and deadline.escalated_on is None and today > deadline.due_on


def _asked(session: Session, compiled: Compiled, deadline: Row, today: date) -> list[Turn]:
    """Return whose turn it is: all, or those of whom an obligation speaks."""
    situation = situation_of(session, compiled, deadline.case, today)
    turns = compiled.engine.turns(situation)
    if isinstance(deadline, Deadline):
        return list(turns)
    return [turn for turn in turns if key_of(turn) == (deadline.role, deadline.asked)]


def _tell(
    session: Session,
    compiled: Compiled,
    case: Case,
    template: str,
    roles: tuple[str, ...],
    now: datetime,
    task: Text | None,
    due: date,
) -> None:
    """Queue a mail to those roles; `task` is what it is about by `due`, None: each one's own."""
    for person in people_in(session, compiled, case, roles):
        data = {"template": template, "to": person.id, "transition": None, "state": case.state}
        if task:
            data |= {"task": {"de": task.de, "en": task.en}, "due": due.isoformat()}
        queue(session, "mail", case, data, now)
