"""Which forms have been asked for on every way to a state, and what reads a form before that."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import STAY, State, Text, Transition, Workflow
from workflow_app.core.problems import Place
from workflow_app.core.verification.space.formulas import formula, reads

ISSUING = "issue"
SNAPSHOT, AGREEMENT = "snapshot_agreement", "agreement"
"""The effect that freezes a document's text, and the document."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that reads fields in a state, perhaps at a step out of it."""

    state: str
    step: str
    """Empty: read while the state lasts."""
    what: Text
    place: Place
    names: tuple[str, ...]
    """The `form.field` names that must be there."""
    condition: str | None = None
    """The condition that reads them, which may ask first whether they are filled."""


class Asked:
    """The forms that every way to a state has asked for, as far as the drawing tells."""

    def __init__(self, workflow: Workflow, forms: Mapping[str, Form]) -> None:
        self.workflow = workflow
        self.forms = forms
        self._all = frozenset(forms)
        self._rounds = frozenset(f.id for f in forms.values() if f.per == "round")
        self.before = self._flow()

    def offered(self, state: State) -> frozenset[str]:
        """Return the forms for which a state always asks while it lasts."""
        exits = (self.workflow.transitions.get(name) for name in state.exits)
        joint = {t.form for t in exits if t is not None and t.form and t.sign_off}
        return frozenset({f for f in state.forms if f not in state.forms_when} | joint)

    def by_step(self, t: Transition) -> frozenset[str]:
        """Return the forms that are there once a step is made."""
        signed = t.sign_off.of if t.sign_off else ()
        return frozenset({*signed, *([t.form] if t.form else [])}) & self._all

    def at(self, state: str) -> frozenset[str]:
        """Return the forms that have surely been asked for while a case is in the state."""
        return self.before[state] | self.offered(self.workflow.states[state])

    def _flow(self) -> dict[str, frozenset[str]]:
        """Return state → the forms asked for on every way to it."""
        workflow = self.workflow
        found = dict.fromkeys(workflow.states, self._all)
        todo: deque[str] = deque()

        def meet(target: str, came: frozenset[str]) -> None:
            if target in found and not found[target] <= came:
                found[target] &= came
                todo.append(target)

        for name in workflow.start:
            if name in workflow.transitions:
                t = workflow.transitions[name]
                meet(t.to, self.by_step(t))
        todo.extend(workflow.states)
        while todo:
            state = todo.popleft()
            here = self.at_once(found, state)
            for name in workflow.states[state].exits:
                step = workflow.transitions.get(name)
                if step is not None:
                    meet(state if step.to == STAY else step.to, self._after(here, step))
        return found

    def at_once(self, found: Mapping[str, frozenset[str]], state: str) -> frozenset[str]:
        """Return what is asked for in a state, by what is known so far."""
        return found[state] | self.offered(self.workflow.states[state])

    def _after(self, here: frozenset[str], t: Transition) -> frozenset[str]:
        begins = any(effect.name == "begin_round" for effect in t.effects)
        return (here - self._rounds if begins else here) | self.by_step(t)

    # ── What is read ────────────────────────────────────────────────────────────────────────────

    def unsure(self, readings: Iterator[Reading]) -> list[tuple[Reading, tuple[str, ...]]]:
        """Return the readings of forms for which not every way has asked, with these forms."""
        found = []
        for reading in readings:
            known = self.at(reading.state)
            if reading.step:
                known |= self.by_step(self.workflow.transitions[reading.step])
            missing = {name.partition(".")[0] for name in reading.names} & self._all - known
            if missing:
                found.append((reading, tuple(sorted(missing))))
        return found

    def readings(
        self, prints: Mapping[str, frozenset[str]], clauses: tuple[tuple[Place, str], ...]
    ) -> Iterator[Reading]:
        """Yield all that reads fields: conditions, deadlines, documents and clauses."""
        for state in self.workflow.states.values():
            yield from self._of_state(state)
            for name in dict.fromkeys(state.exits):
                t = self.workflow.transitions.get(name)
                if t is not None:
                    yield from self._of_step(state, t, prints, clauses)

    def _of_state(self, state: State) -> Iterator[Reading]:
        said = Text(f"Der Zustand „{state.id}“", f"The state '{state.id}'")
        whens = [w.when for w in state.waits_for if w.when]
        for when in (*whens, *state.forms_when.values()):
            yield Reading(state.id, "", said, state.place, self._fields(when), when)
        if state.deadline and state.deadline.after:
            what = Text(f"Die Frist von „{state.id}“", f"The deadline of '{state.id}'")
            yield Reading(state.id, "", what, state.place, (state.deadline.after,))

    def _of_step(
        self,
        state: State,
        t: Transition,
        prints: Mapping[str, frozenset[str]],
        clauses: tuple[tuple[Place, str], ...],
    ) -> Iterator[Reading]:
        said = Text(f"„{t.id}“", f"'{t.id}'")
        if t.when:
            yield Reading(state.id, t.id, said, t.place, self._fields(t.when), t.when)
        for r in (*t.requires, *t.warns):
            if r.when:
                yield Reading(state.id, t.id, said, r.place, self._fields(r.when), r.when)
        for effect in t.effects:
            name = AGREEMENT if effect.name == SNAPSHOT else effect.argument or ""
            if effect.name in (ISSUING, SNAPSHOT) and name in prints:
                what = Text(f"Das Dokument „{name}“", f"The document '{name}'")
                yield Reading(state.id, t.id, what, effect.place, tuple(sorted(prints[name])))
            for place, printed in clauses if effect.name == SNAPSHOT else ():
                what = Text("Eine Klausel der Vereinbarung", "A clause of the agreement")
                yield Reading(state.id, t.id, what, place, (printed,))

    def _fields(self, text: str) -> tuple[str, ...]:
        """Return the fields that a condition needs, not only asks about."""
        found = []
        for name in reads(formula(text)):
            form = self.forms.get(name.partition(".")[0])
            plain = not name.endswith((".filled", ".count", ".sum"))
            if form is not None and form.per != "entry" and plain:
                found.append(name)
        return tuple(dict.fromkeys(found))
