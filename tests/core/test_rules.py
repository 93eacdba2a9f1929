"""Every rule of a step and of a form refuses what its sentence says, and nothing beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.cases import SABINE
from tests.core.rules import (
    activity,
    agreement,
    amending,
    early_ends,
    evaluation,
    events,
    handbook,
    proposal,
)
from tests.core.rules.answers import HIT, OVER, Facts
from tests.core.rules.required import (
    AFTER_ANNOUNCEMENT,
    ASKED,
    BY_STEP,
    ONLY_YES,
    WITH_NEW_OVERLAPS,
)
from tests.core.rules.table import (
    FormRow,
    Ready,
    StepRow,
    check,
    definitions,
    engine_of,
    problems,
    refusals,
    shipped_engine,
    situation,
    with_form,
    with_step,
    without,
)

PHASES = (proposal, agreement, activity, early_ends, amending, evaluation, events, handbook)
READY = {name: ready for phase in PHASES for name, ready in phase.READY.items()}
FILLED = {name: ready for phase in PHASES for name, ready in phase.FILLED.items()}
STEPS = [row for phase in PHASES for row in phase.STEPS]
FORMS = [row for phase in PHASES for row in phase.FORMS]
ANYBODY = Ready(SABINE, None)


def step_rules() -> set[tuple[str, str]]:
    """Return (step, rule) of every requirement and warning that is shipped."""
    return {
        (t.id, rule.id)
        for workflow in definitions().workflows.values()
        for t in workflow.transitions.values()
        for rule in (*t.requires, *t.warns)
    }


def form_rules() -> set[tuple[str, str]]:
    """Return (form, rule) of every rule of a form that is shipped."""
    return {(form.id, rule.id) for form in definitions().forms.values() for rule in form.rules}


def named(row: StepRow | FormRow) -> str:
    """Return the row as a sentence: where, which rule, and what it refuses."""
    return f"{row.step if isinstance(row, StepRow) else row.form}, {row.rule}: {row.what}"


def test_every_requirement_and_warning_of_a_step_has_its_row() -> None:
    rows = {(row.step, row.rule) for row in STEPS}

    assert step_rules() - rows == set(), "without a row: see tests/core/rules/__init__.py"
    assert rows - step_rules() == set(), "rows of rules that do not exist"


def test_every_rule_of_a_form_has_its_row() -> None:
    rows = {(row.form, row.rule) for row in FORMS}

    assert form_rules() - rows == set(), "without a row: see tests/core/rules/__init__.py"
    assert rows - form_rules() == set(), "rows of rules that do not exist"


@pytest.mark.parametrize("row", STEPS, ids=named)
def test_a_step_is_refused_by_its_rule_alone(row: StepRow) -> None:
    workflow, ready = with_step(row.step), READY[row.step]
    judge = shipped_engine(workflow.id)

    for passing in row.open:
        assert refusals(judge, ready, row, passing) == []
    assert refusals(judge, ready, row, row.closed) in ([row.rule], ["waits"])

    less = without(workflow, row.step, row.rule)
    assert set(refusals(engine_of(less), ready, row, row.closed)) == set(row.behind)
    if row.behind:
        bare = without(less, row.step, *row.behind)
        assert refusals(engine_of(bare), ready, row, row.closed) == []


@pytest.mark.parametrize("row", FORMS, ids=named)
def test_answers_are_refused_by_the_rule_of_the_form_alone(row: FormRow) -> None:
    form, ready = definitions().forms[row.form], row.filled or FILLED[row.form]
    less = replace(form, rules=tuple(rule for rule in form.rules if rule.id != row.rule))

    for passing in row.open:
        assert problems(form, ready, passing, row.facts) == []
    assert set(problems(form, ready, row.closed, row.facts)) == {row.rule}
    assert problems(less, ready, row.closed, row.facts) == []


def test_every_field_that_is_required_on_a_condition_has_its_answers() -> None:
    conditional = {
        f"{form.id}.{field.id}"
        for form in definitions().forms.values()
        for field in form.fields
        if field.required.when
    }

    assert conditional == {*ASKED, *AFTER_ANNOUNCEMENT, *WITH_NEW_OVERLAPS}, (
        "see tests/core/rules/required.py"
    )


@pytest.mark.parametrize("name", ASKED)
def test_a_field_is_required_if_another_answer_makes_it_so(name: str) -> None:
    asked, otherwise = ASKED[name]

    assert left_empty(name, asked, {}) == [f"{name}: required"]
    assert left_empty(name, otherwise, {}) == []


@pytest.mark.parametrize("name", AFTER_ANNOUNCEMENT)
def test_who_was_told_is_required_once_an_event_was_announced(name: str) -> None:
    assert left_empty(name, {}, {"variables": frozenset({"announced"})}) == [f"{name}: required"]
    assert left_empty(name, {}, {}) == []


@pytest.mark.parametrize("name", WITH_NEW_OVERLAPS)
def test_new_overlaps_are_decided_on_with_the_change_that_brings_them(name: str) -> None:
    facts = {"new_overlaps": (HIT,)}
    asked = left_empty(name, {}, facts, "approve_amendment")

    assert asked == [f"{name}: required"]
    assert left_empty(name, {}, {}, "approve_amendment") == []
    assert left_empty(name, {}, facts, "decline_amendment") == []


def test_every_field_that_a_step_asks_for_and_every_yes_is_named() -> None:
    fields = {f"{form.id}.{f.id}": f for form in definitions().forms.values() for f in form.fields}

    assert {n for n, f in fields.items() if f.required.only_for} == set(BY_STEP)
    assert {n for n, f in fields.items() if f.must_be == "yes"} == set(ONLY_YES)


@pytest.mark.parametrize("name", BY_STEP)
def test_a_field_is_required_with_its_steps_alone(name: str) -> None:
    form = name.partition(".")[0]
    workflow = with_form(form)
    steps = [t.id for t in workflow.transitions.values() if t.form == form]

    asking = [t for t in steps if left_empty(name, {}, {}, t)]

    assert sorted(asking) == sorted(BY_STEP[name])
    assert left_empty(name, {}, {}) == []


@pytest.mark.parametrize("name", ONLY_YES)
def test_a_no_is_not_accepted_where_only_a_yes_will_do(name: str) -> None:
    form_id, _, field = name.partition(".")
    form, now = replace(definitions().forms[form_id], rules=()), situation(ANYBODY, {})

    found = check(form, ANYBODY, now, {field: "no"}, everybody=True).problems

    assert [p.rule for p in found if p.path == field] == ["must_be"]


def left_empty(name: str, changes: Facts, facts: Facts, transition: str = "") -> list[str]:
    """Return what is missing if this field of a form is left empty, and sent with a step or not."""
    form_id, _, field = name.partition(".")
    form = replace(definitions().forms[form_id], rules=())
    who = replace(ANYBODY, transition=transition)
    now = situation(who, {"today": OVER, **facts})
    found = check(form, who, now, {**changes, field: None}, everybody=True).problems
    return [f"{form_id}.{p.path}: {p.rule}" for p in found if p.rule == "required"]
