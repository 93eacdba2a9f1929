"""TALES → formula, for what has one certain meaning; everything else becomes a named fact.

Translated are constants, `not:`, the usual expressions for actor, time, comment, transition and
history, and `python:` expressions over them made of comparisons, `and`, `or`, `not`, `in`,
`len()` and `'%s' %`. An expression that asks the old site for anything else is not guessed at.
"""

from __future__ import annotations

import ast
import re

from workflow_app.core.definition.formulas import NOTHING, Formula, constant
from workflow_app.core.plone.tales_python import untranslatable, value_of

PREFIX = re.compile(r"([a-zA-Z][a-zA-Z0-9_]*):")
PATHS = {
    "nothing": NOTHING,
    "user/getId": Formula("actor"),
    "here/getId": Formula("case"),
    "object/getId": Formula("case"),
    "state_change/getDateTime": Formula("time"),
    "state_change/getHistory": Formula("history"),
}
"""Paths that can always be walked, for everybody."""

LOOKUP = re.compile(r"(?:state_change/)?(status|kwargs)/([a-zA-Z][a-zA-Z0-9_]*)")
LOOKUP_OPS = {"status": "status", "kwargs": "argument"}
METHODS = frozenset(
    {"get", "has_key", "items", "keys", "push", "pop", "values", "clear", "copy"} | set(dir(dict))
)
"""A path finds these on the mapping itself, before any variable of that name."""


def translate(text: str) -> Formula | None:
    """Return the formula with the meaning of a TALES expression, or None if it is beyond us."""
    prefix = PREFIX.match(text)
    kind, rest = (prefix[1], text[prefix.end() :]) if prefix else ("path", text)
    if kind in ("path", "standard"):
        return _path(rest)
    if kind == "string":
        return _string(rest)
    if kind == "not":
        inner = translate(rest.lstrip())
        return None if inner is None else Formula("not", (inner,))
    if kind == "python":
        return _python(rest)
    return None


def _string(text: str) -> Formula | None:
    plain = text.replace("$$", "")
    return None if "$" in plain else constant(text.replace("$$", "$"))


def _python(text: str) -> Formula | None:
    try:
        tree = ast.parse(text.strip().replace("\n", " "), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    try:
        return value_of(tree.body)
    except untranslatable:
        return None


def _path(text: str) -> Formula | None:
    """Translate alternatives from the last to the first: each stands in where one is missing."""
    first, bar, others = text.partition("|")
    first = first.strip()
    if not bar:
        return PATHS.get(first)
    otherwise = translate(others.lstrip())
    if otherwise is None:
        return None
    if first in PATHS:
        return PATHS[first]
    if first == "transition/getId":
        # Without a transition the path leads nowhere, and what stands behind the bar counts.
        return Formula("transition") if otherwise == NOTHING else None
    lookup = LOOKUP.fullmatch(first)
    if lookup is None or lookup[2] in METHODS:
        return None
    return Formula(LOOKUP_OPS[lookup[1]], (otherwise,), lookup[2])
