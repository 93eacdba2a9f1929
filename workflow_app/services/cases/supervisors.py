"""Who may supervise a case, who is assigned to it, and why somebody else may not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from workflow_app.core.cases import rights
from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.model import Text
from workflow_app.services.cases.related import members_of
from workflow_app.store.cases import Case
from workflow_app.store.people import Person, StandingRole

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
    select(Person)
    .where(
        Person.active,
        Person.id.in_(select(StandingRole.person_id).where(StandingRole.role == SUPERVISOR)),
    )
    .options(joinedload(Person.standing_roles))
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
    people = _holders(session)
    county = session.scalar(select(Case.county).where(Case.number == situation.case))
    excluded = _excluded(session, situation, county, people)
    load = _load(session)
    found = [Candidate(p.id, p.name, load.get(p.id, 0), excluded[p.id]) for p in people]
    return sorted(found, key=lambda c: (c.load, c.name))


def assigned_to(session: Session, case: Case, situation: Situation) -> Mapping[str, int]:
    """Return role → the one person who acts in it; nothing while nobody fit is assigned.

    Whoever left, lost the role or has come to take part is passed over, so that a case never waits
    for somebody who may not act.
    """
    if case.supervisor_id is None:
        return {}
    people = list(session.scalars(HOLDER, {"person": case.supervisor_id}).unique())
    excluded = _excluded(session, situation, case.county, people)
    return {} if excluded.get(case.supervisor_id, ELSEWHERE) else {SUPERVISOR: case.supervisor_id}


def asked(case: Case, grants: Iterable[StandingRole]) -> list[StandingRole]:
    """Return the grants whose holders are told something: of supervisors only the one assigned."""
    found = list(grants)
    own = case.supervisor_id
    if any(g.role == SUPERVISOR and g.person_id == own and g.person.active for g in found):
        return [g for g in found if g.role != SUPERVISOR or g.person_id == own]
    return found


def _holders(session: Session) -> list[Person]:
    return list(session.scalars(HOLDERS).unique())


def _load(session: Session) -> dict[int, int]:
    rows = session.execute(
        select(Case.supervisor_id, func.count())
        .where(Case.supervisor_id.is_not(None), Case.ended.is_(False))
        .group_by(Case.supervisor_id)
    )
    return {person: count for person, count in rows if person is not None}


def _excluded(
    session: Session, situation: Situation, county: str | None, people: Iterable[Person]
) -> dict[int, Text | None]:
    people = list(people)
    taking_part = {p.person for p in situation.participants}
    bodies = {p.organisation for p in situation.participants if p.organisation}
    sides = {p.organisation for p in situation.participants if p.side} - {None}
    belongs = members_of(session, situation.today, [p.id for p in people])
    found: dict[int, Text | None] = {}
    for person in people:
        grants = [rights.Grant(g.role, g.scope, g.key) for g in person.standing_roles]
        if SUPERVISOR not in rights.roles_of(person.id, (), grants, county, bodies):
            found[person.id] = ELSEWHERE
        elif person.id in taking_part:
            found[person.id] = TAKES_PART
        elif sides & belongs.get(person.id, frozenset()):
            found[person.id] = SAME_BODY
        else:
            found[person.id] = None
    return found
