"""How far a case is: its phases, its deadline, and what it waits for from whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from flask_babel import gettext as _

from workflow_app.core.definition.model import Workflow
from workflow_app.core.steps.offers import Turn
from workflow_app.services.cases.situations import Look, turn_is
from workflow_app.services.work.obligations import Key, first
from workflow_app.web.case.displayed import side_name
from workflow_app.web.context import today
from workflow_app.web.filters import distance
from workflow_app.web.language import language


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """One phase of the track: done, current or todo."""

    label: str
    status: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline, and how far away it is."""

    day: date
    text: str
    over: bool


NO_DAYS: Mapping[Key, date] = MappingProxyType({})
"""The days of tasks that are all due with their state."""


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody has to do on a case."""

    text: str
    due: Due | None
    """The task's own deadline; None: the one of the state holds."""
    who: str = ""


def phases(workflow: Workflow, state: str, visited: Collection[str] = ()) -> list[PhaseShown]:
    """Return the phases; one that holds only end states is none on the way."""
    now, wanted = workflow.states[state], language()
    shown, before = [], True
    for phase in workflow.phases:
        states = list(workflow.phase_states(phase.id))
        if states and all(s.end for s in states):
            continue
        if phase.id == now.phase:
            before = False
            shown.append(PhaseShown(phase.label(wanted), "current", now.label(wanted)))
        elif now.end:
            done = now.outcome == "completed" or any(s.id in visited for s in states)
            shown.append(PhaseShown(phase.label(wanted), "done" if done else "todo"))
        else:
            shown.append(PhaseShown(phase.label(wanted), "done" if before else "todo"))
    return shown


def place_in_track(track: list[PhaseShown], state_label: str) -> str:
    """Return `Phase 1 von 4: Antrag, In Prüfung`; for an ended case the state alone."""
    for number, phase in enumerate(track, 1):
        if phase.status == "current":
            words = {"number": number, "count": len(track), "phase": phase.label}
            return _("Phase %(number)s von %(count)s: %(phase)s", **words) + f", {state_label}"
    return state_label


def due(day: date | None, today: date) -> Due | None:
    """Return the deadline as it is shown, or None if there is none."""
    return None if day is None else Due(day, distance(day, today), day < today)


def waiting(seen: Look, days: Mapping[Key, date] = NO_DAYS) -> list[Task]:
    """Return for whom the case waits, whoever asks left out; `days` are tasks' own deadlines."""
    others = [turn for turn in seen.turns if not turn_is(turn, seen.actor)]
    return [_task(turn, days, _who(seen, turn)) for turn in others]


def my_tasks(seen: Look, days: Mapping[Key, date] = NO_DAYS) -> list[Task]:
    """Return what whoever asks has to do on the case; `days` are tasks' own deadlines."""
    own = [_task(turn, days) for turn in seen.turns if turn_is(turn, seen.actor)]
    return list(dict.fromkeys(own))


def _task(turn: Turn, days: Mapping[Key, date], who: str = "") -> Task:
    return Task(turn.task(language()), due(first([turn], days), today()), who)


def _who(seen: Look, turn: Turn) -> str:
    role = seen.engine.role_names([turn.role], language())
    names = [
        p.name for p in seen.situation.participants if (p.role, p.side) == (turn.role, turn.side)
    ]
    return f"{', '.join(names)} ({side_name(turn.side or '')})" if names and turn.side else role
