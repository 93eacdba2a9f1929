"""The picture of two versions in one, and the sentences beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from workflow_app.core.changes.compare import compare
from workflow_app.core.changes.comparison import Change, Kind
from workflow_app.core.changes.contents import Contents
from workflow_app.core.changes.picture import Marks, marks, merged
from workflow_app.core.definition.model import Workflow
from workflow_app.core.diagram import Edge, Node, Picture
from workflow_app.services.drawing import laid_out
from workflow_app.web.language import language

SIGNS: Mapping[Kind, str] = {"added": "+", "removed": "−", "changed": "≠"}
"""What stands in the picture beside a state, so that its colour need not say it."""
NOTHING = Marks({}, {})


@dataclass(frozen=True)
class Marked:
    """A picture with what is new, gone and changed."""

    workflow: Workflow
    picture: Picture | None
    marks: Marks = NOTHING
    groups: Sequence[tuple[str, list[Change]]] = field(default_factory=list)
    """Heading → its differences."""

    def node_class(self, node: Node) -> str:
        """Return how a state is drawn."""
        kind = self.marks.states.get(node.state)
        return f"is-{kind}" if kind else ""

    def edge_class(self, edge: Edge) -> str:
        """Return how a way is drawn."""
        kind = self.marks.ways.get((edge.source, edge.target))
        return f"is-{kind}" if kind else ""

    def sign(self, node: Node) -> str:
        """Return the sign beside a state, or nothing."""
        kind = self.marks.states.get(node.state)
        return SIGNS[kind] if kind else ""

    def sentence(self, kind: Kind) -> str:
        """Return the names of the states of one kind, for whoever does not see the picture."""
        names = [s for s, found in self.marks.states.items() if found == kind]
        states = self.workflow.states
        return ", ".join(states[s].label(language()) for s in names if s in states)


def alone(contents: Contents) -> Marked:
    """Return the picture of one version."""
    return Marked(contents.workflow, _drawn(contents.workflow))


def against(old: Contents, new: Contents) -> Marked:
    """Return the picture of a version with its differences from another."""
    changes = compare(old, new)
    whole = merged(old.workflow, new.workflow)
    found = marks(old.workflow, new.workflow, changes)
    return Marked(whole, _drawn(whole), found, _grouped(changes))


def _drawn(workflow: Workflow) -> Picture | None:
    # A draft may name states that are not there; then there is nothing to draw yet.
    known = set(workflow.states) | {"stay"}
    sound = all(t.to in known for t in workflow.transitions.values()) and all(
        exit_id in workflow.transitions for s in workflow.states.values() for exit_id in s.exits
    )
    return laid_out(workflow, language()) if sound else None


def _grouped(changes: Sequence[Change]) -> list[tuple[str, list[Change]]]:
    headings = {
        "workflow": _("Verfahren"),
        "state": _("Stände"),
        "transition": _("Schritte"),
        "form": _("Formulare"),
        "list": _("Wertelisten"),
        "clause": _("Klauseln"),
        "number": _("Zahlen des Programms"),
    }
    return [
        (heading, found)
        for about, heading in headings.items()
        if (found := [change for change in changes if change.about == about])
    ]
