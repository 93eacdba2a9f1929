"""Days that tasks have of their own in a play, and what is called to mind on which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workflow_app.core.definition.model import Deadline, Text
from workflow_app.core.steps.offers import Turn

AGAIN = 14
"""Days between reminders once a deadline has passed, as for real cases."""
Key = tuple[str, str]
"""Role, and the condition under which it is asked."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A task with a deadline of its own that is not done yet."""

    role: str
    task: Text
    rule: Deadline
    due_on: date


def owed(before: Mapping[Key, Owed], turns: Iterable[Turn], today: date) -> Mapping[Key, Owed]:
    """Return what is owed now: what was goes on with its day, what is new begins today."""
    found: dict[Key, Owed] = {}
    for turn in turns:
        key, asked = turn.obligation, turn.asked
        if key is None or asked is None or asked.deadline is None or key in found:
            continue
        due_on = today + timedelta(days=asked.deadline.days)
        found[key] = before.get(key) or Owed(turn.role, turn.task, asked.deadline, due_on)
    return found


def due_on(owed: Mapping[Key, Owed], turn: Turn) -> date | None:
    """Return by which day of its own a turn should be taken; None: the deadline of the state."""
    found = owed.get(turn.obligation) if turn.obligation else None
    return found.due_on if found else None


def reminds(rule: Deadline, due_on: date, today: date) -> bool:
    """Say whether this is a day on which a deadline is called to mind."""
    after = (today - due_on).days
    return after + rule.days in rule.warn or (after >= 0 and after % AGAIN == 0)


def escalates(rule: Deadline, due_on: date, today: date) -> bool:
    """Say whether this is the day on which somebody else is told that nothing has happened."""
    return bool(rule.escalate_to) and today == due_on + timedelta(days=1)


def alike(owed: Iterable[Owed]) -> Iterator[tuple[Owed, list[str]]]:
    """Yield each task once, with all roles that owe it by the same day."""
    roles: dict[tuple[str, date], list[str]] = {}
    first: dict[tuple[str, date], Owed] = {}
    for one in owed:
        key = (one.task.de, one.due_on)
        first.setdefault(key, one)
        roles.setdefault(key, []).append(one.role)
    for key, one in first.items():
        yield one, roles[key]
