"""What a play expects of the case: a state, a turn, a closed step. What is otherwise refuses it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.model import Text
from workflow_app.core.simulation.play import Refused
from workflow_app.core.steps.offers import Turn

_IS_OPEN = Text("Der Schritt ist offen.", "The step is open.")


def expect_state(situation: Situation, state: str) -> None:
    """Return nothing if the case stands in `state`.

    :raises Refused: with the state in which it stands.
    """
    if situation.state != state:
        there = situation.state or "–"
        text = Text(
            f"Der Vorgang steht in „{there}“, nicht in „{state}“.",
            f"The case stands in '{there}', not in '{state}'.",
        )
        raise Refused([text], ["state"])


def expect_turns(turns: Iterable[Turn], roles: str) -> None:
    """Return nothing if the case waits for just these roles, written with commas between them.

    :raises Refused: with the roles for which it waits.
    """
    found = sorted({turn.role for turn in turns})
    if found != sorted(role for role in roles.split(", ") if role):
        text = Text(
            f"Der Vorgang wartet auf: {', '.join(found) or 'niemanden'}.",
            f"The case waits for: {', '.join(found) or 'nobody'}.",
        )
        raise Refused([text], ["waits_for"])


def expect_closed(found: Sequence[str], because: Iterable[str]) -> None:
    """Return nothing if a step is closed for reasons among which are all of `because`, by id.

    :raises Refused: if it is open, or closed for other reasons only.
    """
    if not found:
        raise Refused([_IS_OPEN], ["open"])
    missing = [name for name in because if name not in found]
    if missing:
        names = ", ".join(missing)
        text = Text(
            f"Verschlossen ist der Schritt, aber nicht deshalb: {names}.",
            f"The step is closed, but not because of: {names}.",
        )
        raise Refused([text], found)
