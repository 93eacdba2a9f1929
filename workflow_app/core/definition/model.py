"""What a definition says, as frozen values: workflow, state, transition, form, field.

The words are those of the files (docs/workflow-format.md, docs/form-format.md) and of DCWorkflow.
Nothing here is checked; `parse` makes these values from text and `verify` judges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from workflow_app.core.definition.imported import Imported
from workflow_app.core.parsing.source import Place

Language = Literal["de", "en"]
Trigger = Literal["person", "automatic", "timer", "parent"]
Per = Literal["case", "round", "side", "entry", "amendment", "amendment_side"]

STAY = "stay"
"""The target of a transition that leaves the case in its state."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or label in both languages."""

    de: str
    en: str

    def __call__(self, language: str) -> str:
        """Return the text in `language`; German for every language but English."""
        return self.en if language == "en" else self.de


@dataclass(frozen=True, slots=True)
class Option:
    """One value that may be chosen."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Required:
    """When a field must be filled."""

    always: bool = False
    only_for: tuple[str, ...] = ()
    """Transitions at whose firing the field must be filled."""
    when: str | None = None
    """A condition under which the field must be filled."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form, or one column of its rows."""

    id: str
    type: str
    """A name of the table in `fields`."""
    label: Text
    place: Place
    help: Text | None = None
    required: Required = Required()
    by: tuple[str, ...] = ()
    """Roles that may fill it; empty: whoever may edit the form."""
    options: tuple[Option, ...] = ()
    """What may be chosen (one_of, several_of), or the items to be judged (checklist, likert)."""
    to: str | None = None
    """What a reference points to, a name of the table `fields.REFERENCES`."""
    side: str | None = None
    """For an organisation or person: the side for which it must be able to stand; None: any.

    A name of `fields.FOR_SIDES`.
    """
    only_for: tuple[str, ...] = ()
    """Steps for which alone it is asked; empty: whenever the form is filled in."""
    columns: tuple[Field, ...] = ()
    minimum: str | None = None
    """Smallest number, or earliest date: an ISO date or `today`."""
    maximum: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    """Fewest rows, choices, list entries or files."""
    max_items: int | None = None
    file_types: tuple[str, ...] = ()
    max_bytes: int | None = None
    prefill: str | None = None
    """What is offered when the form is opened first: `form.field`, or a name of `gathered`.

    In a column the column of the source whose cells are taken; None: the one of the same name.
    """
    compute: str | None = None
    """For a computed field: a name of the table in `computed`."""
    must_be: str | None = None
    """For yes_no: the only accepted answer, `yes` or `no`."""
    released_by: str | None = None
    """The yes_no field of the same form that must be yes before others than the sides read this."""
    like: str | None = None
    """`form.field` from which everything is taken that is not said here."""
    amends: tuple[str, ...] = ()
    """`form.field`s that get this value once the addendum comes in force."""
    adds_to: str | None = None
    """`form.field` to whose rows these are added once the addendum comes in force."""

    @property
    def points_to(self) -> str:
        """Return where its choices are found: the kind, and the side if it is for one."""
        return f"{self.to}:{self.side}" if self.side else self.to or ""


@dataclass(frozen=True, slots=True)
class Part:
    """A group of fields under one heading, perhaps filled by certain roles only."""

    id: str
    label: Text | None
    by: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition over the values of a form, with the sentence for when it is not met."""

    id: str
    when: str
    unmet: Text
    at: str
    """The field at which the sentence is shown."""
    place: Place
    each: str | None = None
    """A rows field: the condition is then over the columns of each row, as `row.column`."""
    only_for: tuple[str, ...] = ()
    first_only: bool = False
    """Asked at the first submission only: time that passes does not make an old answer wrong."""


@dataclass(frozen=True)
class Form:
    """A form: what is asked at a step."""

    id: str
    label: Text
    parts: tuple[Part, ...]
    rules: tuple[Rule, ...]
    place: Place
    help: Text | None = None
    per: Per = "case"
    seen_by: tuple[str, ...] = ()
    """Roles that may see what was submitted; empty: whoever may view the case."""
    fingerprint: str = ""
    """SHA-256 of the file's text: the version of the form."""

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Return all fields in the order in which they are asked."""
        return tuple(f for part in self.parts for f in part.fields)

    def field(self, field_id: str) -> Field:
        """Return the field called `field_id`.

        :raises KeyError: if there is none.
        """
        for candidate in self.fields:
            if candidate.id == field_id:
                return candidate
        raise KeyError(field_id)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition or fact that a transition needs, with the sentence for when it is not met."""

    id: str
    unmet: Text
    place: Place
    when: str | None = None
    fact: str | None = None
    undecided: bool = False
    """True for `open:`, which the engine cannot decide yet: closed, and shown with its reason."""
    reason_required: bool = False
    """For a warning: whoever goes on must say why."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """Both sides confirm the same frozen content."""

    sides: Literal["both", "present"]
    of: tuple[str, ...]
    """Forms, or `document.agreement`, whose content is confirmed; empty: the step itself."""
    substitute_by: str | None = None
    substitute_after: int | None = None
    """Times the state's deadline after which that role may stand in for a silent side."""
    label: Text | None = None
    """What a side does that confirms; None: it is called after the step."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A change beside the state: a name of the table in `effects`, perhaps with an argument."""

    name: str
    argument: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Deadline:
    """How long a state may last."""

    days: int
    after: str | None = None
    """A date field from which the days count; None: from entering the state."""
    warn: tuple[int, ...] = ()
    escalate_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transition:
    """A step that a person, a timer or the facts may make."""

    id: str
    label: Text
    to: str
    """A state, or `stay`."""
    place: Place
    help: Text | None = None
    trigger: Trigger = "person"
    by: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    permission: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    when: str | None = None
    after_days: int | None = None
    form: str | None = None
    sign_off: SignOff | None = None
    requires: tuple[Requirement, ...] = ()
    warns: tuple[Requirement, ...] = ()
    effects: tuple[Effect, ...] = ()
    notify: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`your_turn` and `decided` → the roles that get a message."""
    reason: Literal["required", "optional"] | None = None
    outcome: str | None = None
    """What an end means when it is reached so: a word, or a `form.field` of the step's form."""
    decision: bool = False
    """True if the act is a decision about the case (page, wording and mail differ)."""
    aside: bool = False
    """True for what is rarely the next step, such as giving up: it is offered last and quietly."""
    confirm: bool = False
    """True for what is shown once more before it is taken, also if the case stays in its state."""


