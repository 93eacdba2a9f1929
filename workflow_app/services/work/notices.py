"""Who is told what: one mail to those whose turn it has become, one when a decision fell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from workflow_app.core.cases import rights
from workflow_app.core.definition.model import Transition
from workflow_app.services.access.rows import EVERYBODY, Asked, principals_of, scoped
from workflow_app.services.access.supervisors import asked as in_charge
from workflow_app.services.catalogue import Compiled
from workflow_app.services.site import Site
from workflow_app.services.work.outbox import queue, take_back
from workflow_app.store.asking import asked as rows_of
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.people import Person, StandingRole

YOUR_TURN, DECIDED, HANDED_OVER = "your_turn", "decided", "handed_over"
PROPOSED = "proposed"
"""The kinds of mail that an operation brings; reminders have their own."""

NAMED = (
    select(Person.id, StandingRole.role, StandingRole.scope, StandingRole.key)
    .outerjoin(StandingRole, StandingRole.person_id == Person.id)
    .where(Person.id.in_(bindparam("people", expanding=True)), Person.active)
)
GRANTS = (
    select(StandingRole)
    .where(StandingRole.role.in_(bindparam("roles", expanding=True)))
    .options(joinedload(StandingRole.person).joinedload(Person.standing_roles))
    .order_by(StandingRole.id)
)
TAKING_PART = (
    select(Participation)
    .where(Participation.case_id == bindparam("case"))
    .options(joinedload(Participation.person))
    .order_by(Participation.id)
)


def tell(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    transition: Transition,
    entry: Entry,
    now: datetime,
    *,
    proposed: bool = False,
) -> None:
    """Queue the mails to those who should know of a transition; whoever made it gets none.

    `proposed`: a side proposes to derive a new case; whoever can do that is told so as well.
    """
    rule = compiled.workflow.derive if proposed else None
    able = {person.id for person in people_in(session, compiled, case, rule.by if rule else ())}
    for person in people_in(session, compiled, case, transition.notify.get(DECIDED, ())):
        if person.id != entry.actor_id:
            template = PROPOSED if person.id in able else DECIDED
            _mail(session, case, template, person.id, transition.id, now)


def decided(
    session: Session, case: Case, person: Person, transition: str | None, now: datetime
) -> None:
    """Queue the mail about a step to one person."""
    _mail(session, case, DECIDED, person.id, transition, now)


def handed_over(session: Session, case: Case, person: Person, now: datetime) -> None:
    """Queue the mail to the one for whom somebody else stands on the case from now on."""
    _mail(session, case, HANDED_OVER, person.id, None, now)


def your_turn(
    session: Session, case: Case, asked: Asked, now: datetime, by: int | None = None
) -> None:
    """Queue a mail to each person whose turn it has become, whatever made it so.

    Whoever was told of a task is not told of it again while it lasts; whoever acted needs no
    telling; and one operation brings nobody two mails: *your turn* says the new state, too.
    """
    # Whoever is asked for nothing new under any of the principals is not even looked up.
    news = {k for k, tasks in asked.after.items() if tasks - asked.before.get(k, frozenset())}
    for person, keys in sorted(_people(session, case, news - {f"person:{by}"}).items()):
        new = _tasks_of(keys, asked.after) - _tasks_of(keys, asked.before)
        if new and person != by:
            take_back(session, case, {"to": person, "template": DECIDED})
            _mail(session, case, YOUR_TURN, person, None, now)


def _tasks_of(keys: Iterable[str], asked: Mapping[str, frozenset[str]]) -> set[str]:
    return {task for key in keys for task in asked.get(key, ())}


def _people(
    session: Session, case: Case, waiting: Collection[str]
) -> Mapping[int, Collection[str]]:
    """Return the active people behind the principals that are asked for something.

    Each comes with all the principals under which something may be asked of the same person.
    """
    ids = [int(key.partition(":")[2]) for key in waiting if key.startswith("person:")]
    found: dict[int, set[str]] = {}
    for person, *grant in rows_of(session, NAMED, people=ids) if ids else ():
        found.setdefault(person, {f"person:{person}", EVERYBODY})
        if grant[0] is not None:
            found[person].add(scoped(*grant))
    roles = {key.partition("@")[0] for key in waiting if "@" in key}
    for held in in_charge(case, _grants(session, roles)):
        if held.person.active and scoped(held.role, held.scope, held.key) in waiting:
            found.setdefault(held.person_id, set(principals_of(held.person)))
    return found


def _grants(session: Session, roles: Collection[str]) -> Sequence[StandingRole]:
    """Return who has these roles for a scope, with the person and all that the person has."""
    if not roles:
        return ()
    return session.scalars(GRANTS, {"roles": sorted(roles)}).unique().all()


def _mail(
    session: Session,
    case: Case,
    template: str,
    person: int,
    transition: str | None,
    now: datetime,
) -> None:
    data = {
        "template": template,
        "to": person,
        "transition": transition,
        "state": case.state,
    }
    queue(session, "mail", case, data, now)


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
    taking_part = session.scalars(TAKING_PART, {"case": case.id}).all()
    bodies = {p.organisation_id for p in taking_part if p.organisation_id}
    for p in taking_part:
        if p.until is None and (p.role in wanted or "member" in wanted) and p.person:
            found[p.person.id] = p.person
    for grant in in_charge(case, _grants(session, wanted)):
        scope = rights.Grant(grant.role, grant.scope, grant.key)
        if rights.grant_covers(scope, case.county, bodies):
            found[grant.person.id] = grant.person
    return [person for person in found.values() if person.active]
