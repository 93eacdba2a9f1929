"""Why a transition is closed: who may not, what is not met, what has not been confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from workflow_app.core.cases.rights import acts_as, holds, may_fill
from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.definition.model import STAY, Requirement, Text, Transition, Workflow
from workflow_app.core.expressions import SIDES, Condition
from workflow_app.core.steps.offers import (
    ASSIGNED,
    CONCERNING,
    EXCLUDED,
    FORM_LACKS,
    FORM_MISSING,
    NOBODY,
    NOT_FILLED,
    NOT_YOURS,
    SENT,
    SENT_ALREADY,
    WRONG_STATE,
    YES_MISSING,
    Reason,
)
from workflow_app.core.steps.sign_off import asked_sides, content_digest
from workflow_app.core.tables.context import Context
from workflow_app.core.tables.facts import FACTS

Seen = Mapping[str, object]
"""What conditions see of a situation."""


class Judge:
    """Judges the transitions of one workflow version."""

    def __init__(
        self,
        workflow: Workflow,
        forms: Mapping[str, Form],
        programme: Mapping[str, int | str],
        condition: Callable[[str], Condition],
    ) -> None:
        self.workflow = workflow
        self.forms = forms
        self.programme = programme
        self.condition = condition
        self._labels = {
            "other_side": Text("die andere Seite", "the other side"),
            "member": Text("die Beteiligten", "those who take part"),
            **{role.id: role.label for role in workflow.roles},
        }

    # ── Who ─────────────────────────────────────────────────────────────────────────────────────

    def who(self, t: Transition, situation: Situation, actor: Actor) -> list[Reason]:
        """Return why this person may not take the step at all; closed unless opened."""
        reasons: list[Reason] = []
        if not (t.by or t.permission or t.group):
            reasons.append(Reason("who", "nobody", NOBODY))
        if t.by and not any(acts_as(actor, role, situation) for role in t.by):
            reasons.append(self._not_by_you(t, situation, actor))
        if t.permission:
            allowed = self._roles_with(t.permission, situation)
            if not any(acts_as(actor, role, situation) for role in allowed):
                reasons.append(Reason("who", "permission", NOBODY, lifted_by=allowed))
        if t.group:
            # Groups are known to imported workflows only; a case of ours has none.
            reasons.append(Reason("who", "group", NOBODY))
        if any(holds(actor, role, situation) for role in t.not_by):
            reasons.append(Reason("who", "not_by", EXCLUDED))
        return reasons

    def _not_by_you(self, t: Transition, situation: Situation, actor: Actor) -> Reason:
        for role in t.by:
            if holds(actor, role, situation):
                text = ASSIGNED.filled(role=self._labels.get(role, Text(role, role)))
                return Reason("who", "assigned", text, lifted_by=(role,))
        text = NOT_YOURS.filled(roles=Text(*(self.role_names(t.by, w) for w in ("de", "en"))))
        return Reason("who", "by", text, lifted_by=t.by)

    def _roles_with(self, permissions: Iterable[str], situation: Situation) -> tuple[str, ...]:
        if situation.state is None:
            return ()
        rights = self.workflow.states[situation.state].rights
        return tuple(role for p in permissions for role in rights.get(p, ()))

    def role_names(self, roles: Iterable[str], language: str) -> str:
        """Return the labels of `roles`, joined."""
        return ", ".join(self._labels.get(r, Text(r, r))(language) for r in roles)

    # ── What is not met ─────────────────────────────────────────────────────────────────────────

    def guard(self, t: Transition, seen: Seen) -> list[Reason]:
        """Return a reason if the transition's own `when` does not hold."""
        if t.when is None or self.condition(t.when).verdict(seen).holds:
            return []
        return [Reason("state", "when", WRONG_STATE)]

    def unmet(
        self,
        t: Transition,
        requirements: Iterable[Requirement],
        situation: Situation,
        actor: Actor,
        seen: Seen,
    ) -> list[Reason]:
        """Return a reason for each requirement (or warning) that is not met.

        That something is missing is said once: what else would be wrong with it goes unsaid.
        """
        judged = ((r, self._judge(t, r, situation, actor, seen)) for r in requirements)
        found = [(reason, _of_nothing(r, reason, seen)) for r, reason in judged if reason]
        said = [reason for reason, of_nothing in found if not of_nothing]
        return said or [reason for reason, _ in found]

    def _judge(
        self, t: Transition, r: Requirement, situation: Situation, actor: Actor, seen: Seen
    ) -> Reason | None:
        if r.undecided:
            return Reason("undecided", r.id, r.unmet)
        if r.fact:
            if self._form_to_come(t, situation) in FACTS[r.fact].forms:
                return None
            context = Context(situation, actor, self.workflow.scope, self.programme)
            if FACTS[r.fact].holds(context):
                return None
            names = FACTS[r.fact].names(context)
            text = _concerning(r.unmet, names) if names else r.unmet
            return Reason("requirement", r.id, text)
        condition = self.condition(r.when or "false")
        own = self._own_names(t, condition.names, situation, actor)
        verdict = condition.verdict(seen, own)
        if verdict.holds or (own and not verdict.answered):
            # What the step's own form will answer is judged when it is sent.
            return None
        text = self._with_field(r.unmet, verdict.absent) if verdict.absent else r.unmet
        return Reason("requirement", r.id, text, field=verdict.absent)

    def _form_to_come(self, t: Transition, situation: Situation) -> str | None:
        """Return the form that is sent with the step and has not been sent yet."""
        return None if t.sign_off or t.form in situation.acting else t.form

    def _own_names(
        self, t: Transition, names: Iterable[str], situation: Situation, actor: Actor
    ) -> set[str]:
        """Return those of `names` that the person is about to fill in with the step's own form."""
        form_id = self._form_to_come(t, situation)
        if form_id is None:
            return set()
        own = {
            field.id
            for part in self.forms[form_id].parts
            for field in part.fields
            if may_fill(field.by or part.by, actor, situation)
        }
        if not own:
            return set()
        parts = ((name, name.split(".")) for name in names)
        return {
            name
            for name, (form, *rest) in parts
            if form == form_id and (rest[0] in own or rest[0] in ("filled", "count"))
        }

    def _with_field(self, unmet: Text, name: str) -> Text:
        label = self.label_of(name)
        return NOT_FILLED.filled(unmet=unmet, field=label) if label else unmet

    def label_of(self, name: str) -> Text | None:
        """Return the label of the field that a condition calls `name`, or None."""
        parts = [p for p in name.split(".") if p not in SIDES]
        form = self.forms.get(parts[0])
        if form is None or len(parts) < 2:
            return None
        return next((f.label for f in form.fields if f.id == parts[1]), None)

    # ── What has not been confirmed ─────────────────────────────────────────────────────────────

    def form_missing(self, t: Transition, situation: Situation, seen: Seen) -> list[Reason]:
        """Return a reason for each form to be confirmed that is not there, or not complete."""
        if t.sign_off is None:
            return []
        reasons = []
        for form_id in t.sign_off.of:
            if form_id not in self.forms:
                continue
            form = self.forms[form_id]
            missing = self._incomplete(t, form, situation, seen)
            if missing is not None or not situation.current(form_id):
                # Of what nobody has handed in yet no single answer is missing.
                begun = missing if situation.current(form_id) else None
                text = (
                    FORM_LACKS.filled(form=form.label, field=begun.label)
                    if begun
                    else FORM_MISSING.filled(form=form.label)
                )
                name = f"{form_id}.{missing.id}" if missing else None
                reasons.append(Reason("form", form_id, text, field=name))
        return reasons

    def _incomplete(
        self, t: Transition, form: Form, situation: Situation, seen: Seen
    ) -> Field | None:
        """Return the first field that must be filled and is not, whoever has to fill it."""
        if form.per not in ("case", "round", "amendment"):
            return None
        values = situation.newest(form.id) or {}
        for field in form.fields:
            needed = field.required.always or t.id in field.required.only_for
            if not needed and field.required.when:
                needed = self.condition(field.required.when).verdict(seen).holds
            if needed and field.id not in values and field.type != "computed":
                return field
        return None

    def sent_already(self, t: Transition, situation: Situation) -> list[Reason]:
        """Return a reason if a joint step that stays was last made with the content as it is now.

        A step that moves the case may be made again with the same content: it came back for that.
        """
        current = content_digest(t, situation)
        if t.to != STAY or current is None or current != situation.last_content.get(t.id):
            return []
        return [Reason("requirement", SENT, SENT_ALREADY)]

    def yes_missing(
        self, t: Transition, signed: Iterable[str], situation: Situation
    ) -> list[Reason]:
        """Return a reason for each side whose confirmation is missing."""
        given = set(signed)
        asked = asked_sides(t, self.workflow, situation)
        return [
            Reason(
                "sign_off",
                side,
                YES_MISSING.filled(side=self._labels[role]),
                lifted_by=(f"side:{side}",),
            )
            for side, role in self.workflow.sides.items()
            if side in asked and side not in given
        ]

    def may_substitute(
        self, t: Transition, actor: Actor, situation: Situation, signed: Mapping[str, int]
    ) -> tuple[str, ...]:
        """Return the silent sides for which the person may confirm in their place.

        Only where the transition names a substitute, only after so many times the state's deadline,
        only if another side has confirmed, and never by somebody who takes part (ruling L19).
        """
        rule = t.sign_off
        if rule is None or rule.substitute_by is None or situation.state is None or not signed:
            return ()
        deadline = self.workflow.states[situation.state].deadline
        if deadline is None or situation.due_on is None:
            return ()
        if not acts_as(actor, rule.substitute_by, situation):
            return ()
        if any(holds(actor, role, situation) for role in ("member", "member_organisation")):
            return ()
        times = (rule.substitute_after or 1) - 1
        if situation.today < situation.due_on + timedelta(days=times * deadline.days):
            return ()
        asked = asked_sides(t, self.workflow, situation)
        return tuple(side for side in asked if side not in signed)

    def may_sign(
        self, t: Transition, actor: Actor, situation: Situation, signed: Mapping[str, int]
    ) -> bool:
        """Say whether the person may confirm for the own side; `signed` is side → who confirmed.

        Nobody confirms for two sides, and nobody for a side that is not asked any more.
        """
        if actor.side is None or content_digest(t, situation) is None:
            return False
        if actor.side not in asked_sides(t, self.workflow, situation):
            return False
        if actor.side in signed or actor.person in signed.values():
            return False
        return self.workflow.sides.get(actor.side) in actor.roles


def _concerning(unmet: Text, names: Iterable[str]) -> Text:
    return CONCERNING.filled(unmet=unmet, names=", ".join(names))


def _of_nothing(r: Requirement, reason: Reason, seen: Seen) -> bool:
    """Say whether the requirement judges answers of a form that nobody has handed in."""
    names: tuple[str, ...] = (f"{reason.field.rpartition('.')[0]}.filled",) if reason.field else ()
    if r.fact:
        names = tuple(name for name in FACTS[r.fact].needs if name.endswith(".filled"))
    return any(seen.get(name) is False for name in names)
