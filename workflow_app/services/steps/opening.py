"""Opening a case: who may, with which roles, and its first step with its first form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases import rights
from workflow_app.core.cases.situation import Actor, Related, Situation, Values
from workflow_app.core.errors import NotAllowed
from workflow_app.core.tables.child_facts import EVALUATED
from workflow_app.core.verification.site_people import SIDES_OF_KIND
from workflow_app.services.accounts import invitations
from workflow_app.services.cases import deriving
from workflow_app.services.cases.new_case import new_case
from workflow_app.services.cases.related import as_related, members_of
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.forms import submissions
from workflow_app.services.site import Site
from workflow_app.services.steps.effects import SOURCE_PARTNER
from workflow_app.services.steps.following import Act, follow, make
from workflow_app.services.steps.given import given_words, open_offer, role_used, submitted_values
from workflow_app.services.steps.settling import settle
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.organisations import Organisation
from workflow_app.store.tables.people import Person

NEW = "new"
"""Stands in for the number of a case that is about to be opened."""


def starting_roles(
    session: Session,
    compiled: Compiled,
    person: Person,
    belongs_to: Iterable[int],
    parent: Related | None = None,
) -> frozenset[str]:
    """Return the roles for which a person could open a case.

    In a child case they are the roles held in its parent. Otherwise sides follow from the
    organisations belonged to, standing roles from grants for the whole site, and a partner of an
    evaluated project may speak for it.
    """
    grants = [rights.Grant(g.role, g.scope, g.key) for g in person.standing_roles]
    if parent is not None:
        bodies = {p.organisation for p in parent.partners if p.organisation}
        return rights.roles_of(person.id, parent.partners, grants, parent.county, bodies)
    found = _sides_by_organisation(session, compiled, belongs_to)
    found |= rights.roles_of(person.id, (), grants, None, ())
    if SOURCE_PARTNER in {role.id for role in compiled.workflow.roles}:
        found |= {SOURCE_PARTNER} if _took_part(session, person) else set()
    return frozenset(found)


def _sides_by_organisation(session: Session, compiled: Compiled, bodies: Iterable[int]) -> set[str]:
    kinds = session.scalars(select(Organisation.kind).where(Organisation.id.in_(bodies)))
    sides = compiled.workflow.sides
    found: set[str] = set()
    for kind in kinds:
        found |= {sides.get(side, "") for side in SIDES_OF_KIND.get(kind, ())}
    return found - {""}


def _took_part(session: Session, person: Person) -> bool:
    """Say whether the person stands for a side of an evaluated project."""
    found = session.scalar(
        select(Participation.id)
        .join(Case, Case.id == Participation.case_id)
        .where(
            Participation.person_id == person.id,
            Participation.side.is_not(None),
            Participation.until.is_(None),
            Case.state.in_(EVALUATED),
        )
        .limit(1)
    )
    return found is not None


def start(
    session: Session,
    site: Site,
    workflow: str,
    person: Person,
    now: datetime,
    parent: str = "",
    seen: Look | None = None,
) -> Look:
    """Return a look at a case that is not there yet, for the page on which it is opened.

    `parent` is the number of the case that it is to belong to, if any; `seen` is what the person
    sees of that one, if it has been looked at already.

    :raises NotAllowed: if the person may not open one.
    :raises NotFound: if there is no such parent, or the person may not know of it.
    """
    compiled = site.catalogue.published(session, workflow)
    day = day_of(now)
    if parent and seen is None:
        seen = look(session, site, parent, person, day)
    above = seen.case if seen else None
    case = Case(
        number=NEW,
        parent_id=above.id if above else None,
        title="",
        state="",
        round=0,
        variables=[],
        entered_at=now,
        created_at=now,
        changed_at=now,
    )
    situation = _before_its_first_step(session, compiled, person, day, seen)
    bodies = situation.members_of.get(person.id, frozenset())
    actor = Actor(
        person.id,
        person.name,
        starting_roles(session, compiled, person, bodies, situation.parent),
        side=rights.side_in(compiled.workflow, person.id, situation.participants),
        organisations=bodies,
    )
    offers = compiled.engine.offers(situation, actor)
    if not any(offer.mine for offer in offers):
        raise NotAllowed(workflow, [r for offer in offers for r in offer.reasons])
    return Look(case, compiled, situation, actor)


def _before_its_first_step(
    session: Session, compiled: Compiled, person: Person, day: date, above: Look | None
) -> Situation:
    """Return the situation of a case that is not there yet; `above`: the one it is to belong to."""
    parent = as_related(above.case, above.situation) if above else None
    if above is not None:
        belongs = {person.id: above.actor.organisations}
    else:
        belongs = members_of(session, day, [person.id])
    return Situation(
        case=NEW,
        workflow=compiled.workflow.id,
        state=None,
        today=day,
        entered_on=day,
        participants=parent.partners if parent else (),
        parent=parent,
        members_of=belongs,
    )


def open_case(
    session: Session,
    site: Site,
    workflow: str,
    transition: str,
    raw: Mapping[str, Any],
    person: Person,
    now: datetime,
    *,
    key: str = "",
    parent: str = "",
    derived_from: str = "",
    reason: str = "",
    warnings_reason: str = "",
) -> str:
    """Open a case with the values of its first form, and return its number.

    `parent` is the number of the case that it belongs to, `derived_from` that of the ended one from
    which it is derived.

    :raises Invalid: with every problem of what was typed.
    :raises NotAllowed: with every reason.
    :raises NotFound: if the person may not know of one of these cases.
    """
    with transaction(session, derived_from):
        if answer := answered(session, key, person):
            return str(answer["number"])
        seen = start(session, site, workflow, person, now, parent)
        old = deriving.source(session, site, seen, derived_from, person, now)
        seen.case.derived_from_id = old.case.id if old else None
        seen, raw = invitations.with_invited(session, seen, raw, now)
        t = seen.engine.offer(seen.situation, seen.actor, transition).transition
        values, situation = submitted_values(session, seen, t, raw)
        offer = open_offer(seen, situation, t.id)
        words = given_words(offer, reason, warnings_reason)
        case = _opened(session, site, seen, values or {}, now)
        made = replace(seen, case=case)
        if t.form and values is not None:
            form = seen.compiled.forms[t.form]
            made = replace(made, actor=replace(seen.actor, side=_own_side(seen, values)))
            case.state = t.to
            submissions.keep(session, made, form, "", values, now)
        if old is not None:
            deriving.link(session, made, old, now)
        act = Act(made.actor, role_used(offer, made.actor, situation), words)
        make(session, site, seen.compiled, case, t, situation, act, now)
        invitations.send(session, case, person, now)
        at_rest = follow(session, site, seen.compiled, case, now)
        settle(session, seen.compiled, case, now, seen.actor.person, situation=at_rest)
        remember(session, key, person, {"number": case.number}, now)
        number = case.number
    return number


def _own_side(seen: Look, values: Values) -> str | None:
    if seen.actor.side is not None:
        return seen.actor.side
    sides = seen.compiled.workflow.sides
    return next((s for s in sides if values.get(f"{s}_contact") == str(seen.actor.person)), None)


def _opened(session: Session, site: Site, seen: Look, values: Values, now: datetime) -> Case:
    subject = seen.compiled.workflow.subject
    parent = seen.situation.parent
    # A child case that names no place of its own lies where its parent does.
    county = values.get(subject.place.partition(".")[2]) or (parent.county if parent else None)
    title = str(values.get(subject.title.partition(".")[2], ""))
    return new_case(
        session, site, seen.compiled, title, now, county=county,
        parent_id=seen.case.parent_id, derived_from_id=seen.case.derived_from_id,
    )  # fmt: skip
