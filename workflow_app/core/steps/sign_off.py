"""Joint sign-off: what exactly is confirmed, and which confirmations still hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_app.core.canonical import digest
from workflow_app.core.cases.situation import Situation, Yes
from workflow_app.core.definition.model import Transition, Workflow

AGREEMENT = "document.agreement"


def content(transition: Transition, situation: Situation) -> dict[str, Any] | None:
    """Return what a confirmation of `transition` covers, as plain JSON; None if it is not there.

    It is the named submissions with the versions of their forms (files are in them by hash), or the
    agreement's snapshot. Without either it is the case, the step, the state and since when.
    """
    if transition.sign_off is None:
        return None
    covered: dict[str, Any] = {"case": situation.case, "transition": transition.id}
    for name in transition.sign_off.of:
        if name == AGREEMENT:
            if situation.agreement_digest is None:
                return None
            covered[name] = situation.agreement_digest
            continue
        current = situation.current(name)
        if not current:
            return None
        covered[name] = [
            {"slot": s.slot, "form": s.form_version, "values": s.values} for s in current
        ]
    if not transition.sign_off.of:
        covered["state"] = situation.state
        covered["since"] = situation.entered_on.isoformat()
    return covered


def content_digest(transition: Transition, situation: Situation) -> str | None:
    """Return the digest that a confirmation is bound to, or None if there is nothing to confirm."""
    if transition.sign_off is None:
        return None
    known = situation.digests.get(transition.id)
    if known is None or known[0] is not transition:
        covered = content(transition, situation)
        known = transition, None if covered is None else digest(covered)
        situation.digests[transition.id] = known
    return known[1]


def valid_yeses(transition: Transition, situation: Situation) -> Mapping[str, Yes]:
    """Return side → the confirmation that holds for the content as it is now."""
    current = content_digest(transition, situation)
    return {
        yes.side: yes
        for yes in situation.yeses.get(transition.id, ())
        if current is not None and yes.digest == current
    }


def asked_sides(
    transition: Transition, workflow: Workflow, situation: Situation
) -> tuple[str, ...]:
    """Return the sides whose confirmation the transition needs.

    `present` leaves out a side that takes part no longer; `both` never does.
    """
    if transition.sign_off is None:
        return ()
    gone = absent_sides(workflow, situation) if transition.sign_off.sides == "present" else set()
    return tuple(side for side in workflow.sides if side not in gone)


def closed_to(side: str | None, workflow: Workflow, situation: Situation) -> set[str]:
    """Return the forms that are not the side's to write: others confirm them without asking it.

    What it wrote there would void their confirmations.
    """
    if situation.state is None or side not in absent_sides(workflow, situation):
        return set()
    steps = (workflow.transitions[name] for name in workflow.states[situation.state].exits)
    asked = [t for t in steps if t.sign_off and side not in asked_sides(t, workflow, situation)]
    return {form for t in asked if t.sign_off for form in t.sign_off.of}


def absent_sides(workflow: Workflow, situation: Situation) -> set[str]:
    """Return the sides that take part no longer."""
    return {side for side, name in workflow.absent.items() if name in situation.variables}
