"""What the engine is told about a case and about who acts: values only, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submission that counts."""

    id: int
    form: str
    slot: str
    """Empty, a round (`r2`), a side or the key of an entry, by the form's `per`."""
    version: int
    values: Values
    form_version: str
    author: int | None
    on: date
    effective_from: date | None = None
    """Day on which it comes in force; None: with its submission."""


SIGNATORY = "signatory"
"""The role of whoever signs for a side, and does not stand for it in anything else."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody's role on the case."""

    person: int
    name: str
    role: str
    side: str | None
    organisation: int | None
    invited: bool = False
    """Called by the address of the invitation, because nothing has been done yet."""
    deputy: bool = False
    """Stands for the side beside its contact: may do all that one may, and is no second side."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that stands behind a side."""

    id: int
    name: str
    kind: str
    carrier: str
    """The legal entity that runs it."""
    counties: frozenset[str]
    """Keys of the counties that it serves."""


@dataclass(frozen=True, slots=True)
class Yes:
    """One side's confirmation of the content with this digest."""

    side: str
    person: int
    name: str
    digest: str
    on: date


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another project that touches the same field, with the level and what is common."""

    case: str
    title: str
    level: str
    place: str
    topics: tuple[str, ...]
    target_groups: tuple[str, ...]
    formats: tuple[str, ...]
    days: int
    """Days in common; negative: the gap between them."""
    counties: tuple[str, ...] = ()
    """Keys of the counties in which the other project is."""
    start: str = ""
    end: str = ""
    """Its first and last day, as ISO dates."""
    offices: tuple[str, ...] = ()
    """Ids of the organisations of its two sides."""
    answer: tuple[str, str] | None = None
    """What it has said about this project: decision and reason; None: nothing."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another case on which this one rests: its parent, or one that its values refer to."""

    case: str
    title: str
    workflow: str
    state: str
    county: str | None
    partners: tuple[Participant, ...]
    """Who stands for a side there."""
    term: tuple[str, str] | None = None
    """First and last day of its agreement, as ISO dates."""
    target_groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Clash:
    """Another event of the same week, in the same county or for the same people."""

    case: str
    title: str
    """Empty unless it is announced publicly."""
    day: date


