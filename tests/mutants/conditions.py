"""A reading of conditions of our own: cut at `||`, `&&` and `!`, and tried with every answer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from functools import cache

Atom = Callable[[str], "bool | str | None"]
"""An atom → yes, no, None (either may be) or "absent" (it reads what is not there)."""
NAME = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+")
STRING = re.compile(r"'[^']*'|\"[^\"]*\"")


def split(text: str, sign: str) -> list[str]:
    """Cut at a sign that stands in no parentheses and no quotation marks."""
    parts, depth, quoted, start, at = [], 0, "", 0, 0
    while at < len(text):
        letter = text[at]
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif depth == 0 and text.startswith(sign, at):
            parts.append(text[start:at])
            at += len(sign)
            start = at
            continue
        at += 1
    return [part.strip() for part in (*parts, text[start:])]


@cache
def tree(text: str) -> tuple[str, object]:
    """Return a condition as ("or" | "and", parts), ("not", part) or ("atom", text)."""
    text = text.strip()
    for sign, kind in (("||", "or"), ("&&", "and")):
        parts = split(text, sign)
        if len(parts) > 1:
            return kind, tuple(tree(part) for part in parts)
    if text.startswith("!") and not text.startswith("!="):
        return "not", tree(text[1:])
    if text.startswith("(") and text.endswith(")") and _closes_at_the_end(text):
        return tree(text[1:-1])
    return "atom", text


def _closes_at_the_end(text: str) -> bool:
    depth = 0
    for at, letter in enumerate(STRING.sub(lambda m: "_" * len(m[0]), text)):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return at == len(text) - 1
    return False


@cache
def atoms(text: str) -> tuple[str, ...]:
    """Return the atoms of a condition."""
    kind, parts = tree(text)
    if kind == "atom":
        return (str(parts),)
    found = [parts] if kind == "not" else parts
    return tuple(dict.fromkeys(a for part in found for a in _atoms_of(part)))  # type: ignore[union-attr]


def _atoms_of(part: object) -> tuple[str, ...]:
    kind, inner = part  # type: ignore[misc]
    if kind == "atom":
        return (inner,)
    found = [inner] if kind == "not" else inner
    return tuple(a for one in found for a in _atoms_of(one))


def names(text: str) -> tuple[str, ...]:
    """Return the dotted names that a condition or an atom reads."""
    return tuple(dict.fromkeys(NAME.findall(STRING.sub("''", text))))


def _value(part: object, given: dict[str, bool]) -> bool:
    kind, inner = part  # type: ignore[misc]
    if kind == "atom":
        return given[inner]
    if kind == "not":
        return not _value(inner, given)
    return (any if kind == "or" else all)(_value(one, given) for one in inner)


def answers(text: str, known: Atom) -> set[str]:
    """Return what a condition can come to: "yes", "no", "absent".

    What reads something that is not there counts only where it makes no difference, as in CEL.
    """
    told = {atom: known(atom) for atom in atoms(text)}
    free = [a for a, v in told.items() if v is None]
    missing = [a for a, v in told.items() if v == "absent"]
    found = set()
    for chosen in itertools.product((True, False), repeat=len(free)):
        given = {a: v for a, v in told.items() if isinstance(v, bool)}
        given.update(zip(free, chosen, strict=True))
        results = {
            _value(tree(text), {**given, **dict(zip(missing, other, strict=True))})
            for other in itertools.product((True, False), repeat=len(missing))
        }
        found.add("absent" if len(results) > 1 else "yes" if results.pop() else "no")
    return found
