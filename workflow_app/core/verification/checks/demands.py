"""What a submission must fulfil, and whether it can: by examples, then by the solver z3.

The fragment is that of `ranges`; whatever else a condition says may come out either way.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow_app.core.definition.model import Text
from workflow_app.core.problems import Place
from workflow_app.core.verification.checks.ranges import Encoder, Ranges, Terms, Value
from workflow_app.core.verification.space.formulas import Both, Formula, reads

MAX_EXAMPLES = 4096
"""Values tried together before z3 is asked."""
MAX_VALUES = 6
"""Values of one name that are tried."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that a submission must fulfil.

    A condition that comes to yes, or a field that is filled, perhaps only under a condition.
    """

    said: Text
    """How it is called in a sentence."""
    place: Place | None = None
    tree: Formula | None = None
    field: str = ""
    """The name that must be there; with `tree` only where that comes to yes."""
    fails: bool = False
    """True: the condition must not come to yes."""
    impossible: bool = False
    """True: the field can have no value at all, so that it must not be there."""

    def names(self) -> set[str]:
        """Return the names on which it depends, without `.filled`."""
        own = {self.field} if self.field else set()
        return own | {n.removesuffix(".filled") for n in (reads(self.tree) if self.tree else ())}


def excluded(demands: Sequence[Demand], ranges: Ranges) -> tuple[Demand, ...]:
    """Return some of `demands` that cannot be fulfilled together; nothing if all can.

    None of what is returned can be left out. Limits of a field's value are demands of their own.
    """
    for together in _components(demands):
        terms = Terms(Both(tuple(d.tree for d in together if d.tree is not None)), ranges)
        if not _example(together, terms) and (core := _core(together, terms)):
            return core
    return ()


def opaque(tree: Formula, ranges: Ranges) -> bool:
    """Say whether something in a condition is not of the fragment."""
    return bool(Terms(Both((tree,)), ranges).opaque)


def _components(demands: Sequence[Demand]) -> Iterator[list[Demand]]:
    """Yield the demands in groups that have no name in common."""
    groups: list[tuple[set[str], list[Demand]]] = []
    for demand in demands:
        names, members = demand.names(), [demand]
        apart = []
        for other, there in groups:
            if other & names:
                names, members = names | other, [*there, *members]
            else:
                apart.append((other, there))
        groups = [*apart, (names, members)]
    yield from (members for _, members in groups)


# ── An example ──────────────────────────────────────────────────────────────────────────────────


def _example(demands: Sequence[Demand], terms: Terms) -> bool:
    """Say whether some values, tried one after the other, fulfil all demands."""
    tried: dict[str, list[Value | None]] = {name: [True, False] for name in terms.opaque}
    for name, found in terms.ranges.items():
        if not found.asks:
            values = [v for v in terms.values(name) if v is not None]
            tried[name] = [*values[:MAX_VALUES], None]
    for name in {*terms.asked, *(d.field for d in demands if d.field)}:
        tried.setdefault(name, [True, None])
    for chosen in itertools.islice(itertools.product(*tried.values()), MAX_EXAMPLES):
        given = dict(zip(tried, chosen, strict=True))
        if all(_fulfilled(demand, terms, given) for demand in demands):
            return True
    return False


def _fulfilled(demand: Demand, terms: Terms, given: Mapping[str, Value | None]) -> bool:
    there = demand.field == "" or given[demand.field] is not None
    if demand.impossible:
        return not there
    if demand.tree is None:
        return there
    yes = terms.answer(demand.tree, given) is True
    return (not yes or there) if demand.field else yes != demand.fails


# ── The solver ──────────────────────────────────────────────────────────────────────────────────


def _core(demands: Sequence[Demand], terms: Terms) -> tuple[Demand, ...]:
    """Return demands that exclude each other, none of which could be left out; or nothing."""
    import z3

    encoder = Encoder(z3, terms)
    facts = [(demand, _fact(z3, encoder, demand)) for demand in demands]
    for name, bounds in encoder.bounds.items():
        own = Demand(Text(f"die Grenzen von „{name}“", f"the limits of '{name}'"))
        facts += [(own, z3.Implies(encoder.is_there(name), z3.And(bounds)))] if bounds else []
    solver = z3.Solver()
    solver.add(*encoder.limits)

    def together(chosen: list[tuple[Demand, Any]]) -> bool:
        return bool(solver.check(*(fact for _, fact in chosen)) != z3.unsat)

    if together(facts):
        return ()
    for one in list(facts):
        rest = [other for other in facts if other is not one]
        if not together(rest):
            facts = rest
    return tuple(demand for demand, _ in facts)


def _fact(z3: Any, encoder: Encoder, demand: Demand) -> Any:
    there = encoder.is_there(demand.field) if demand.field else None
    if demand.impossible:
        return z3.Not(there)
    if demand.tree is None:
        return there
    yes, _ = encoder.encode(demand.tree)
    if demand.field:
        return z3.Implies(yes, there)
    return z3.Not(yes) if demand.fails else yes
