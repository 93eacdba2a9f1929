"""What a workflow file says, as frozen values: workflow, state, transition, role, phase.

The words are those of the files (docs/workflow-format.md) and of DCWorkflow. Nothing here is
checked; `core.parsing` makes these values from text and `verify` judges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflow_app.core.definition.imported import Imported
from workflow_app.core.problems import Place

Trigger = Literal["person", "automatic", "timer", "parent"]

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

    def filled(self, **words: Text | str) -> Text:
        """Return the sentence with its words filled in; a text that is no `Text` is both."""
        both = {k: Text(w, w) if isinstance(w, str) else w for k, w in words.items()}
        return Text(
            self.de.format(**{k: word.de for k, word in both.items()}),
            self.en.format(**{k: word.en for k, word in both.items()}),
        )


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
class Derivation:
    """From which ended cases a new one of the workflow is derived, by whom, and with what."""

    label: Text
    by: tuple[str, ...]
    """Roles on the ended case; one of them suffices."""
    outcomes: tuple[str, ...]
    """How the case must have ended."""
    copies: tuple[str, ...]
    """Forms whose answers are taken over, as far as they can still be true."""
    place: Place
    help: Text | None = None
    leaves: tuple[str, ...] = ()
    """`form.field`s, or columns as `form.rows.column`, that are not taken over."""
    proposed: str | None = None
    """The yes_no field (`form.field`) with which one side proposes it to both."""


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
    derive: Derivation | None = None
    """How a new case is derived from an ended one; None: by copying what is still true by hand."""

    def side_of(self, role: str) -> str | None:
        """Return the side that `role` stands for, or None."""
        return next((side for side, r in self.sides.items() if r == role), None)

    def phase_states(self, phase: str) -> Iterator[State]:
        """Yield the states of `phase` in the file's order."""
        return (state for state in self.states.values() if state.phase == phase)
