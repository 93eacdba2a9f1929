"""The state machine of one workflow version, run by the library `transitions`.

It holds no case. The traps of the library are known: callables only, no automatic triggers, never
queued, and a step that the state does not have is asked for beforehand.
"""

from __future__ import annotations

from typing import Any

from transitions import EventData
from transitions import Machine as StateMachine

from workflow_app.core.definition.model import STAY, Workflow


class _Token:
    """What the machine moves: nothing but a state."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Machine:
    """All steps of a workflow version."""

    def __init__(self, workflow: Workflow) -> None:
        self._exits = {state.id: frozenset(state.exits) for state in workflow.states.values()}
        self._machine = _build(workflow)

    def move(self, transition: str, state: str) -> str | None:
        """Return the state into which `transition` leads out of `state`, or None if it does not."""
        if transition not in self._exits.get(state, frozenset()):
            return None
        token = _Token(state)
        moved = self._machine.events[transition].trigger(token, allowed=True)
        return token.state if moved else None


def _allowed(event: EventData) -> bool:
    return event.kwargs.get("allowed") is True


def _build(workflow: Workflow) -> StateMachine:
    steps: list[dict[str, Any]] = []
    for state in workflow.states.values():
        for exit_id in dict.fromkeys(state.exits):
            t = workflow.transitions[exit_id]
            target = state.id if t.to == STAY else t.to
            steps.append(
                {"trigger": t.id, "source": state.id, "dest": target, "conditions": [_allowed]}
            )
    return StateMachine(
        model=None,
        states=list(workflow.states),
        initial=next(iter(workflow.states)),
        transitions=steps,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
