"""Saying yes for a side, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.errors import Conflict, NotAllowed
from workflow_app.core.folding import visible
from workflow_app.core.steps.offers import Offer, Reason
from workflow_app.services.cases import record
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.services.steps.following import Act, follow, make
from workflow_app.services.steps.given import REASON_MISSING, given_words, role_used
from workflow_app.services.steps.settling import settle
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Confirmation


@dataclass(frozen=True)
class Outcome:
    """What a yes led to."""

    fired: bool
    """The transition was made, because this was the last thing missing."""
    state: str


def confirm(
    session: Session,
    site: Site,
    number: str,
    transition_id: str,
    digest: str,
    person: Person,
    now: datetime,
    *,
    key: str = "",
    warnings_reason: str = "",
) -> Outcome:
    """Say yes for one's side to exactly the content with this digest; return what came of it.

    If nothing else is missing and the step is the side's to take, it is taken at once.

    :raises Conflict: if the content is not the one that the person saw.
    :raises NotAllowed: if the person may not confirm here, or a warning needs a reason first.
    """
    with transaction(session, number):
        if answer := answered(session, key, person):
            return Outcome(bool(answer["fired"]), str(answer["state"]))
        seen = look(session, site, number, person, day_of(now))
        offer = seen.engine.offer(seen.situation, seen.actor, transition_id)
        if offer.digest != digest:
            raise Conflict(number, digest[:16], (offer.digest or "")[:16])
        if not offer.may_sign:
            raise NotAllowed(transition_id, offer.reasons)
        _say_yes(session, seen, offer, now)
        seen = look(session, site, number, person, day_of(now), seen.situation)
        offer = seen.engine.offer(seen.situation, seen.actor, transition_id)
        act = None
        if offer.open:
            words = given_words(offer, "", warnings_reason)
            act = Act(seen.actor, role_used(offer, seen.actor, seen.situation), words, digest)
        outcome = _settle(session, site, seen, offer, act, now)
        remember(session, key, person, {"fired": outcome.fired, "state": outcome.state}, now)
    return outcome


def substitute(
    session: Session,
    site: Site,
    number: str,
    transition_id: str,
    side: str,
    digest: str,
    reason: str,
    person: Person,
    now: datetime,
    *,
    key: str = "",
) -> Outcome:
    """Confirm in the place of a silent side, with a reason; return what came of it.

    If nothing else is missing, the step is taken at once, by whoever stands in.

    :raises Conflict: if the content is not the one that the person saw.
    :raises NotAllowed: if the person may not stand in here, or gives no reason.
    """
    with transaction(session, number):
        if answer := answered(session, key, person):
            return Outcome(bool(answer["fired"]), str(answer["state"]))
        seen = look(session, site, number, person, day_of(now))
        offer = seen.engine.offer(seen.situation, seen.actor, transition_id)
        if offer.digest != digest:
            raise Conflict(number, digest[:16], (offer.digest or "")[:16])
        if side not in offer.may_substitute:
            raise NotAllowed(transition_id, offer.reasons)
        if not visible(reason):
            raise NotAllowed(transition_id, [Reason("requirement", "reason", REASON_MISSING)])
        words = {"reason": reason.strip()[:5000], "substitute_for": side}
        _say_yes(session, seen, offer, now, side, words)
        seen = look(session, site, number, person, day_of(now), seen.situation)
        offer = seen.engine.offer(seen.situation, seen.actor, transition_id)
        # Standing in is the right to take the step, too; whatever else is missing still counts.
        fired = all(r.kind == "who" for r in offer.reasons) and not offer.to_be_justified
        rule = offer.transition.sign_off
        act = Act(seen.actor, rule.substitute_by if rule else None, words, digest)
        outcome = _settle(session, site, seen, offer, act if fired else None, now)
        remember(session, key, person, {"fired": outcome.fired, "state": outcome.state}, now)
    return outcome


def take_back(
    session: Session,
    site: Site,
    number: str,
    transition_id: str,
    person: Person,
    now: datetime,
    *,
    key: str = "",
) -> None:
    """Take back one's side's yes, as long as the step has not been taken.

    :raises NotAllowed: if this person has not said yes.
    """
    with transaction(session, number):
        if answered(session, key, person) is not None:
            return
        seen = look(session, site, number, person, day_of(now))
        rows = session.scalars(
            select(Confirmation).where(
                Confirmation.case_id == seen.case.id,
                Confirmation.transition == transition_id,
                Confirmation.person_id == person.id,
                Confirmation.taken_back_at.is_(None),
                Confirmation.used_at.is_(None),
            )
        ).all()
        if not rows:
            raise NotAllowed(transition_id)
        for row in rows:
            row.taken_back_at = now
        _note(session, seen, "sign_off_taken_back", transition_id, rows[-1].digest, now)
        record.touch(seen.case, now)
        settle(session, seen.compiled, seen.case, now, seen.actor.person)
        remember(session, key, person, {}, now)


def _settle(
    session: Session, site: Site, seen: Look, offer: Offer, act: Act | None, now: datetime
) -> Outcome:
    """Take the step if `act` says by whom, and return what the yes led to."""
    at_rest = None
    if act is not None:
        case, t = seen.case, offer.transition
        make(session, site, seen.compiled, case, t, seen.situation, act, now)
        at_rest = follow(session, site, seen.compiled, case, now, seen.situation)
    record.touch(seen.case, now)
    settle(session, seen.compiled, seen.case, now, seen.actor.person, situation=at_rest)
    return Outcome(act is not None, seen.case.state)


def _say_yes(
    session: Session,
    seen: Look,
    offer: Offer,
    now: datetime,
    side: str | None = None,
    words: Mapping[str, str] | None = None,
) -> None:
    session.add(
        Confirmation(
            case_id=seen.case.id,
            transition=offer.transition.id,
            side=side or seen.actor.side,
            person_id=seen.actor.person,
            digest=offer.digest,
            at=now,
        )
    )
    session.flush()
    _note(session, seen, "sign_off", offer.transition.id, offer.digest or "", now, words)


def _note(
    session: Session,
    seen: Look,
    kind: str,
    transition: str,
    digest: str,
    now: datetime,
    words: Mapping[str, str] | None = None,
) -> None:
    record.append(
        session,
        seen.case,
        kind,
        now,
        words=words,
        actor_id=seen.actor.person,
        role=seen.compiled.workflow.sides.get(seen.actor.side or ""),
        side=seen.actor.side,
        transition=transition,
        from_state=seen.case.state,
        content=digest,
    )
