"""Marks: what has been done on the way to a situation and still counts there.

| mark | it is there if |
|---|---|
| `fired.<step>` | the step was made, and its approval was not superseded since |
| `effect.<effect>` | a step was made that has the effect |
| `sign_off.<content>` | both sides confirmed exactly this content, and it is unchanged since |
| `checked.<fact>` | a step asked for the fact, and the agreement on which it rests is the same |
| `sign_off.amendment.open` | both sides confirmed exactly that by which the open change was asked |
| `<form>.both` | both sides have submitted a form `per: side` or `per: amendment_side` |

A guarantee about an effect on the open change counts only what was done since that was asked for:
its bits are kept apart (`since.…`), and are gone as soon as a change is asked for or closed.
"""

from __future__ import annotations

from workflow_app.core.definition.model import Guarantee, Workflow
from workflow_app.core.expressions import SIDES
from workflow_app.core.verification.space.reading import OPEN_CHANGE, Bits

FIRED, EFFECTED, SIGNED, CHECKED = "fired", "effect", "sign_off", "checked"
OUTDATED = "outdated"
SINCE = "since."
"""Begins the bit of a mark that counts only since the open change was asked for."""
REQUEST_SIGNED = "sign_off.amendment.open"
ON_AGREEMENT = ("signature.checksums_match",)
"""Facts that speak of the agreement's present text."""
CLOSES_AMENDMENT = frozenset(
    ("withdraw_amendment", "decline_amendment", "void_open_amendment", "register_addendum")
)
"""Effects after which the forms of a change are asked anew, for the next one."""
REQUESTS_AMENDMENT = "propose_amendment"
NEEDS_AMENDMENT = ("issue_addendum", "register_addendum")
"""Effects that fail if no change is open."""
ON_AMENDMENT = CLOSES_AMENDMENT | {"issue_addendum"}
"""Effects on the change that is open."""


def rests_on_agreement(bit: str) -> bool:
    """Say whether a mark is gone when the agreement gets another text."""
    bit = bit.removeprefix(SINCE)
    kind, _, name = bit.partition(".")
    if kind == CHECKED:
        return name in ON_AGREEMENT
    return bit == f"{SIGNED}.document.agreement"


def bits_of_mark(mark: str) -> tuple[str, ...]:
    """Return the bits that must be set for a mark to be there."""
    form, _, both = mark.rpartition(".")
    return tuple(f"filled.{form}.{s}" for s in SIDES) if both == "both" else (mark,)


def marks_asked(workflow: Workflow) -> list[str]:
    """Return the bits for which the guarantees and the effects of a workflow ask."""
    effects = {effect.name for t in workflow.transitions.values() for effect in t.effects}
    found = [OPEN_CHANGE] if effects & {REQUESTS_AMENDMENT, *NEEDS_AMENDMENT} else []
    found += [bit for g in workflow.guarantees for bit in asked_in(g)]
    return list(dict.fromkeys(found))


def wanted_bits(bits: Bits, workflow: Workflow) -> dict[str, int]:
    """Return state → the bits for which a guarantee asks in it."""
    wanted: dict[str, int] = {}
    for g in workflow.guarantees:
        for state in (*g.names("state"), *g.names("before")):
            wanted[state] = wanted.get(state, 0) | bits.mask(asked_in(g))
    return wanted


def asked_in(g: Guarantee) -> list[str]:
    """Return the bits that one guarantee asks for, in its state or when its effect happens."""
    found = [bit for mark in g.names("without") for bit in bits_asked(g, mark)]
    return [*found, *(f"{OUTDATED}.{step}" for step in g.names("ends"))]


def bits_asked(g: Guarantee, mark: str) -> tuple[str, ...]:
    """Return the bits that must be set for a guarantee to find one of its marks."""
    of_change = bool(ON_AMENDMENT & set(g.names("effect")))
    return tuple(f"{SINCE if of_change else ''}{bit}" for bit in bits_of_mark(mark))
