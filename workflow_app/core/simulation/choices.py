"""What could be done next in a play, by whom, and why not: what a person plays with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from workflow_app.core.definition.model import Text, Workflow
from workflow_app.core.problems import Place
from workflow_app.core.simulation.play import ACTS, TODAY, Act, Play, Player, Step
from workflow_app.core.simulation.simulate import Simulation
from workflow_app.core.steps.offers import Offer, Reason

HERE = Place("", 1, 1)
"""Steps that somebody plays stand in no file yet."""
_CONFIRM = Text("Mitzeichnen: {label}", "Sign off: {label}")
_SUBMIT = Text("Einreichen: {label}", "Submit: {label}")
_ORDER = {"confirms": 0, "does": 1, "submits": 2}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that somebody could do next."""

    step: Step
    player: Player
    label: Text
    reasons: tuple[Reason, ...] = ()
    """Why it is closed; empty: it is possible as it is."""
    wanted: bool = False
    """It is what the case waits for."""
    aside: bool = False
    """The workflow says that it is rarely next."""

    @property
    def assumable(self) -> bool:
        """Say whether assuming that all reasons are lifted would open it."""
        return all(r.kind in ("requirement", "undecided", "form") for r in self.reasons)

    @property
    def assuming(self) -> Step:
        """Return the step that takes everything for met that is missing."""
        return replace(self.step, assume=tuple(dict.fromkeys(r.id for r in self.reasons)))


def new_play(workflow: Workflow, language: str = "de") -> Play:
    """Return a play without steps, with somebody for each role of the workflow."""
    people = []
    for number, role in enumerate(workflow.roles, 1):
        side = workflow.side_of(role.id)
        body = f"Organisation {number}"
        people.append(Player(role.id, number, role.label(language), (role.id,), side, body))
    return Play("new", workflow.id, TODAY, tuple(people), (), HERE)


def with_step(play: Play, step: Step) -> Play:
    """Return the play with one step more."""
    return replace(play, steps=(*play.steps, step))


def without_last(play: Play) -> Play:
    """Return the play without its last step."""
    return replace(play, steps=play.steps[:-1])


def choices(simulation: Simulation) -> list[Choice]:
    """Return what everybody could do next: what is possible first, then what is closed, why.

    Of what is possible that comes first for which the case waits, and last what is rarely next.
    """
    state = simulation.engine.workflow.states.get(simulation.situation.state or "")
    # A task that names no step is done by the first exit of the state.
    first = state.exits[0] if state and state.exits else None
    asked = [(turn.role, turn.step or first) for turn in simulation.turns()]
    found = [
        replace(c, wanted=_is_asked(simulation, c, asked))
        for who in simulation.people
        for c in _choices(simulation, who)
    ]
    order = {t.id: n for n, t in enumerate(simulation.engine.exits(simulation.situation))}
    return sorted(
        found,
        key=lambda c: (
            bool(c.reasons),
            not c.wanted,
            c.aside,
            _ORDER.get(c.step.act, len(ACTS)),
            order.get(c.step.target, 0),
        ),
    )


def _choices(simulation: Simulation, who: str) -> Iterator[Choice]:
    player = simulation.people[who]
    for form_id in simulation.forms_of(who):
        label = simulation.engine.forms[form_id].label
        yield Choice(_step(who, "submits", form_id), player, _words(_SUBMIT, label))
    for offer in simulation.offers(who):
        t = offer.transition
        if offer.may_sign:
            label = _words(_CONFIRM, t.label)
            yield Choice(_step(who, "confirms", t.id), player, label, aside=t.aside)
        elif offer.mine and not _waits_for_others(offer):
            reasons = (*offer.reasons, *offer.to_be_justified)
            yield Choice(_step(who, "does", t.id), player, t.label, reasons, aside=t.aside)


def _is_asked(
    simulation: Simulation, choice: Choice, asked: Iterable[tuple[str, str | None]]
) -> bool:
    """Say whether a choice is the step that somebody is asked for, or the form of that step."""
    roles = simulation.actor(choice.step.who).roles
    steps = {step for role, step in asked if step and role in roles}
    exits = simulation.engine.workflow.transitions
    steps |= {form for step in steps if step in exits and (form := exits[step].form)}
    return choice.step.target in steps


def _waits_for_others(offer: Offer) -> bool:
    """Say whether the person has confirmed already and nothing is left to do."""
    return bool(offer.signed) and any(r.kind == "sign_off" for r in offer.reasons)


def _step(who: str, act: Act, target: str) -> Step:
    return Step(act, target, HERE, who)


def _words(sentence: Text, label: Text) -> Text:
    return Text(sentence.de.format(label=label.de), sentence.en.format(label=label.en))
