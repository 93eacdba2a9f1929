"""What can happen in a state, as changes of bits: its exits, and the forms that it offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import STAY, State, Transition
from workflow_app.core.steps.sign_off import AGREEMENT
from workflow_app.core.verification.space.effects import EffectsOf
from workflow_app.core.verification.space.marks import OUTDATED, SINCE
from workflow_app.core.verification.space.outcomes import Outcome
from workflow_app.core.verification.space.reading import APPROVED, CHANGED, FROZEN, Bits, form_bit
from workflow_app.core.verification.space.roles import (
    actors,
    fillable,
    roles_with,
    sees,
    slots,
    without_side,
)

KEPT, CLEARED, FILLED = (0, 0), (-1, 0), (0, -1)
"""What a submission may do to a field: bits to clear and bits to set."""
MAX_OPTIONAL = 3
"""Fields of one form that may be left out and are followed; of more, each may always be there."""


class Without(NamedTuple):
    """When a step can be made without a side."""

    gone: int
    """The bit that says that the side takes part no longer; -1: the step never needs it."""
    others: tuple[int, ...] = ()
    """For each other side the bit that says that it is gone: whoever is left can confirm, and a
    substitute then confirms for this one. Empty: nobody can stand in for it."""


NEEDED, NOT_NEEDED = Without(0), Without(-1)


@dataclass(frozen=True, slots=True)
class Step:
    """An exit, or the submission of a form, as changes of bits."""

    name: str
    transition: Transition | None
    target: str
    filled: tuple[tuple[int, int], ...]
    """What the form that comes with it may change: bits to clear and to set, one pair a choice."""
    guards: tuple[Outcome, ...]
    clears: int
    sets: int
    reads: int
    without: tuple[Without, ...]
    """For each side when the step can be made without it."""
    signs: int = 0
    """Marks that the step leaves unless one of the bits `unless` is set: who was not asked."""
    unless: int = 0
    own: int = 0
    """Marks that the step leaves in any case, before its effects happen."""

    def has(self, effect: str) -> bool:
        """Say whether an effect of this name happens with the step."""
        t = self.transition
        return t is not None and any(e.name == effect for e in t.effects)

    def acting(self, sent: int) -> int:
        """Return the bits at the moment at which the step's effects happen, its form being sent."""
        bits = sent | self.own
        return bits if bits & self.unless else bits | self.signs

    def after(self, bits: int) -> int:
        """Return the bits of a situation after the step, its form having been submitted."""
        bits = (bits & ~self.clears) | self.sets
        if self.signs:
            return bits & ~self.signs if bits & self.unless else bits | self.signs
        return bits

    @property
    def at_once(self) -> bool:
        """Say whether it happens by itself as soon as it is open, before anything else."""
        return self.transition is not None and self.transition.trigger == "automatic"

    @property
    def kills(self) -> int:
        """Return the bits that the step decides whatever they were before."""
        return _decided(self.filled) | self.clears | self.sets | self.signs


