"""What may happen to a case, and what follows.

"What may I do?" and "may I do this?" are one function, `Engine.offers`: pages, the command line and
the firing itself ask it. Why something is closed: `judging`; what conditions see: `seen`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

from workflow_app.core.cases import rights, visible
from workflow_app.core.cases.seen import Room, Seen, form_seen
from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Text, Transition, Workflow
from workflow_app.core.errors import NotAllowed
from workflow_app.core.expressions import Condition, Names, midnight
from workflow_app.core.steps.judging import Judge
from workflow_app.core.steps.machine import Machine
from workflow_app.core.steps.offers import WRONG_STATE, Offer, Reason, Turn
from workflow_app.core.steps.sign_off import content_digest, valid_yeses
from workflow_app.core.steps.turns import turns_of

MAX_AUTOMATIC = 20
"""Automatic transitions in a row, after which a definition is taken to run in circles."""

NOBODY_ACTS = Actor(0, "", frozenset())


class Engine:
    """One workflow version with its forms, ready to answer."""

    standing: tuple[str, ...] = rights.STANDING_ROLES
    """Roles that are granted for a scope and not on one case."""
    for_all: frozenset[str] = frozenset()
    """Roles that everybody has who is signed in."""

    def __init__(
        self, workflow: Workflow, forms: Mapping[str, Form], programme: Mapping[str, int | str]
    ) -> None:
        self.workflow = workflow
        self.forms = forms
        self.programme = programme
        self.names = names_of(workflow, forms.values(), programme)
        self._conditions: dict[str, Condition] = {}
        self._nothing = visible.nothing_filled(self.names)
        self._constant = {f"programme.{key}": number for key, number in programme.items()}
        self._signed_off = [t for t in workflow.transitions.values() if t.sign_off]
        self._machine = Machine(workflow)
        self._judge = Judge(workflow, forms, programme, self.condition)

    # ── Conditions ──────────────────────────────────────────────────────────────────────────────

    def condition(self, text: str) -> Condition:
        """Return the compiled condition, from memory if it was asked for before."""
        if text not in self._conditions:
            self._conditions[text] = self.names.compile(text)
        return self._conditions[text]

    def form_condition(self, form_id: str, text: str) -> Condition:
        """Return a condition of a form's own rules, in which its fields are single values."""
        form = self.forms[form_id]
        if form.per in ("case", "round", "amendment"):
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
            names = visible.row_names(self.forms[form_id].field(rows))
            self._conditions[key] = names.compile(text)
        return self._conditions[key]

    def values(self, situation: Situation, transition: str = "") -> Seen:
        """Return everything that conditions may read in this situation, worked out when asked."""
        known: dict[str, object] = {
            **self._constant,
            "today": midnight(situation.today),
            "entered": midnight(situation.entered_on),
            "reminders": situation.reminders,
            "new_overlaps": len(situation.new_overlaps),
            **{f"variable.{v}": v in situation.variables for v in self.workflow.variables},
        }
        if situation.due_on is not None:
            known["due"] = midnight(situation.due_on)
        rooms: dict[str, Room] = {
            form.id: partial(form_seen, form, situation) for form in self.forms.values()
        }
        for t in self._signed_off:
            rooms[f"sign_off.{t.id}"] = partial(self._signed, t, situation)
        rooms["taken"] = partial(self._taken, situation)
        return Seen(known, rooms, self._nothing, transition)

    def _signed(self, t: Transition, situation: Situation) -> Mapping[str, object]:
        signed = valid_yeses(t, situation)
        return {f"sign_off.{t.id}.{s}": s in signed for s in self.workflow.sides}

    def _taken(self, situation: Situation) -> Mapping[str, object]:
        return {
            f"taken.{t.id}.{side}": situation.last_side.get(t.id) == side
            for t in _taken_by_sides(self.workflow)
            for side in self.workflow.sides
        }

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
                return self._offer(t, situation, actor, self.values(situation))
        raise NotAllowed(transition, [Reason("state", "state", WRONG_STATE)])

    def _offer(self, t: Transition, situation: Situation, actor: Actor, values: Seen) -> Offer:
        seen = values.at(t.id)
        judge = self._judge
        who = judge.who(t, situation, actor)
        missing = judge.form_missing(t, situation, seen)
        signed = {side: yes.person for side, yes in valid_yeses(t, situation).items()}
        sent = judge.sent_already(t, situation)
        reasons = [
            *who,
            *judge.guard(t, seen),
            *judge.unmet(t, t.requires, situation, actor, seen),
            *missing,
            # Who has to confirm it goes unsaid as long as there is nothing new to confirm.
            *(sent or judge.yes_missing(t, signed, situation)),
        ]
        return Offer(
            transition=t,
            reasons=tuple(reasons),
            warnings=tuple(judge.unmet(t, t.warns, situation, actor, seen)),
            may_sign=not (missing or sent) and judge.may_sign(t, actor, situation, signed),
            may_substitute=()
            if missing or sent
            else judge.may_substitute(t, actor, situation, signed),
            signed=tuple(signed),
            digest=content_digest(t, situation),
            mine=not who,
        )

    def viewers(self, situation: Situation) -> frozenset[str]:
        """Return the roles that may see the case as it stands."""
        state = self.workflow.states[situation.state or ""]
        return frozenset(state.rights.get("view", ()))

    def rights(self, state: str) -> tuple[str, ...]:
        """Return the rights that somebody may have in the state, those of every case first."""
        own = self.workflow.states[state].rights
        return tuple(dict.fromkeys((*rights.PERMISSIONS, *own)))

    def given(self, right: str, situation: Situation) -> tuple[str, ...]:
        """Return the roles that hold a right on the case as it stands."""
        return self.workflow.states[situation.state or ""].rights.get(right, ())

    def roles_by_group(self, situation: Situation) -> Mapping[str, frozenset[str]]:
        """Return group → the roles that the state gives it; our own workflows know no groups."""
        return {}

    def permits(self, state: str, permission: str, actor: Actor, situation: Situation) -> bool:
        """Return whether the state gives the permission to one of the actor's roles."""
        return rights.permitted(self.workflow.states[state], permission, actor, situation)

    def role_names(self, roles: Iterable[str], language: str) -> str:
        """Return the labels of `roles`, joined."""
        return self._judge.role_names(roles, language)

    def label_of(self, name: str) -> Text | None:
        """Return the label of the field that a condition calls `name`, or None."""
        return self._judge.label_of(name)

    # ── What follows ────────────────────────────────────────────────────────────────────────────

    def target(self, t: Transition, state: str | None) -> str:
        """Return the state after `t`, moved by the machine.

        :raises NotAllowed: if there is no such step out of `state`.
        """
        if state is None:
            return t.to
        target = self._machine.move(t.id, state)
        if target is None:
            raise NotAllowed(t.id, [Reason("state", "state", WRONG_STATE)])
        return target

    def automatic(self, situation: Situation) -> Transition | None:
        """Return the first automatic exit whose condition holds, or None."""
        waiting = [t for t in self.exits(situation) if t.trigger == "automatic"]
        return self._first_open(waiting, situation)

    def due(self, situation: Situation) -> Transition | None:
        """Return the first timer exit whose time has come and that is open, or None."""
        waiting = [
            t
            for t in self.exits(situation)
            if t.trigger == "timer"
            and t.after_days is not None
            and situation.today >= situation.entered_on + timedelta(days=t.after_days)
        ]
        return self._first_open(waiting, situation)

    def _first_open(
        self, transitions: Iterable[Transition], situation: Situation
    ) -> Transition | None:
        values = self.values(situation)
        for t in transitions:
            seen = values.at(t.id)
            if not self._judge.guard(t, seen) and not self._judge.unmet(
                t, t.requires, situation, NOBODY_ACTS, seen
            ):
                return t
        return None

    def turns(self, situation: Situation) -> tuple[Turn, ...]:
        """Return for whom the case waits: whoever is named and has not done the own part."""
        if situation.state is None:
            return ()
        values = self.values(situation)
        return turns_of(
            self.workflow,
            self.forms,
            situation,
            lambda text: self.condition(text).verdict(values).holds,
        )


def names_of(
    workflow: Workflow, forms: Iterable[Form], programme: Mapping[str, int | str]
) -> Names:
    """Return every name that the conditions of `workflow` may read."""
    types = visible.declared(forms, programme)
    types.update({f"variable.{v}": "BOOL" for v in workflow.variables})
    for t in workflow.transitions.values():
        if t.sign_off:
            types.update({f"sign_off.{t.id}.{side}": "BOOL" for side in workflow.sides})
    for t in _taken_by_sides(workflow):
        types.update({f"taken.{t.id}.{side}": "BOOL" for side in workflow.sides})
    return Names(types)


def _taken_by_sides(workflow: Workflow) -> Iterable[Transition]:
    """Return the transitions that somebody may take who stands for a side."""
    own = {*workflow.sides.values(), "member", "other_side"}
    return (t for t in workflow.transitions.values() if own & set(t.by))
