"""For whom a state waits and how long: whether somebody can act, and waiting has an end."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_app.core.definition.model import STAY, State, Text
from workflow_app.core.verification.checking import Checking


def unbounded(check: Checking) -> Iterator[tuple[State, Text]]:
    """Yield each state in which a case may wait for ever without anybody being told, and why."""
    for state in check.workflow.states.values():
        if state.end or _timed(check, state):
            continue
        if state.deadline is None:
            yield state, Text("keine Frist", "no deadline")
        elif not state.deadline.escalate_to:
            yield (
                state,
                Text(
                    "nach der Frist erfährt es niemand", "nobody is told when the deadline is over"
                ),
            )


def _timed(check: Checking, state: State) -> bool:
    """Say whether a timer ends the waiting whatever else is the case."""
    exits = (check.workflow.transitions.get(name) for name in state.exits)
    return any(
        t is not None
        and t.trigger == "timer"
        and t.to not in (STAY, state.id)
        and not t.when
        and not t.requires
        for t in exits
    )
