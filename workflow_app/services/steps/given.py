"""What a person gives to a step: the values of its form, the words said to it, the role taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.core.cases import rights
from workflow_app.core.cases.situation import Actor, Situation, Values
from workflow_app.core.definition.model import Text, Transition
from workflow_app.core.errors import Invalid, NotAllowed
from workflow_app.core.folding import visible
from workflow_app.core.steps.offers import Offer, Reason
from workflow_app.services.cases.situations import Look, with_acting
from workflow_app.services.forms import submissions

REASON_MISSING = Text("Bitte begründen Sie diesen Schritt.", "Please give a reason for this step.")


def submitted_values(
    session: Session,
    seen: Look,
    t: Transition,
    raw: Mapping[str, Any] | None,
    slot: str = "",
    offer: Offer | None = None,
) -> tuple[Values | None, Situation]:
    """Return the typed values of the step's own form, and the situation in which they count.

    None for values: no form goes with the step.

    :raises Invalid: with every problem of what was typed.
    :raises NotAllowed: if the step is closed for another reason than what its form will answer.
    """
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


def open_offer(
    seen: Look, situation: Situation, transition: str, looked_at: Offer | None = None
) -> Offer:
    """Return the step as it is open to the person.

    `looked_at` is the step in the situation that was seen; it serves again if that is this one.

    :raises NotAllowed: with every reason why it is closed.
    """
    offer = looked_at
    if offer is None or situation is not seen.situation:
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
    if t.reason == "required" and not visible(reason):
        raise NotAllowed(t.id, [Reason("requirement", "reason", REASON_MISSING)])
    if (unjustified := offer.to_be_justified) and not visible(warnings_reason):
        raise NotAllowed(t.id, unjustified)
    words: dict[str, Any] = {}
    if reason:
        words["reason"] = reason
    if offer.warnings:
        words["warnings"] = [w.id for w in offer.warnings]
        if warnings_reason:
            words["warnings_reason"] = warnings_reason
    return words or None


def role_used(offer: Offer, actor: Actor, situation: Situation) -> str | None:
    """Return the role in which the actor takes the step: the first of `by` that is held."""
    for role in offer.transition.by:
        if rights.acts_as(actor, role, situation):
            return role
    return None
