"""What the effects of a step change, and which marks it leaves: bits that it clears and sets."""

from __future__ import annotations

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Effect, Transition
from workflow_app.core.verification.space.marks import (
    CHECKED,
    CLOSES_AMENDMENT,
    EFFECTED,
    FIRED,
    NEEDS_AMENDMENT,
    OUTDATED,
    REQUEST_SIGNED,
    REQUESTS_AMENDMENT,
    SIGNED,
    SINCE,
    asked_in,
    rests_on_agreement,
)
from workflow_app.core.verification.space.reading import (
    APPROVED,
    CHANGED,
    FROZEN,
    ISSUED,
    OPEN_CHANGE,
    Bits,
    form_bit,
)


class EffectsOf:
    """What the steps of a workflow do over common bits, beside the change of state."""

    def __init__(self, bits: Bits) -> None:
        self.bits = bits
        self.workflow = bits.workflow
        effects = (e for t in bits.workflow.transitions.values() for e in t.effects)
        self._requests = {requested(effect) for effect in effects}

    def of(self, t: Transition) -> tuple[int, int]:
        """Return the bits that a step clears and sets by its marks and effects."""
        clears, sets = self.bits.known(f"{OUTDATED}.{t.id}"), self.own_marks(t)
        for effect in t.effects:
            more_clears, more_sets = self._effect(effect)
            clears = (clears & ~more_sets) | more_clears
            sets = (sets & ~more_clears) | more_sets
        return clears, sets

    def own_marks(self, t: Transition) -> int:
        """Return the marks that a step leaves in any case."""
        checked = (f"{CHECKED}.{r.fact}" for r in t.requires if r.fact)
        effects = (f"{EFFECTED}.{effect.name}" for effect in t.effects)
        marks = self._marked(f"{FIRED}.{t.id}", *effects, *checked)
        return self.bits.known(f"step.{t.id}") | marks

    def promised(self, t: Transition) -> int:
        """Return the bits that are asked for when an effect of the step happens."""
        effects = {effect.name for effect in t.effects}
        needing = effects & {REQUESTS_AMENDMENT, *NEEDS_AMENDMENT}
        found = self.bits.known(OPEN_CHANGE) if needing else 0
        for g in self.workflow.guarantees:
            if effects & set(g.names("effect")):
                found |= self.bits.mask(asked_in(g))
        return found

    def signed(self, t: Transition) -> tuple[int, int]:
        """Return the marks of a sign-off, and the bits by which a side was not asked for it.

        What a substitute confirms, both sides have not confirmed.
        """
        if t.sign_off is None or t.sign_off.substitute_by:
            return 0, 0
        gone = self.workflow.absent.values() if t.sign_off.sides == "present" else ()
        unless = self.bits.mask(f"variable.{name}" for name in gone)
        marks = [f"{SIGNED}.{name}" for name in t.sign_off.of]
        if any(requested(effect) in t.sign_off.of for effect in t.effects):
            marks.append(REQUEST_SIGNED)
        return self._marked(*marks), unless

    def unsigned_by(self, form: Form) -> int:
        """Return the marks of confirmations that a new version of the form ends."""
        ended = [f"{SIGNED}.{form.id}", *([REQUEST_SIGNED] if form.id in self._requests else [])]
        return self._marked(*ended)

    def _effect(self, effect: Effect) -> tuple[int, int]:
        bits = self.bits
        variable = bits.known(f"variable.{effect.argument}")
        match effect.name:
            case "set":
                return 0, variable
            case "clear":
                return variable, 0
            case "accept_scope":
                return bits.known(CHANGED), bits.known(APPROVED)
            case "supersede_approval":
                return self._superseded(), 0
            case "snapshot_agreement":
                return self._other_text(), bits.known(FROZEN)
            case "void_agreement":
                return self._other_text() | bits.known(FROZEN), 0
            case "begin_round":
                return self._begin_anew("round"), 0
        return self._on_amendment(effect.name)

    def _on_amendment(self, name: str) -> tuple[int, int]:
        """Return what an effect on a change of the agreement clears and sets."""
        if name == "issue_addendum":
            return 0, self.bits.known(ISSUED)
        if name == REQUESTS_AMENDMENT:
            # The copies of an addendum are filed for a change that is open, never ahead of it.
            gone = self._begin_anew("amendment_side") | self._other_change()
            return gone, self.bits.known(OPEN_CHANGE)
        if name in CLOSES_AMENDMENT:
            gone = self._begin_anew("amendment", "amendment_side") | self._other_change()
            gone |= self.bits.known(OPEN_CHANGE)
            return gone | (self._amended() if name == "register_addendum" else 0), 0
        return 0, 0

    def _amended(self) -> int:
        """Return the marks of confirmed forms of which an addendum changes values."""
        fields = [field for form in self.bits.forms.values() for field in form.fields]
        names = [name for field in fields for name in (*field.amends, field.adds_to or "")]
        forms = sorted({name.partition(".")[0] for name in names})
        return self._marked(*(f"{SIGNED}.{form}" for form in forms))

    def _superseded(self) -> int:
        approving = [t for t in self.workflow.transitions.values() if _approves(t)]
        return self.bits.known(APPROVED) | self._marked(*(f"{FIRED}.{t.id}" for t in approving))

    def _other_text(self) -> int:
        """Return the marks that are gone when the agreement gets another text, or none."""
        return self.bits.mask(name for name in self.bits.of if rests_on_agreement(name))

    def _other_change(self) -> int:
        """Return the bits that speak of the open change, when it is no longer this one."""
        since = [name for name in self.bits.of if name.startswith(SINCE)]
        return self.bits.mask([*since, REQUEST_SIGNED, ISSUED])

    def _begin_anew(self, *pers: str) -> int:
        """Return the bits of the forms that are asked anew, in a new round or for a new change."""
        found = 0
        for form in self.bits.forms.values():
            if form.per in pers:
                prefix = form_bit(form)
                names = [n for n in self.bits.of if n == prefix or n.startswith(f"{prefix}.")]
                found |= self.bits.mask([*names, f"asked.{form.id}"])
                found |= self._marked(f"{SIGNED}.{form.id}")
        return found

    def _marked(self, *marks: str) -> int:
        """Return the bits of marks, of those counted since the open change was asked for too."""
        return self.bits.mask(bit for mark in marks for bit in (mark, f"{SINCE}{mark}"))


def requested(effect: Effect) -> str | None:
    """Return the form with which an effect asks for a change of the agreement, or None."""
    return effect.argument if effect.name == REQUESTS_AMENDMENT else None


def _approves(t: Transition) -> bool:
    return any(effect.name == "accept_scope" for effect in t.effects)
