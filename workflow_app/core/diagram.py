"""The picture of a workflow: its text for Graphviz, and the places that Graphviz answers with.

Phases are lanes side by side; below each lane stand the ends that it leads to, so that an end
which many states lead to is drawn once a lane and no line crosses the whole picture. Who runs `dot`
is the business of others; the layout does not depend on a case and is the same for everybody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from workflow_app.core.definition.model import STAY, State, Workflow

NODE_LETTERS = 17
EDGE_LETTERS = 16
NODE_INCHES = 1.9
LETTER_INCHES = 0.105
LINE_INCHES = 0.24
INCH = 72.0


@dataclass(frozen=True, slots=True)
class Lane:
    """A phase: a box with its label in the corner."""

    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Node:
    """A state: a box around its middle, with the lines of its label."""

    state: str
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float
    end: bool
    lane: str = ""
    """For an end, which is drawn once a lane: the phase that leads to it here."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Steps from one state to another: a curve as an SVG path, perhaps with a label."""

    source: str
    target: str
    transitions: tuple[str, ...]
    path: str
    lines: tuple[str, ...] = ()
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn, with the origin at the top left."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    source: State
    target: State
    transitions: tuple[str, ...]
    main: bool

    @property
    def target_name(self) -> str:
        """Return the name of the box that the way leads to."""
        return _end_name(self.target, self.source.phase) if self.target.end else self.target.id


