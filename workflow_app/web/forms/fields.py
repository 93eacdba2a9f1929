"""The questions of a form as WTForms fields. They bind what was typed and judge nothing.

`typed` is the raw value as `core.forms.validation` reads it: text as it stood in the field, a list
of chosen keys, item → answer, rows as mappings with `_id`, files as their sealed references said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import wtforms
from itsdangerous import URLSafeSerializer
from wtforms.utils import unset_value

from workflow_app.core.definition.forms import Field
from workflow_app.core.definition.model import Text
from workflow_app.core.forms.fields import CHECKS, LIKERT, PARTY_KEYS
from workflow_app.core.forms.present import ANSWERS, NO, YES

Choices = Mapping[str, Sequence[tuple[str, str]]]
"""Kind of reference → what may be chosen, as (key, label)."""

FEW = 6
"""Up to so many choices all are shown at once; more go into a list to open."""

NO_ANSWER = Text("keine Angabe", "no answer")
PARTY_LABELS: Mapping[str, Text] = {
    "name": Text("Name", "Name"),
    "address": Text("Anschrift", "Address"),
    "represented_by": Text("Vertreten durch", "Represented by"),
    "function": Text("Funktion", "Function"),
    "register": Text("Register und Nummer", "Register and number"),
}


@dataclass(frozen=True, slots=True)
class Clash:
    """What somebody else saved in the same field, between which and the own a person chooses."""

    by: str
    time: str
    theirs: Sequence[str]
    """What they saved, line by line; nothing: they emptied the field."""


Groups = Mapping[str, Sequence[tuple[str, frozenset[str]]]]
"""Kind of reference → (label, choices), one group after the other."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How the fields of one form are asked: language, what may be chosen, how files are sealed."""

    language: str
    choices: Choices
    seal: URLSafeSerializer
    """Signs references to uploaded files, so that nobody can name a file that is not theirs."""
    groups: Groups = field(default_factory=dict)
    """Kind of reference → in which groups its choices are shown."""
    steps: Mapping[str, str] = field(default_factory=dict)
    """The steps between which is decided with the form, each with its name; empty: none are."""


class Asked(wtforms.Field):
    """One question; here one that is answered in a line, a text area or by one choice."""

    typed: Any

    def __init__(self, definition: Field, asking: Asking, in_row: bool = False, **kw: Any) -> None:
        super().__init__(label=definition.label(asking.language), **kw)
        self.definition = definition
        self.asking = asking
        self.in_row = in_row
        self.hint = definition.help(asking.language) if definition.help else ""
        self.errors: list[str] = []
        self.clash: Clash | None = None
        self.needed: bool | None = None
        """Whether what was typed elsewhere makes an answer necessary; None: nothing said so yet."""

    def process(
        self, formdata: Any, data: Any = unset_value, extra_filters: Iterable[Any] | None = None
    ) -> None:
        """Take what was typed from the request, else from `data`."""
        if formdata is not None:
            self.typed = self.read(formdata)
        else:
            self.typed = self.blank() if data is unset_value or data is None else data
        self.data = self.typed

    def read(self, formdata: Any) -> Any:
        """Return what was typed."""
        return formdata.get(self.name, "")

    def blank(self) -> Any:
        """Return what stands in the field before anything is typed."""
        return ""

    @property
    def options(self) -> list[tuple[str, str]]:
        """Return what may be chosen, as (key, label)."""
        language = self.asking.language
        if self.definition.type == "yes_no":
            return [("yes", YES(language)), ("no", NO(language))]
        if self.definition.to:
            return list(self.asking.choices.get(self.definition.points_to, ()))
        return [(o.id, o.label(language)) for o in self.definition.options]

    @property
    def control(self) -> str:
        """Return the name of the control that asks: line, area, radios, select or confirm."""
        kind = self.definition.type
        if kind == "long_text":
            return "area"
        if kind == "yes_no" and self.definition.must_be == "yes" and not self.in_row:
            return "confirm"
        if kind in ("one_of", "yes_no"):
            return "radios" if len(self.options) <= FEW and not self.in_row else "select"
        if kind == "reference" and self.definition.points_to in self.asking.choices:
            return "select"
        return "line"

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Return the options as shown: with what was chosen before and with a way back to none."""
        options = self.options
        if self.typed and isinstance(self.typed, str) and self.typed not in dict(options):
            options.append((self.typed, self.typed))
        if self.control == "radios" and self.optional:
            options.append(("", NO_ANSWER(self.asking.language)))
        return options

    @property
    def grouped(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the options by group: (its label, options); what is in no group comes last.

        In one group without a label if there is nothing to tell apart.
        """
        groups = self.asking.groups.get(self.definition.points_to, ())
        inside = {key for _, keys in groups for key in keys}
        found = [(label, [o for o in self.offered if o[0] in keys]) for label, keys in groups]
        found.append(("", [o for o in self.offered if o[0] not in inside]))
        several = [(label, options) for label, options in found if options]
        return several if len(several) > 1 else [("", self.offered)]

    @property
    def decisions(self) -> list[str]:
        """Return the steps for which alone it is asked, as far as these are decided between."""
        wanted = self.definition.only_for
        return [step for step in self.asking.steps if step in wanted] if wanted else []

    @property
    def needed_for(self) -> list[str]:
        """Return the names of the steps that need an answer, if others do without."""
        steps, needed = self.asking.steps, self.definition.required.only_for
        asked = self.decisions or list(steps)
        return [steps[s] for s in asked if s in needed] if set(asked) - set(needed) else []

    @property
    def optional(self) -> bool:
        """Say whether the question may be left open, as far as the answers now show it."""
        required = self.definition.required
        if required.when and self.needed is not None:
            return not self.needed
        return not (required.always or required.only_for or required.when)

    @property
    def first_id(self) -> str:
        """Return the id of the first control, which a link to the problem leads to."""
        if self.control == "radios" and self.offered:
            return f"{self.id}-{self.offered[0][0]}"
        return self.id

    @property
    def calls(self) -> bool:
        """Say whether somebody has to look at it: for a problem, or to choose between two."""
        return bool(self.errors or self.clash)

    @property
    def filled(self) -> bool:
        """Say whether anything was typed."""
        return bool(self.typed.strip() if isinstance(self.typed, str) else self.typed)

    @property
    def words(self) -> list[str]:
        """Return what was typed or chosen as a reader reads it, line by line."""
        if not self.filled:
            return []
        chosen = dict(self.options).get(self.typed) if isinstance(self.typed, str) else None
        return [chosen] if chosen else str(self.typed).splitlines()


