"""What a replay supplies: values of named facts from the trace, and a watch over the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from workflow_app.core.chain.reading import Reading, reader
from workflow_app.core.definition.formulas import Formula, fact
from workflow_app.core.definition.imported import Guard, Imported

WHERE_IN_TRACE: Mapping[str, Callable[[str], str]] = {
    "transition": lambda name: f"guard:{name}",
    "create": lambda name: "creation",
    "worklist": lambda name: f"worklist:{name}",
    "variable": lambda name: f"info:{name}",
    "value": lambda name: f"variable:{name}",
}
"""Where a formula stands → how the trace calls the place."""

Recorded = Callable[[str, Reading], Any]
"""Place and reading → the value that the trace has."""


class Supplied:
    """Answers for every formula of the workflow: reckoned, or from the trace where it has to be."""

    def __init__(self, stubs: Mapping[str, Mapping[str, Any]], recorded: Recorded) -> None:
        self.stubs = stubs
        self.recorded = recorded
        self.formulas: dict[str, Formula] = {}
        self.ran: list[str] = []
        self.asked: dict[tuple[str, str], int] = {}
        """(Transition, person) → what its guard formula gave."""

    def fact(self, name: str, reading: Reading) -> Any:
        """Return the value of the formula that stands at `name`."""
        stub = self.stubs.get(in_trace(name))
        formula = self.formulas[name]
        if stub is not None:
            value = stub.get("value")
        elif any(True for _ in formula.facts()):
            value = self.recorded(name, reading)
        else:
            value = reader(formula)(reading)
        kind, _, rest = name.partition(" ")
        if kind == "transition":
            self.asked[rest, reading.person.id or "anonymous"] = int(bool(value))
        return value

    def effect(self, name: str, reading: Reading) -> None:
        """Note that the script would have run."""
        self.ran.append(name)

    def watched(self, workflow: Imported) -> Imported:
        """Return the workflow with each formula behind a fact of its own, which this answers."""
        return replace(
            workflow,
            creation=self._guard(workflow.creation, "create") if workflow.creation else None,
            transitions={
                t.id: replace(
                    t,
                    guard=self._guard(t.guard, f"transition {t.id}"),
                    values={
                        n: self._formula(f, f"value {n} of transition {t.id}")
                        for n, f in t.values.items()
                    },
                )
                for t in workflow.transitions.values()
            },
            variables={
                v.id: replace(
                    v,
                    guard=self._guard(v.guard, f"variable {v.id}"),
                    value=self._formula(v.value, f"value {v.id}") if v.value else None,
                )
                for v in workflow.variables.values()
            },
            worklists={
                w.id: replace(w, guard=self._guard(w.guard, f"worklist {w.id}"))
                for w in workflow.worklists.values()
            },
        )

    def _guard(self, guard: Guard, where: str) -> Guard:
        return replace(guard, when=self._formula(guard.when, where)) if guard.when else guard

    def _formula(self, formula: Formula, where: str) -> Formula:
        self.formulas[where] = formula
        return fact(where)


def in_trace(where: str) -> str:
    """Return the trace's word for a place."""
    kind, _, name = where.partition(" ")
    if " of transition " in where:
        variable, _, transition = name.partition(" of transition ")
        return f"assignment:{transition}:{variable}"
    return WHERE_IN_TRACE[kind](name)