def wrapped(text: str, letters: int) -> tuple[str, ...]:
    """Return `text` broken at spaces into lines of about so many letters."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines) or ("",)


def to_dot(workflow: Workflow, language: str) -> str:
    """Return the workflow as text for `dot -Tjson`; steps that stay in their state are left out."""
    lines = [
        "digraph workflow {",
        "rankdir=TB; nodesep=.25; ranksep=.5; splines=true; newrank=true;",
        "node [shape=box, fixedsize=true];",
        'edge [fontname="Fira Sans", fontsize=12];',
    ]
    firsts = []
    for phase, states in _lanes(workflow):
        lines.append(f'subgraph {_quoted("cluster_" + phase)} {{ margin=14; label=" ";')
        lines += [_node(state, language) for state in states]
        lines.append("}")
        firsts.append(states[0].id)
    lines.append(f"{{ rank=same; {' '.join(_quoted(s) for s in firsts)} }}")
    lines += [
        f"{_quoted(a)} -> {_quoted(b)} [style=invis, weight=100];" for a, b in pairwise(firsts)
    ]
    lines += [_node(s, language) for s in workflow.states.values() if not (s.phase or s.end)]
    boxes = " ".join(_node(state, language, name) for name, state in _ends(workflow).items())
    lines.append(f"{{ rank=max; {boxes} }}")
    lines += [_edge(workflow, n, way, language) for n, way in enumerate(_ways(workflow))]
    return "\n".join([*lines, "}"])


def layout(workflow: Workflow, answer: str, language: str) -> Picture:
    """Return the picture from the JSON that `dot` answered for this very workflow."""
    found = json.loads(answer)
    height = float(found["bb"].split(",")[3])
    objects = {o["name"]: o for o in found.get("objects", ())}
    edges = {e["id"]: e for e in found.get("edges", ()) if "id" in e}
    return Picture(
        width=float(found["bb"].split(",")[2]),
        height=height,
        lanes=tuple(_lane(workflow, objects, height, language)),
        nodes=tuple(
            _placed(name, state, objects[name], height, language)
            for name, state in _boxes(workflow).items()
        ),
        edges=tuple(
            _drawn(workflow, way, edges[f"t{n}"], height, language)
            for n, way in enumerate(_ways(workflow))
        ),
    )


def _lanes(workflow: Workflow) -> Iterator[tuple[str, list[State]]]:
    for phase in workflow.phases:
        states = [s for s in workflow.phase_states(phase.id) if not s.end]
        if states:
            yield phase.id, states


def _ways(workflow: Workflow) -> list[_Way]:
    """Return which state leads to which; the first exit that leaves a state is its main way."""
    ways = []
    for state in workflow.states.values():
        targets: dict[str, list[str]] = {}
        for exit_id in state.exits:
            target = workflow.transitions[exit_id].to
            if target not in (STAY, state.id):
                targets.setdefault(target, []).append(exit_id)
        for number, (target, exits) in enumerate(targets.items()):
            ways.append(_Way(state, workflow.states[target], tuple(exits), number == 0))
    return ways


def _ends(workflow: Workflow) -> dict[str, State]:
    """Return name → end state, once for each lane that leads to it."""
    return {way.target_name: way.target for way in _ways(workflow) if way.target.end}


def _boxes(workflow: Workflow) -> dict[str, State]:
    on_the_way = {s.id: s for s in workflow.states.values() if not s.end}
    return {**on_the_way, **_ends(workflow)}


def _end_name(state: State, phase: str | None) -> str:
    return f"{state.id} of {phase}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _node(state: State, language: str, name: str = "") -> str:
    label = wrapped(state.label(language), NODE_LETTERS)
    height = 0.3 + LINE_INCHES * len(label)
    width = max(NODE_INCHES, 0.3 + LETTER_INCHES * max(len(line) for line in label))
    return f'{_quoted(name or state.id)} [height={height:.2f}, width={width:.2f}, label=""];'


def _label(workflow: Workflow, way: _Way, language: str) -> tuple[str, ...]:
    # Where a way leads to an end, the end's own label says enough.
    if way.target.end:
        return ()
    label = workflow.transitions[way.transitions[0]].label(language)
    return wrapped(label, EDGE_LETTERS)


def _edge(workflow: Workflow, number: int, way: _Way, language: str) -> str:
    across = way.source.phase != way.target.phase and not way.target.end
    options = [f'id="t{number}"', f"weight={8 if way.main and not across else 1}"]
    if across:
        options.append("constraint=false")
    if text := _label(workflow, way, language):
        options.append("label=" + _quoted("\n".join(f" {line} " for line in text)))
    return f"{_quoted(way.source.id)} -> {_quoted(way.target_name)} [{', '.join(options)}];"


def _lane(
    workflow: Workflow, objects: dict[str, Any], height: float, language: str
) -> Iterator[Lane]:
    labels = {phase.id: phase.label(language) for phase in workflow.phases}
    for phase, _states in _lanes(workflow):
        x, y, right, top = map(float, objects[f"cluster_{phase}"]["bb"].split(","))
        yield Lane(labels[phase], x, height - top, right - x, top - y)


def _placed(name: str, state: State, found: dict[str, Any], height: float, language: str) -> Node:
    x, y = map(float, found["pos"].split(","))
    return Node(
        state=state.id,
        lines=wrapped(state.label(language), NODE_LETTERS),
        x=x,
        y=height - y,
        width=float(found["width"]) * INCH,
        height=float(found["height"]) * INCH,
        end=state.end,
        lane=name.removeprefix(_end_name(state, "")) if state.end else "",
    )


def _drawn(
    workflow: Workflow, way: _Way, found: dict[str, Any], height: float, language: str
) -> Edge:
    label = _label(workflow, way, language)
    x, y = map(float, found["lp"].split(",")) if "lp" in found else (0.0, 0.0)
    return Edge(
        source=way.source.id,
        target=way.target.id,
        transitions=way.transitions,
        path=_path(found["pos"], height),
        lines=label,
        x=x,
        y=height - y,
    )


def _path(position: str, height: float) -> str:
    """Return a spline of `dot` (`e,x,y x,y …`) as an SVG path from its start to its arrow."""
    points: list[str] = []
    arrow = ""
    for part in position.split():
        *kind, x, y = part.split(",")
        point = f"{float(x):.1f},{height - float(y):.1f}"
        if kind == ["e"]:
            arrow = f"L{point}"
        elif not kind:
            points.append(point)
    return f"M{points[0]}C{' '.join(points[1:])}{arrow}"
