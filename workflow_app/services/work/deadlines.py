"""Timers: transitions that are made because time has passed."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from workflow_app.services.cases.situations import situation_of
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.services.steps.following import Act, follow, make
from workflow_app.services.steps.settling import settle
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.cases import Case

log = logging.getLogger(__name__)


def fire_due(sessions: sessionmaker[Session], site: Site, now: datetime) -> list[tuple[str, str]]:
    """Make every timer transition whose time has come; return (case number, transition) of each."""
    with sessions() as session:
        ids = session.scalars(select(Case.id).where(Case.ended.is_(False))).all()
    fired = []
    for case_id in ids:
        with sessions() as session:
            try:
                made = _fire(session, site, case_id, now)
            except Exception:
                # What is wrong with one case must not hold up all others; `doctor` names it.
                log.exception("the timers of case %s could not be looked at", case_id)
                continue
            if made:
                fired.append(made)
    return fired


def _fire(session: Session, site: Site, case_id: int, now: datetime) -> tuple[str, str] | None:
    case = session.get_one(Case, case_id)
    compiled = site.catalogue.of(session, case)
    by_day = _asks_by_day(compiled, case.state)
    exits = compiled.workflow.states[case.state].exits
    if not by_day and not any(compiled.workflow.transitions[e].trigger == "timer" for e in exits):
        return None
    with transaction(session, case.number):
        case = session.get_one(Case, case_id)
        situation = situation_of(session, compiled, case, day_of(now))
        transition = compiled.engine.due(situation)
        if transition is not None:
            make(session, site, compiled, case, transition, situation, Act(), now)
            situation = follow(session, site, compiled, case, now, situation)
        if transition is not None or by_day:
            settle(session, compiled, case, now, situation=situation)
        return (case.number, transition.id) if transition else None


def _asks_by_day(compiled: Compiled, state: str) -> bool:
    """Say whether the day alone can change for whom a state waits."""
    conditions = [w.when for w in compiled.workflow.states[state].waits_for if w.when]
    return any("today" in compiled.engine.condition(text).names for text in conditions)
