"""What may happen to a case, and what follows.

"What may I do?" and "may I do this?" are one function, `Engine.offers`: pages, the command line and
the firing itself ask it. The library `transitions` executes; one machine a workflow version holds no
case. Its traps are known: callables only, no automatic triggers, never queued.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from transitions import EventData, Machine

from workflow_app.core import expressions
from workflow_app.core.errors import NotAllowed
from workflow_app.core.expressions import SIDES, Condition, Names
from workflow_app.core.facts import FACTS, Context
from workflow_app.core.model import (
    STAY,
    Form,
    Requirement,
    State,
    Text,
    Transition,
    Waiting,
    Workflow,
)
from workflow_app.core.rights import holds, may_fill
from workflow_app.core.sign_off import content_digest, valid_yeses
from workflow_app.core.situation import Actor, Situation

MAX_AUTOMATIC = 20
"""Automatic transitions in a row, after which a definition is taken to run in circles."""

Kind = Literal["who", "requirement", "undecided", "form", "sign_off", "state", "warning"]

NOT_YOURS = Text(
    "Diesen Schritt kann nur machen: {roles}.", "Only these can take this step: {roles}."
)
EXCLUDED = Text(
    "Wer selbst beteiligt ist oder zu einer beteiligten Organisation gehört, darf nicht entscheiden.",
    "Whoever takes part, or belongs to an organisation that does, may not decide.",
)
NOBODY = Text("Dieser Schritt ist niemandem erlaubt.", "Nobody may take this step.")
BY_ITSELF = Text("Dieser Schritt geschieht von selbst.", "This step happens by itself.")
FORM_MISSING = Text(
    "„{form}“ ist noch nicht vollständig eingereicht.",
    "'{form}' has not been submitted completely.",
)
YES_MISSING = Text("Die Mitzeichnung fehlt: {side}.", "The sign-off is missing: {side}.")
NOT_FILLED = Text(
    "{unmet} („{field}“ ist noch nicht ausgefüllt.)", "{unmet} ('{field}' is not filled in.)"
)
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


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody for whom the case waits."""

    role: str
    side: str | None
    task: Text


