"""Formula → TALES with the same meaning, so that reading it again gives the same formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflow_app.core.definition.formulas import (
    CONSTANTS,
    IDENTITIES,
    NOTHING,
    PAIRS,
    Formula,
)
from workflow_app.core.definition.imported import NamedFact
from workflow_app.core.plone.tales import LOOKUP, METHODS
from workflow_app.core.plone.tales_python import LOOKUPS

PATHS = {
    "nothing": "nothing",
    "actor": "user/getId",
    "time": "state_change/getDateTime",
    "history": "state_change/getHistory",
    "case": "here/getId",
    "transition": "transition/getId|nothing",
}
CALLS = {
    "nothing": "None",
    "actor": "user.getId()",
    "time": "state_change.getDateTime()",
    "history": "state_change.getHistory()",
    "case": "here.getId()",
}
SIGNS = {
    **{"equal": "==", "unequal": "!=", "less": "<", "at_most": "<=", "more": ">", "at_least": ">="},
    **{"in": "in", "not_in": "not in", "same": "is", "not_same": "is not"},
    "remainder": "%",
}


class Inexpressible(Exception):
    """A formula that TALES cannot say."""


def tales_of(formula: Formula, facts: Mapping[str, NamedFact]) -> str:
    """Return the TALES expression of a formula.

    :raises Inexpressible: if there is none.
    """
    op = formula.op
    if op in PATHS:
        return PATHS[op]
    if op == "fact":
        return facts[str(formula.value)].tales
    if op == "text" and _plain(str(formula.value)):
        return "string:" + str(formula.value).replace("$", "$$")
    if op == "not":
        return "not:" + tales_of(formula.of[0], facts)
    try:
        return "python:" + _python(formula)
    except Inexpressible:
        return _path(formula, facts)


def _plain(text: str) -> bool:
    return text.isprintable() and text == text.strip()


def _path(formula: Formula, facts: Mapping[str, NamedFact]) -> str:
    roots = {"status": "status", "argument": "kwargs"}
    path = f"{roots.get(formula.op, '')}/{formula.value}"
    if formula.op not in roots or not LOOKUP.fullmatch(path) or formula.value in METHODS:
        raise Inexpressible(formula.op)
    return f"{path}|{tales_of(formula.of[0], facts)}"


def _python(formula: Formula) -> str:
    op = formula.op
    if op in CALLS:
        return CALLS[op]
    if op in CONSTANTS:
        return repr(formula.value)
    writer = WRITERS.get(op)
    if writer is None:
        raise Inexpressible(op)
    return writer(formula)


def _lookup(formula: Formula) -> str:
    call = {"status": "status.get", "argument": "kwargs.get"}[formula.op]
    otherwise = "" if formula.of[0] == NOTHING else f", {_python(formula.of[0])}"
    return f"{call}({formula.value!r}{otherwise})"


def _has_role(formula: Formula) -> str:
    return f"user.has_role({formula.value!r}, here)"


def _negation(formula: Formula) -> str:
    return f"not ({_python(formula.of[0])})"


def _bool(formula: Formula) -> str:
    sign = " and " if formula.op == "all" else " or "
    return sign.join(f"({_python(part)})" for part in formula.of)


def _count(formula: Formula) -> str:
    return f"len({_python(formula.of[0])})"


def _list(formula: Formula) -> str:
    return "[" + ", ".join(_python(part) for part in formula.of) + "]"


def _compare(formula: Formula) -> str:
    left, right = formula.of
    text = _python(right)
    # Only a bare constant may be compared by identity, and only a bare list looked into.
    bare = formula.op in IDENTITIES or right.op == "list"
    return f"({_python(left)}) {SIGNS[formula.op]} {text if bare else f'({text})'}"


def _join(formula: Formula) -> str:
    words = "".join(str(p.value) if p.op == "text" else "%s" for p in formula.of)
    values = [_python(p) for p in formula.of if p.op != "text"]
    if any("%" in str(p.value) for p in formula.of if p.op == "text"):
        raise Inexpressible("join")
    return f"{words!r} % ({', '.join(values)},)"


WRITERS: Mapping[str, Callable[[Formula], str]] = {
    **dict.fromkeys(LOOKUPS.values(), _lookup),
    **dict.fromkeys((*PAIRS, *IDENTITIES), _compare),
    **dict.fromkeys(("all", "any"), _bool),
    "has_role": _has_role,
    "negation": _negation,
    "count": _count,
    "list": _list,
    "join": _join,
}
