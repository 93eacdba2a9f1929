"""Who is told what after a transition: one mail for *your turn*, one for *a decision fell*."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflow_app.core.cases import rights
from workflow_app.core.definition.model import Transition
from workflow_app.services.cases.supervisors import asked
from workflow_app.services.catalogue import Compiled
from workflow_app.services.site import Site
from workflow_app.services.work.outbox import queue
from workflow_app.store.cases import Case, Participation
from workflow_app.store.history import Entry
from workflow_app.store.people import Person, StandingRole


def tell(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    transition: Transition,
    entry: Entry,
    now: datetime,
) -> None:
    """Queue the mails of a transition; whoever made it gets none."""
    told: set[int] = {entry.actor_id} if entry.actor_id else set()
    for kind in ("your_turn", "decided"):
        roles = transition.notify.get(kind, ())
        for person in people_in(session, compiled, case, roles):
            if person.id in told:
                continue
            told.add(person.id)
            queue(
                session,
                "mail",
                case,
                {
                    "template": kind,
                    "to": person.id,
                    "transition": transition.id,
                    "state": case.state,
                },
                now,
            )


def people_in(
    session: Session, compiled: Compiled, case: Case, roles: Iterable[str]
) -> list[Person]:
    """Return the active people who hold one of the roles on the case."""
    wanted = set(roles)
    if not wanted:
        return []
    if "other_side" in wanted:
        sides = compiled.workflow.sides
        wanted |= {role for side, role in sides.items() if side != case.initiating_side}
    found: dict[int, Person] = {}
    question = select(Participation).options(joinedload(Participation.person))
    taking_part = session.scalars(question.where(Participation.case_id == case.id)).all()
    bodies = {p.organisation_id for p in taking_part if p.organisation_id}
    for p in sorted(taking_part, key=lambda p: p.id):
        if p.until is None and (p.role in wanted or "member" in wanted) and p.person:
            found[p.person.id] = p.person
    grants = session.scalars(select(StandingRole).where(StandingRole.role.in_(wanted)))
    for grant in asked(case, grants):
        scope = rights.Grant(grant.role, grant.scope, grant.key)
        if rights.grant_covers(scope, case.county, bodies):
            found[grant.person.id] = grant.person
    return [person for person in found.values() if person.active]
