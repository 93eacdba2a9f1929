"""What a plan has to say, as questions with their answers: one for all that is not as it was.

A question bears the key of its line in the plan: `states.in_review`, `fields.outline.summary`,
`values.outline.kind.other`, `defaults.outline.reach` …
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from workflow_app.core.changes.contents import Contents, joined, quoted
from workflow_app.core.definition.forms import Field
from workflow_app.core.definition.model import Text
from workflow_app.core.migrations.plan import DROP, Plan
from workflow_app.core.migrations.suggesting import Proposal, proposals

STAY = "-stay"
"""An answer: nothing is said in the plan, and what this is about keeps its case where it is."""
KEEP = "-keep"
"""An answer: nothing is said in the plan, and the name stays."""
STAYS = Text("bleiben auf der bisherigen Version", "stay on the version so far")
STAYS_ONE = Text(
    "nichts: Vorgänge, die sie tragen, bleiben auf der bisherigen Version",
    "nothing: cases that bear it stay on the version so far",
)
KEEPS = Text(
    "bleibt, wie es heißt; Werte, die nicht passen, hindern ihren Vorgang",
    "keeps its name; values that do not fit hinder their case",
)
DROPPED = Text(
    "entfällt – die Werte bleiben in der Geschichte", "is dropped – the values stay in the history"
)
DROPPED_FORM = Text(
    "entfällt – die Angaben bleiben in der Geschichte",
    "is dropped – the answers stay in the history",
)
DROPPED_ROLE = Text(
    "entfällt – wer sie hat, behält ihren Namen ohne Rechte",
    "is dropped – whoever has it keeps its name without rights",
)
DROPPED_VARIABLE = Text("entfällt", "is dropped")
FILLABLE = (
    *("text", "long_text", "integer", "decimal", "money", "date", "date_time", "yes_no"),
    *("one_of", "list"),
)
"""Types of fields for which one text in a plan says what is filled in."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be chosen."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that the plan has to say."""

    key: str
    label: Text
    """What it is about, by name."""
    answer: str
    """What is chosen or typed; empty: not decided, or nothing typed."""
    choices: tuple[Choice, ...] = ()
    gone: bool = True
    """It is not in the new version any more."""
    maybe: Text | None = None
    """What it perhaps became, where that is not sure."""
    running: int = 0
    """Running cases in this state."""
    whens: tuple[tuple[str, str], ...] = ()
    """Of a state: condition, and where to go while it holds, before the answer counts."""
    field: Field | None = None
    """The field of the new version that a value is asked for."""

    @property
    def kind(self) -> str:
        """Return the part of the plan that it belongs to, such as `states`."""
        return self.key.partition(".")[0]

    @property
    def decided(self) -> bool:
        """Say whether there is an answer; a value to be filled in may be left out."""
        return bool(self.answer) or self.kind == "defaults"


@dataclass(frozen=True)
class Asker:
    """Asks what lies between two versions, and reads the answers out of a plan."""

    plan: Plan
    old: Contents
    new: Contents
    running: Mapping[str, int]
    """State of the version so far → cases in it."""
    fresh: bool = False
    """What the plan does not speak of is open; otherwise it means what leaving it out means."""

    @cached_property
    def proposals(self) -> dict[str, Proposal]:
        """Return what is proposed, the forms as the plan names them."""
        return proposals(self.old, self.new, self.plan.forms)

    def questions(self) -> list[Question]:
        """Return every question: states, roles, variables, forms, fields, choices, new fields."""
        return [
            *self._states(),
            *self._named("roles", Choice(DROP, DROPPED_ROLE), Choice(STAY, STAYS_ONE)),
            *self._named("variables", Choice(DROP, DROPPED_VARIABLE)),
            *self._forms(),
            *self._fields(),
            *self._defaults(),
        ]

    def _asked(self, question: Question, said: str | None, left_out: str) -> Question:
        """Return the question with its answer, and with what it perhaps became."""
        only = question.choices[0].key if len(question.choices) == 1 else ""
        answer = said or (only if self.fresh and question.gone else left_out)
        guess = self.proposals.get(question.key)
        labels = {choice.key: choice.label for choice in question.choices}
        doubtful = guess is not None and not guess.sure and guess.alone and not answer
        maybe = labels.get(guess.to) if guess and doubtful else None
        return replace(question, answer=answer, maybe=maybe)

    def _states(self) -> Iterator[Question]:
        new = self.new.workflow.states
        for state in self.old.workflow.states.values():
            targets = self.plan.states.get(state.id, ())
            gone, cases = state.id not in new, self.running.get(state.id, 0)
            if (state.end or not (gone or cases)) and not targets:
                continue
            named = {target.to for target in targets}
            choices = [
                Choice(s.id, s.label)
                for s in new.values()
                if s.end <= state.end or s.id in named
            ]  # fmt: skip
            whens = tuple((t.when, t.to) for t in targets if t.when)
            if gone or whens:
                choices.append(Choice(STAY, STAYS))
            said = next((t.to for t in targets if not t.when), None)
            question = Question(
                f"states.{state.id}", state.label, "", tuple(choices), gone,
                running=cases, whens=whens,
            )  # fmt: skip
            left_out = STAY if gone or whens else state.id
            if self.fresh and gone and cases and not targets:
                left_out = ""
            yield self._asked(question, said, left_out)

    def _named(self, kind: str, *others: Choice) -> Iterator[Question]:
        before, after = (_labels(kind, contents) for contents in (self.old, self.new))
        plan: Mapping[str, str] = getattr(self.plan, kind)
        come = [Choice(n, label) for n, label in after.items() if n not in before]
        stayed = [Choice(n, label) for n, label in after.items() if n in before]
        for name, label in before.items():
            if name in after and name not in plan:
                continue
            choices = (*come, *stayed, *others)
            question = Question(f"{kind}.{name}", label, "", choices, name not in after)
            yield self._asked(question, plan.get(name), "" if self.fresh else others[-1].key)

    def _forms(self) -> Iterator[Question]:
        for form in self.old.forms.values():
            said = self.plan.forms.get(form.id)
            if form.id in self.new.forms and not said:
                continue
            choices = [
                Choice(f.id, f.label)
                for f in self.new.forms.values()
                if f.id not in self.old.forms or f.id == said
            ]
            gone = form.id not in self.new.forms
            other = Choice(STAY, DROPPED_FORM) if gone else Choice(KEEP, KEEPS)
            question = Question(f"forms.{form.id}", form.label, "", (*choices, other), gone)
            yield self._asked(question, said, "" if self.fresh and gone else other.key)

    def _fields(self) -> Iterator[Question]:
        for form in self.old.forms.values():
            becomes = self.plan.forms.get(form.id, form.id)
            if becomes in self.new.forms:
                fields = self.new.forms[becomes].fields
                yield from self._among(form.id, becomes, form.fields, fields)

    def _among(
        self, prefix: str, becomes: str, old: tuple[Field, ...], new: tuple[Field, ...]
    ) -> Iterator[Question]:
        before, after = {f.id for f in old}, {f.id: f for f in new}
        for field in old:
            name = f"{prefix}.{field.id}"
            there = after.get(field.id)
            said = self.plan.fields.get(name)
            if field.type != "computed" and (
                said or there is None or there.type != field.type
            ):  # fmt: skip
                come = [
                    Choice(f"{becomes}.{f.id}", f.label)
                    for f in new
                    if (f.type == field.type and f.id not in before) or f"{becomes}.{f.id}" == said
                ]
                keep = [Choice(KEEP, KEEPS)] if there is not None else []
                choices = (*come, *keep, Choice(DROP, DROPPED))
                question = Question(
                    f"fields.{name}", self.old.field(name), "", choices, there is None
                )
                open_ = "" if self.fresh else DROP
                yield self._asked(question, said, open_ if there is None else KEEP)
            target = self.plan.field_name(name)
            asked = self.new.forms_field(target) if target else None
            if target and asked is not None:
                yield from self._choices(name, field, asked)
                yield from self._among(name, target, field.columns, asked.columns)

    def _choices(self, name: str, old: Field, new: Field) -> Iterator[Question]:
        translated = self.plan.values.get(name, {})
        left = {option.id for option in new.options}
        for option in old.options if new.options else ():
            if option.id in left and option.id not in translated:
                continue
            choices = (*(Choice(o.id, o.label) for o in new.options), Choice(STAY, STAYS_ONE))
            label = joined([self.old.field(name), quoted(option.label)], ": ")
            gone = option.id not in left
            question = Question(f"values.{name}.{option.id}", label, "", choices, gone)
            yield self._asked(question, translated.get(option.id), "" if self.fresh else STAY)

    def _defaults(self) -> Iterator[Question]:
        asked = dict(self._newly_required())
        for name in self.plan.defaults:
            if (field := self.new.forms_field(name)) is not None:
                asked.setdefault(name, field)
        for name, field in asked.items():
            yield Question(
                f"defaults.{name}", self.new.field(name), self.plan.defaults.get(name, ""),
                field=field,
            )  # fmt: skip

    def _newly_required(self) -> Iterator[tuple[str, Field]]:
        """Yield the fields of filled forms that must be filled now and need not be before."""
        for form in self.old.forms.values():
            becomes = self.plan.forms.get(form.id, form.id)
            if becomes not in self.new.forms:
                continue
            needed = {
                self.plan.field_name(f"{form.id}.{f.id}")
                for f in form.fields
                if f.required.always or f.required.only_for or f.required.when
            }
            for field in self.new.forms[becomes].fields:
                name = f"{becomes}.{field.id}"
                required = field.required.always or field.required.only_for or field.required.when
                # Nobody confirms something by the plan of somebody else.
                fits = field.type in FILLABLE and not field.must_be
                if required and fits and name not in needed:
                    yield name, field


def _labels(kind: str, contents: Contents) -> Mapping[str, Text]:
    if kind == "roles":
        return {role.id: role.label for role in contents.workflow.roles}
    return contents.workflow.variables
