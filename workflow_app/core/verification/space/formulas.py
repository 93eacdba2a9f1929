"""Conditions as trees: and, or, not, comparisons; whatever else they say stays opaque.

A condition that arrives here has been compiled by CEL, so that only its shape matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")|(?P<number>\d+(?:\.\d+)?)"""
    r"""|(?P<name>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)"""
    r"""|(?P<sign>&&|\|\||==|!=|<=|>=|[-!<>+*/%()\[\],?:.])|(?P<comment>//[^\n]*))"""
)
_NAMES = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
RELATIONS = ("==", "!=", "<", "<=", ">", ">=", "in")


@dataclass(frozen=True, slots=True)
class Name:
    """Something that a condition reads."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, a text, or yes or no."""

    value: object


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    of: Formula


@dataclass(frozen=True, slots=True)
class Both:
    """All of them hold."""

    of: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of them holds."""

    of: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """One term beside another."""

    relation: str
    left: Formula
    right: Formula


@dataclass(frozen=True, slots=True)
class Opaque:
    """What is not taken apart, with what it reads."""

    text: str
    names: tuple[str, ...]


Formula = Name | Constant | Not | Both | Either | Compare | Opaque


@lru_cache(maxsize=20_000)
def formula(text: str) -> Formula:
    """Return the tree of a valid condition; what cannot be followed is opaque as a whole."""
    try:
        reader = _Reader(text)
        found = reader.choice()
    except (IndexError, ValueError, RecursionError):
        return Opaque(text, tuple(dict.fromkeys(_NAMES.findall(text))))
    return found if reader.at_end else Opaque(text, tuple(dict.fromkeys(_NAMES.findall(text))))


def reads(tree: Formula) -> tuple[str, ...]:
    """Return every name that the tree reads, in its order."""
    if isinstance(tree, Name):
        return (tree.name,)
    if isinstance(tree, Opaque):
        return tree.names
    if isinstance(tree, Not):
        return reads(tree.of)
    if isinstance(tree, Compare):
        return (*reads(tree.left), *reads(tree.right))
    if isinstance(tree, Constant):
        return ()
    return tuple(name for part in tree.of for name in reads(part))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.place = 0
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise ValueError(text)
            at = found.end()
            if found.lastgroup != "comment":
                word = found[found.lastgroup]
                self.tokens.append((found.lastgroup, word, found.start(found.lastgroup)))

    @property
    def at_end(self) -> bool:
        return self.place == len(self.tokens)

    def sees(self, *signs: str) -> bool:
        return not self.at_end and self.tokens[self.place][1] in signs

    def take(self) -> tuple[str, str]:
        kind, word, _ = self.tokens[self.place]
        self.place += 1
        return kind, word

    def expect(self, sign: str) -> None:
        if self.take()[1] != sign:
            raise ValueError(self.text)

    def _opaque(self, start: int) -> Opaque:
        used = self.tokens[start : self.place]
        names = [re.sub(r"\s", "", word) for kind, word, _ in used if kind == "name"]
        end = self.tokens[self.place][2] if not self.at_end else len(self.text)
        return Opaque(self.text[used[0][2] : end].strip(), tuple(dict.fromkeys(names)))

    def choice(self) -> Formula:
        start = self.place
        found = self.either()
        if not self.sees("?"):
            return found
        self.take()
        self.choice()
        self.expect(":")
        self.choice()
        return self._opaque(start)

    def either(self) -> Formula:
        parts = [self.both()]
        while self.sees("||"):
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self) -> Formula:
        parts = [self.relation()]
        while self.sees("&&"):
            self.take()
            parts.append(self.relation())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def relation(self) -> Formula:
        left = self.term()
        if self.sees(*RELATIONS):
            relation = self.take()[1]
            return Compare(relation, left, self.term())
        return left

    def term(self) -> Formula:
        start = self.place
        found = self.unary()
        if not self.sees("+", "-", "*", "/", "%"):
            return found
        while self.sees("+", "-", "*", "/", "%"):
            self.take()
            self.unary()
        return self._opaque(start)

    def unary(self) -> Formula:
        if self.sees("!"):
            self.take()
            return Not(self.unary())
        if self.sees("-"):
            start = self.place
            self.take()
            of = self.unary()
            if isinstance(of, Constant) and isinstance(of.value, int | float):
                return Constant(-of.value)
            return self._opaque(start)
        return self.called()

    def called(self) -> Formula:
        start = self.place
        found = self.primary()
        plain = True
        while self.sees("(", "[", "."):
            plain = False
            sign = self.take()[1]
            if sign == ".":
                self.take()
                continue
            close = ")" if sign == "(" else "]"
            self._skip_to(close)
        return found if plain else self._opaque(start)

    def _skip_to(self, close: str) -> None:
        while not self.sees(close):
            self.choice()
            if self.sees(","):
                self.take()
        self.take()

    def primary(self) -> Formula:
        start = self.place
        kind, word = self.take()
        if kind == "text":
            return Constant(word[1:-1])
        if kind == "number":
            return Constant(float(word) if "." in word else int(word))
        if kind == "name":
            if word in ("true", "false"):
                return Constant(word == "true")
            return Name(re.sub(r"\s", "", word))
        if word == "(":
            found = self.choice()
            self.expect(")")
            return found
        if word == "[":
            self._skip_to("]")
            return self._opaque(start)
        raise ValueError(self.text)
