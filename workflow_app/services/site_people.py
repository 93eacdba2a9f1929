"""The people of this installation as `verify` looks at them: who can act, and where they belong."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from workflow_app.core.cases.rights import Grant
from workflow_app.core.verification.site_people import SIDES_OF_KIND, Body, SitePeople, Somebody
from workflow_app.services.clock import day_of
from workflow_app.store.tables.organisations import Membership, Organisation
from workflow_app.store.tables.people import Person


def site_people(session: Session, now: datetime) -> SitePeople:
    """Return everybody who can sign in, by address, and all organisations, by name.

    Whoever is invited and has not come yet, or was kept out, is nobody to count on.
    """
    today = day_of(now)
    names: dict[int, str] = {}
    bodies = []
    for row in session.scalars(select(Organisation).order_by(Organisation.name)):
        names[row.id] = row.name
        counties = frozenset(map(str, row.counties))
        bodies.append(Body(row.name, SIDES_OF_KIND.get(row.kind, ()), counties))
    belongs: dict[int, set[str]] = defaultdict(set)
    for membership in session.scalars(select(Membership)):
        begun = membership.since is None or membership.since <= today
        if begun and (membership.until is None or today <= membership.until):
            belongs[membership.person_id].add(names[membership.organisation_id])
    rows = session.scalars(
        select(Person)
        .where(Person.active, Person.password.is_not(None))
        .options(selectinload(Person.standing_roles))
        .order_by(Person.email)
    )
    people = [
        Somebody(
            person.email,
            tuple(
                Grant(g.role, g.scope, names.get(_number(g.key), g.key))
                if g.scope == "organisation"
                else Grant(g.role, g.scope, g.key)
                for g in person.standing_roles
            ),
            frozenset(belongs[person.id]),
        )
        for person in rows
    ]
    return SitePeople(tuple(people), tuple(bodies))


def _number(key: str) -> int:
    return int(key) if key.isdigit() else 0
