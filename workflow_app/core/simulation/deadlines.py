"""Days that tasks have of their own in a play, and what is called to mind on which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.model import Deadline, State, Text
from workflow_app.core.steps.engine import Engine
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


def state_due_on(state: State, situation: Situation) -> date | None:
    """Return by which day a state that is entered now should be left; None: it may last."""
    rule = state.deadline
    if rule is None:
        return None
    start = situation.today
    if rule.after:
        form, _, name = rule.after.partition(".")
        value = (situation.newest(form) or {}).get(name)
        start = date.fromisoformat(value[:10]) if value else start
    return start + timedelta(days=rule.days)


def called_to_mind(
    engine: Engine, situation: Situation, owed: Mapping[Key, Owed]
) -> tuple[list[Text], bool]:
    """Return what is told on this day, and whether the deadline of the state is in it."""
    told, reminded, today = [], False, situation.today
    rule = engine.workflow.states[situation.state].deadline if situation.state else None
    if rule is not None and situation.due_on is not None:
        if reminded := reminds(rule, situation.due_on, today):
            told.append(Text("Erinnerung an die Frist.", "Reminder of the deadline."))
        if escalates(rule, situation.due_on, today):
            told.append(_passed(engine, rule))
    for one, roles in alike(owed.values()):
        if reminds(one.rule, one.due_on, today):
            told.append(_reminder(engine, one, roles))
        if escalates(one.rule, one.due_on, today):
            told.append(_passed(engine, one.rule))
    return told, reminded


def _reminder(engine: Engine, one: Owed, roles: Iterable[str]) -> Text:
    de, en = (engine.role_names(roles, lang) for lang in ("de", "en"))
    return Text(
        f"Erinnerung an {de}: {one.task.de}, Frist {one.due_on:%d.%m.%Y}.",
        f"Reminder to {en}: {one.task.en}, due {one.due_on:%d.%m.%Y}.",
    )


def _passed(engine: Engine, rule: Deadline) -> Text:
    de, en = (engine.role_names(rule.escalate_to, lang) for lang in ("de", "en"))
    return Text(
        f"Die Frist ist überschritten; das erfährt: {de}.",
        f"The deadline has passed; this is told to: {en}.",
    )
