"""The picture of a workflow with the way of one case in it, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template
from jinja2 import Template

from workflow_app.core.definition.model import STAY
from workflow_app.core.diagram import Edge, Node, Picture
from workflow_app.services.cases.situations import Look
from workflow_app.services.catalogue import Compiled
from workflow_app.services.drawing import laid_out
from workflow_app.store import queries
from workflow_app.web.context import seen, session
from workflow_app.web.language import language

bp = Blueprint("pictures", __name__, url_prefix="/projects/<number>")

DRAWINGS = 200
"""Pictures that are kept ready, of some twenty kilobytes each."""
_drawings: dict[tuple[Template, Marks], str] = {}
_laid_out: dict[tuple[str, str], Picture | None] = {}
"""Fingerprint of a version and language → its picture; the layout is the same for every case."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in the picture of one version; equal ones are drawn alike."""

    fingerprint: str
    language: str
    current: str = ""
    past: frozenset[str] = frozenset()
    past_ways: frozenset[tuple[str, str]] = frozenset()
    lane: str = ""
    """The phase from which the present state was entered; of an end only that box is present."""

    def node_class(self, node: Node) -> str:
        """Return how a state is drawn."""
        if node.state == self.current:
            return "is-current" if node.lane in ("", self.lane) else ""
        return "is-past" if node.state in self.past else ""

    def edge_class(self, edge: Edge) -> str:
        """Return how a step is drawn."""
        if edge.source == self.current:
            return "is-next"
        return "is-past" if (edge.source, edge.target) in self.past_ways else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One way out of the present state, for the table."""

    label: str
    target: str
    who: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The picture with the states and steps of a case marked, ready for the page."""

    drawn: str
    """Empty: Graphviz is not there; then only the table is shown."""
    steps: list[Step]


def of_case(look: Look, entries: Sequence[queries.Way]) -> Shown:
    """Return the picture of the case's workflow version with its way so far."""
    workflow = look.compiled.workflow
    steps = [e for e in entries if e.kind == "transition" and e.from_state]
    ways = {(e.from_state or "", e.to_state) for e in steps}
    past = {state for way in ways for state in way} - {look.case.state}
    entered = next((e.from_state for e in steps if e.to_state == look.case.state), None)
    marks = Marks(
        fingerprint=look.compiled.fingerprint,
        language=language(),
        current=look.case.state,
        past=frozenset(past),
        past_ways=frozenset(ways),
        lane=(workflow.states[entered].phase or "") if entered else "",
    )
    return Shown(_drawn(look.compiled, marks), _steps(look))


def of_version(compiled: Compiled) -> Shown:
    """Return the picture of a workflow version without the way of any case."""
    return Shown(_drawn(compiled, Marks(compiled.fingerprint, language())), [])


def _drawn(compiled: Compiled, marks: Marks) -> str:
    """Return the picture as it stands in the page; cases that have gone the same way share it."""
    # A template that is loaded anew, or comes from other content, draws anew.
    template = current_app.jinja_env.get_template("macros/picture.html")
    drawing: str | None = _drawings.get((template, marks))
    if drawing is None:
        if len(_drawings) >= DRAWINGS:
            _drawings.clear()
        workflow, wanted = compiled.workflow, marks.language
        past = [s.label(wanted) for s in workflow.states.values() if s.id in marks.past]
        draw = template.module.drawn  # type: ignore[attr-defined]  # the macro of this name
        drawing = draw(picture_of(compiled), marks, workflow, ", ".join(past), wanted)
        _drawings[template, marks] = drawing
    return drawing


def _steps(look: Look) -> list[Step]:
    workflow, wanted = look.compiled.workflow, language()
    found = []
    for t in look.engine.exits(look.situation):
        target = look.case.state if t.to == STAY else t.to
        who = look.engine.role_names(t.by, wanted) if t.trigger == "person" else ""
        found.append(Step(t.label(wanted), workflow.states[target].label(wanted), who))
    return found


def picture_of(compiled: Compiled) -> Picture | None:
    """Return the picture of a version, laid out once; None if Graphviz is not there or fails."""
    wanted = (compiled.fingerprint, language())
    if wanted not in _laid_out:
        _laid_out[wanted] = laid_out(compiled.workflow, language())
    return _laid_out[wanted]


@bp.get("/workflow")
def workflow(number: str) -> str:
    """Show the whole workflow of a case on a page of its own."""
    look = seen(number)
    return render_template(
        "workflow.html",
        case=look.case,
        workflow=look.compiled.workflow,
        state=look.compiled.workflow.states[look.case.state],
        picture=of_case(look, queries.ways(session(), look.case)),
        table=_table(look),
    )


def _table(look: Look) -> list[dict[str, Any]]:
    """Return every state of the workflow with its ways out."""
    workflow = look.compiled.workflow
    phases = {phase.id: phase.label(language()) for phase in workflow.phases}
    found = []
    for state in workflow.states.values():
        exits = (workflow.transitions[e] for e in state.exits)
        found.append(
            {
                "label": state.label(language()),
                "phase": phases.get(state.phase or "", ""),
                "current": state.id == look.case.state,
                "exits": [
                    (t.label(language()), workflow.states[t.to].label(language()))
                    for t in exits
                    if t.to != STAY
                ],
            }
        )
    return found
