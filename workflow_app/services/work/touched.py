"""Running projects are told when another one touches them: once for each pair."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Situation
from workflow_app.services.site import Site
from workflow_app.services.work.notices import people_in
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.outbox import Job

TOUCHED = "touched"
"""The kind of mail; its row also says by which case."""
RUNNING = "joint_activity"
"""The phase in which a project is carried out; one that is prepared is asked for an answer."""
TOLD = ("high", "medium", "low")
"""What is only alike in the same region is for learning from each other: no mail is sent of it."""


def tell(session: Session, site: Site, case: Case, situation: Situation, now: datetime) -> None:
    """Queue a mail to the partners of each running project that `case` touches."""
    numbers = [hit.case for hit in situation.overlaps if hit.level in TOLD]
    if not numbers:
        return
    for other in session.scalars(select(Case).where(Case.number.in_(numbers)).order_by(Case.id)):
        compiled = site.catalogue.of(session, other)
        if compiled.workflow.states[other.state].phase != RUNNING or _told(session, other, case):
            continue
        for person in people_in(session, compiled, other, compiled.workflow.sides.values()):
            data = {
                "template": TOUCHED,
                "to": person.id,
                "transition": None,
                "state": other.state,
                "by_case": case.id,
            }
            queue(session, "mail", other, data, now)


def _told(session: Session, other: Case, case: Case) -> bool:
    jobs = session.scalars(select(Job.data).where(Job.case_id == other.id, Job.kind == "mail"))
    return any(data.get("by_case") == case.id for data in jobs)