class StepsOf:
    """Makes the steps of a workflow's states over common bits."""

    def __init__(self, bits: Bits) -> None:
        self.bits = bits
        self.workflow = bits.workflow
        self.sides = tuple(bits.workflow.sides)
        self._scope_forms = {name.partition(".")[0] for name in bits.workflow.scope}
        self._effects = EffectsOf(bits)

    def prepare(self) -> None:
        """Let every bit come to be that a condition, requirement or fact of the workflow reads."""
        workflow = self.workflow
        for t in workflow.transitions.values():
            self._guards(t)
            for name in workflow.absent.values() if t.sign_off else ():
                self.bits.bit(f"variable.{name}")
        for state in workflow.states.values():
            for when in (*state.forms_when.values(), *(w.when for w in state.waits_for if w.when)):
                self.bits.condition(when)

    def exits(self, state: State | None) -> list[Step]:
        """Return the exits of a state that are known; without a state those that open a case."""
        ids = dict.fromkeys(self.workflow.start if state is None else state.exits)
        found = (self.workflow.transitions[i] for i in ids if i in self.workflow.transitions)
        targets = (*self.workflow.states, *([STAY] if state else []))
        return [self._exit(state, t) for t in found if t.to in targets]

    def submissions(self, state: State) -> list[Step]:
        """Return the forms that can be submitted while the state lasts."""
        found: list[Step] = []
        editors = tuple(r for r in roles_with(state, ("edit",)) if sees(self.workflow, state, r))
        for name in state.forms:
            when = state.forms_when.get(name)
            self.bits.read = 0
            guards = (self.bits.condition(when),) if when else ()
            found += self._submitted(state, name, editors, guards)
        for exit_id in state.exits:
            t = self.workflow.transitions.get(exit_id)
            if t is not None and t.sign_off and t.form and t.form not in state.forms:
                self.bits.read = 0
                guards = (self.bits.condition(t.when),) if t.when else ()
                found += self._submitted(state, t.form, actors(self.workflow, state, t), guards)
        return found

    def _submitted(
        self, state: State, name: str, roles: tuple[str, ...], guards: tuple[Outcome, ...]
    ) -> list[Step]:
        form = self.bits.forms.get(name)
        reads = self.bits.read
        if form is None or not fillable(form, roles, self.workflow):
            return []
        steps = []
        for slot in slots(self.workflow, form, roles):
            filled = self._filled(form, slot, roles)
            if all(not (clears | sets) for clears, sets in filled):
                continue
            own = self.workflow.sides.get(slot)
            # For a side of its own, only that side or somebody without a side fills the form.
            able = [r for r in roles if r == own or r not in self.workflow.sides.values()]
            without = self._without(None, able if slot else roles)
            reads |= self.bits.known(APPROVED) if name in self._scope_forms else 0
            where = f"{name} ({slot})" if slot else name
            steps.append(Step(f"[{where}]", None, state.id, filled, guards, 0, 0, reads, without))
        return steps

    # ── Exits ───────────────────────────────────────────────────────────────────────────────────

    def _exit(self, state: State | None, t: Transition) -> Step:
        self.bits.read = 0
        guards = self._guards(t)
        reads = self.bits.read
        roles = actors(self.workflow, state, t)
        form = self.bits.forms.get(t.form) if t.form else None
        filled: tuple[tuple[int, int], ...] = ((0, 0),)
        if form is not None and not (t.sign_off and t.form in t.sign_off.of):
            filled = tuple(
                choice
                for slot in slots(self.workflow, form, roles) or ("",)
                for choice in self._filled(form, slot, roles)
            )
        own = self._effects.own_marks(t)
        reads |= self._effects.promised(t) & ~own
        # What comes with the step itself is not read from before it.
        reads &= ~_decided(filled)
        if t.form in self._scope_forms:
            reads |= self.bits.known(APPROVED)
        clears, sets = self._effects.of(t)
        if t.trigger == "person" and not roles:
            guards = (*guards, lambda bits: 0)
        target = state.id if t.to == STAY and state is not None else t.to
        without = self._without(t, roles, state)
        signs, unless = self._effects.signed(t)
        reads |= unless
        for one in without:
            reads |= max(one.gone, 0) | sum(one.others)
        return Step(
            t.id, t, target, filled, guards, clears, sets, reads, without, signs, unless, own
        )

    def _guards(self, t: Transition) -> tuple[Outcome, ...]:
        found = [self.bits.condition(t.when)] if t.when else []
        found += [self.bits.requirement(r) for r in t.requires]
        for name in t.sign_off.of if t.sign_off else ():
            form = self.bits.forms.get(name)
            if name == AGREEMENT:
                found.append(self.bits.condition_of(FROZEN))
            elif form is not None and form.per in ("case", "round", "amendment"):
                found.append(self.bits.condition_of(form_bit(form)))
        return tuple(found)

    def _without(
        self, t: Transition | None, roles: Iterable[str], state: State | None = None
    ) -> tuple[Without, ...]:
        own = tuple(roles)
        if t is not None and t.trigger != "person":
            return tuple(NOT_NEEDED for _ in self.sides)
        able = {side: without_side(self.workflow, own, side) for side in self.sides}
        if t is None or t.sign_off is None:
            return tuple(NOT_NEEDED if able[side] else NEEDED for side in self.sides)
        present = t.sign_off.sides == "present"
        gone = {side: self._gone(side) if present else 0 for side in self.sides}
        stands_in = t.sign_off.substitute_by and state is not None and state.deadline
        return tuple(
            Without(
                gone[side] if able[side] else 0,
                # In the place of a side is confirmed only what another one has confirmed (L19).
                tuple(gone[o] for o in self.sides if o != side) if stands_in else (),
            )
            for side in self.sides
        )

    def _gone(self, side: str) -> int:
        """Return the bit that says that a side takes part no longer; 0: nothing can say so."""
        name = self.workflow.absent.get(side)
        return self.bits.known(f"variable.{name}") if name else 0

    # ── What changes ────────────────────────────────────────────────────────────────────────────

    def _filled(self, form: Form, slot: str, roles: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """Return what a submission may change: bits to clear and to set, one pair a choice."""
        side = slot if form.per in ("side", "amendment_side") else ""
        sets = self.bits.known(form_bit(form, side))
        if side:
            sets |= self.bits.known(form_bit(form))
        sets |= self.bits.mask([f"asked.{form.id}", f"{SINCE}{form_bit(form, side)}"])
        clears = self._effects.unsigned_by(form)
        found = [(clears, sets)]
        for number, (bit, ways) in enumerate(self._open_fields(form, side, roles)):
            chosen = ways if number < MAX_OPTIONAL else ways[-1:]
            found = [(no | c & bit, yes | s & bit) for no, yes in found for c, s in chosen]
        return tuple(found)

    def _open_fields(
        self, form: Form, side: str, roles: tuple[str, ...]
    ) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Yield the bits of which a submission may change something, and the ways to do so.

        What is required of one role only is kept when another one submits the form.
        """
        some = fillable(form, roles, self.workflow)
        every = [fillable(form, [role], self.workflow) for role in roles]
        for field in form.fields:
            bit = self.bits.known(f"{form_bit(form, side)}.{field.id}")
            if not bit or field.id not in some:
                continue
            if not field.required.always:
                yield bit, [CLEARED, FILLED]
            elif all(field.id in own for own in every):
                yield bit, [FILLED]
            else:
                yield bit, [KEPT, FILLED]
        if form.id in self._scope_forms:
            outdated = [name for name in self.bits.of if name.startswith(f"{OUTDATED}.")]
            if bit := self.bits.mask([CHANGED, *outdated]):
                yield bit, [CLEARED, FILLED]


def _decided(filled: Iterable[tuple[int, int]]) -> int:
    """Return the bits that every choice clears or sets."""
    found = -1
    for clears, sets in filled:
        found &= clears | sets
    return found
