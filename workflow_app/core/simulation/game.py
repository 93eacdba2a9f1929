"""What is played with, whatever the workflow: how far a play comes, and what could be done next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from workflow_app.core.definition.model import Text
from workflow_app.core.simulation.chains import OPEN, ChainSimulation, player
from workflow_app.core.simulation.choices import HERE, Choice, choices, new_play
from workflow_app.core.simulation.deadlines import due_on
from workflow_app.core.simulation.play import TODAY, Play, Refused, Step
from workflow_app.core.simulation.simulate import Simulation, played
from workflow_app.core.steps.engine import Engine
from workflow_app.core.steps.imported import GIVEN_BY_OTHERS, ImportedEngine
from workflow_app.core.steps.offers import Reason, Turn

OPENING = Text("Vorgang anlegen", "Open the case")
VISITOR = "visitor"
"""Somebody invented who is signed in and has no role."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, and where the case stands since."""

    day: date
    text: Text
    state: Text | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """Somebody for whom a case of a play waits."""

    who: Text
    task: Text
    due_on: date | None
    """The day of this very task, or else the deadline of the state; None: there is none."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How far a play came."""

    happened: tuple[Event, ...]
    today: date
    state: Text | None
    """None: the case is not open yet."""
    waiting: tuple[Awaited, ...]
    """For whom the case waits, what for, and by when."""
    offered: tuple[Choice, ...]
    failed: Step | None = None
    refused: Refused | None = None


class Game(Protocol):
    """One workflow of ours, or a chain of imported ones."""

    @property
    def label(self) -> Text:
        """Return what is played."""

    @property
    def workflows(self) -> tuple[str, ...]:
        """Return the ids of what is played."""

    def new(self, language: str = "de") -> Play:
        """Return a play without steps, with somebody for each role."""

    def shown(self, play: Play) -> Shown:
        """Return the play as far as its steps are possible; the first that is not ends it."""


def game_of(engines: Sequence[Engine]) -> Game:
    """Return the game of these workflows on one case: one of ours, or any number of imported ones.

    :raises ValueError: if one of ours is to lie on a case with others.
    """
    imported = [e for e in engines if isinstance(e, ImportedEngine)]
    if imported and len(imported) == len(engines):
        return ChainGame(imported)
    if len(engines) != 1:
        raise ValueError("only imported workflows lie on a case together")
    return OwnGame(engines[0])


class OwnGame:
    """One workflow of ours."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.label = engine.workflow.label
        self.workflows = (engine.workflow.id,)

    def new(self, language: str = "de") -> Play:
        """Return a play without steps, with somebody for each role of the workflow."""
        return new_play(self.engine.workflow, language)

    def shown(self, play: Play) -> Shown:
        """Return the play as far as its steps are possible."""
        result = played(self.engine, play)
        simulation = result.simulation
        return Shown(
            happened=tuple(Event(h.day, h.text, self._state(h.state)) for h in simulation.happened),
            today=simulation.situation.today,
            state=self._state(simulation.situation.state),
            waiting=tuple(self._awaited(simulation, turn) for turn in simulation.turns()),
            offered=tuple(choices(simulation)),
            failed=result.failed,
            refused=result.refused,
        )

    def _awaited(self, simulation: Simulation, turn: Turn) -> Awaited:
        day = due_on(simulation.owed, turn) or simulation.situation.due_on
        return Awaited(self._role(turn.role), turn.task, day)

    def _state(self, state: str | None) -> Text | None:
        return self.engine.workflow.states[state].label if state else None

    def _role(self, role: str) -> Text:
        return Text(*(self.engine.role_names([role], lang) for lang in ("de", "en")))


class ChainGame:
    """Imported workflows, one or several on the same case."""

    def __init__(self, engines: Sequence[ImportedEngine]) -> None:
        self.engines = tuple(engines)
        labels = [e.workflow.label for e in engines]
        self.label = Text(*(" + ".join(label(lang) for label in labels) for lang in ("de", "en")))
        self.workflows = tuple(e.imported.id for e in engines)

    def new(self, language: str = "de") -> Play:
        """Return a play without steps, with somebody for each role, and somebody without one."""
        named = dict.fromkeys(role for e in self.engines for role in e.standing)
        roles = [role for role in named if role not in GIVEN_BY_OTHERS]
        people = [player(number, role) for number, role in enumerate(roles, 1)]
        people.append(replace(player(len(people) + 1, VISITOR), roles=()))
        people = list({one.id: one for one in people}.values())
        first, *beside = self.workflows
        return Play("new", first, TODAY, tuple(people), (), HERE, tuple(beside))

    def shown(self, play: Play) -> Shown:
        """Return the play as far as its steps are possible."""
        simulation = ChainSimulation(self.engines, play)
        failed, why = None, None
        for step in play.steps:
            try:
                simulation.take(step)
            except Refused as refused:
                failed, why = step, refused
                break
        return Shown(
            happened=tuple(
                Event(day, text, self._state(state)) for day, text, state in simulation.happened
            ),
            today=simulation.today,
            state=self._state(simulation.standing()),
            waiting=tuple(
                Awaited(Text(role, role), task, None) for role, task in simulation.waiting()
            ),
            offered=tuple(sorted(_choices(simulation), key=lambda c: bool(c.reasons))),
            failed=failed,
            refused=why,
        )

    def _state(self, standing: tuple[str, ...]) -> Text | None:
        """Return where the case stands in words, of several workflows each with its name."""
        if not standing:
            return None
        if len(self.engines) == 1:
            return self._label(self.engines[0], standing[0])
        found = []
        for engine, state in zip(self.engines, standing, strict=True):
            label, name = self._label(engine, state), engine.workflow.label
            found.append(Text(f"{name.de}: {label.de}", f"{name.en}: {label.en}"))
        return Text("; ".join(t.de for t in found), "; ".join(t.en for t in found))

    def _label(self, engine: ImportedEngine, state: str) -> Text:
        known = engine.workflow.states.get(state)
        return known.label if known is not None else Text(state, state)


def _choices(simulation: ChainSimulation) -> Iterator[Choice]:
    for who, one in simulation.people.items():
        if simulation.case is None:
            reasons = tuple(map(_as_it_is, simulation.opening(who)))
            yield Choice(Step("does", OPEN, HERE, who), one, OPENING, reasons)
        for name, offer in simulation.offers(who):
            reasons = tuple(map(_as_it_is, offer.reasons))
            yield Choice(Step("does", name, HERE, who), one, offer.transition.label, reasons)


def _as_it_is(reason: Reason) -> Reason:
    """Return the reason so that it may be assumed away only if a fact is not answered."""
    return reason if reason.kind == "undecided" else replace(reason, kind="state")