@dataclass(frozen=True, slots=True)
class Amending:
    """A change of the agreement that was asked for: what it proposes, and what became of it."""

    number: int
    form: str
    """The form with which it was asked for: an amendment or an extension."""
    status: str
    """`pending`, `issued`, `registered`, `declined`, `withdrawn`, `void`."""
    requested_on: date
    proposed: Mapping[str, Values]
    """Form → its values as they would be."""
    digest: str | None = None
    """Digest of the addendum that was issued for it."""

    @property
    def open(self) -> bool:
        """Say whether it is still to be decided on or signed."""
        return self.status in ("pending", "issued")


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of a case on an imported workflow, as the history holds it."""

    transition: str | None
    """None: the case was opened, or went to another version."""
    source: str
    target: str
    actor: str | None
    at: datetime
    bypassed: bool
    status: Mapping[str, object]
    """What the step made of the variables; empty if that was erased."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: the roles held on this case, the side, the organisations belonged to."""

    person: int
    name: str
    roles: frozenset[str]
    side: str | None = None
    organisations: frozenset[int] = frozenset()
    groups: tuple[str, ...] = ()
    """The organisations belonged to, by name, where an imported workflow asks for groups."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as it stands on a day."""

    case: str
    workflow: str
    state: str | None
    """None: the case is about to be opened."""
    today: date
    entered_on: date
    """Day on which the state was entered."""
    round: int = 0
    initiating_side: str | None = None
    variables: frozenset[str] = frozenset()
    submissions: Mapping[str, tuple[Submitted, ...]] = field(default_factory=dict)
    """Form → its newest submissions that count, one a slot."""
    acting: Mapping[str, Values] = field(default_factory=dict)
    """Form → the values that are submitted by the very act."""
    participants: tuple[Participant, ...] = ()
    organisations: Mapping[int, Organisation] = field(default_factory=dict)
    members_of: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """Person named in the case → the organisations belonged to."""
    yeses: Mapping[str, tuple[Yes, ...]] = field(default_factory=dict)
    """Transition → the confirmations given and not taken back."""
    accepted_scope: str | None = None
    """Digest of the scope as it was approved."""
    agreement_digest: str | None = None
    """Digest of the agreement's snapshot that is being aligned or was issued."""
    clauses_missing: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    parent: Related | None = None
    related: Mapping[str, Related] = field(default_factory=dict)
    """Number → the case that a value of a form refers to."""
    clashes: tuple[Clash, ...] = ()
    authors: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Form → everybody who wrote a version of it, where a step asks for that."""
    sent_since: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Transition → the sides that submitted its form after it was last made, where a step asks."""
    assigned: Mapping[str, int] = field(default_factory=dict)
    """Standing role → the one person who acts in it on this case; a role not here: all its holders.
    """
    open_children: int = 0
    held_children: int = 0
    """Events that took place and are not recorded yet: they do not end with the project."""
    amendments: tuple[Amending, ...] = ()
    """All changes of the agreement that were asked for, the oldest first."""
    upcoming: Mapping[str, Submitted] = field(default_factory=dict)
    """Form → values that are agreed and come in force on a day still ahead."""
    differing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Amending form → the `form.field`s of which its values differ from what is agreed."""
    new_overlaps: tuple[Overlap, ...] = ()
    """Overlaps that only the open amendment would bring about."""
    late_copies: frozenset[str] = frozenset()
    """Checksums of documents that were issued and count no more."""
    pauses: tuple[tuple[date, date | None], ...] = ()
    """First day and end of each time in which the clock stood still; no end: it still does."""
    last_fired: Mapping[str, date] = field(default_factory=dict)
    """Transition → the day on which it was last made."""
    last_actor: Mapping[str, int] = field(default_factory=dict)
    """Transition → who made it last."""
    last_side: Mapping[str, str] = field(default_factory=dict)
    """Transition → the side of whoever made it last; without an entry: it was made for no side."""
    last_content: Mapping[str, str | None] = field(default_factory=dict)
    """Transition → the digest of what was confirmed when it was last made; None: nothing was."""
    last_act: Mapping[str, date] = field(default_factory=dict)
    """Side → the day on which somebody of it last did anything on the case."""
    acted_since: frozenset[str] = frozenset()
    """Sides of which somebody did anything after the instant at which the state was entered."""
    due_on: date | None = None
    """Day by which the state should be left."""
    reminders: int = 0
    """Reminders sent while the state has lasted."""
    moves: tuple[Moved, ...] = ()
    """All steps of a case on an imported workflow, the oldest first; of one of ours none."""
    groups: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Group that an imported workflow manages → the people who belong to it."""
    digests: dict[str, tuple[object, str | None]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )
    """Transition → its definition, and the digest of what is confirmed by it: worked out once."""

    def current(self, form: str) -> tuple[Submitted, ...]:
        """Return the submissions of `form` that count now; of a form per round, this round's."""
        return tuple(s for s in self.submissions.get(form, ()) if self._of_this_round(s.slot))

    def _of_this_round(self, slot: str) -> bool:
        kind, number = slot[:1], slot[1:]
        if kind not in ("r", "n") or not number.isdecimal():
            return True
        return int(number) == (self.round if kind == "r" else self.amending)

    @property
    def amendment(self) -> Amending | None:
        """Return the change of the agreement that is open, or None."""
        newest = self.amendments[-1] if self.amendments else None
        return newest if newest is not None and newest.open else None

    @property
    def amending(self) -> int:
        """Return the number of the open change of the agreement, else that of the next one."""
        return self.amendment.number if self.amendment else len(self.amendments) + 1

    def agreed(self, form: str) -> Values | None:
        """Return the values of `form` that are agreed last, even if their day is still ahead."""
        upcoming = self.upcoming.get(form)
        return upcoming.values if upcoming else self.newest(form)

    def newest(self, form: str, slot: str | None = None) -> Values | None:
        """Return the values of `form` that count: those of the act, else the newest submission.

        Without `slot` an earlier round does not count; with it, exactly that slot is meant.
        """
        if form in self.acting:
            return self.acting[form]
        if slot is None:
            found = self.current(form)
        else:
            found = tuple(s for s in self.submissions.get(form, ()) if s.slot == slot)
        return found[-1].values if found else None

    def by_side(self, form: str, of_amendment: bool = False) -> dict[str, Submitted]:
        """Return side → its submission of `form`; with `of_amendment` that for the open change."""
        rows = self.submissions.get(form, ())
        if not of_amendment:
            return {s.slot: s for s in rows}
        ending = f"_n{self.amending}"
        return {s.slot.removesuffix(ending): s for s in rows if s.slot.endswith(ending)}

    def standing_for(self, side: str) -> tuple[Participant, ...]:
        """Return who stands for `side`: its contact and, if there is one, the deputy."""
        return tuple(p for p in self.participants if p.side == side and p.role != SIGNATORY)

    def participant(self, side: str) -> Participant | None:
        """Return the contact of `side`, or None."""
        return next((p for p in self.standing_for(side) if not p.deputy), None)

    def deputy(self, side: str) -> Participant | None:
        """Return the deputy of the contact of `side`, or None."""
        return next((p for p in self.standing_for(side) if p.deputy), None)
