"""What form files, value lists and clauses say, as frozen values (docs/form-format.md)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from workflow_app.core.definition.model import Text
from workflow_app.core.problems import Place

Per = Literal["case", "round", "side", "entry", "amendment", "amendment_side"]


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
