"""What the engine answers: open, or closed with all reasons, each with who can lift it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workflow_app.core.definition.model import Text, Transition, Waiting

Kind = Literal["who", "requirement", "undecided", "form", "sign_off", "state", "warning"]

NOT_YOURS = Text(
    "Diesen Schritt kann nur machen: {roles}.", "Only these can take this step: {roles}."
)
ASSIGNED = Text(
    "Für diesen Vorgang ist jemand anderes zuständig: {role}.",
    "Somebody else has been assigned to this case: {role}.",
)
EXCLUDED = Text(
    "Wer selbst beteiligt ist oder zu einer beteiligten Organisation gehört, "
    "darf nicht entscheiden.",
    "Whoever takes part, or belongs to an organisation that does, may not decide.",
)
NOBODY = Text("Dieser Schritt ist niemandem erlaubt.", "Nobody may take this step.")
BY_ITSELF = Text("Dieser Schritt geschieht von selbst.", "This step happens by itself.")
FORM_MISSING = Text(
    "„{form}“ ist noch nicht vollständig eingereicht.",
    "'{form}' has not been submitted completely.",
)
FORM_LACKS = Text("In „{form}“ fehlt noch „{field}“.", "'{form}' still lacks '{field}'.")
TO_CONFIRM = Text("Mitzeichnen: {step}", "Sign off: {step}")
YES_MISSING = Text("Die Mitzeichnung fehlt: {side}.", "The sign-off is missing: {side}.")
SENT = "sent_already"
"""Id of the reason that a joint step was made with exactly this content before."""
SENT_ALREADY = Text(
    "Genau diese Fassung ist bereits mitgezeichnet und eingereicht.",
    "Exactly this version has been signed off and submitted already.",
)
NOT_FILLED = Text(
    "{unmet} („{field}“ ist noch nicht ausgefüllt.)", "{unmet} ('{field}' is not filled in.)"
)
CONCERNING = Text("{unmet} Das betrifft: {names}.", "{unmet} This concerns: {names}.")
WRONG_STATE = Text(
    "Dieser Schritt ist im jetzigen Stand nicht möglich.",
    "This step is not possible at this stage.",
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a transition is closed, and who could lift it."""

    kind: Kind
    id: str
    text: Text
    lifted_by: tuple[str, ...] = ()
    """Roles (or `side:<side>`) that could lift it."""
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One exit of the state, for one person: open, or closed with all reasons."""

    transition: Transition
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...] = ()
    may_sign: bool = False
    """The person may now confirm for a side."""
    may_substitute: tuple[str, ...] = ()
    """Silent sides for which the person may confirm in their place, with a reason."""
    signed: tuple[str, ...] = ()
    """Sides whose confirmation holds."""
    digest: str | None = None
    """Digest of what is confirmed."""
    mine: bool = False
    """The transition is of the kind that this person may fire."""

    @property
    def open(self) -> bool:
        """Say whether the person may fire the transition now."""
        return not self.reasons

    @property
    def to_be_justified(self) -> tuple[Reason, ...]:
        """Return the warnings over which one may go only by saying why."""
        asking = {warning.id for warning in self.transition.warns if warning.reason_required}
        return tuple(warning for warning in self.warnings if warning.id in asking)


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody for whom the case waits."""

    role: str
    side: str | None
    task: Text
    person: int | None = None
    """The one person who is asked; None: whoever has the role."""
    step: str | None = None
    """The exit or form by which the task is done, if the workflow says so."""
    asked: Waiting | None = None
    """The entry of `waits_for` that asks, if it has a deadline of its own; None: the state's."""

    @property
    def obligation(self) -> tuple[str, str] | None:
        """Return by what its own deadline is known: role and condition; None: it has none."""
        return (self.role, self.asked.when or "") if self.asked else None


def called_to_confirm(t: Transition) -> Text:
    """Return what a side does that confirms a joint step."""
    if t.sign_off and t.sign_off.label:
        return t.sign_off.label
    return Text(TO_CONFIRM.de.format(step=t.label.de), TO_CONFIRM.en.format(step=t.label.en))
