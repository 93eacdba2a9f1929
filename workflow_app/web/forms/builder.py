"""From the definition of a form to a form in the browser, and from the request to raw values.

Checking is the business of `core.forms.validation`; here what was typed is only taken in, changed
by a row or file more or less, and shown again with the problems beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from itsdangerous import URLSafeSerializer
from wtforms.form import BaseForm

from workflow_app.core.definition.forms import Form, Part
from workflow_app.core.forms.drafts import mark, typed_values
from workflow_app.core.forms.fields import Value
from workflow_app.core.forms.limits import MAX_ROWS
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.web.forms.fields import Asked, Asking, Choices, Groups
from workflow_app.web.forms.files import AskedFiles
from workflow_app.web.forms.rows import AskedRows, question


@dataclass(frozen=True, slots=True)
class Complaint:
    """One line of the list of problems above a form."""

    text: str
    target: str | None
    """Id of the control that the line leads to; None if the form does not show it."""


LONG = 4
"""So many sections make a form long."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a long form, which can be folded."""

    form: BoundForm
    part: Part

    @property
    def questions(self) -> list[Asked]:
        """Return what is asked in it."""
        asked = (self.form.question(f.id) for f in self.part.fields)
        return [q for q in asked if q is not None]

    @property
    def unchanged(self) -> bool:
        """Say whether everything in it is as agreed, in a form that amends an agreement."""
        agreed, typed = self.form.amended, self.form.raw()
        asked = [q.definition for q in self.questions]
        return all(agreed.get(f.id) == mark(f, typed[f.id]) for f in asked)

    @property
    def calling(self) -> int:
        """Return how many of its questions somebody has to look at."""
        return sum(q.calls for q in self.questions)

    @property
    def open(self) -> bool:
        """Say whether it is shown unfolded: unless everything in it is unchanged and in order."""
        fresh = self.form.fresh or ""
        added = any(fresh == q.id or fresh.startswith(f"{q.id}-") for q in self.questions)
        return not self.unchanged or bool(self.calling) or added


