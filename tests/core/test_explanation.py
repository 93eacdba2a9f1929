"""A workflow explained: may Sabine do that, who may what in which state, and the manual."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from tests.core.cases import (
    EMRE,
    JONAS,
    MIRIAM,
    PEOPLE,
    SABINE,
    TOBIAS,
    case,
    garden,
    tandem,
)
from workflow_app.core.cases import rights
from workflow_app.core.explanation.answer import everything, may
from workflow_app.core.explanation.manual import manual
from workflow_app.core.explanation.matrix import as_csv, matrix, table_as_csv


def test_who_may_is_told_by_the_rule_that_opens() -> None:
    answer = may(tandem(), case("in_review"), JONAS, "reject")

    assert answer.allowed
    assert answer.decides.id == "by"
    assert "Dr. Jonas Reiter" in answer.decides.text.en
    assert answer.decides.place.file == "workflows/tandem_project.yaml"


def test_who_may_not_is_told_by_the_first_rule_that_closes() -> None:
    answer = may(tandem(), case("in_review"), SABINE, "reject")

    assert not answer.allowed
    assert answer.decides.id == "by"
    assert "Projektaufsicht" in answer.decides.text.de


def test_a_requirement_that_is_not_met_decides_with_its_own_line() -> None:
    answer = may(tandem(), case("in_review"), JONAS, "approve")
    requirement = tandem().workflow.transitions["approve"].requires[0]

    assert not answer.allowed
    assert (answer.decides.id, answer.decides.place) == (requirement.id, requirement.place)


def test_whoever_takes_part_never_decides_whatever_else_they_are() -> None:
    both = replace(TOBIAS, roles=TOBIAS.roles | {"supervisor"})

    answer = may(tandem(), case("in_review"), both, "reject")

    assert not answer.allowed
    assert answer.decides.id == "not_by"


def test_a_right_is_answered_by_the_state() -> None:
    situation = case("in_review")

    assert may(tandem(), situation, MIRIAM, "edit").allowed
    assert not may(tandem(), situation, SABINE, "edit").allowed
    assert not may(tandem(), situation, EMRE, "view").allowed
    with pytest.raises(KeyError):
        may(tandem(), situation, SABINE, "fly")


def test_a_step_of_another_state_and_one_that_happens_by_itself_are_closed() -> None:
    assert may(tandem(), case("idea"), JONAS, "approve").decides.id == "state"
    assert may(tandem(), case("idea"), SABINE, "lapse_idea").decides.id == "timer"


@pytest.mark.parametrize("state", [s.id for s in tandem().workflow.states.values()])
def test_the_answers_are_those_of_the_engine_itself(state: str) -> None:
    engine, situation = tandem(), case(state)
    for actor in PEOPLE:
        answers = {a.action: a.allowed for a in everything(engine, situation, actor)}
        for offer in engine.offers(situation, actor):
            assert answers[offer.transition.id] == offer.open
        for right in rights.PERMISSIONS:
            allowed = rights.permitted(engine.workflow.states[state], right, actor, situation)
            assert answers[right] == allowed


def test_the_matrix_says_what_the_file_gives_to_each_role() -> None:
    lines = {(line.state.id, line.action): line for line in matrix(tandem().workflow)}

    approve = lines["in_review", "approve"]
    assert (approve.cells["supervisor"], approve.cells["civic_partner"]) == ("if", "no")
    assert approve.apart
    assert lines["active", "terminate_without_notice"].cells["supervisor"] == "yes"
    assert lines["idea", "confirm_partnership"].cells["civic_partner"] == "one"
    assert lines["in_review", "view"].cells["signatory"] == "yes"
    assert lines["in_review", "view"].cells["reader"] == "no"
    assert ("idea", "lapse_idea") not in lines


def test_nobody_whom_the_matrix_closes_out_finds_a_step_open() -> None:
    engine = garden()
    lines = {(line.state.id, line.action): line for line in matrix(engine.workflow)}
    for state in engine.workflow.states:
        for actor in PEOPLE:
            for offer in engine.offers(case(state), actor):
                cells = lines[state, offer.transition.id].cells
                if offer.open:
                    assert {cells.get(role) for role in actor.roles} - {"no", None}


def test_the_matrix_as_csv_has_a_line_for_each_action() -> None:
    workflow = tandem().workflow
    rows = list(csv.reader(io.StringIO(as_csv(workflow, "en")), delimiter=";"))

    assert len(rows) == 1 + len(matrix(workflow))
    assert rows[0][-1] == "Reader"
    assert {len(row) for row in rows} == {4 + len(workflow.roles)}


def test_no_cell_is_taken_for_a_formula() -> None:
    assert table_as_csv([["=1+1", "-", "Titel"]]) == "'=1+1;'-;Titel\r\n"


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_manual_leaves_nothing_out(language: str) -> None:
    engine = tandem()
    workflow = engine.workflow

    found = manual(workflow, engine.forms, language)

    states = [state for phase in found["phases"] for state in phase["states"]]
    assert {s["id"] for s in states} == set(workflow.states)
    for state in states:
        of_file = workflow.states[state["id"]]
        assert len(state["steps"]) == len(of_file.exits)
        assert bool(state["deadline"]) == (of_file.deadline is not None)
    create, derived = found["starts"]
    assert create["label"] == workflow.transitions["create"].label(language)
    assert workflow.derive
    assert derived["label"] == workflow.derive.label(language)
    assert derived["to"] == create["to"] == workflow.states["idea"].label(language)
    [lapse] = [s for s in states[0]["steps"] if "60" in s["who"]]
    assert lapse["to"] == workflow.states["withdrawn"].label(language)
