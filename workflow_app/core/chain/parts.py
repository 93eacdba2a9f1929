"""States, transitions and variables of an imported workflow, made ready once to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflow_app.core.chain.entering import Entering
from workflow_app.core.chain.guards import check_of
from workflow_app.core.chain.reading import reader
from workflow_app.core.definition.imported import (
    Fixed,
    Imported,
    ImportedState,
    ImportedTransition,
    ImportedVariable,
)
from workflow_app.core.definition.moments import moment

FIXED: Mapping[str, Callable[[str], object]] = {
    "text": str,
    "integer": int,
    "decimal": float,
    "truth": lambda text: text == "true",
    "datetime": moment,
    "nothing": lambda text: None,
}


class ReadyState:
    """A state with what its exits and its entering need."""

    def __init__(
        self, state: ImportedState, known: Mapping[str, ReadyTransition], entering: Entering
    ):
        self.id = state.id
        self.exits = frozenset(state.exits)
        self.by_person = tuple(known[e] for e in state.exits if e in known and known[e].by_person)
        self.automatic = tuple(
            known[e] for e in state.exits if e in known and not known[e].by_person
        )
        self.entering = entering
        self.fixed = {name: fixed_value(value) for name, value in state.values.items()}


class ReadyTransition:
    """A transition with its guard and formulas as functions."""

    __slots__ = ("action", "after", "before", "by_person", "check", "id", "readers", "to")

    def __init__(self, t: ImportedTransition, workflow: Imported) -> None:
        self.id = t.id
        self.to = t.to
        self.by_person = t.trigger == "person"
        self.before = t.before
        self.after = t.after
        self.action = t.action
        self.check = check_of(t.guard, f"transition {t.id}", workflow)
        self.readers = {name: reader(f) for name, f in t.values.items()}


class ReadyVariable:
    """A variable with its guard and formula as functions."""

    __slots__ = ("check", "default", "in_catalogue", "in_history", "keeps", "read")

    def __init__(self, v: ImportedVariable, workflow: Imported) -> None:
        self.in_history = v.in_history
        self.in_catalogue = v.in_catalogue
        self.keeps = not v.always_new
        self.default = v.default
        self.read = reader(v.value) if v.value is not None else None
        self.check = check_of(v.guard, f"variable {v.id}", workflow)


def fixed_value(value: Fixed) -> object:
    """Return a fixed value as what it is."""
    return FIXED[value.kind](value.text)
