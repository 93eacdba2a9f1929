"""Formulas of an imported workflow: what a guard asks and what a variable gets.

An imported definition reckons with values of any type, with nothing, and with Python's idea of
truth; CEL, which is typed, could not say the same. A formula is therefore a small tree over the
closed table below and never text that is evaluated (docs/workflow-format.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Scalar = str | int | float | bool | None

NAMES: Mapping[str, str] = {
    "nothing": "No value.",
    "actor": "The id of whoever acts; nothing for somebody who is not signed in.",
    "time": "The moment of the step.",
    "history": "All entries so far, oldest first.",
    "transition": "The id of the transition that is being made; nothing if none is.",
    "case": "The id of the case; in a guard on opening one, of the place in which it is to lie.",
}
"""Words that stand for a value."""

OPERATIONS: Mapping[str, str] = {
    "text": "A fixed text.",
    "integer": "A fixed whole number.",
    "decimal": "A fixed number with a decimal point.",
    "truth": "Fixed: true or false.",
    "status": "A variable of the newest history entry; `else` if it has none.",
    "argument": "What was given with the step, such as `comment`; `else` if it was not.",
    "has_role": "Whether whoever acts has one of these roles here.",
    "not": "1 if the value counts as false, else 0.",
    "negation": "Whether the value counts as false, as true or false.",
    "all": "The first value that counts as false, else the last.",
    "any": "The first value that counts as true, else the last.",
    "count": "How many items a list or how many characters a text has.",
    "remainder": "What remains when a whole number is divided by another.",
    "list": "Several values together.",
    "join": "The values as one text.",
    "equal": "Whether both values are equal.",
    "unequal": "Whether both values differ.",
    "less": "Whether the first value is smaller.",
    "at_most": "Whether the first value is not greater.",
    "more": "Whether the first value is greater.",
    "at_least": "Whether the first value is not smaller.",
    "in": "Whether the first value is in the second.",
    "not_in": "Whether the first value is not in the second.",
    "same": "Whether both are one and the same, for nothing, true and false.",
    "not_same": "Whether both are not the same, for nothing, true and false.",
    "fact": "A fact with a name of its own, which somebody has to supply.",
}
"""Operation → what it gives. Those with one operand take it alone, those with several a list."""

CONSTANTS = ("text", "integer", "decimal", "truth")
LOOKUPS = ("status", "argument")
SINGLE = ("not", "negation", "count")
PAIRS = ("equal", "unequal", "less", "at_most", "more", "at_least", "in", "not_in", "remainder")
IDENTITIES = ("same", "not_same")
MANY = ("all", "any", "list", "join")
COMPARED = (*PAIRS[:-1], *IDENTITIES, "negation")
"""Operations that give true or false."""


@dataclass(frozen=True, slots=True)
class Formula:
    """One node: a name, or an operation with its operands."""

    op: str
    """A name of `NAMES` or of `OPERATIONS`."""
    of: tuple[Formula, ...] = ()
    value: Scalar | tuple[str, ...] = None
    """The constant, the name of a variable, argument or fact, or the roles."""

    def facts(self) -> Iterator[str]:
        """Yield the names of the facts that are read, as often as they are."""
        if self.op == "fact":
            yield str(self.value)
        for part in self.of:
            yield from part.facts()


NOTHING = Formula("nothing")


def constant(value: Scalar) -> Formula:
    """Return the formula that always gives `value`."""
    if value is None:
        return NOTHING
    kinds = {bool: "truth", int: "integer", float: "decimal", str: "text"}
    return Formula(kinds[type(value)], value=value)


def fact(name: str) -> Formula:
    """Return the formula that asks for the fact called `name`."""
    return Formula("fact", value=name)
