"""Conditions in CEL: how a text is compiled over typed names, and what opens.

CEL answers an absent field with an ERROR value whose Python value is a non-empty string and so
would count as true. Hence only the Python value `True` of a Value of type BOOL opens.
"""

from __future__ import annotations

import calendar
import logging
import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cel_expr_python import cel

from workflow_app.core.errors import ExpressionError

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
FORBIDDEN = ("has", "timestamp", "duration", "dyn", "type")
"""Functions of CEL with which a misspelt name or a wrong type would compile."""
FUNCTIONS = ("date", "days", "add_months")

_STRINGS_AND_COMMENTS = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|//[^\n]*""")
_PREFIX = re.compile(r"(?<![A-Za-z0-9_])[rRbB]{1,2}$")
_CHAINS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\s*\.\s*[A-Za-z_][A-Za-z0-9_]*)*")
_DATES = re.compile(r"""(?<![\w.])date\s*\(\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\)""")
_LISTS = re.compile(r"\[([^\[\]]*)\]")
_ABSENT = re.compile(r'No value with name "([^"]+)"')


def midnight(day: date) -> datetime:
    """Return the instant by which a calendar day is compared: 00:00 UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def add_months(day: datetime, months: int) -> datetime:
    """Return the same day `months` later; the last of the month where there is no such day.

    :raises ValueError: if the year is out of range.
    """
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
_IMPLEMENTATIONS: dict[str, Callable[..., Any]] = {
    "date_text": _date,
    "days_count": _days,
    "months_added": add_months,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a condition says: open only if it is plainly true."""

    holds: bool
    absent: str | None = None
    """The field without which the condition cannot be answered."""
    broken: str | None = None
    """Why it could not be evaluated at all; logged, and closed."""

    @property
    def answered(self) -> bool:
        """Say whether the condition was answered at all, by yes or by no."""
        return self.absent is None and self.broken is None


HOLDS, FAILS = Verdict(True), Verdict(False)


class Condition:
    """A compiled and type-checked condition."""

    def __init__(self, text: str, expression: cel.Expression, names: frozenset[str]) -> None:
        self.text = text
        self.names = names
        """The declared names that it reads."""
        self._expression = expression

    def verdict(self, values: Mapping[str, object], left_out: Container[str] = ()) -> Verdict:
        """Return whether the condition holds for these values; absent names are just not there.

        The names in `left_out` count as absent, whatever `values` says.
        """
        given = {n: values[n] for n in self.names if n not in left_out and n in values}
        value = self._expression.eval(data=given).value()
        # The condition is of type BOOL: what is neither true nor false is an error's message.
        if value is True:
            return HOLDS
        if value is False:
            return FAILS
        message = str(value)
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
        bare = blanked(text)
        _refuse_traps(text, bare)
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
            parts = re.split(r"\s*\.\s*", chain)
            for end in range(len(parts), 0, -1):
                name = ".".join(parts[:end])
                if name in self.types:
                    yield name
                    break


def blanked(text: str) -> str:
    """Return a condition with blanks for its texts and comments; places stay the same."""
    return _STRINGS_AND_COMMENTS.sub(lambda match: " " * len(match[0]), text)


def _refuse_traps(text: str, bare: str) -> None:
    """Raise `ExpressionError` for what compiles and yet could only fail or hide a mistake."""
    _only_plain_texts(text)
    for word in FORBIDDEN:
        if found := re.search(rf"(?<![\w.]){word}\s*\(", bare):
            raise ExpressionError(f"{word}() is not used here", found.start() + 1)
    for call in _DATES.finditer(text):
        day = call[1] or call[2] or ""
        if not bare[call.start()].isspace() and not _is_day(day):
            raise ExpressionError(f"there is no day '{day}'", call.start() + 1)
    marked = _STRINGS_AND_COMMENTS.sub(lambda match: "'" + " " * (len(match[0]) - 1), text)
    for found in _LISTS.finditer(marked):
        if re.search(r"[A-Za-z_]", found[1]):
            continue  # The checker knows the types of names.
        if len({item.strip()[:1] == "'" for item in found[1].split(",")}) > 1:
            raise ExpressionError("a list holds texts or numbers, not both", found.start() + 1)


def _only_plain_texts(text: str) -> None:
    """Refuse raw, byte and triple-quoted texts, which the reader of names could not follow."""
    end = -1
    for found in _STRINGS_AND_COMMENTS.finditer(text):
        if _PREFIX.search(text, 0, found.start()) or found.start() == end:
            raise ExpressionError("a text stands in plain quotation marks", found.start() + 1)
        end = found.end()


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


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
