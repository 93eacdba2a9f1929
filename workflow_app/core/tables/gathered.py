"""The closed table of rows that a form can offer and that no single field holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow_app.core.cases.situation import Situation
from workflow_app.core.tables.evaluation_facts import differing_items


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows that follow from what was submitted."""

    form: str
    """The form whose answers they repeat: who may not read those is not offered them."""
    rows: Callable[[Situation], list[dict[str, Any]]]


def _differences(situation: Situation) -> list[dict[str, Any]]:
    """Return one row a statement on which both sides lie two points apart or more."""
    found = differing_items(situation)
    return [
        {"_id": str(number), "item": item, "municipal": str(municipal), "civic": str(civic)}
        for number, (item, (municipal, civic)) in enumerate(found.items(), 1)
    ]


GATHERED: Mapping[str, Gathered] = {
    "evaluation_differences": Gathered("self_evaluation", _differences),
}
"""Name, as a `prefill` gives it → rows with the columns named in docs/form-format.md."""
