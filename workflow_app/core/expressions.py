"""Conditions in CEL: which names there are, how a text is compiled, what opens.

CEL answers an absent field with an ERROR value whose Python value is a non-empty string and so would
count as true. Hence only the Python value `True` of a Value of type BOOL opens (`Condition.verdict`).
"""

from __future__ import annotations

import calendar
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cel_expr_python import cel

from workflow_app.core.errors import ExpressionError
from workflow_app.core.fields import FIELD_TYPES, NUMERIC, Value
from workflow_app.core.model import Field, Form

log = logging.getLogger(__name__)

SIDES = ("municipal", "civic")
TYPES = {
    "STRING": cel.Type.STRING,
    "INT": cel.Type.INT,
    "DOUBLE": cel.Type.DOUBLE,
    "BOOL": cel.Type.BOOL,
    "TIMESTAMP": cel.Type.TIMESTAMP,
}
MAX_LENGTH = 2000
"""Characters of one condition; longer ones belong into several requirements."""

_STRINGS = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"")
_CHAINS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_ABSENT = re.compile(r'No value with name "([^"]+)"')


def midnight(day: date) -> datetime:
    """Return the instant by which a calendar day is compared: 00:00 UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def add_months(day: datetime, months: int) -> datetime:
    """Return the same day `months` later; the last of the month where there is no such day."""
    years, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(years, month0 + 1)[1]
    return day.replace(year=years, month=month0 + 1, day=min(day.day, last))


def _date(text: str) -> datetime:
    return midnight(date.fromisoformat(text))


def _days(number: int) -> timedelta:
    return timedelta(days=number)


_FUNCTIONS = [
    cel.FunctionDecl("date", [cel.Overload("date_text", TYPES["TIMESTAMP"], [TYPES["STRING"]])]),
    cel.FunctionDecl("days", [cel.Overload("days_count", cel.Type.DURATION, [TYPES["INT"]])]),
    cel.FunctionDecl(
        "add_months",
        [cel.Overload("months_added", TYPES["TIMESTAMP"], [TYPES["TIMESTAMP"], TYPES["INT"]])],
    ),
]
_IMPLEMENTATIONS = {"date_text": _date, "days_count": _days, "months_added": add_months}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition says: open only if it is plainly true."""

    holds: bool
    absent: str | None = None
    """The field without which the condition cannot be answered."""
    broken: str | None = None
    """Why it could not be evaluated at all; logged, and closed."""


class Condition:
    """A compiled and type-checked condition."""

    def __init__(self, text: str, expression: cel.Expression, names: frozenset[str]) -> None:
        self.text = text
        self.names = names
        """The declared names that it reads."""
        self._expression = expression

    def verdict(self, values: Mapping[str, object]) -> Verdict:
        """Return whether the condition holds for these values; absent names are simply not there."""
        given = {name: values[name] for name in self.names if name in values}
        result = self._expression.eval(data=given)
        if result.type() == TYPES["BOOL"]:
            return Verdict(result.value() is True)
        message = str(result.value())
        absent = _ABSENT.search(message)
        if absent:
            return Verdict(False, absent=absent[1])
        log.error("condition %r could not be evaluated: %s", self.text, message)
        return Verdict(False, broken=message)


class Names:
    """The names that conditions may read, and the compiler over them."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self.types = dict(types)
        self._environment = cel.NewEnv(
            variables={name: _cel_type(kind) for name, kind in self.types.items()},
            functions=_FUNCTIONS,
            function_impls=_IMPLEMENTATIONS,
        )

    def compile(self, text: str) -> Condition:
        """Return the condition that `text` says.

        :raises ExpressionError: if it is no valid condition over these names, or not yes or no.
        """
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"longer than {MAX_LENGTH} characters")
        bare = _STRINGS.sub(lambda match: " " * len(match[0]), text)
        for word in ("has", "timestamp", "duration", "dyn", "type"):
            if found := re.search(rf"(?<![\w.]){word}\s*\(", bare):
                raise ExpressionError(f"{word}() is not used here", found.start() + 1)
        try:
            expression = self._environment.compile(text)
        except RuntimeError as error:
            raise _readable(error) from error
        if expression.return_type() != TYPES["BOOL"]:
            raise ExpressionError(f"says {expression.return_type()}, not yes or no")
        condition = Condition(text, expression, frozenset(self._read(bare)))
        if not condition.names:
            verdict = condition.verdict({})
            if verdict.broken:
                raise ExpressionError(verdict.broken)
        return condition

    def _read(self, bare: str) -> Iterable[str]:
        for chain in _CHAINS.findall(bare):
            parts = chain.split(".")
            for end in range(len(parts), 0, -1):
                name = ".".join(parts[:end])
                if name in self.types:
                    yield name
                    break


def _readable(error: RuntimeError) -> ExpressionError:
    text = str(error)
    found = re.search(r"<input>:\d+:(\d+): (.+)", text)
    if not found:
        return ExpressionError(text.splitlines()[0])
    message = re.sub(r" \(in container ''\)", "", found[2])
    return ExpressionError(message, int(found[1]))


def _cel_type(kind: str) -> cel.Type:
    if kind.startswith("LIST "):
        return cel.Type.List(TYPES[kind.removeprefix("LIST ")])
    return TYPES[kind]


def declared(forms: Iterable[Form], programme: Mapping[str, int | str]) -> dict[str, str]:
    """Return every name that these forms and the operator's numbers give, with its type."""
    types: dict[str, str] = {"today": "TIMESTAMP", "transition": "STRING"}
    for key, setting in programme.items():
        types[f"programme.{key}"] = "INT" if isinstance(setting, int) else "STRING"
    for form in forms:
        prefixes = [f"{form.id}.{side}" for side in SIDES] if form.per == "side" else [form.id]
        for prefix in prefixes:
            types[f"{prefix}.filled"] = "BOOL"
            for field in form.fields:
                types.update(_field_types(f"{prefix}.{field.id}", field, form.per == "entry"))
        if form.per == "entry":
            types[f"{form.id}.count"] = "INT"
    return types


