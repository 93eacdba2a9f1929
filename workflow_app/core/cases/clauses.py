"""Which wording of each clause holds for a case: exactly one of a mandatory clause."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from workflow_app.core.definition.forms import Clause, ClauseVariant
from workflow_app.core.expressions import Condition

PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A clause with the variant that holds."""

    clause: Clause
    variant: ClauseVariant


@dataclass(frozen=True, slots=True)
class Choice:
    """All chosen clauses, and what stands in the way."""

    chosen: tuple[Chosen, ...]
    undecided: tuple[str, ...]
    """Mandatory clauses of which no variant or more than one holds."""
    unfilled: tuple[str, ...]
    """Placeholders of the chosen variants without a value."""


def placeholders(variant: ClauseVariant) -> tuple[str, ...]:
    """Return the `form.field` names that the variant prints."""
    return tuple(name for text in variant.paragraphs for name in PLACEHOLDER.findall(text))


def choose(
    clauses: Iterable[Clause],
    compile_condition: Callable[[str], Condition],
    values: Mapping[str, object],
) -> Choice:
    """Return the wording that holds for these values (as conditions see them)."""
    chosen: list[Chosen] = []
    undecided: list[str] = []
    for clause in clauses:
        holding = [
            v
            for v in clause.variants
            if v.when is None or compile_condition(v.when).verdict(values).holds
        ]
        if len(holding) == 1:
            chosen.append(Chosen(clause, holding[0]))
        elif clause.mandatory or holding:
            undecided.append(clause.id)
    unfilled = [
        name
        for one in chosen
        for name in placeholders(one.variant)
        if not values.get(f"{name}.filled")
    ]
    return Choice(tuple(chosen), tuple(undecided), tuple(dict.fromkeys(unfilled)))
