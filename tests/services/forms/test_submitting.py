"""Submitting: checked, computed, added; what was there before never changes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.steps import case_of, fire, notice_of, offer, refused, submit, visible
from tests.world import ANNA, EMRE, JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.canonical import digest
from workflow_app.core.errors import Invalid, NotFound
from workflow_app.demo.telling import ANSWERS, STARTS
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.submissions import Submission


@pytest.fixture
def world(world_at: WorldAt) -> World:
    return world_at("outline_draft")


def versions(world: World, form: str) -> list[dict[str, Any]]:
    return [row.values for row in world.rows(Submission, form=form)]


def test_a_new_version_is_added_and_the_old_one_stays(world: World) -> None:
    raw = world.story().answers("outline")
    assert submit(world, SABINE, "outline", raw) == 1
    before = deepcopy(versions(world, "outline")[0])
    assert submit(world, TOBIAS, "outline", {**raw, "summary": raw["summary"] + " Neu."}) == 2
    first, second = versions(world, "outline")
    assert first == before
    assert second["summary"].endswith(" Neu.")


def test_an_entry_can_be_corrected_and_what_came_with_a_step_cannot(world_at: WorldAt) -> None:
    world = world_at("active")
    world.later(STARTS - world.day + 2)
    raw = activities(world)
    fire(world, SABINE, "log_activity", raw)
    (logged,) = world.rows(Submission, form="activity")
    assert submit(world, SABINE, "activity", {**raw, "title": "Genauer"}, logged.slot) == 2
    fire(world, SABINE, "give_notice", notice_of(world, 200))
    with refused():
        submit(world, TOBIAS, "termination", notice_of(world, 100))


def activities(world: World) -> dict[str, Any]:
    story = world.story()
    day = story.date(world.day - 1)
    return story.answers("log_activity", **{**ANSWERS["activities"][0], "date": day})


def test_rows_keep_their_ids_and_new_rows_get_new_ones(world: World) -> None:
    raw = world.story().answers("outline")
    submit(world, SABINE, "outline", raw)
    goals = versions(world, "outline")[0]["goals"]
    typed = [{**raw["goals"][1], "_id": goals[1]["_id"]}, {**raw["goals"][0], "goal": "Neu"}]
    submit(world, SABINE, "outline", {**raw, "goals": typed})
    kept = versions(world, "outline")[1]["goals"]
    assert kept[0]["_id"] == goals[1]["_id"]
    assert kept[1]["_id"] not in {row["_id"] for row in goals}


def test_the_id_of_a_row_taken_out_is_not_given_again(world: World) -> None:
    raw = world.story().answers("outline")
    submit(world, SABINE, "outline", raw)
    goals = versions(world, "outline")[0]["goals"]
    first = {**raw["goals"][0], "_id": goals[0]["_id"]}
    submit(world, SABINE, "outline", {**raw, "goals": [first]})
    submit(world, SABINE, "outline", {**raw, "goals": [first, raw["goals"][1]]})
    assert versions(world, "outline")[2]["goals"][1]["_id"] != goals[1]["_id"]


def test_german_input_is_understood(world: World) -> None:
    submit(world, SABINE, "outline", world.story().answers("outline"))
    values = versions(world, "outline")[0]
    assert values["costs"][0]["amount_eur"] == "3400.00"
    assert values["start_date"] == "2025-07-01"


def test_every_problem_is_named_at_once_by_row_and_column(world: World) -> None:
    raw = world.story().answers("outline")
    raw["costs"][1]["amount_eur"] = "etwa 5.000"
    raw["end_date"] = "31.02.2026"
    del raw["situation"]
    with pytest.raises(Invalid) as caught:
        submit(world, SABINE, "outline", raw)
    paths = {p.path for p in caught.value.problems}
    assert {"costs.1.amount_eur", "end_date", "situation"} <= paths
    assert versions(world, "outline") == []


def test_a_submission_stands_in_the_history_by_its_digest(world: World) -> None:
    submit(world, SABINE, "outline", world.story().answers("outline"))
    (row,) = world.rows(Submission, form="outline")
    (entry,) = world.rows(Entry, kind="submission", subject="outline")
    assert row.digest == entry.content == digest(row.values)
    assert entry.side == "civic"


def test_the_title_of_the_project_follows_the_interest(world: World) -> None:
    (row,) = world.rows(Submission, form="interest")
    typed = {**row.values, "title": "Sprachcafé auf Rädern", "planned_start": "01.07.2025"}
    submit(world, SABINE, "interest", typed)
    with world.sessions() as session:
        assert case_of(world, session).title == "Sprachcafé auf Rädern"


def test_computed_fields_are_the_systems(world_at: WorldAt) -> None:
    world = world_at("closing")
    typed = {**world.story().answers("final_report"), "reach": "9999"}
    submit(world, TOBIAS, "final_report", typed)
    values = versions(world, "final_report")[-1]
    assert 9999 not in values.values()
    assert 14 + 72 + 28 in values.values()
    assert {"held": 3, "planned": 0, "cancelled": 0} in values.values()


def test_a_submission_sent_twice_is_one_version(world: World) -> None:
    raw = world.story().answers("outline")
    assert submit(world, SABINE, "outline", raw, key="k") == 1
    assert submit(world, SABINE, "outline", raw, key="k") == 1
    assert len(versions(world, "outline")) == 1


def test_only_whoever_may_edit_in_this_state_submits(world: World) -> None:
    raw = world.story().answers("outline")
    for email in (MIRIAM, JONAS):
        with refused():
            submit(world, email, "outline", raw)
    for email in (ANNA, EMRE):
        with pytest.raises(NotFound):
            submit(world, email, "outline", raw)


def test_what_belongs_to_others_is_left_as_it_was(world_at: WorldAt) -> None:
    world = world_at("in_review")
    formal = dict.fromkeys(
        ("complete", "eligible", "period", "costs", "signatories_known"), "not_applicable"
    )
    submit(world, MIRIAM, "review", {"formal": formal, "criterion_need": "3"})
    submit(world, JONAS, "review", {"criteria_note": "Gut", "formal": {"complete": "no"}})
    values = versions(world, "review")[-1]
    assert values["formal"] == formal
    assert values["criteria_note"] == "Gut"
    assert "criterion_need" not in values


def test_an_outline_that_costs_more_than_it_has_cannot_be_confirmed_to_the_end(
    world: World,
) -> None:
    raw = world.story().answers("outline")
    raw["funding"][0]["amount_eur"] = "900,01"
    submit(world, SABINE, "outline", raw)
    assert "balanced" in {r.id for r in offer(world, SABINE, "submit_outline").reasons}
    with refused("balanced", "municipal", "civic"):
        fire(world, SABINE, "submit_outline")


def test_a_side_files_no_signature_for_itself(world_at: WorldAt) -> None:
    world = world_at("signature_pending")
    with refused():
        submit(world, SABINE, "signature", {}, "civic")
    assert ("signature", "civic") not in visible(world, MIRIAM)
