"""Formulas as functions, made once a workflow, and what they may read."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from workflow_app.core.chain.people import Entry, Person, Subject
from workflow_app.core.chain.rights import roles_in
from workflow_app.core.definition.formulas import Formula
from workflow_app.core.errors import TandemError

Value = Any
"""What variables hold: text, numbers, true and false, nothing, moments, lists of entries."""


class NotSupplied(TandemError):
    """A named fact or effect has not been supplied; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(f"'{name}' has not been supplied")
        self.name = name


class Unreadable(TandemError):
    """A formula cannot be reckoned, as when a number is compared with nothing."""


class Supplied(Protocol):
    """What an organisation supplies for an imported workflow."""

    def fact(self, name: str, reading: Reading) -> Value:
        """Return the value of a named fact.

        :raises NotSupplied: if nobody has supplied it.
        """

    def effect(self, name: str, reading: Reading) -> None:
        """Do what a script did on the old site.

        :raises NotSupplied: if nobody has supplied it.
        """


class NothingSupplied:
    """The state after an import: no fact and no effect is there yet."""

    def fact(self, name: str, reading: Reading) -> Value:
        """Refuse the fact."""
        raise NotSupplied(name)

    def effect(self, name: str, reading: Reading) -> None:
        """Refuse the effect."""
        raise NotSupplied(name)


class Reading:
    """What a guard or a variable is reckoned from."""

    __slots__ = (
        *("_roles", "arguments", "at", "bypassed", "entry", "person", "status", "subject"),
        *("supplied", "transition", "where", "workflow"),
    )

    def __init__(
        self,
        workflow: str,
        subject: Subject,
        person: Person,
        at: datetime,
        arguments: Mapping[str, Value],
        supplied: Supplied,
        entry: Entry | None,
    ) -> None:
        self.workflow = workflow
        self.subject = subject
        self.person = person
        self.at = at
        self.arguments = arguments
        self.supplied = supplied
        self.entry = entry
        self.status: Mapping[str, Value] = entry.status if entry is not None else {}
        self.transition: str | None = None
        self.where = ""
        """What is asked just now, such as `transition publish`: a fact may depend on it."""
        self.bypassed = False
        self._roles: frozenset[str] | None = None

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles of the person here."""
        if self._roles is None:
            self._roles = roles_in(self.person, self.subject)
        return self._roles

    def history(self) -> tuple[Mapping[str, Value], ...]:
        """Return what the entries say, oldest first."""
        if self.entry is None:
            return ()
        return tuple(entry.status for entry in reversed(tuple(self.entry.back())))


Reader = Callable[[Reading], Value]

COMPARE: Mapping[str, Callable[[Value, Value], Value]] = {
    "equal": operator.eq,
    "unequal": operator.ne,
    "less": operator.lt,
    "at_most": operator.le,
    "more": operator.gt,
    "at_least": operator.ge,
    "in": lambda a, b: a in b,
    "not_in": lambda a, b: a not in b,
    "remainder": operator.mod,
    "same": operator.is_,
    "not_same": operator.is_not,
}

NAMED: Mapping[str, Reader] = {
    "nothing": lambda r: None,
    "actor": lambda r: r.person.id,
    "time": lambda r: r.at,
    "history": lambda r: r.history(),
    "transition": lambda r: r.transition,
    "case": lambda r: r.subject.id,
}


def reader(formula: Formula) -> Reader:
    """Return the function that reckons `formula`."""
    return NAMED.get(formula.op) or MAKERS[formula.op](formula)


def _constant(formula: Formula) -> Reader:
    value = formula.value
    return lambda r: value


def _status(formula: Formula) -> Reader:
    name, otherwise = formula.value, reader(formula.of[0])
    return lambda r: r.status[name] if name in r.status else otherwise(r)  # type: ignore[index]  # the name is text


def _argument(formula: Formula) -> Reader:
    name, otherwise = formula.value, reader(formula.of[0])
    return lambda r: r.arguments[name] if name in r.arguments else otherwise(r)  # type: ignore[index]  # the name is text


def _has_role(formula: Formula) -> Reader:
    wanted = frozenset(formula.value or ())  # type: ignore[arg-type]  # roles are a tuple of texts
    return lambda r: 0 if wanted.isdisjoint(r.roles) else 1


def _fact(formula: Formula) -> Reader:
    name = str(formula.value)
    return lambda r: r.supplied.fact(name, r)


def _not(formula: Formula) -> Reader:
    inner = reader(formula.of[0])
    return lambda r: 0 if inner(r) else 1


def _negation(formula: Formula) -> Reader:
    inner = reader(formula.of[0])
    return lambda r: not inner(r)


def _count(formula: Formula) -> Reader:
    part = formula.of[0]
    if part.op == "history":
        return lambda r: r.entry.number + 1 if r.entry is not None else 0
    inner = reader(part)
    return lambda r: len(inner(r))


def _parts(formula: Formula) -> Sequence[Reader]:
    return [reader(part) for part in formula.of]


def _all(formula: Formula) -> Reader:
    parts = _parts(formula)

    def read(r: Reading) -> Value:
        value: Value = True
        for part in parts:
            value = part(r)
            if not value:
                return value
        return value

    return read


def _any(formula: Formula) -> Reader:
    parts = _parts(formula)

    def read(r: Reading) -> Value:
        value: Value = False
        for part in parts:
            value = part(r)
            if value:
                return value
        return value

    return read


def _list(formula: Formula) -> Reader:
    parts = _parts(formula)
    return lambda r: tuple(part(r) for part in parts)


def _join(formula: Formula) -> Reader:
    parts = _parts(formula)
    return lambda r: "".join(_as_text(part(r)) for part in parts)


def _as_text(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y/%m/%d %H:%M:%S} {value.tzname() or 'UTC'}"
    return str(value)


def _compare(formula: Formula) -> Reader:
    compare = COMPARE[formula.op]
    left, right = _parts(formula)

    def read(r: Reading) -> Value:
        a, b = left(r), right(r)
        try:
            return compare(a, b)
        except (TypeError, ZeroDivisionError) as error:
            raise Unreadable(f"{formula.op}: {error}") from error

    return read


MAKERS: Mapping[str, Callable[[Formula], Reader]] = {
    **dict.fromkeys(("text", "integer", "decimal", "truth"), _constant),
    **dict.fromkeys(COMPARE, _compare),
    "status": _status,
    "argument": _argument,
    "has_role": _has_role,
    "fact": _fact,
    "not": _not,
    "negation": _negation,
    "count": _count,
    "all": _all,
    "any": _any,
    "list": _list,
    "join": _join,
}