class AskedSeveral(Asked):
    """A question with several choices: ticks."""

    control = "ticks"

    def read(self, formdata: Any) -> list[str]:
        """Return the keys that were ticked."""
        return list(formdata.getlist(self.name))

    def blank(self) -> list[str]:
        """Return that nothing is ticked."""
        return []

    @property
    def offered(self) -> list[tuple[str, str]]:
        """Return the choices, with those that were ticked before and are no longer offered."""
        known = dict(self.options)
        return [*self.options, *((key, key) for key in self.typed if key not in known)]

    @property
    def words(self) -> list[str]:
        """Return what is ticked."""
        return [dict(self.offered)[key] for key in self.typed]

    @property
    def first_id(self) -> str:
        """Return the id of the first tick."""
        return f"{self.id}-{self.offered[0][0]}" if self.offered else self.id


class AskedLines(Asked):
    """A list of short texts, one a line."""

    control = "area"

    def blank(self) -> str:
        """Return that no line is there."""
        return ""


class AskedGrid(Asked):
    """A judgement on each item: checklist or likert."""

    control = "grid"

    def read(self, formdata: Any) -> dict[str, str]:
        """Return item → answer for the items that were answered."""
        given = {key: formdata.get(f"{self.name}-{key}", "") for key, _ in self.options}
        return {key: answer for key, answer in given.items() if answer}

    def blank(self) -> dict[str, str]:
        """Return that no item is answered."""
        return {}

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Return the answers that each item may get, as (key, label)."""
        keys = LIKERT if self.definition.type == "likert" else CHECKS
        return [(key, ANSWERS[key](self.asking.language)) for key in keys]

    @property
    def words(self) -> list[str]:
        """Return each item with its answer."""
        items, answers = dict(self.options), dict(self.answers)
        return [f"{items.get(i, i)}: {answers.get(a, a)}" for i, a in self.typed.items()]

    @property
    def first_id(self) -> str:
        """Return the id of the first item without an answer."""
        left = [key for key, _ in self.options if key not in self.typed]
        item = left[0] if left else self.options[0][0]
        return f"{self.id}-{item}-{self.answers[0][0]}"


class AskedParty(Asked):
    """A party to an agreement: name, address and who acts for it."""

    control = "party"

    def read(self, formdata: Any) -> dict[str, str]:
        """Return what was typed for each detail."""
        return {key: formdata.get(f"{self.name}-{key}", "") for key in PARTY_KEYS}

    def blank(self) -> dict[str, str]:
        """Return that no detail is given."""
        return {}

    @property
    def details(self) -> list[tuple[str, str, str, bool]]:
        """Return (key, label, what was typed, whether it may be left open) of each detail."""
        language = self.asking.language
        return [
            (key, PARTY_LABELS[key](language), self.typed.get(key, ""), key == "register")
            for key in PARTY_KEYS
        ]

    @property
    def words(self) -> list[str]:
        """Return the details that were typed."""
        return [f"{label}: {typed}" for _, label, typed, _ in self.details if typed.strip()]

    @property
    def filled(self) -> bool:
        """Say whether any detail was typed."""
        return any(text.strip() for text in self.typed.values())

    @property
    def first_id(self) -> str:
        """Return the id of the first detail that is missing."""
        left = [key for key, _, text, _ in self.details if not text.strip()]
        return f"{self.id}-{left[0] if left else PARTY_KEYS[0]}"
