"""Answers to forms in a play: those of before, those that a step types, and invented ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workflow_app.core.cases import rights
from workflow_app.core.cases.situation import Actor, Situation, Submitted
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.forms.fillable import fillable_fields
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.core.forms.validation import Check
from workflow_app.core.simulation import samples
from workflow_app.core.simulation.play import Player, Refused, Step
from workflow_app.core.steps.engine import Engine
from workflow_app.core.steps.sign_off import closed_to
from workflow_app.core.tables.computed import COMPUTED

COUNTY = "09274"
"""Where everything that is invented lies."""
ROUNDS = 8
"""How often invented answers may make further questions necessary."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to the forms of a case as it stands."""

    engine: Engine
    situation: Situation
    people: Mapping[str, Player]

    def fillable(self, form: Form, actor: Actor) -> frozenset[str]:
        """Return the fields that are somebody's to fill."""
        if form.id in closed_to(actor.side, self.engine.workflow, self.situation):
            return frozenset()
        return fillable_fields(form, lambda by: rights.may_fill(by, actor, self.situation))

    def given(self, form: Form, actor: Actor, step: Step, transition: str) -> Mapping[str, Any]:
        """Return the values of a form as it is submitted with a step.

        :raises Refused: with every problem that the step does not assume away.
        """
        raw: dict[str, Any] = {**self._before(form, actor), **self._typed(form, step)}
        if not transition:
            self._answer_for_later(form, actor, raw)
        problems: list[FieldProblem] = []
        for _ in range(ROUNDS):
            checked = self._check(form, actor, transition).run(raw)
            problems = [p for p in checked.problems if p.rule not in step.assume]
            missing = [p.path for p in problems if p.rule in ("required", "unanswered")]
            asked = [f for f in form.fields if f.id in missing and f.id not in step.fill]
            if not asked:
                break
            for f in asked:
                raw[f.id] = samples.sample(form, f, self.situation.today, self._pointed_to)
        if problems:
            raise Refused([p.text for p in problems], [p.rule for p in problems])
        now, programme = self.situation, self.engine.programme
        made = {f.id: COMPUTED[f.compute].follows(now, programme) for f in form.fields if f.compute}
        return {**checked.values, **made}

    def _answer_for_later(self, form: Form, actor: Actor, raw: dict[str, Any]) -> None:
        """Answer what some step will ask for, so that a form need not be submitted for each."""
        mine = self.fillable(form, actor)
        for f in form.fields:
            if f.required.only_for and f.id in mine and f.id not in raw:
                raw[f.id] = samples.sample(form, f, self.situation.today, self._pointed_to)

    def _check(self, form: Form, actor: Actor, transition: str) -> Check:
        return Check(
            form=form,
            today=self.situation.today,
            fillable=self.fillable(form, actor),
            before=self._before(form, actor),
            others=self.engine.values(self.situation, transition),
            condition=lambda text: self.engine.form_condition(form.id, text),
            row_condition=lambda rows, text: self.engine.row_condition(form.id, rows, text),
            known=lambda kind, key: True,
            transition=transition,
            first=not self._before(form, actor),
        )

    def _before(self, form: Form, actor: Actor) -> Mapping[str, Any]:
        if form.per == "entry":
            return {}
        return self.situation.newest(form.id, self._slot(form, actor)) or {}

    def _typed(self, form: Form, step: Step) -> dict[str, Any]:
        """Return what the step types; people are written by their names in the play."""
        people = {f.id for f in form.fields if f.to in ("person", "supervisor")}
        return {
            name: str(self.people[value].number)
            if name in people and isinstance(value, str) and value in self.people
            else value
            for name, value in step.fill.items()
        }

    def _pointed_to(self, field: Field) -> str:
        if field.to == "county":
            return COUNTY
        if field.to == "supervisor":
            fit = [p for p in self.people.values() if p.side is None and "supervisor" in p.roles]
            return str(fit[0].number) if fit else ""
        side = field.id.partition("_")[0]
        of_side = [p for p in self.people.values() if p.side == side]
        player = (of_side or list(self.people.values()))[0]
        if field.to == "person":
            return str(player.number)
        if field.to == "organisation":
            return str(next(iter(self.situation.members_of.get(player.number, ())), ""))
        return "1"

    def _slot(self, form: Form, actor: Actor) -> str:
        if form.per == "round":
            return f"r{self.situation.round}"
        if form.per == "amendment":
            return f"n{self.situation.amending}"
        if form.per == "side":
            return actor.side or self._missing_side(form, "")
        if form.per == "amendment_side":
            number = f"_n{self.situation.amending}"
            return f"{actor.side or self._missing_side(form, number)}{number}"
        if form.per == "entry":
            return f"e{len(self.situation.submissions.get(form.id, ()))}"
        return ""

    def _missing_side(self, form: Form, suffix: str) -> str:
        """Return for which side somebody without a side files: the first that lacks its own."""
        slots = {s.slot for s in self.situation.submissions.get(form.id, ())}
        sides = tuple(self.engine.workflow.sides)
        return next((side for side in sides if f"{side}{suffix}" not in slots), sides[0])

    def kept(self, form: Form, actor: Actor, values: Mapping[str, Any]) -> Situation:
        """Return the situation in which somebody has submitted these values."""
        situation, slot = self.situation, self._slot(form, actor)
        rows = situation.submissions.get(form.id, ())
        count = sum(len(found) for found in situation.submissions.values())
        row = Submitted(
            id=count + 1,
            form=form.id,
            slot=slot,
            version=1 + sum(s.version for s in rows if s.slot == slot),
            values=values,
            form_version=form.fingerprint,
            author=actor.person,
            on=situation.today,
        )
        others = tuple(s for s in rows if s.slot != slot)
        authors = situation.authors.get(form.id, frozenset()) | {actor.person}
        return replace(
            situation,
            submissions={**situation.submissions, form.id: (*others, row)},
            authors={**situation.authors, form.id: authors},
            sent_since=self._sent_since(form, actor),
        )

    def _sent_since(self, form: Form, actor: Actor) -> Mapping[str, frozenset[str]]:
        """Return which sides have submitted a step's form since the step, this one included."""
        known = self.situation.sent_since
        if actor.side is None:
            return known
        steps = [t.id for t in self.engine.workflow.transitions.values() if t.form == form.id]
        return {**known, **{t: known.get(t, frozenset()) | {actor.side} for t in steps}}
