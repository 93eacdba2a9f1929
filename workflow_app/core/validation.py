"""Typed values from what was typed: types, limits, required fields and the rules of a form.

Nothing is corrected silently: every problem names its field (`goals.2.target` is the third row's
target), and the text as typed stays with whoever called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from workflow_app.core.expressions import Condition, seen, seen_row
from workflow_app.core.fields import FIELD_TYPES, PARTY_KEYS, Unreadable, Value
from workflow_app.core.model import Field, Form, Rule, Text

Known = Callable[[str, str], bool]
"""(kind of reference, key) → whether there is such a thing that may be chosen."""

MAX_ROWS = 200
MAX_TEXT = 20_000
"""Bounds that hold where a form gives none, so that no submission grows without limit."""

MESSAGES: Mapping[str, Text] = {
    "required": Text("Bitte füllen Sie „{label}“ aus.", "Please fill in '{label}'."),
    "not_text": Text("„{label}“ ist nicht lesbar.", "'{label}' cannot be read."),
    "control_characters": Text(
        "„{label}“ enthält Zeichen, die sich nicht drucken lassen.",
        "'{label}' contains characters that cannot be printed.",
    ),
    "one_line_only": Text(
        "„{label}“ darf nur eine Zeile haben.", "'{label}' may have one line only."
    ),
    "not_a_number": Text(
        "Geben Sie „{label}“ als Zahl ein, zum Beispiel 1.250,50.",
        "Enter '{label}' as a number, for example 1250.50.",
    ),
    "number_too_long": Text(
        "Die Zahl in „{label}“ ist zu lang.", "The number in '{label}' is too long."
    ),
    "not_a_whole_number": Text(
        "Geben Sie „{label}“ als ganze Zahl ein, zum Beispiel 36.",
        "Enter '{label}' as a whole number, for example 36.",
    ),
    "too_many_decimals": Text(
        "„{label}“ hat zu viele Nachkommastellen.", "'{label}' has too many decimal places."
    ),
    "no_such_day": Text(
        "Den Tag in „{label}“ gibt es nicht.", "The day in '{label}' does not exist."
    ),
    "not_a_date": Text(
        "Geben Sie „{label}“ als Datum ein, zum Beispiel 01.02.2027.",
        "Enter '{label}' as a date, for example 01.02.2027.",
    ),
    "not_a_time": Text(
        "Geben Sie „{label}“ mit Uhrzeit ein, zum Beispiel 01.02.2027 17:00.",
        "Enter '{label}' with a time, for example 01.02.2027 17:00.",
    ),
    "not_a_choice": Text(
        "Wählen Sie bei „{label}“ einen der angebotenen Werte.",
        "Choose one of the values offered for '{label}'.",
    ),
    "not_a_file": Text(
        "Laden Sie die Datei zu „{label}“ bitte erneut hoch.",
        "Please upload the file for '{label}' again.",
    ),
    "unknown_reference": Text(
        "Den Eintrag in „{label}“ gibt es nicht oder nicht mehr.",
        "The entry in '{label}' does not exist, or no longer.",
    ),
    "too_short": Text(
        "„{label}“ ist zu kurz: mindestens {limit} Zeichen.",
        "'{label}' is too short: at least {limit} characters.",
    ),
    "too_long": Text(
        "„{label}“ ist zu lang: höchstens {limit} Zeichen.",
        "'{label}' is too long: {limit} characters at most.",
    ),
    "too_small": Text(
        "„{label}“ muss mindestens {limit} sein.", "'{label}' must be at least {limit}."
    ),
    "too_large": Text(
        "„{label}“ darf höchstens {limit} sein.", "'{label}' may be {limit} at most."
    ),
    "too_early": Text(
        "„{label}“ darf nicht vor dem {limit} liegen.", "'{label}' may not be before {limit}."
    ),
    "too_late": Text(
        "„{label}“ darf nicht nach dem {limit} liegen.", "'{label}' may not be after {limit}."
    ),
    "too_few": Text("„{label}“: mindestens {limit} angeben.", "'{label}': give at least {limit}."),
    "too_many": Text("„{label}“: höchstens {limit} angeben.", "'{label}': give {limit} at most."),
    "must_be": Text("„{label}“ muss bestätigt sein.", "'{label}' must be confirmed."),
    "unanswered": Text(
        "„{label}“: Bitte antworten Sie auf jede Zeile.", "'{label}': please answer every line."
    ),
}
"""Rule → the sentence to show; `{label}` and `{limit}` are filled in."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with what was typed."""

    path: str
    """Field, or `rows.index.column`."""
    rule: str
    text: Text


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
    problems: list[FieldProblem] = field(default_factory=list)

    def run(self, raw: Mapping[str, Any]) -> Checked:
        """Return the typed values of `raw`; problems are listed, never raised."""
        values: dict[str, Value] = {}
        for f in self.form.fields:
            if f.id in self.fillable and f.type != "computed":
                values[f.id] = self._value(f, raw.get(f.id), f.id)
            else:
                values[f.id] = self.before.get(f.id)
        values = {key: value for key, value in values.items() if value is not None}
        seen_values = {**self.others, **seen(self.form, values), "transition": self.transition}
        self._required(values, seen_values)
        if not self.problems:
            for rule in self.form.rules:
                self._rule(rule, values, seen_values)
        return Checked(values, tuple(self.problems))

    def wrong(self, path: str, rule: str, f: Field, limit: object = "") -> None:
        """Note one problem at `path`."""
        sentence = MESSAGES[rule]
        self.problems.append(
            FieldProblem(
                path,
                rule,
                Text(
                    *(
                        sentence(lang).format(label=f.label(lang), limit=limit)
                        for lang in ("de", "en")
                    )
                ),
            )
        )

    def _value(self, f: Field, raw: Any, path: str) -> Value:
        if f.type == "rows":
            return self._rows(f, raw, path)
        if raw is None:
            return None
        try:
            value = FIELD_TYPES[f.type].read(raw, f)
        except Unreadable as unreadable:
            self.wrong(path, unreadable.rule, f)
            return None
        if value is not None:
            self._limits(f, value, path)
        return value

    def _rows(self, f: Field, raw: Any, path: str) -> Value:
        rows: list[dict[str, Value]] = []
        given = [row for row in raw or [] if isinstance(row, Mapping)]
        if len(given) > MAX_ROWS:
            self.wrong(path, "too_many", f, MAX_ROWS)
            given = given[:MAX_ROWS]
        known = [*given, *(self.before.get(f.id) or [])]
        highest = max(
            (int(i) for r in known if (i := str(r.get("_id") or "")).isdecimal()), default=0
        )
        for index, row in enumerate(given):
            cells = {
                c.id: self._value(c, row.get(c.id), f"{path}.{index}.{c.id}") for c in f.columns
            }
            cells = {key: cell for key, cell in cells.items() if cell is not None}
            typed = any(row.get(c.id) not in (None, "", []) for c in f.columns)
            if not cells and not typed:
                continue
            row_id = str(row.get("_id") or "")
            if not row_id or any(r["_id"] == row_id for r in rows):
                highest += 1
                row_id = str(highest)
            for c in f.columns:
                if (
                    c.required.always
                    and c.id not in cells
                    and not self._noted(f"{path}.{index}.{c.id}")
                ):
                    self.wrong(f"{path}.{index}.{c.id}", "required", c)
            rows.append({"_id": row_id[:40], **cells})
        if rows:
            self._count(f, len(rows), path)
        return rows or None

    def _noted(self, path: str) -> bool:
        return any(p.path == path for p in self.problems)

    def _limits(self, f: Field, value: Value, path: str) -> None:
        if isinstance(value, str) and f.type in ("text", "long_text"):
            if f.min_length and len(value) < f.min_length:
                self.wrong(path, "too_short", f, f.min_length)
            if len(value) > (f.max_length or MAX_TEXT):
                self.wrong(path, "too_long", f, f.max_length or MAX_TEXT)
        elif f.type in ("integer", "decimal", "money"):
            self._range(f, Decimal(str(value)), path)
        elif f.type in ("date", "date_time"):
            self._period(f, value[:10], path)
        elif isinstance(value, list):
            self._count(f, len(value), path)
            if f.type == "list" and any(len(line) > (f.max_length or 500) for line in value):
                self.wrong(path, "too_long", f, f.max_length or 500)
        elif f.type == "yes_no" and f.must_be and value is not (f.must_be == "yes"):
            self.wrong(path, "must_be", f)
        elif f.type == "party" and any(len(text) > 500 for text in value.values()):
            self.wrong(path, "too_long", f, 500)
        self._references(f, value, path)

    def _range(self, f: Field, number: Decimal, path: str) -> None:
        if f.minimum is not None and number < Decimal(f.minimum):
            self.wrong(path, "too_small", f, f.minimum)
        if f.maximum is not None and number > Decimal(f.maximum):
            self.wrong(path, "too_large", f, f.maximum)

    def _period(self, f: Field, day: str, path: str) -> None:
        first, last = (self._day(limit) for limit in (f.minimum, f.maximum))
        if first and day < first and (f.minimum != "today" or self.first):
            self.wrong(path, "too_early", f, _german(first))
        if last and day > last:
            self.wrong(path, "too_late", f, _german(last))

    def _day(self, limit: str | None) -> str | None:
        return self.today.isoformat() if limit == "today" else limit

    def _count(self, f: Field, number: int, path: str) -> None:
        if f.min_items and number < f.min_items:
            self.wrong(path, "too_few", f, f.min_items)
        if number > (f.max_items or MAX_ROWS):
            self.wrong(path, "too_many", f, f.max_items or MAX_ROWS)

    def _references(self, f: Field, value: Value, path: str) -> None:
        if f.to is None:
            return
        for key in value if isinstance(value, list) else [value]:
            if not self.known(f.to, key):
                self.wrong(path, "unknown_reference", f)

    def _required(self, values: Mapping[str, Value], seen_values: Mapping[str, object]) -> None:
        for f in self.form.fields:
            if f.id not in self.fillable or self._noted(f.id) or f.type == "computed":
                continue
            needed = f.required.always or self.transition in f.required.only_for
            if not needed and f.required.when:
                needed = self.condition(f.required.when).verdict(seen_values).holds
            if not needed:
                continue
            if f.id not in values:
                if not any(p.path.startswith(f"{f.id}.") for p in self.problems):
                    self.wrong(f.id, "required", f)
            elif f.type in ("likert", "checklist") and len(values[f.id]) < len(f.options):
                self.wrong(f.id, "unanswered", f)
            elif f.type == "party" and not set(PARTY_KEYS[:4]) <= set(values[f.id]):
                self.wrong(f.id, "required", f)

    def _rule(
        self, rule: Rule, values: Mapping[str, Value], seen_values: Mapping[str, object]
    ) -> None:
        if rule.only_for and self.transition not in rule.only_for:
            return
        if rule.first_only and not self.first:
            return
        if rule.at not in self.fillable:
            return
        if rule.each is None:
            if not self.condition(rule.when).verdict(seen_values).holds:
                self.problems.append(FieldProblem(rule.at, rule.id, rule.unmet))
            return
        rows = self.form.field(rule.each)
        condition = self.row_condition(rule.each, rule.when)
        today = {"today": seen_values["today"]}
        for index, row in enumerate(values.get(rule.each) or []):
            if not condition.verdict({**today, **seen_row(rows, row)}).holds:
                path = f"{rule.each}.{index}.{rows.columns[-1].id}"
                self.problems.append(FieldProblem(path, rule.id, rule.unmet))


def _german(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}.{month}.{year}"


def fillable_fields(form: Form, allowed: Callable[[tuple[str, ...]], bool]) -> frozenset[str]:
    """Return the fields whose roles (their own, else their part's) are allowed."""
    return frozenset(f.id for p in form.parts for f in p.fields if allowed(f.by or p.by))


def missing_fields(form: Form, values: Mapping[str, Value], fields: Iterable[str]) -> list[Field]:
    """Return those of `fields` that are always required and not filled."""
    wanted = set(fields)
    return [f for f in form.fields if f.id in wanted and f.required.always and f.id not in values]
