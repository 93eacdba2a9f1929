"""Who may supervise a case, who is assigned to it, and why somebody else may not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from workflow_app.core.cases import rights
from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.model import Text
from workflow_app.services.cases.related import members_of
from workflow_app.store import asking
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.people import Person, StandingRole

SUPERVISOR = "supervisor"
TAKES_PART = Text("nimmt an diesem Vorgang selbst teil", "takes part in this case")
SAME_BODY = Text(
    "gehört zu einer beteiligten Organisation", "belongs to an organisation that takes part"
)
ELSEWHERE = Text(
    "hat die Rolle nur für ein anderes Gebiet oder eine andere Organisation",
    "has the role for another area or organisation only",
)
HOLDERS = (
    select(Person.id, Person.name, StandingRole.scope, StandingRole.key)
    .join(StandingRole, StandingRole.person_id == Person.id)
    .where(Person.active, StandingRole.role == SUPERVISOR)
)
HOLDER = HOLDERS.where(Person.id == bindparam("person"))
OPEN_CASES = Text("offene Vorgänge: {count}", "open cases: {count}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody with the role of supervisor, as seen from one case."""

    person: int
    name: str
    load: int
    """Open cases that this person has been assigned to."""
    excluded: Text | None
    """Why this person may not supervise the case; None: may."""


def candidates(session: Session, situation: Situation) -> list[Candidate]:
    """Return everybody active with the role of supervisor, the least loaded first."""
    holders = asking.asked(session, HOLDERS)
    names = {holder.id: holder.name for holder in holders}
    county = session.scalar(select(Case.county).where(Case.number == situation.case))
    excluded = _excluded(session, situation, county, holders)
    load = _load(session)
    found = [Candidate(p, names[p], load.get(p, 0), why) for p, why in excluded.items()]
    return sorted(found, key=lambda c: (c.load, c.name))


def assigned_to(session: Session, case: Case, situation: Situation) -> Mapping[str, int]:
    """Return role → the one person who acts in it; nothing while nobody fit is assigned.

    Whoever left, lost the role or has come to take part is passed over, so that a case never waits
    for somebody who may not act.
    """
    if case.supervisor_id is None:
        return {}
    holders = asking.asked(session, HOLDER, person=case.supervisor_id)
    excluded = _excluded(session, situation, case.county, holders)
    return {} if excluded.get(case.supervisor_id, ELSEWHERE) else {SUPERVISOR: case.supervisor_id}


def asked(case: Case, grants: Iterable[StandingRole]) -> list[StandingRole]:
    """Return the grants whose holders are told something: of supervisors only the one assigned."""
    found = list(grants)
    own = case.supervisor_id
    if any(g.role == SUPERVISOR and g.person_id == own and g.person.active for g in found):
        return [g for g in found if g.role != SUPERVISOR or g.person_id == own]
    return found


def _load(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(Case.supervisor_id, func.count())
        .where(Case.supervisor_id.is_not(None), Case.ended.is_(False))
        .group_by(Case.supervisor_id)
    )
    return {person: count for person, count in rows if person is not None}


def _excluded(
    session: Session, situation: Situation, county: str | None, holders: Iterable[Row[Any]]
) -> dict[int, Text | None]:
    """Return why each of those with the role may not supervise the case; None: may."""
    grants: dict[int, list[rights.Grant]] = {}
    for holder in holders:
        grant = rights.Grant(SUPERVISOR, holder.scope, holder.key)
        grants.setdefault(holder.id, []).append(grant)
    taking_part = {p.person for p in situation.participants}
    bodies = {p.organisation for p in situation.participants if p.organisation}
    sides = {p.organisation for p in situation.participants if p.side} - {None}
    belongs = members_of(session, situation.today, grants)
    found: dict[int, Text | None] = {}
    for person, own in grants.items():
        if SUPERVISOR not in rights.roles_of(person, (), own, county, bodies):
            found[person] = ELSEWHERE
        elif person in taking_part:
            found[person] = TAKES_PART
        elif sides & belongs.get(person, frozenset()):
            found[person] = SAME_BODY
        else:
            found[person] = None
    return found
