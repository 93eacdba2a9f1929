"""Somebody is asked on a condition, and a form offered on one: it alone decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.cases import SABINE, confirmed
from tests.core.rules.answers import Facts
from tests.core.rules.table import Ready, definitions, engine_of, shipped_engine, situation
from tests.core.rules.waiting import ASKED_WHEN, DURING, SIGNED
from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.model import State, Waiting, Workflow
from workflow_app.core.steps.engine import Engine

CONDITIONAL = [
    (workflow, state, waiting)
    for workflow in definitions().workflows.values()
    for state in workflow.states.values()
    for waiting in state.waits_for
    if waiting.when
]
OFFERED = [
    (workflow, state, when)
    for workflow in definitions().workflows.values()
    for state in workflow.states.values()
    for when in state.forms_when.values()
]


def named(value: object) -> str:
    """Return where it stands, and whom it asks."""
    return value.role if isinstance(value, Waiting) else getattr(value, "id", str(value))


def test_every_condition_has_its_cases() -> None:
    conditions = {waiting.when for *_, waiting in CONDITIONAL} | {when for *_, when in OFFERED}

    assert conditions == set(ASKED_WHEN), "see tests/core/rules/waiting.py"


@pytest.mark.parametrize(("workflow", "state", "waiting"), CONDITIONAL, ids=named)
def test_somebody_is_asked_by_the_condition_alone(
    workflow: Workflow, state: State, waiting: Waiting
) -> None:
    asking, resting = ASKED_WHEN[waiting.when or ""]
    judge, always = shipped_engine(workflow.id), unconditional(workflow, state, waiting)

    for facts in asking:
        assert asks(judge, state, waiting, standing(judge, state, facts))
    for facts in resting:
        assert not asks(judge, state, waiting, standing(judge, state, facts))
        assert asks(always, state, waiting, standing(judge, state, facts))


@pytest.mark.parametrize(("workflow", "state", "when"), OFFERED, ids=named)
def test_a_form_is_offered_on_its_condition(workflow: Workflow, state: State, when: str) -> None:
    judge = shipped_engine(workflow.id)

    told = [
        [judge.condition(when).verdict(judge.values(standing(judge, state, facts))).holds]
        for cases in ASKED_WHEN[when]
        for facts in cases
    ]

    assert told == [[True], [False]]


def standing(judge: Engine, state: State, facts: Facts) -> Situation:
    """Return the case in a state, with these differences."""
    given = {name: value for name, value in facts.items() if name != SIGNED}
    found = situation(Ready(SABINE, state.id, DURING), given)
    if SIGNED in facts:
        return confirmed(judge, found, "release_for_signature", *facts[SIGNED])
    return found


def asks(judge: Engine, state: State, waiting: Waiting, now: Situation) -> bool:
    """Say whether the role of this entry is asked for its task."""
    task = waiting.task or state.task or state.label
    return (waiting.role, task) in [(turn.role, turn.task) for turn in judge.turns(now)]


def unconditional(workflow: Workflow, state: State, waiting: Waiting) -> Engine:
    """Return the engine of the workflow in which this entry always asks."""
    entries = tuple(replace(w, when="true") if w is waiting else w for w in state.waits_for)
    changed = replace(state, waits_for=entries)
    return engine_of(replace(workflow, states={**workflow.states, state.id: changed}))
