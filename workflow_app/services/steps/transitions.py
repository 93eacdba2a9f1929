"""Making a transition: check, change, record, queue, commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from workflow_app.core.errors import Conflict
from workflow_app.core.steps.imported import ImportedEngine
from workflow_app.services.accounts import invitations
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.forms import submissions
from workflow_app.services.site import Site
from workflow_app.services.steps import imported
from workflow_app.services.steps.following import Act, follow, make
from workflow_app.services.steps.given import given_words, open_offer, role_used, submitted_values
from workflow_app.services.steps.settling import settle
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.store.tables.people import Person


class Fired(NamedTuple):
    """Where a case stands after a transition."""

    state: str
    seen: bool
    """Whether the person who made it may still see the case."""


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
) -> Fired:
    """Make a transition and return where the case stands after it.

    `version` is the case's version as the person saw it; None: whatever it is now.

    :raises Conflict: if the case has changed since then.
    :raises Invalid: with every problem of the form that goes with the step.
    :raises NotAllowed: with every reason why the step is closed.
    """
    with transaction(session, number):
        if answer := answered(session, key, person):
            return Fired(str(answer["state"]), bool(answer.get("seen", True)))
        seen = look(session, site, number, person, day_of(now))
        case = seen.case
        if version is not None and case.version != version:
            raise Conflict(number, version, case.version)
        if isinstance(seen.engine, ImportedEngine):
            asked = imported.step(session, site, seen, seen.engine, transition, reason, now)
            fired = Fired(case.state, asked.seen_by(person))
            remember(session, key, person, fired._asdict(), now)
            return fired
        offer = seen.engine.offer(seen.situation, seen.actor, transition)
        t = offer.transition
        values, situation = submitted_values(session, seen, t, raw, slot, offer)
        offer = open_offer(seen, situation, transition, offer)
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
        if _is_invited(seen):
            invitations.came(session, case, person, now)
        at_rest = follow(session, site, seen.compiled, case, now, seen.situation)
        asked = settle(session, seen.compiled, case, now, seen.actor.person, situation=at_rest)
        fired = Fired(case.state, asked.seen_by(person))
        remember(session, key, person, fired._asdict(), now)
    return fired


def _is_invited(seen: Look) -> bool:
    me = (p for p in seen.situation.participants if p.person == seen.actor.person)
    return any(p.invited for p in me)
