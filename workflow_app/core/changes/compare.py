"""What is different between two versions of a workflow, in sentences.

Every attribute of every part is compared: what has no sentence of its own gets a plain one, so that
nothing that a file can say changes unnoticed.
"""

from __future__ import annotations

from workflow_app.core.changes.attributes import HANDLERS
from workflow_app.core.changes.comparison import Change, Comparison
from workflow_app.core.changes.contents import Contents


def compare(old: Contents, new: Contents) -> list[Change]:
    """Return every difference between two versions: the workflow's, then its parts' in order."""
    found = Comparison(old, new, HANDLERS)
    found.attributes("workflow", new.workflow.id, new.workflow.label, old.workflow, new.workflow)
    found.each("state", old.workflow.states, new.workflow.states)
    found.each("transition", old.workflow.transitions, new.workflow.transitions)
    found.forms()
    found.each("list", old.lists, new.lists)
    found.each("clause", {c.id: c for c in old.clauses}, {c.id: c for c in new.clauses})
    found.numbers()
    return found.changes