Rights = Mapping[str, tuple[str, ...]]
"""Permission → the roles that hold it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody for whom the case waits, perhaps under a condition and with an own task."""

    role: str
    when: str | None = None
    task: Text | None = None
    step: str | None = None
    """The exit, or form of the state, by which it is done; it is offered first. None: not said."""
    deadline: Deadline | None = None
    """By when the role should have done it, counted from when it was first asked; None: the
    state's deadline holds."""


@dataclass(frozen=True, slots=True)
class State:
    """Where a case may stand."""

    id: str
    label: Text
    place: Place
    public: Text | None = None
    phase: str | None = None
    waits_for: tuple[Waiting, ...] = ()
    rights: Rights = field(default_factory=dict)
    forms: tuple[str, ...] = ()
    """Forms that may be filled and submitted while the state lasts."""
    forms_when: Mapping[str, str] = field(default_factory=dict)
    """Form → the condition under which the state offers it; a form that is not here: always."""
    conceals: tuple[str, ...] = ()
    """Forms of which each side sees only its own submission while the state lasts."""
    shown_after_own: tuple[str, ...] = ()
    """Forms of which a side sees the other's submission only once its own is in."""
    deadline: Deadline | None = None
    exits: tuple[str, ...] = ()
    stops_clock: bool = False
    """True: days spent here count for no other deadline of the case."""
    end: bool = False
    outcome: str | None = None
    task: Text | None = None
    """What those for whom the case waits have to do, for the worklist."""


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is on a case or on the site."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Phase:
    """A group of states that a lay person sees."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Subject:
    """How a case is called: the fields of its title and place, and the letters of its number."""

    title: str
    place: str
    """Empty: a case of this kind lies nowhere in particular."""
    number: str
    unique: bool = False
    """A title is used once in a place and year, by cases that have not ended badly."""
    glance: tuple[str, ...] = ()
    """`form.field`s that stand first on the page of a case; none: those of the scope."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What stands above everything else on the page of a case while it holds."""

    id: str
    heading: Text
    """May hold `{day}`."""
    text: Text
    """What it means and what can be done meanwhile; may hold `{day}`."""
    place: Place
    when: str | None = None
    states: tuple[str, ...] = ()
    """In which states it may stand; none: in each."""
    day: str | None = None
    """The date field whose day is meant; while it is empty nothing is announced."""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Something that a workflow promises of every path; `verify` proves or refutes it."""

    kind: str
    """A name of the table `parse_guarantees.GUARANTEE_KEYS`."""
    said: Mapping[str, tuple[str, ...]]
    """What it says, key by key; a single word is a list of one."""
    place: Place

    def names(self, key: str) -> tuple[str, ...]:
        """Return what stands under `key`; nothing if the guarantee does not say."""
        return self.said.get(key, ())


@dataclass(frozen=True, slots=True)
class Workflow:
    """A whole workflow, as one version of its file says."""

    id: str
    version: str
    label: Text
    subject: Subject
    phases: tuple[Phase, ...]
    sides: Mapping[str, str]
    """Side → the role that stands for it."""
    roles: tuple[Role, ...]
    scope: tuple[str, ...]
    """Fields on which an approval rests."""
    variables: Mapping[str, Text]
    """What a case remembers as yes or no beside its state."""
    absent: Mapping[str, str]
    """Side → the variable that says that this side takes part no longer."""
    start: tuple[str, ...]
    """Transitions that open a case."""
    states: Mapping[str, State]
    transitions: Mapping[str, Transition]
    place: Place
    fingerprint: str = ""
    imported: Imported | None = None
    """What an imported workflow says beyond this; None for one of ours."""
    guarantees: tuple[Guarantee, ...] = ()
    announcements: tuple[Announcement, ...] = ()

    def side_of(self, role: str) -> str | None:
        """Return the side that `role` stands for, or None."""
        return next((side for side, r in self.sides.items() if r == role), None)

    def phase_states(self, phase: str) -> Iterator[State]:
        """Yield the states of `phase` in the file's order."""
        return (state for state in self.states.values() if state.phase == phase)


@dataclass(frozen=True, slots=True)
class ValueList:
    """A list of values that several forms share."""

    id: str
    options: tuple[Option, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ClauseVariant:
    """One wording of a clause, used if `when` holds."""

    id: str
    when: str | None
    paragraphs: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of an agreement with its variants."""

    id: str
    number: int
    heading: Text
    mandatory: bool
    variants: tuple[ClauseVariant, ...]
    place: Place
