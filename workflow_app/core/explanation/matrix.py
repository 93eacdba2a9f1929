"""State × role × action: the whole of a workflow's rights as one table.

It says what the definition gives to a role. Whether somebody holds the role on a case, and whether
the requirements are met, is asked of the case itself (`answer`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from workflow_app.core.cases.rights import PERMISSIONS, STANDING_ROLES
from workflow_app.core.definition.model import State, Text, Transition, Workflow
from workflow_app.core.explanation.answer import called

Cell = Literal["yes", "if", "one", "no"]
"""Allowed; allowed under conditions; allowed to one side of two; not allowed."""
CELLS: Mapping[Cell, Text] = {
    "yes": Text("ja", "yes"),
    "if": Text("bedingt", "if"),
    "one": Text("eine Seite", "one side"),
    "no": Text("–", "–"),
}
EXPLAINED: Mapping[Cell, Text] = {
    "yes": Text("erlaubt", "allowed"),
    "if": Text(
        "erlaubt, wenn die Voraussetzungen erfüllt sind", "allowed if the requirements are met"
    ),
    "one": Text(
        "erlaubt der Seite, die den Vorgang nicht begonnen hat",
        "allowed to the side that did not open the case",
    ),
    "no": Text("nicht erlaubt", "not allowed"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One action in one state, with a cell for each role of the workflow."""

    state: State
    action: str
    label: Text
    kind: Literal["right", "transition"]
    cells: Mapping[str, Cell]
    apart: bool = False
    """Whoever takes part, or belongs to an organisation that does, is excluded."""


def matrix(workflow: Workflow) -> tuple[Line, ...]:
    """Return a line for each right and each step of a person, state by state."""
    return tuple(line for state in workflow.states.values() for line in _lines(workflow, state))


def _lines(workflow: Workflow, state: State) -> Iterator[Line]:
    for right in dict.fromkeys((*PERMISSIONS, *state.rights)):
        given = state.rights.get(right, ())
        cells = {role.id: _cell(workflow, role.id, given, False) for role in workflow.roles}
        yield Line(state, right, called(right), "right", cells)
    for exit_id in dict.fromkeys(state.exits):
        t = workflow.transitions[exit_id]
        if t.trigger == "person":
            yield _step(workflow, state, t)


def _step(workflow: Workflow, state: State, t: Transition) -> Line:
    by_right = tuple(role for right in t.permission for role in state.rights.get(right, ()))
    both = bool(t.by) and bool(t.permission)
    given = tuple(r for r in t.by if r in by_right) if both else (*t.by, *by_right)
    limited = bool(t.requires or t.when or t.sign_off)
    cells = {role.id: _cell(workflow, role.id, given, limited) for role in workflow.roles}
    apart = any(role in t.not_by for role in ("member", "member_organisation"))
    return Line(state, t.id, t.label, "transition", cells, apart)


def _cell(workflow: Workflow, role: str, given: tuple[str, ...], limited: bool) -> Cell:
    takes_part = role not in STANDING_ROLES
    if role in given or ("member" in given and takes_part):
        return "if" if limited else "yes"
    if "other_side" in given and workflow.side_of(role):
        return "one"
    return "no"


def as_csv(workflow: Workflow, language: str) -> str:
    """Return the matrix as CSV."""
    head = Text("Stand;Aktion;Art;Nicht für Beteiligte", "State;Action;Kind;Not for participants")
    kinds = {"right": Text("Recht", "right"), "transition": Text("Schritt", "step")}
    lines = [
        [
            line.state.label(language),
            line.label(language),
            kinds[line.kind](language),
            "x" if line.apart else "",
            *(CELLS[line.cells[role.id]](language) for role in workflow.roles),
        ]
        for line in matrix(workflow)
    ]
    roles = [role.label(language) for role in workflow.roles]
    return table_as_csv([[*head(language).split(";"), *roles], *lines])


def table_as_csv(lines: Iterable[Iterable[str]]) -> str:
    """Return lines as CSV with semicolons, as German spreadsheets read it.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    for line in lines:
        table.writerow(f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in line)
    return text.getvalue()
