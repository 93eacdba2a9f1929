"""Revise, reject, withdraw, and an approved scope that changes afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.steps import (
    APPROVAL,
    FORMAL,
    POINTS,
    REJECTION,
    WITHDRAWAL,
    fire,
    opened,
    refused,
    submit,
    tasks,
    why_closed,
)
from tests.world import EMRE, JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid
from workflow_app.store.tables.cases import Case, Deadline
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.submissions import Submission


@pytest.fixture
def checked(world_at: WorldAt) -> World:
    world = world_at("in_review")
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    return world


@pytest.fixture
def revising(checked: World) -> World:
    fire(checked, JONAS, "request_revision", POINTS)
    return checked


def answers(world: World, points: int) -> dict[str, Any]:
    review = world.rows(Submission, form="review")[-1]
    rows = review.values["points"][:points]
    return {"answers": [{"point": r["_id"], "answer": "Das ist ergänzt."} for r in rows]}


def test_each_point_is_answered_before_the_outline_comes_back(revising: World) -> None:
    submit(revising, SABINE, "revision_response", answers(revising, 1))
    assert "points_answered" in why_closed(revising, SABINE, "resubmit")
    submit(revising, TOBIAS, "revision_response", answers(revising, 2))
    revising.story().both_confirm("resubmit")
    assert (revising.state, revising.rows(Case)[0].round) == ("in_review", 2)


def test_an_answer_is_waiting_for_each_point(revising: World) -> None:
    review = revising.rows(Submission, form="review")[-1].values
    offered = opened(revising, SABINE, "revision_response").start["answers"]
    assert [row["point"] for row in offered] == [row["_id"] for row in review["points"]]
    assert not any("answer" in row for row in offered)


def test_a_point_that_nobody_made_cannot_be_answered(revising: World) -> None:
    raw = {"answers": [{"point": "99", "answer": "Wozu?"}]}
    with pytest.raises(Invalid) as caught:
        submit(revising, SABINE, "revision_response", raw)
    assert [p.path for p in caught.value.problems] == ["answers.0.point"]


def test_the_second_round_is_checked_and_approved_afresh(revising: World) -> None:
    submit(revising, SABINE, "revision_response", answers(revising, 2))
    revising.story().both_confirm("resubmit")
    assert tasks(revising, MIRIAM) == ["Projektskizze formal prüfen"]
    with refused("formally_complete"):
        fire(revising, JONAS, "approve", APPROVAL)
    submit(revising, MIRIAM, "review", {"formal": FORMAL})
    assert fire(revising, JONAS, "approve", APPROVAL) == "agreement_draft"
    slots = {(s.slot, s.version) for s in revising.rows(Submission, form="review")}
    assert slots == {("r1", 1), ("r1", 2), ("r2", 1), ("r2", 2)}


def test_the_programme_office_asks_back_for_formal_points_only(checked: World) -> None:
    with refused("formal_only"):
        fire(checked, MIRIAM, "request_revision", POINTS)
    submit(checked, MIRIAM, "review", {"formal": {**FORMAL, "costs": "no"}})
    raw = {**POINTS, "formal": {**FORMAL, "costs": "no"}}
    assert fire(checked, MIRIAM, "request_revision", raw) == "revision_requested"


def test_a_formal_check_answers_each_item(world_at: WorldAt) -> None:
    world = world_at("in_review")
    with pytest.raises(Invalid) as caught:
        submit(world, MIRIAM, "review", {"formal": {"complete": "yes"}})
    assert [(p.path, p.rule) for p in caught.value.problems] == [("formal", "unanswered")]
    assert "formally_complete" in why_closed(world, JONAS, "approve")


def test_who_approves_in_spite_of_a_formal_gap_says_why(world_at: WorldAt) -> None:
    world = world_at("in_review")
    submit(world, MIRIAM, "review", {"formal": {**FORMAL, "costs": "no"}})
    with refused("no_formal_gap"):
        fire(world, JONAS, "approve", APPROVAL)
    fire(world, JONAS, "approve", APPROVAL, warnings_reason="Der Rechenfehler ist geklärt.")
    assert world.state == "agreement_draft"


def test_a_rejection_says_why_and_ends_the_case(checked: World) -> None:
    with pytest.raises(Invalid) as caught:
        fire(checked, JONAS, "reject", {"reason": "Passt leider nicht.", "impartial": "yes"})
    assert [p.path for p in caught.value.problems] == ["reason"]
    assert fire(checked, JONAS, "reject", REJECTION) == "rejected"
    (case,) = checked.rows(Case)
    assert (case.ended, case.outcome) == (True, "rejected")
    assert all(d.closed_at for d in checked.rows(Deadline))
    with refused("state"):
        fire(checked, SABINE, "withdraw", WITHDRAWAL)


@pytest.mark.parametrize("state", ["idea", "outline_draft", "in_review", "agreement_draft"])
def test_either_side_may_withdraw(world_at: WorldAt, state: str) -> None:
    world = world_at(state)
    with refused("by"):
        fire(world, MIRIAM, "withdraw", WITHDRAWAL)
    assert fire(world, TOBIAS, "withdraw", WITHDRAWAL) == "withdrawn"
    assert world.rows(Case)[0].outcome == "withdrawn"


@pytest.mark.parametrize("state", ["agreement_alignment", "signature_pending"])
def test_withdrawing_voids_the_agreement_and_keeps_it(world_at: WorldAt, state: str) -> None:
    world = world_at(state)
    (before,) = world.rows(Document, kind="agreement")
    fire(world, SABINE, "withdraw", WITHDRAWAL)
    (after,) = world.rows(Document, kind="agreement")
    assert after.status == "void"
    assert (after.snapshot, after.number, after.sha256) == (
        before.snapshot,
        before.number,
        before.sha256,
    )


# ── Scope ───────────────────────────────────────────────────────────────────────────────────────


def more_goals(world: World) -> dict[str, Any]:
    """Return the outline with its first goal set higher, the rows under their ids."""
    outline = world.rows(Submission, form="outline")[-1].values
    first, *others = outline["goals"]
    return {**outline, "goals": [{**first, "target": "36"}, *others]}


def test_an_approved_scope_that_changes_goes_back_to_review(world_at: WorldAt) -> None:
    world = world_at("agreement_draft")
    assert "scope_changed" in why_closed(world, SABINE, "reopen_review")
    submit(world, SABINE, "outline", more_goals(world))
    with refused("scope_unchanged"):
        fire(world, TOBIAS, "propose_agreement", world.story().answers("propose_agreement"))
    world.story().both_confirm("reopen_review")
    assert (world.state, world.rows(Case)[0].accepted_scope) == ("in_review", None)


def test_the_supervisor_calls_a_changed_scope_back_without_waiting(world_at: WorldAt) -> None:
    world = world_at("agreement_draft")
    why = "Das erste Ziel ist jetzt höher als genehmigt."
    assert "scope_changed" in why_closed(world, JONAS, "call_back_to_review")
    submit(world, SABINE, "outline", more_goals(world))
    with refused("by"):
        fire(world, TOBIAS, "call_back_to_review", reason=why)
    fire(world, JONAS, "call_back_to_review", reason=why)
    assert (world.state, world.rows(Case)[0].accepted_scope) == ("in_review", None)


def test_after_a_second_approval_the_agreement_goes_on(world_at: WorldAt) -> None:
    world = world_at("agreement_draft")
    submit(world, SABINE, "outline", more_goals(world))
    world.story().both_confirm("reopen_review")
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    fire(world, JONAS, "approve", APPROVAL)
    raw = world.story().answers("propose_agreement")
    assert fire(world, TOBIAS, "propose_agreement", raw) == "agreement_alignment"


def test_what_is_not_scope_may_change_without_a_second_look(world_at: WorldAt) -> None:
    world = world_at("agreement_draft")
    outline = world.rows(Submission, form="outline")[-1].values
    submit(world, TOBIAS, "outline", {**outline, "volunteers_planned": "18"})
    raw = world.story().answers("propose_agreement")
    assert fire(world, TOBIAS, "propose_agreement", raw) == "agreement_alignment"


def test_a_scope_that_changes_while_aligning_holds_the_release(world_at: WorldAt) -> None:
    world = world_at("agreement_alignment")
    world.story().both_confirm("release_for_signature")
    submit(world, SABINE, "outline", more_goals(world))
    with refused("scope_unchanged"):
        fire(world, JONAS, "release_for_signature")


def test_emre_never_hears_of_any_of_it(revising: World) -> None:
    assert tasks(revising, EMRE) == []