class _Token:
    """What the machine moves: nothing but a state."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Engine:
    """One workflow version with its forms, ready to answer."""

    def __init__(
        self, workflow: Workflow, forms: Mapping[str, Form], programme: Mapping[str, int | str]
    ) -> None:
        self.workflow = workflow
        self.forms = forms
        self.programme = programme
        self.names = names_of(workflow, forms.values(), programme)
        self._conditions: dict[str, Condition] = {}
        self._nothing = expressions.nothing_filled(self.names)
        self._roles = {role.id: role.label for role in workflow.roles}
        self._machine = _machine(workflow)

    def condition(self, text: str) -> Condition:
        """Return the compiled condition, from memory if it was asked for before."""
        if text not in self._conditions:
            self._conditions[text] = self.names.compile(text)
        return self._conditions[text]

    def form_condition(self, form_id: str, text: str) -> Condition:
        """Return a condition of a form's own rules: there its fields are plain, not one an entry."""
        form = self.forms[form_id]
        if form.per in ("case", "round"):
            return self.condition(text)
        key = f"{form_id}: {text}"
        if key not in self._conditions:
            others = [f for f in self.forms.values() if f.id != form_id]
            own = [*others, replace(form, per="case")]
            names = names_of(self.workflow, own, self.programme)
            self._conditions[key] = names.compile(text)
        return self._conditions[key]

    def row_condition(self, form_id: str, rows: str, text: str) -> Condition:
        """Return a condition over the columns of one row."""
        key = f"{form_id}.{rows}: {text}"
        if key not in self._conditions:
            names = expressions.row_names(self.forms[form_id].field(rows))
            self._conditions[key] = names.compile(text)
        return self._conditions[key]

    def values(self, situation: Situation, transition: str = "") -> dict[str, object]:
        """Return everything that conditions may read in this situation."""
        found: dict[str, object] = dict(self._nothing)
        found["today"] = expressions.midnight(situation.today)
        found["transition"] = transition
        found.update({f"programme.{k}": v for k, v in self.programme.items()})
        found.update({f"variable.{v}": v in situation.variables for v in self.workflow.variables})
        for form in self.forms.values():
            found.update(self._seen(form, situation))
        for t in self.workflow.transitions.values():
            if t.sign_off:
                signed = valid_yeses(t, situation)
                found.update({f"sign_off.{t.id}.{s}": s in signed for s in self.workflow.sides})
        return found

    def _seen(self, form: Form, situation: Situation) -> dict[str, object]:
        submitted = situation.submissions.get(form.id, ())
        if form.per == "entry":
            entries = [s.values for s in submitted]
            acting = situation.acting.get(form.id)
            return expressions.seen_entries(form, [*entries, acting] if acting else entries)
        if form.per == "side":
            found: dict[str, object] = {}
            for s in submitted:
                found.update(expressions.seen(form, s.values, f"{form.id}.{s.slot}"))
            return found
        slot = f"r{situation.round}" if form.per == "round" else None
        values = situation.newest(form.id, slot)
        return {} if values is None else expressions.seen(form, values)

    # ── What may happen ─────────────────────────────────────────────────────────────────────────

    def exits(self, situation: Situation) -> tuple[Transition, ...]:
        """Return the transitions out of the state, in the file's order."""
        ids = (
            self.workflow.start
            if situation.state is None
            else self.workflow.states[situation.state].exits
        )
        return tuple(self.workflow.transitions[i] for i in ids)

    def offers(self, situation: Situation, actor: Actor) -> tuple[Offer, ...]:
        """Return every exit of the state by a person: open, or closed with all reasons."""
        values = self.values(situation)
        return tuple(
            self._offer(t, situation, actor, values)
            for t in self.exits(situation)
            if t.trigger == "person"
        )

    def offer(self, situation: Situation, actor: Actor, transition: str) -> Offer:
        """Return the one exit called `transition`.

        :raises NotAllowed: if the state has no such exit for a person.
        """
        for t in self.exits(situation):
            if t.id == transition and t.trigger == "person":
                return self._offer(t, situation, actor, self.values(situation, transition))
        raise NotAllowed(transition, [Reason("state", "state", WRONG_STATE)])

    def _offer(
        self, t: Transition, situation: Situation, actor: Actor, values: Mapping[str, object]
    ) -> Offer:
        who = self._who(t, situation, actor)
        reasons = [*who, *self._unmet(t, t.requires, situation, actor, values)]
        warnings = self._unmet(t, t.warns, situation, actor, values)
        signed: tuple[str, ...] = ()
        may_sign = False
        if t.sign_off:
            reasons += self._form_missing(t, situation)
            signed = tuple(valid_yeses(t, situation))
            reasons += self._yes_missing(t, signed)
            confirmable = content_digest(t, situation) is not None
            may_sign = confirmable and self._may_sign(actor, signed, situation)
        return Offer(
            transition=t,
            reasons=tuple(reasons),
            warnings=tuple(warnings),
            may_sign=may_sign,
            signed=signed,
            digest=content_digest(t, situation) if t.sign_off else None,
            mine=not who,
        )

    def _who(self, t: Transition, situation: Situation, actor: Actor) -> list[Reason]:
        reasons: list[Reason] = []
        if not (t.by or t.permission or t.group):
            reasons.append(Reason("who", "nobody", NOBODY))
        if t.by and not any(holds(actor, role, situation) for role in t.by):
            text = Text(
                *(
                    NOT_YOURS(lang).format(roles=self.role_names(t.by, lang))
                    for lang in ("de", "en")
                )
            )
            reasons.append(Reason("who", "by", text, lifted_by=t.by))
        if t.permission and situation.state is not None:
            rights = self.workflow.states[situation.state].rights
            allowed = [r for p in t.permission for r in rights.get(p, ())]
            if not any(holds(actor, role, situation) for role in allowed):
                reasons.append(Reason("who", "permission", NOBODY, lifted_by=tuple(allowed)))
        if any(holds(actor, role, situation) for role in t.not_by):
            reasons.append(Reason("who", "not_by", EXCLUDED))
        return reasons

    def role_names(self, roles: Iterable[str], language: str) -> str:
        """Return the labels of `roles`, joined."""
        computed = {
            "other_side": Text("die andere Seite", "the other side"),
            "member": Text("die Beteiligten", "those who take part"),
        }
        labels = [self._roles.get(r) or computed.get(r) or Text(r, r) for r in roles]
        return ", ".join(label(language) for label in labels)

    def _unmet(
        self,
        t: Transition,
        requirements: Iterable[Requirement],
        situation: Situation,
        actor: Actor,
        values: Mapping[str, object],
    ) -> list[Reason]:
        found = (self._judge(t, r, situation, actor, values) for r in requirements)
        return [reason for reason in found if reason is not None]

    def _judge(
        self,
        t: Transition,
        r: Requirement,
        situation: Situation,
        actor: Actor,
        values: Mapping[str, object],
    ) -> Reason | None:
        if r.undecided:
            return Reason("undecided", r.id, r.unmet)
        if self._answered_by_the_act(t, r, situation, actor):
            return None
        if r.fact:
            context = Context(situation, actor, self.workflow.scope, self.programme)
            return None if FACTS[r.fact].holds(context) else Reason("requirement", r.id, r.unmet)
        verdict = self.condition(r.when or "false").verdict(values)
        if verdict.holds:
            return None
        text = self._with_field(r.unmet, verdict.absent) if verdict.absent else r.unmet
        return Reason("requirement", r.id, text, field=verdict.absent)

    def _answered_by_the_act(
        self, t: Transition, r: Requirement, situation: Situation, actor: Actor
    ) -> bool:
        """Say whether the step's own form, not yet sent, will answer the requirement."""
        if t.form is None or t.sign_off or t.form in situation.acting:
            return False
        if r.fact:
            return t.form in FACTS[r.fact].forms
        form = self.forms[t.form]
        for name in self.condition(r.when or "false").names:
            if name.split(".")[0] != t.form:
                continue
            field_id = name.split(".")[1]
            for part in form.parts:
                for field in part.fields:
                    if field.id == field_id and may_fill(field.by or part.by, actor, situation):
                        return True
        return False

    def _with_field(self, unmet: Text, name: str) -> Text:
        label = self.label_of(name)
        if label is None:
            return unmet
        return Text(
            *(
                NOT_FILLED(lang).format(unmet=unmet(lang), field=label(lang))
                for lang in ("de", "en")
            )
        )

    def label_of(self, name: str) -> Text | None:
        """Return the label of the field that a condition calls `name`, or None."""
        parts = [p for p in name.split(".") if p not in SIDES]
        form = self.forms.get(parts[0])
        if form is None or len(parts) < 2:
            return None
        return next((f.label for f in form.fields if f.id == parts[1]), None)

    def _form_missing(self, t: Transition, situation: Situation) -> list[Reason]:
        if t.sign_off is None or content_digest(t, situation) is not None:
            return []
        missing = [f for f in t.sign_off.of if f in self.forms and not situation.submissions.get(f)]
        forms = [self.forms[f] for f in missing] or [self.forms[f] for f in (t.form,) if f]
        return [
            Reason(
                "form",
                form.id,
                Text(*(FORM_MISSING(lang).format(form=form.label(lang)) for lang in ("de", "en"))),
            )
            for form in forms
        ]

    def _yes_missing(self, t: Transition, signed: tuple[str, ...]) -> list[Reason]:
        reasons = []
        for side, role in self.workflow.sides.items():
            if side not in signed:
                text = Text(
                    *(
                        YES_MISSING(lang).format(side=self._roles[role](lang))
                        for lang in ("de", "en")
                    )
                )
                reasons.append(Reason("sign_off", side, text, lifted_by=(f"side:{side}",)))
        return reasons

    def _may_sign(self, actor: Actor, signed: tuple[str, ...], situation: Situation) -> bool:
        if actor.side is None or actor.side in signed:
            return False
        return self.workflow.sides[actor.side] in actor.roles

    # ── What follows ────────────────────────────────────────────────────────────────────────────

    def target(self, t: Transition, state: str | None) -> str:
        """Return the state after `t`, moved by the machine.

        :raises NotAllowed: if the machine knows no such step out of `state`.
        """
        if state is None:
            return t.to
        token = _Token(state)
        if not self._machine.events[t.id].trigger(
            token, allowed=t.id in self.workflow.states[state].exits
        ):
            raise NotAllowed(t.id, [Reason("state", "state", WRONG_STATE)])
        return token.state

    def automatic(self, situation: Situation) -> Transition | None:
        """Return the first automatic exit whose condition holds, or None."""
        waiting = [t for t in self.exits(situation) if t.trigger == "automatic"]
        if not waiting:
            return None
        values = self.values(situation)
        nobody = Actor(0, "", frozenset())
        for t in waiting:
            met = t.when is None or self.condition(t.when).verdict(values).holds
            if met and not self._unmet(t, t.requires, situation, nobody, values):
                return t
        return None

    def due(self, situation: Situation) -> Transition | None:
        """Return the first timer exit whose time has come and whose requirements are met, or None."""
        nobody = Actor(0, "", frozenset())
        for t in self.exits(situation):
            if t.trigger != "timer" or t.after_days is None:
                continue
            if situation.today < situation.entered_on + timedelta(days=t.after_days):
                continue
            if not self._unmet(t, t.requires, situation, nobody, self.values(situation, t.id)):
                return t
        return None

    def turns(self, situation: Situation) -> tuple[Turn, ...]:
        """Return for whom the case waits: whoever the state names and has not done the own part."""
        if situation.state is None:
            return ()
        state = self.workflow.states[situation.state]
        values = self.values(situation)
        done = self._sides_done(state, situation)
        turns = []
        for waiting in state.waits_for:
            if waiting.when and not self.condition(waiting.when).verdict(values).holds:
                continue
            turn = self._turn(waiting, state, situation)
            if turn.side is None or waiting.when or turn.side not in done:
                turns.append(turn)
        return tuple(turns)

    def _turn(self, waiting: Waiting, state: State, situation: Situation) -> Turn:
        role = waiting.role
        if role == "other_side":
            others = [r for s, r in self.workflow.sides.items() if s != situation.initiating_side]
            role = others[0] if others else role
        return Turn(role, self.workflow.side_of(role), waiting.task or state.task or state.label)

    def _sides_done(self, state: State, situation: Situation) -> set[str]:
        done: set[str] = set()
        for exit_id in state.exits:
            t = self.workflow.transitions[exit_id]
            if t.sign_off:
                done.update(valid_yeses(t, situation))
        for form_id in state.forms:
            if self.forms[form_id].per == "side" and not state.rights.get("edit") == (
                "coordinator",
            ):
                done.update(s.slot for s in situation.submissions.get(form_id, ()))
        # If both have confirmed and yet nothing moved, something else is missing: both are asked again.
        return done if len(done) < len(self.workflow.sides) else set()


def names_of(
    workflow: Workflow, forms: Iterable[Form], programme: Mapping[str, int | str]
) -> Names:
    """Return every name that the conditions of `workflow` may read."""
    types = expressions.declared(forms, programme)
    types.update({f"variable.{v}": "BOOL" for v in workflow.variables})
    for t in workflow.transitions.values():
        if t.sign_off:
            types.update({f"sign_off.{t.id}.{side}": "BOOL" for side in workflow.sides})
    return Names(types)


def _allowed(event: EventData) -> bool:
    return event.kwargs.get("allowed") is True


def _machine(workflow: Workflow) -> Machine:
    steps: list[dict[str, Any]] = []
    for state in workflow.states.values():
        for exit_id in state.exits:
            t = workflow.transitions[exit_id]
            target = state.id if t.to == STAY else t.to
            steps.append(
                {"trigger": t.id, "source": state.id, "dest": target, "conditions": [_allowed]}
            )
    return Machine(
        model=None,
        states=list(workflow.states),
        initial=next(iter(workflow.states)),
        transitions=steps,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
