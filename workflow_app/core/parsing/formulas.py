"""Formulas and fixed values of imported workflows, from the file's tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflow_app.core.definition.formulas import (
    CONSTANTS,
    IDENTITIES,
    LOOKUPS,
    MANY,
    NAMES,
    NOTHING,
    OPERATIONS,
    PAIRS,
    SINGLE,
    Formula,
)
from workflow_app.core.definition.imported import Fixed
from workflow_app.core.definition.moments import moment
from workflow_app.core.parsing.cursor import Cursor

KINDS = ("text", "integer", "decimal", "truth", "datetime")
MOST_NESTED = 40


def parse_formula(cursor: Cursor, depth: int = 0) -> Formula:
    """Return the formula that stands here; a wrong one is noted and counts as nothing."""
    if not cursor.is_mapping:
        return Formula(cursor.choice(tuple(NAMES)))
    found = cursor.keys((*OPERATIONS, "else"))
    ops = [op for op in found if op != "else"]
    if len(ops) != 1 or ("else" in found and ops[0] not in LOOKUPS):
        cursor.wrong(
            "one_operation",
            "Eine Formel hat genau eine Operation; „else“ gibt es bei status und argument.",
            "A formula has exactly one operation; 'else' goes with status and argument.",
        )
        return NOTHING
    if depth > MOST_NESTED:
        cursor.wrong("too_deep", "Die Formel ist zu tief.", "The formula is nested too deeply.")
        return NOTHING
    if ops[0] in LOOKUPS:
        otherwise = parse_formula(found["else"], depth + 1) if "else" in found else NOTHING
        return Formula(ops[0], (otherwise,), found[ops[0]].text())
    return _operation(ops[0], found, depth)


def _operation(op: str, found: Mapping[str, Cursor], depth: int) -> Formula:
    if op in CONSTANTS:
        return _constant(op, found[op])
    if op == "has_role":
        return Formula(op, value=found[op].texts())
    if op == "fact":
        return Formula(op, value=found[op].text())
    if op in SINGLE:
        return Formula(op, (parse_formula(found[op], depth + 1),))
    return _several(op, found[op], depth)


def _several(op: str, cursor: Cursor, depth: int) -> Formula:
    parts = tuple(parse_formula(item, depth + 1) for item in cursor.items())
    if op in (*PAIRS, *IDENTITIES) and len(parts) != 2:
        cursor.wrong("two_values", f"„{op}“ hat zwei Werte.", f"'{op}' has two values.")
        return NOTHING
    if op in MANY and op != "list" and op != "join" and not parts:
        cursor.wrong("no_values", f"„{op}“ hat keinen Wert.", f"'{op}' has no value.")
        return NOTHING
    return Formula(op, parts)


def _constant(op: str, cursor: Cursor) -> Formula:
    fixed = _typed(op, cursor)
    convert: Mapping[str, Callable[[str], str | int | float | bool]] = {
        "text": str,
        "integer": int,
        "decimal": float,
        "truth": lambda text: text == "true",
    }
    return Formula(op, value=convert[op](fixed))


def parse_fixed(cursor: Cursor) -> Fixed:
    """Return a fixed value with its type; a wrong one is noted and counts as nothing."""
    if not cursor.is_mapping:
        cursor.choice(("nothing",))
        return Fixed("nothing")
    found = cursor.keys(KINDS)
    if len(found) != 1:
        cursor.wrong("one_value", "Genau ein Wert mit Art.", "Exactly one value with its kind.")
        return Fixed("nothing")
    kind, value = next(iter(found.items()))
    return Fixed(kind, _typed(kind, value))  # type: ignore[arg-type]  # one of KINDS


def _typed(kind: str, cursor: Cursor) -> str:
    """Return the text of a value if it is of that kind; else a note and one that is."""
    checks: Mapping[str, tuple[Callable[[str], object], str]] = {
        "integer": (int, "0"),
        "decimal": (float, "0.0"),
        "datetime": (moment, "2000-01-01T00:00:00+00:00"),
        "truth": (("false", "true").index, "false"),
    }
    text = cursor.text()
    if kind not in checks:
        return text
    check, instead = checks[kind]
    try:
        check(text)
    except ValueError:
        cursor.wrong(
            "bad_value",
            f"„{text}“ ist nicht von der Art {kind}.",
            f"'{text}' is not of kind {kind}.",
        )
        return instead
    return text
