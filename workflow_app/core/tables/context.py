"""What facts are judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_app.core.cases.situation import Actor, Situation


@dataclass(frozen=True, slots=True)
class Context:
    """What a fact is judged by: the case, who acts, the scope and the operator's numbers."""

    situation: Situation
    actor: Actor | None
    scope: tuple[str, ...]
    programme: Mapping[str, int | str]
