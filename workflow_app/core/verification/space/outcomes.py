"""What a condition can come to in a situation of which only some bits are known.

CEL answers yes, no, or with an error where a field is absent; an error opens nothing. What is not
known leaves several answers possible, so that an outcome is a set of answers.
"""

from __future__ import annotations

from collections.abc import Callable

from workflow_app.core.verification.space.formulas import (
    Both,
    Compare,
    Constant,
    Either,
    Formula,
    Name,
    Not,
    Opaque,
    reads,
)

YES, NO, ABSENT = 1, 2, 4
OPEN = YES | NO

Outcome = Callable[[int], int]
"""Bits of a situation → the answers that are possible, as a sum of YES, NO and ABSENT."""
Literal = Callable[[str], "tuple[int, bool] | None"]
"""A name of yes or no → the bit that holds it, and whether it is meant as it stands, or None."""
Presence = Callable[[str], "tuple[int, int]"]
"""A name → the bits that must be set for its value to be there, and what remains possible then."""


def _table(meet: Callable[[int, int], int]) -> tuple[tuple[int, ...], ...]:
    answers = (YES, NO, ABSENT)

    def combined(a: int, b: int) -> int:
        found = 0
        for x in answers:
            for y in answers:
                if a & x and b & y:
                    found |= meet(x, y)
        return found

    return tuple(tuple(combined(a, b) for b in range(8)) for a in range(8))


def _and(x: int, y: int) -> int:
    if NO in (x, y):
        return NO
    return ABSENT if ABSENT in (x, y) else YES


def _or(x: int, y: int) -> int:
    if YES in (x, y):
        return YES
    return ABSENT if ABSENT in (x, y) else NO


AND, OR = _table(_and), _table(_or)
NOT = tuple((v & YES) << 1 | (v & NO) >> 1 | (v & ABSENT) for v in range(8))


def outcome(tree: Formula, literal: Literal, presence: Presence) -> Outcome:
    """Return the function that says what `tree` can come to in a situation."""
    if isinstance(tree, Constant):
        answer = YES if tree.value is True else NO
        return lambda bits: answer
    if isinstance(tree, Not):
        inner = outcome(tree.of, literal, presence)
        return lambda bits: NOT[inner(bits)]
    if isinstance(tree, Both | Either):
        table = AND if isinstance(tree, Both) else OR
        return _chain(table, [outcome(part, literal, presence) for part in tree.of])
    if isinstance(tree, Name) and (known := literal(tree.name)):
        bit, meant = known
        return lambda bits: YES if bool(bits & bit) == meant else NO
    return _opaque(tree, presence)


def _chain(table: tuple[tuple[int, ...], ...], parts: list[Outcome]) -> Outcome:
    def chained(bits: int) -> int:
        found = parts[0](bits)
        for part in parts[1:]:
            found = table[found][part(bits)]
        return found

    return chained


def _opaque(tree: Name | Compare | Opaque, presence: Presence) -> Outcome:
    needed, rest = 0, OPEN
    for name in reads(tree):
        bits, possible = presence(name)
        needed |= bits
        rest |= possible
    mask, answer = needed, rest
    return lambda bits: answer if bits & mask == mask else ABSENT
