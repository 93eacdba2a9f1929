"""What an organisation has written into an imported file in the place of facts and scripts.

A fact is a condition in CEL over what a case on an imported workflow has, or a formula. What
takes the place of a script is only named here: the services carry it out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from workflow_app.core.chain.people import Entry
from workflow_app.core.chain.reading import NotSupplied, Reader, Reading, Unreadable, Value, reader
from workflow_app.core.definition.formulas import COMPARED, Formula
from workflow_app.core.definition.imported import Imported, ImportedVariable, SuppliedEffect
from workflow_app.core.expressions import Condition, Names, midnight

OF_A_CASE: Mapping[str, str] = {
    "state": "STRING",
    "actor": "STRING",
    "roles": "LIST STRING",
    "groups": "LIST STRING",
    "opened_by": "STRING",
    "transition": "STRING",
    "comment": "STRING",
    "entries": "INT",
    "entered": "TIMESTAMP",
    "today": "TIMESTAMP",
}
"""What a fact may read of every case, with its type; the variables come to it."""

FIXED_KINDS = {"text": "STRING", "integer": "INT", "decimal": "DOUBLE", "truth": "BOOL"}
WORDS = {"actor": "STRING", "transition": "STRING", "case": "STRING", "time": "TIMESTAMP"}
PYTHON: Mapping[str, tuple[type, ...]] = {
    "STRING": (str,),
    "INT": (int,),
    "DOUBLE": (float,),
    "BOOL": (bool,),
    "TIMESTAMP": (datetime,),
}
NAMEABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def names_of(workflow: Imported) -> Names:
    """Return what the facts of a workflow may read, with the compiler over it.

    A variable is there under `variable.<name>` if its name can be written in a condition and all
    that it may be given is of one kind.
    """
    types = dict(OF_A_CASE)
    for variable in workflow.variables.values():
        if variable.in_history and NAMEABLE.fullmatch(variable.id):
            kinds = {k for k in _kinds(workflow, variable) if k != "nothing"}
            if len(kinds) == 1 and None not in kinds:
                types[f"variable.{variable.id}"] = str(kinds.pop())
    return Names(types)


def _kinds(workflow: Imported, variable: ImportedVariable) -> Iterable[str | None]:
    """Yield the kind of each value that a variable may be given; None: that is not known."""
    yield "STRING" if variable.value is None else _kind(variable.value)
    for transition in workflow.transitions.values():
        if variable.id in transition.values:
            yield _kind(transition.values[variable.id])
    for state in workflow.states.values():
        if variable.id in state.values:
            kind = state.values[variable.id].kind
            yield {**FIXED_KINDS, "datetime": "TIMESTAMP", "nothing": "nothing"}[kind]


def _kind(formula: Formula) -> str | None:
    op = formula.op
    if op in ("nothing", "text", "join"):
        return "nothing" if op == "nothing" else "STRING"
    if op in FIXED_KINDS or op in WORDS:
        return {**FIXED_KINDS, **WORDS}[op]
    if op in COMPARED:
        return "BOOL"
    if op in ("count", "has_role", "not", "remainder"):
        return "INT"
    if op == "argument" and formula.value == "comment":
        return "STRING"
    return None


class SuppliedByFile:
    """The facts and effects of one workflow, as its file says them.

    `day_of` says which calendar day a moment belongs to, by which `today` and `entered` are told.
    """

    def __init__(self, workflow: Imported, day_of: Callable[[datetime], date]) -> None:
        names = names_of(workflow)
        self._day_of = day_of
        self._types = names.types
        self._conditions: dict[str, Condition] = {}
        self._formulas: dict[str, Reader] = {}
        for name, fact in workflow.facts.items():
            if fact.when:
                self._conditions[name] = names.compile(fact.when)
            elif fact.value is not None:
                self._formulas[name] = reader(fact.value)
        self._effects = {s.id for s in workflow.scripts.values() if s.supplied}

    def fact(self, name: str, reading: Reading) -> Value:
        """Return whether the condition of a fact holds, or what its formula gives.

        :raises NotSupplied: if there is neither.
        :raises Unanswered: if the condition asks for what is not there.
        """
        if name in self._formulas:
            return self._formulas[name](reading)
        condition = self._conditions.get(name)
        if condition is None:
            raise NotSupplied(name)
        verdict = condition.verdict(self.values(reading))
        if not verdict.answered:
            # It may stand behind a "not", where an unanswered no would open.
            raise Unanswered(name, verdict.absent or verdict.broken or "")
        return verdict.holds

    def effect(self, name: str, reading: Reading) -> None:
        """Let a script pass of which somebody has said what takes its place (`due_after`).

        :raises NotSupplied: if nobody has.
        """
        if name not in self._effects:
            raise NotSupplied(name)

    def values(self, reading: Reading) -> dict[str, object]:
        """Return what a condition may read in a reading; what is not there is left out."""
        entry, when = reading.entry, midnight(self._day_of(reading.at))
        # Where a guard or value of a transition is asked, its name stands last.
        asked = reading.where.partition("transition ")[2]
        found: dict[str, object] = {
            "roles": sorted(reading.roles),
            "groups": list(reading.person.groups),
            "entries": entry.number + 1 if entry else 0,
            "today": when,
            "entered": midnight(self._day_of(_entered(entry).at)) if entry else when,
        }
        perhaps = {
            "state": entry.target if entry else None,
            "actor": reading.person.id,
            "opened_by": _first(entry).actor if entry else None,
            "transition": reading.transition or asked or None,
            "comment": reading.arguments.get("comment"),
        }
        found.update({name: value for name, value in perhaps.items() if value is not None})
        for name, value in reading.status.items():
            wanted = self._types.get(f"variable.{name}", "")
            if type(value) in PYTHON.get(wanted, ()):
                found[f"variable.{name}"] = value
        return found


class Unanswered(Unreadable):
    """The condition of a fact asks for what is not there; `name` is the fact's."""

    def __init__(self, name: str, missing: str) -> None:
        super().__init__(f"{name}: {missing}")
        self.name = name


def due_after(workflow: Imported, made: Iterable[str | None]) -> Iterable[SuppliedEffect]:
    """Yield the effects in the place of the scripts that these transitions run, in order."""
    for transition in made:
        t = workflow.transitions.get(transition or "")
        for name in (t.before, t.after) if t is not None else ():
            if name in workflow.scripts:
                yield from workflow.scripts[name].effects


def _entered(entry: Entry) -> Entry:
    """Return the entry by which the present state was entered."""
    while entry.previous is not None and entry.source == entry.target:
        entry = entry.previous
    return entry


def _first(entry: Entry) -> Entry:
    *_, first = entry.back()
    return first
