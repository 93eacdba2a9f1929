"""Opening a case and making a transition: check, change, record, queue, commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core import rights
from workflow_app.core.engine import Offer, Reason
from workflow_app.core.errors import Conflict, Invalid, NotAllowed
from workflow_app.core.model import Text, Transition
from workflow_app.core.situation import Actor, Situation, Values
from workflow_app.services import access, submissions
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.following import Act, follow, make
from workflow_app.services.numbers import next_number
from workflow_app.services.site import Site
from workflow_app.services.situations import (
    Look,
    look,
    members_of,
    with_acting,
)
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.store.cases import Case
from workflow_app.store.organisations import Membership, Organisation
from workflow_app.store.people import Person

NEW = "new"
"""Stands in for the number of a case that is about to be opened."""
REASON_MISSING = Text("Bitte begründen Sie diesen Schritt.", "Please give a reason for this step.")


def starting_roles(session: Session, compiled: Compiled, person: Person) -> frozenset[str]:
    """Return the roles for which a person could open a case: by the organisations belonged to."""
    kinds = session.scalars(
        select(Organisation.kind)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person.id)
    )
    sides = compiled.workflow.sides
    found = set()
    for kind in kinds:
        if kind in ("municipality", "carrier"):
            found.add(sides.get("municipal", ""))
        if kind in ("fa", "fz", "kobe", "carrier"):
            found.add(sides.get("civic", ""))
    return frozenset(found - {""})


def start(session: Session, site: Site, workflow: str, person: Person, now: datetime) -> Look:
    """Return a look at a case that is not there yet, for the page on which it is opened.

    :raises NotAllowed: if the person may not open one.
    """
    compiled = site.catalogue.current(workflow)
    case = Case(
        number=NEW,
        title="",
        state="",
        round=0,
        variables=[],
        entered_at=now,
        created_at=now,
        changed_at=now,
    )
    situation = Situation(
        case=NEW,
        workflow=compiled.workflow.id,
        workflow_version=compiled.fingerprint,
        state=None,
        today=day_of(now),
        entered_on=day_of(now),
        members_of=members_of(session, day_of(now), [person.id]),
    )
    actor = Actor(
        person.id,
        person.name,
        starting_roles(session, compiled, person),
        organisations=situation.members_of.get(person.id, frozenset()),
    )
    offers = compiled.engine.offers(situation, actor)
    if not any(offer.mine for offer in offers):
        raise NotAllowed(workflow, [r for offer in offers for r in offer.reasons])
    return Look(case, compiled, situation, actor, offers, ())


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
) -> str:
    """Open a case with the values of its first form, and return its number.

    :raises Invalid: with every problem of what was typed.
    :raises NotAllowed: with every reason.
    """
    with transaction(session):
        if answer := answered(session, key, person):
            return str(answer["number"])
        seen = start(session, site, workflow, person, now)
        t = seen.engine.offer(seen.situation, seen.actor, transition).transition
        values, situation = _submitted_values(session, seen, t, raw)
        offer = _open_offer(seen, situation, t.id)
        case = _new_case(session, site, seen.compiled, values or {}, now)
        made = replace(seen, case=case)
        if t.form and values is not None:
            form = seen.compiled.forms[t.form]
            made = replace(made, actor=replace(seen.actor, side=_own_side(seen, values)))
            case.state = t.to
            submissions.keep(session, made, form, "", values, now)
        act = Act(made.actor, role_used(offer, made.actor, situation))
        make(session, site, seen.compiled, case, t, situation, act, now)
        follow(session, site, seen.compiled, case, now)
        access.rewrite(session, seen.compiled, case, day_of(now))
        remember(session, key, person, {"number": case.number}, now)
        number = case.number
    return number


def _own_side(seen: Look, values: Values) -> str | None:
    sides = seen.compiled.workflow.sides
    return next((s for s in sides if values.get(f"{s}_contact") == str(seen.actor.person)), None)


def _new_case(
    session: Session, site: Site, compiled: Compiled, values: Values, now: datetime
) -> Case:
    subject = compiled.workflow.subject
    definition = site.catalogue.keep(session, compiled, now)
    case = Case(
        number=next_number(session, f"{subject.number}-{day_of(now).year}"),
        definition_id=definition.id,
        title=str(values.get(subject.title.partition(".")[2], "")),
        county=values.get(subject.place.partition(".")[2]),
        state="",
        ended=False,
        round=0,
        variables=[],
        entered_at=now,
        created_at=now,
        changed_at=now,
    )
    session.add(case)
    session.flush()
    return case


def fire(
    session: Session,
    site: Site,
    number: str,
    transition: str,
    person: Person,
    now: datetime,
    *,
    key: str = "",
    version: int | None = None,
    raw: Mapping[str, Any] | None = None,
    slot: str = "",
    reason: str = "",
    warnings_reason: str = "",
) -> str:
    """Make a transition and return the state after it.

    `version` is the case's version as the person saw it; None: whatever it is now.

    :raises Conflict: if the case has changed since then.
    :raises Invalid: with every problem of the form that goes with the step.
    :raises NotAllowed: with every reason why the step is closed.
    """
    with transaction(session, number):
        if answer := answered(session, key, person):
            return str(answer["state"])
        seen = look(session, site, number, person, day_of(now))
        case = seen.case
        if version is not None and case.version != version:
            raise Conflict(number, version, case.version)
        offer = seen.engine.offer(seen.situation, seen.actor, transition)
        t = offer.transition
        values, situation = _submitted_values(session, seen, t, raw, slot, offer)
        offer = _open_offer(seen, situation, transition)
        words = given_words(offer, reason, warnings_reason)
        content = offer.digest
        role = role_used(offer, seen.actor, situation)
        if t.form and values is not None:
            form = seen.compiled.forms[t.form]
            where = submissions.slot_for(form, seen, slot)
            content = submissions.keep(session, seen, form, where, values, now, role).digest
            session.flush()
        act = Act(seen.actor, role, words, content)
        make(session, site, seen.compiled, case, t, situation, act, now)
        follow(session, site, seen.compiled, case, now)
        access.rewrite(session, seen.compiled, case, day_of(now))
        remember(session, key, person, {"state": case.state}, now)
        state = case.state
    return state


def _submitted_values(
    session: Session,
    seen: Look,
    t: Transition,
    raw: Mapping[str, Any] | None,
    slot: str = "",
    offer: Offer | None = None,
) -> tuple[Values | None, Situation]:
    """Return the typed values of the step's own form, and the situation in which they count."""
    if t.form is None or t.sign_off:
        return None, seen.situation
    # What only the form will answer is no reason yet: no form could lift what is left.
    if offer is not None and offer.reasons:
        raise NotAllowed(t.id, offer.reasons)
    form = seen.compiled.forms[t.form]
    where = "" if seen.situation.state is None else submissions.slot_for(form, seen, slot)
    checked = submissions.check(session, seen, form, where, raw or {}, t.id)
    if checked.problems:
        raise Invalid(checked.problems)
    situation, _ = with_acting(session, seen, form.id, checked.values)
    return checked.values, situation


def _open_offer(seen: Look, situation: Situation, transition: str) -> Offer:
    offer = seen.engine.offer(situation, seen.actor, transition)
    if not offer.open:
        raise NotAllowed(transition, offer.reasons)
    return offer


def given_words(offer: Offer, reason: str, warnings_reason: str) -> dict[str, Any] | None:
    """Return what the person says to the step.

    :raises NotAllowed: if a reason is asked for and not there.
    """
    t = offer.transition
    reason, warnings_reason = reason.strip()[:5000], warnings_reason.strip()[:5000]
    if t.reason == "required" and not reason:
        raise NotAllowed(t.id, [Reason("requirement", "reason", REASON_MISSING)])
    if offer.warnings and not warnings_reason:
        raise NotAllowed(t.id, offer.warnings)
    words: dict[str, Any] = {}
    if reason:
        words["reason"] = reason
    if offer.warnings:
        words["warnings"] = [w.id for w in offer.warnings]
        words["warnings_reason"] = warnings_reason
    return words or None


def role_used(offer: Offer, actor: Actor, situation: Situation) -> str | None:
    """Return the role in which the actor takes the step: the first of `by` that is held."""
    for role in offer.transition.by:
        if rights.holds(actor, role, situation):
            return role
    return None
