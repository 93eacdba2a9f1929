"""Typed values from what was typed: types, limits, required fields and the rules of a form.

Nothing is corrected silently: every problem names its field (`goals.2.target` is the third row's
target), and the text as typed stays with whoever called.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow_app.core.cases.visible import answered, seen, seen_row
from workflow_app.core.cases.while_typed import WhileTyped
from workflow_app.core.definition.forms import Field, Form, Rule
from workflow_app.core.definition.model import Text
from workflow_app.core.expressions import Condition, midnight
from workflow_app.core.forms import present
from workflow_app.core.forms.fields import FIELD_TYPES, NUMERIC, PARTY_KEYS, PLACES, Value
from workflow_app.core.forms.limits import MAX_ROWS, broken_count, broken_limits
from workflow_app.core.forms.messages import MESSAGES, FieldProblem, entry, missing, quoted
from workflow_app.core.forms.row_ids import id_of
from workflow_app.core.forms.typed import Unreadable

Known = Callable[[str, str], bool]
"""(kind of reference, key) → whether there is such a thing that may be chosen."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The typed values of a form, and what is wrong with what was typed."""

    values: Mapping[str, Value]
    problems: tuple[FieldProblem, ...]


@dataclass(slots=True)
class Check:
    """One check of a form: what may be filled and what the rules may read."""

    form: Form
    today: date
    fillable: frozenset[str]
    """Fields that the person may fill; the others keep their `before` value."""
    before: Mapping[str, Value]
    """Values of the submission that this one follows; empty for the first."""
    others: Mapping[str, object]
    """What conditions see of the rest of the case."""
    condition: Callable[[str], Condition]
    row_condition: Callable[[str, str], Condition]
    known: Known
    transition: str = ""
    """The transition that is fired with the form; empty: it is only submitted."""
    first: bool = True
    used_ids: Mapping[str, Iterable[str]] = field(default_factory=dict)
    """Rows field → row ids of all earlier versions, so that the id of a row taken out is not given
    to another."""
    problems: list[FieldProblem] = field(default_factory=list)
    _typed_rows: dict[str, list[int]] = field(default_factory=dict)
    """Rows field → where each row that counts stood among those typed."""

    def run(self, raw: Mapping[str, Any]) -> Checked:
        """Return the typed values of `raw`; problems are listed, never raised."""
        values = self._values(raw)
        seen_values = self._seen(values)
        self._required(values, seen_values)
        noted = {p.path.partition(".")[0] for p in self.problems}
        for rule in self.form.rules:
            # Beside what is missing elsewhere, a rule is told as soon as what it reads is there.
            if self._asked(rule) and not (noted and noted & self._read_by(rule)):
                self._rule(rule, values, seen_values)
        return Checked(values, tuple(self.problems))

    def needed(self, raw: Mapping[str, Any]) -> dict[str, bool]:
        """Return field → whether it has to be filled now, for fields required on a condition."""
        conditional = [f for f in self.form.fields if f.required.when and f.id in self.fillable]
        if not conditional:
            return {}
        seen_values = self._seen(self._values(raw))
        return {f.id: self._needed(f, seen_values) for f in conditional}

    def _values(self, raw: Mapping[str, Any]) -> dict[str, Value]:
        """Return what `raw` says, with what may not be filled as it was; problems are noted."""
        values: dict[str, Value] = {}
        for f in self.form.fields:
            if f.id in self.fillable and f.type != "computed":
                values[f.id] = self._value(f, raw.get(f.id), f.id)
            else:
                values[f.id] = self.before.get(f.id)
        return {key: value for key, value in values.items() if value is not None}

    def _seen(self, values: Mapping[str, Value]) -> Mapping[str, object]:
        given = {"transition": self.transition, "today": midnight(self.today)}
        return WhileTyped(self.form.id, {**seen(self.form, values), **given}, self.others)

    def wrong(
        self,
        path: str,
        rule: str,
        f: Field,
        limit: object = "",
        typed: object = "",
        length: int = 0,
    ) -> None:
        """Note one problem at `path`; `typed` is what was typed there."""
        sentence = missing(f) if rule == "required" else MESSAGES[rule]
        places = PLACES.get(f.type, 0)

        def said(language: str) -> str:
            shown = present.number(str(limit), language) if f.type in NUMERIC and limit else limit
            return sentence(language).format(
                label=f.label(language),
                limit=shown,
                typed=quoted(typed),
                length=length,
                places=places,
            )

        text = Text(said("de"), said("en"))
        self.problems.append(FieldProblem(path, rule, text, self._entry(path)))

    def _entry(self, path: str) -> Text | None:
        """Return the entry of a table that a path leads into, or None if it leads into none."""
        name, *cell = path.split(".")
        return entry(self.form.field(name).label, int(cell[0]) + 1) if cell else None

    def _value(self, f: Field, raw: Any, path: str) -> Value:
        if f.type == "rows":
            return self._rows(f, raw, path)
        if raw is None:
            return None
        try:
            value = FIELD_TYPES[f.type].read(raw, f)
        except Unreadable as unreadable:
            self.wrong(path, unreadable.rule, f, typed=raw)
            return None
        if value is not None:
            for rule, limit in broken_limits(f, value, self.today, self.first):
                self.wrong(path, rule, f, limit, raw, _length(value, rule))
            self._references(f, value, path)
        return value

    def _rows(self, f: Field, raw: Any, path: str) -> Value:
        given = self._given_rows(f, raw, path)
        new_id = self._new_ids(f, given)
        rows: list[dict[str, Value]] = []
        for index, row in enumerate(given):
            cells = self._row(f, row, f"{path}.{index}")
            if cells is None:
                continue
            row_id = id_of(row)
            if not row_id or any(r["_id"] == row_id for r in rows):
                row_id = new_id()
            self._typed_rows.setdefault(f.id, []).append(index)
            rows.append({"_id": row_id, **cells})
        if rows:
            for rule, limit in broken_count(f, len(rows)):
                self.wrong(path, rule, f, limit, length=len(rows))
        return rows or None

    def _given_rows(self, f: Field, raw: Any, path: str) -> list[Mapping[str, Any]]:
        given = [] if raw in (None, "") else raw
        if not isinstance(given, (list, tuple)) or not all(isinstance(r, Mapping) for r in given):
            self.wrong(path, "not_text", f)
            return []
        if len(given) > MAX_ROWS:
            self.wrong(path, "too_many", f, MAX_ROWS, length=len(given))
        return list(given[:MAX_ROWS])

    def _row(self, f: Field, row: Mapping[str, Any], path: str) -> dict[str, Value] | None:
        """Return the cells of a row, or None if nothing was typed into it."""
        cells = {c.id: self._value(c, row.get(c.id), f"{path}.{c.id}") for c in f.columns}
        cells = {key: cell for key, cell in cells.items() if cell is not None}
        if not cells and all(_blank(row.get(c.id)) for c in f.columns):
            return None
        for c in f.columns:
            cell = f"{path}.{c.id}"
            if c.required.always and c.id not in cells and not self._noted(cell):
                self.wrong(cell, "required", c)
        return cells or None

    def _new_ids(self, f: Field, given: Iterable[Mapping[str, Any]]) -> Callable[[], str]:
        """Return what numbers new rows: onward from every id that is known."""
        known = [id_of(row) for row in (*given, *(self.before.get(f.id) or []))]
        known += self.used_ids.get(f.id, ())
        highest = max((int(i) for i in known if i.isdecimal() and len(i) < 10), default=0)
        return map(str, itertools.count(highest + 1)).__next__

    def _noted(self, path: str) -> bool:
        return any(p.path == path for p in self.problems)

    def _references(self, f: Field, value: Value, path: str) -> None:
        if f.to is None:
            return
        given = self.before.get(f.id)
        before = given if isinstance(given, list) else [given]
        for key in value if isinstance(value, list) else [value]:
            # What stood there before may no longer be offered; it is not wrong by that.
            kind = f.to if key in before else f.points_to
            if not self.known(kind, key):
                self.wrong(path, "unknown_reference", f)

    def _required(self, values: Mapping[str, Value], seen_values: Mapping[str, object]) -> None:
        for f in self.form.fields:
            if f.id not in self.fillable or self._noted(f.id) or f.type == "computed":
                continue
            if f.id in values and not answered(f, values[f.id]):
                # What was begun is finished, needed or not: half a check says nothing.
                self.wrong(f.id, "unanswered", f)
                continue
            if not self._needed(f, seen_values):
                continue
            if f.id not in values:
                # Rows of which each was refused are there; their own problems say enough.
                if not any(p.path.startswith(f"{f.id}.") for p in self.problems):
                    self.wrong(f.id, "required", f)
            elif _incomplete(f, values[f.id]):
                self.wrong(f.id, "required", f)

    def _needed(self, f: Field, seen_values: Mapping[str, object]) -> bool:
        if self.transition and f.only_for and self.transition not in f.only_for:
            return False
        if f.required.always or (self.transition and self.transition in f.required.only_for):
            return True
        if f.required.when is None:
            return False
        return self.condition(f.required.when).verdict(seen_values).holds

    def _asked(self, rule: Rule) -> bool:
        """Say whether a rule is asked of this person, now and with this step."""
        if rule.only_for and self.transition not in rule.only_for:
            return False
        return rule.at in self.fillable and not (rule.first_only and not self.first)

    def _read_by(self, rule: Rule) -> set[str]:
        """Return the fields of the form that a rule reads, and the one at which it is told."""
        if rule.each is not None:
            return {rule.each, rule.at}
        parts = (name.split(".") for name in self.condition(rule.when).names)
        return {rule.at, *(path[1] for path in parts if path[0] == self.form.id and path[1:])}

    def _rule(
        self, rule: Rule, values: Mapping[str, Value], seen_values: Mapping[str, object]
    ) -> None:
        if rule.each is None:
            if not self.condition(rule.when).verdict(seen_values).holds:
                self.problems.append(FieldProblem(rule.at, rule.id, rule.unmet))
            return
        rows = self.form.field(rule.each)
        condition = self.row_condition(rule.each, rule.when)
        today = {"today": seen_values["today"]}
        kept = values.get(rule.each) or []
        indexes = self._typed_rows.get(rule.each) or range(len(kept))
        for index, row in zip(indexes, kept, strict=True):
            if not condition.verdict({**today, **seen_row(rows, row)}).holds:
                path = f"{rule.each}.{index}.{rows.columns[-1].id}"
                self.problems.append(FieldProblem(path, rule.id, rule.unmet, self._entry(path)))


def _length(value: Value, rule: str) -> int:
    """Return what a limit of length or number is compared with."""
    parts = list(value.values()) if isinstance(value, Mapping) else value
    if rule == "too_long" and not isinstance(value, str):
        return max(len(part) for part in parts)
    return len(parts) if isinstance(parts, (str, list)) else 0


def _blank(raw: Any) -> bool:
    return raw in (None, "", []) or (isinstance(raw, str) and raw.isspace())


def _incomplete(f: Field, value: Value) -> bool:
    """Say whether a required value leaves out what is needed of it."""
    return f.type == "party" and not set(PARTY_KEYS[:4]) <= set(value)