def row_names(field: Field) -> Names:
    """Return the names of one row: `row.column` and `row.column.filled`."""
    types = {"today": "TIMESTAMP"}
    for column in field.columns:
        types.update(_field_types(f"row.{column.id}", column, many=False))
    return Names(types)


def _field_types(name: str, field: Field, many: bool) -> dict[str, str]:
    kind = FIELD_TYPES[field.type].cel
    if many:
        return _column_types(name, field)
    types = {f"{name}.filled": "BOOL"}
    if field.type == "rows":
        types[f"{name}.count"] = "INT"
        for column in field.columns:
            types.update(_column_types(f"{name}.{column.id}", column))
    elif kind == "LIST":
        types[name] = "LIST STRING"
    elif kind:
        types[name] = kind
    return types


def _column_types(name: str, column: Field) -> dict[str, str]:
    kind = FIELD_TYPES[column.type].cel
    if kind is None or kind == "LIST":
        return {}
    types = {name: f"LIST {kind}"}
    if column.type in NUMERIC:
        types[f"{name}.sum"] = kind
    return types


def seen(form: Form, values: Mapping[str, Value], prefix: str | None = None) -> dict[str, object]:
    """Return what conditions see of one submission of `form`, under `prefix` (default: its id)."""
    prefix = prefix or form.id
    found: dict[str, object] = {f"{prefix}.filled": True}
    for field in form.fields:
        found.update(_seen_field(f"{prefix}.{field.id}", field, values.get(field.id)))
    return found


def seen_entries(form: Form, entries: Iterable[Mapping[str, Value]]) -> dict[str, object]:
    """Return what conditions see of all entries of `form`: a list for each column."""
    rows = list(entries)
    found: dict[str, object] = {f"{form.id}.filled": bool(rows), f"{form.id}.count": len(rows)}
    for field in form.fields:
        found.update(_seen_column(f"{form.id}.{field.id}", field, rows))
    return found


def seen_row(field: Field, row: Mapping[str, Value]) -> dict[str, object]:
    """Return what a rule for each row sees of one row."""
    found: dict[str, object] = {}
    for column in field.columns:
        found.update(_seen_field(f"row.{column.id}", column, row.get(column.id)))
    return found


def nothing_filled(names: Names) -> dict[str, object]:
    """Return the values of a case in which nothing has been filled in yet."""
    start: dict[str, object] = {}
    for name, kind in names.types.items():
        if name.endswith(".filled"):
            start[name] = False
        elif name.endswith(".count") and kind == "INT":
            start[name] = 0
        elif name.endswith(".sum"):
            start[name] = 0 if kind == "INT" else 0.0
    return start


def _seen_field(name: str, field: Field, value: Value) -> dict[str, object]:
    found: dict[str, object] = {f"{name}.filled": value is not None}
    if field.type == "rows":
        rows = value or []
        found[f"{name}.count"] = len(rows)
        for column in field.columns:
            found.update(_seen_column(f"{name}.{column.id}", column, rows))
    elif value is not None and FIELD_TYPES[field.type].cel:
        found[name] = _scalar(field, value)
    return found


def _seen_column(
    name: str, column: Field, rows: Iterable[Mapping[str, Value]]
) -> dict[str, object]:
    if FIELD_TYPES[column.type].cel in (None, "LIST"):
        return {}
    cells = [row[column.id] for row in rows if row.get(column.id) is not None]
    found: dict[str, object] = {name: [_scalar(column, cell) for cell in cells]}
    if column.type == "integer":
        found[f"{name}.sum"] = sum(cells)
    elif column.type in NUMERIC:
        found[f"{name}.sum"] = float(sum((Decimal(cell) for cell in cells), Decimal(0)))
    return found


def _scalar(field: Field, value: Any) -> object:
    if field.type in ("decimal", "money"):
        return float(Decimal(value))
    if field.type == "date":
        return midnight(date.fromisoformat(value))
    if field.type == "date_time":
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value
