"""Can a condition come to yes, and can it come to anything else? Decided by z3 where we can say so.

The fragment: one name beside constants (`==`, `!=`, `<`, `<=`, `>`, `>=`), names of yes or no, and
`&&`, `||`, `!` over them; each name within the range that its form allows. A short search for two
examples goes before it, since most conditions are neither always nor never true.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from workflow_app.core.verification.space.formulas import (
    Both,
    Compare,
    Constant,
    Either,
    Formula,
    Name,
    Not,
    Opaque,
)

Verdict = Literal["never", "always", "either", "unknown"]
MAX_EXAMPLES = 256
"""Values tried together before z3 is asked."""
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
Value = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Range:
    """What a name can be."""

    kind: str
    """The type of the name in conditions: `BOOL`, `INT`, `DOUBLE` or `STRING`."""
    least: float | None = None
    most: float | None = None
    options: tuple[str, ...] | None = None
    """The only texts that it can be; None: any."""
    asks: str | None = None
    """For `form.field.filled`: the field of which it says that it is there."""
    only: bool | None = None
    """The only answer that a field of yes or no accepts; None: both."""

    def allows(self, value: Value) -> bool:
        """Say whether the name can have this value."""
        if self.options is not None:
            return value in self.options
        if isinstance(value, bool):
            return self.only is None or value == self.only
        if isinstance(value, str):
            return True
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


Ranges = Callable[[str], "Range | None"]
"""A name → its range; None: it is not of the fragment."""


def decide(trees: Iterable[Formula], ranges: Ranges) -> Verdict:
    """Return whether all `trees` together can come to yes, and to anything else.

    `always` means: whenever the fields are filled, except those for which they ask themselves.
    `unknown`: something in them is not of the fragment, and the rest does not decide it.
    """
    tree = Both(tuple(trees))
    terms = Terms(tree, ranges)
    found = terms.examples() or _by_z3(tree, terms)
    return "unknown" if found == "either" and terms.opaque else found


class Terms:
    """The names and the opaque parts of a condition, with what each can be."""

    def __init__(self, tree: Formula, ranges: Ranges) -> None:
        self.tree = tree
        self.ranges: dict[str, Range] = {}
        self.constants: dict[str, list[Value]] = {}
        self.opaque: set[str] = set()
        self._find = ranges
        self._look(tree)
        self.asked = {r.asks for r in self.ranges.values() if r.asks}

    def _look(self, tree: Formula) -> None:
        if isinstance(tree, Both | Either):
            for part in tree.of:
                self._look(part)
        elif isinstance(tree, Not):
            self._look(tree.of)
        elif isinstance(tree, Name):
            self._known(tree.name, tree)
        elif isinstance(tree, Compare):
            name, value, _ = plain(tree) or ("", None, "")
            if value is None or not self._known(name, tree):
                self.opaque.add(str(tree))
            else:
                self.constants[name].append(value)
        elif isinstance(tree, Opaque):
            self.opaque.add(str(tree))

    def _known(self, name: str, tree: Formula) -> bool:
        found = self._find(name)
        fits = found is not None and (isinstance(tree, Compare) or found.kind == "BOOL")
        if not fits or found is None:
            self.opaque.add(str(tree))
            return False
        self.ranges[name] = found
        self.constants.setdefault(name, [])
        return True

    # ── Two examples ────────────────────────────────────────────────────────────────────────────

    def examples(self) -> Verdict | None:
        """Return what values tried one after the other show; None: they show nothing.

        Where every value was tried, what was not found is not there.
        """
        yes = other = False
        names = [n for n, r in self.ranges.items() if not r.asks]
        values = [self.values(n) for n in names]
        for name in self.opaque:
            names.append(name)
            values.append([True, False])
        for name in self.asked - set(names):
            names.append(name)
            values.append([True, None])
        for chosen in itertools.islice(itertools.product(*values), MAX_EXAMPLES):
            given = dict(zip(names, chosen, strict=True))
            answer = self.answer(self.tree, given)
            yes = yes or answer is True
            other = other or (answer is not True and self._all_filled(given))
            if yes and other:
                return "either"
        finite = all(r.kind == "BOOL" or r.options is not None for r in self.ranges.values())
        if not finite or math.prod(map(len, values)) > MAX_EXAMPLES:
            return None
        return "always" if yes else "never"

    def _all_filled(self, given: Mapping[str, Value | None]) -> bool:
        return all(v is not None or n in self.asked for n, v in given.items())

    def values(self, name: str) -> list[Value | None]:
        """Return what is tried for a name: around each constant and bound; None: not filled."""
        r = self.ranges[name]
        tried: list[Value] = [*self.constants[name], *(r.options or ())]
        if r.kind == "BOOL":
            tried += [True, False]
        elif r.kind == "STRING":
            tried.append("\x00")
        bounds = [b for b in (r.least, r.most) if b is not None]
        numbers = [v for v in tried if isinstance(v, int | float) and not isinstance(v, bool)]
        for number in (*numbers, *bounds) if r.kind in ("INT", "DOUBLE") else ():
            tried += [number - 1, number, number + 1]
        allowed: list[Value | None] = [v for v in dict.fromkeys(tried) if r.allows(v)]
        return [*allowed, None] if name in self.asked else allowed

    def answer(self, tree: Formula, given: Mapping[str, Value | None]) -> bool | None:
        """Return what a condition comes to; None: something is not filled."""
        if self.opaque and str(tree) in self.opaque:
            return _truth(given[str(tree)])
        if isinstance(tree, Constant):
            return tree.value is True
        if isinstance(tree, Not):
            inner = self.answer(tree.of, given)
            return None if inner is None else not inner
        if isinstance(tree, Both | Either):
            answers = [self.answer(part, given) for part in tree.of]
            decisive = isinstance(tree, Either)
            if decisive in answers:
                return decisive
            return None if None in answers else not decisive
        if isinstance(tree, Name):
            asks = self.ranges[tree.name].asks
            return given.get(asks) is not None if asks else _truth(given[tree.name])
        name, value, relation = plain(tree) or ("", None, "")  # type: ignore[arg-type]  # an opaque tree is not evaluated
        mine = given[name]
        return None if mine is None else bool(_compared(mine, relation, value))


def _truth(value: Value | None) -> bool | None:
    return None if value is None else value is True


def _compared(one: Any, relation: str, other: Any) -> Any:
    return COMPARE[relation](one, other)


def plain(tree: Compare) -> tuple[str, Value, str] | None:
    """Return name, constant and relation of a comparison of these two, or None."""
    left, right = tree.left, tree.right
    if tree.relation not in FLIPPED:
        return None
    if isinstance(left, Name) and isinstance(right, Constant):
        return left.name, right.value, tree.relation  # type: ignore[return-value]  # a constant is a Value
    if isinstance(right, Name) and isinstance(left, Constant):
        return right.name, left.value, FLIPPED[tree.relation]  # type: ignore[return-value]  # a constant is a Value
    return None


# ── The solver ──────────────────────────────────────────────────────────────────────────────────


def _by_z3(tree: Formula, terms: Terms) -> Verdict:
    import z3

    encoder = Encoder(z3, terms)
    yes, _ = encoder.encode(tree)
    solver = z3.Solver()
    solver.add(*encoder.limits, *(bound for bounds in encoder.bounds.values() for bound in bounds))
    if solver.check(yes) == z3.unsat:
        return "never"
    filled = [f for name, f in encoder.filled.items() if name not in terms.asked]
    return "always" if solver.check(z3.Not(yes), *filled) == z3.unsat else "either"


class Encoder:
    """A condition as two formulas of z3: when it is yes, and when it is no. Neither: absent."""

    def __init__(self, z3: Any, terms: Terms) -> None:
        self.z3 = z3
        self.terms = terms
        self.limits: list[Any] = []
        self.bounds: dict[str, list[Any]] = {}
        """Name → what its form allows it to be."""
        self.filled: dict[str, Any] = {}
        self._texts: dict[str, int] = {}
        self._values: dict[str, Any] = {}

    def encode(self, tree: Formula) -> tuple[Any, Any]:
        """Return when the condition is yes, and when it is no."""
        z3 = self.z3
        if isinstance(tree, Constant):
            return z3.BoolVal(tree.value is True), z3.BoolVal(tree.value is False)
        if isinstance(tree, Not):
            yes, no = self.encode(tree.of)
            return no, yes
        if isinstance(tree, Both | Either):
            parts = [self.encode(part) for part in tree.of]
            all_yes, all_no = [y for y, _ in parts], [n for _, n in parts]
            if isinstance(tree, Both):
                return z3.And(all_yes), z3.Or(all_no)
            return z3.Or(all_yes), z3.And(all_no)
        if str(tree) in self.terms.opaque:
            yes, no = z3.Bool(f"yes {tree}"), z3.Bool(f"no {tree}")
            self.limits.append(z3.Not(z3.And(yes, no)))
            return yes, no
        return self._term(tree)

    def _term(self, tree: Formula) -> tuple[Any, Any]:
        z3 = self.z3
        if isinstance(tree, Name):
            asks = self.terms.ranges[tree.name].asks
            if asks:
                there = self.is_there(asks)
                return there, z3.Not(there)
            there, value = self.is_there(tree.name), self._value(tree.name)
            return z3.And(there, value), z3.And(there, z3.Not(value))
        name, constant, relation = plain(tree)  # type: ignore[arg-type,misc]  # what is not opaque is a plain comparison
        there, value = self.is_there(name), self._value(name)
        holds = _compared(value, relation, self._constant(name, constant))
        return z3.And(there, holds), z3.And(there, z3.Not(holds))

    def is_there(self, name: str) -> Any:
        """Return the formula that says that a name is filled."""
        return self.filled.setdefault(name, self.z3.Bool(f"filled {name}"))

    def _constant(self, name: str, value: Value) -> Any:
        if isinstance(value, str):
            return self._texts.setdefault(value, len(self._texts))
        return value if isinstance(value, bool | int) else self.z3.RealVal(repr(value))

    def _value(self, name: str) -> Any:
        if name not in self._values:
            r, z3 = self.terms.ranges[name], self.z3
            sort = {"BOOL": z3.Bool, "DOUBLE": z3.Real}.get(r.kind, z3.Int)
            found = self._values[name] = sort(f"value {name}")
            bounds = self.bounds.setdefault(name, [])
            if r.options is not None:
                bounds.append(z3.Or([found == self._constant(name, o) for o in r.options]))
            if r.kind in ("INT", "DOUBLE"):
                bounds += [found >= r.least] if r.least is not None else []
                bounds += [found <= r.most] if r.most is not None else []
            if r.only is not None:
                bounds.append(found == r.only)
        return self._values[name]