class BoundForm(BaseForm):
    """A form with what was typed into it."""

    def __init__(self, builder: Builder) -> None:
        asked = {
            f.id: question(f, builder.asking)
            for f in builder.form.fields
            if f.id in builder.fillable and f.type != "computed"
        }
        super().__init__(asked)
        self.builder = builder
        self.complaints: list[Complaint] = []
        self.fresh: str | None = None
        """Id of the control that was just added and shall have the focus."""
        self.amended: Mapping[str, str] = {}
        """Field that amends an agreement → the mark of what is agreed."""

    @property
    def long(self) -> bool:
        """Say whether the form is shown in sections that fold, with a list of them above."""
        return len(self.sections) >= LONG

    @property
    def sections(self) -> list[Section]:
        """Return the parts in which this person is asked something."""
        return [s for s in (Section(self, part) for part in self.builder.form.parts) if s.questions]

    @property
    def questions(self) -> Iterator[Asked]:
        """Return the questions in their order."""
        return (field for field in self if isinstance(field, Asked))

    def question(self, field_id: str) -> Asked | None:
        """Return the question for `field_id`, or None if it is not asked here."""
        found = self._fields.get(field_id)
        return found if isinstance(found, Asked) else None

    @property
    def file_questions(self) -> Iterator[AskedFiles]:
        """Return the questions that ask for files."""
        return (field for field in self.questions if isinstance(field, AskedFiles))

    def raw(self) -> dict[str, Any]:
        """Return what was typed, as the validation reads it, without rows that are empty."""
        found: dict[str, Any] = {}
        for field in self.questions:
            if isinstance(field, AskedRows):
                found[field.definition.id] = field.filled_rows
            elif field.definition.type == "file":
                found[field.definition.id] = field.typed[0] if field.typed else None
            else:
                found[field.definition.id] = field.typed
        return found

    def show(self, problems: Iterable[FieldProblem]) -> BoundForm:
        """Return the form with each problem beside its question and in the list above."""
        order = [f.id for f in self.builder.form.fields]
        language = self.builder.asking.language
        for problem in sorted(problems, key=lambda p: order.index(p.path.partition(".")[0])):
            text = problem.text(language)
            asked = self._at(problem.path)
            if asked is not None and text not in asked.errors:
                asked.errors.append(text)
            told = Complaint(problem.told(language), asked.first_id if asked else None)
            self.complaints.append(told)
        return self

    def refuse(self, asked: Asked, text: str) -> None:
        """Note a problem that was found before the check, such as a file that is refused."""
        asked.errors.append(text)
        self.complaints.append(Complaint(text, asked.first_id))

    def object(self, sentences: Iterable[str]) -> None:
        """Note what stands against the form as a whole."""
        self.complaints += [Complaint(text, None) for text in dict.fromkeys(sentences)]

    def _at(self, path: str) -> Asked | None:
        field_id, *cell = path.split(".")
        asked = self.question(field_id)
        if isinstance(asked, AskedRows) and len(cell) == 2:
            return asked.cell(int(cell[0]), cell[1]) or asked
        return asked


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes bound forms of one definition for one person."""

    form: Form
    fillable: frozenset[str]
    """Fields that the person may fill; the others are not asked."""
    asking: Asking

    @classmethod
    def of(
        cls,
        form: Form,
        fillable: Iterable[str],
        choices: Choices,
        seal: URLSafeSerializer,
        language: str = "de",
        *,
        groups: Groups | None = None,
        steps: Mapping[str, str] | None = None,
    ) -> Builder:
        """Return a builder; `choices` says what references may point to, `groups` how shown.

        `steps` are those that are decided between with the form, and their names.
        """
        asking = Asking(language, choices, seal, groups or {}, steps or {})
        return cls(form, frozenset(fillable), asking)

    def bind(self, request_form: Any) -> BoundForm:
        """Return the form as the browser sent it."""
        bound = BoundForm(self)
        bound.process(request_form)
        return bound

    def from_raw(self, raw: Mapping[str, Any]) -> BoundForm:
        """Return the form with what was typed earlier, as in a draft."""
        bound = BoundForm(self)
        bound.process(data=dict(raw))
        return bound

    def from_values(self, values: Mapping[str, Value]) -> BoundForm:
        """Return the form with typed values written as one would type them."""
        return self.from_raw(typed_values(self.form.fields, values))

    def opened(self, start: Mapping[str, Value], typed: Mapping[str, Any]) -> BoundForm:
        """Return the form with typed values to begin with, and over them what was typed since."""
        return self.from_raw({**typed_values(self.form.fields, start), **typed})

    def changed(self, bound: BoundForm, action: str) -> BoundForm | None:
        """Return the form after `add:<rows>`, `up|down:<rows>:<n>` or `remove:<rows or files>:<n>`.

        None if `action` is something else or names nothing that is there.
        """
        verb, _, rest = action.partition(":")
        name, _, number = rest.partition(":")
        asked = bound.question(name)
        if verb not in VERBS or not isinstance(asked, AskedRows | AskedFiles):
            return None
        index = int(number) if number.isdecimal() and len(number) < 4 else -1
        kept = [dict(item) for item in asked.typed]
        focus = _rearrange(kept, verb, index, asked.definition.max_items or MAX_ROWS)
        raw = {field.definition.id: field.typed for field in bound.questions}
        fresh = self.from_raw({**raw, name: kept})
        fresh.fresh = _focus(fresh[name], focus)
        return fresh


VERBS = ("add", "remove", "up", "down")


def _rearrange(kept: list[dict[str, Any]], verb: str, index: int, most: int) -> int:
    """Add, remove or move an entry, and return the index of the one that shall have the focus."""
    there = 0 <= index < len(kept)
    if verb == "add":
        if len(kept) < most:
            kept.append({})
        return len(kept) - 1
    if verb == "remove" and there:
        del kept[index]
        return max(index - 1, 0)
    target = index + {"up": -1, "down": 1}.get(verb, 0)
    if there and 0 <= target < len(kept):
        kept[index], kept[target] = kept[target], kept[index]
        return target
    return max(index, 0)


def _focus(asked: Any, index: int) -> str | None:
    if isinstance(asked, AskedRows) and asked.rows:
        row = asked.rows[max(0, min(index, len(asked.rows) - 1))]
        return row.cells[0].first_id if row.cells else None
    return asked.first_id if isinstance(asked, Asked) else None
