"""Towards the end: what was said of an earlier draft, and whoever answers too late."""

from __future__ import annotations

from tests.conftest import WorldAt
from tests.services.steps import confirm, fire, offer, refused, submit, visible, why_closed
from tests.world import JONAS, SABINE, TOBIAS, World
from workflow_app.core.tables.evaluation_facts import differing_items


def evaluations_seen(world: World, email: str) -> list[str]:
    """Return the sides whose self-evaluations somebody can read."""
    return [slot for form, slot in visible(world, email) if form == "self_evaluation"]


def comment(world: World, email: str, side: str) -> None:
    submit(world, email, "assessment", {f"partner_comment_{side}": "Wir sehen das ebenso."})


def test_comments_on_an_earlier_draft_do_not_open_the_next(world_at: WorldAt) -> None:
    world = world_at("assessment")
    draft = world.story().answers("assessment")
    fire(world, JONAS, "share_assessment", draft)
    comment(world, SABINE, "civic")
    comment(world, TOBIAS, "municipal")
    assert "comments_awaited" not in why_closed(world, JONAS, "complete_assessment")

    fire(world, JONAS, "return_reflection", reason="Zwei Lernpunkte sind noch unklar.")
    world.story().both_confirm("submit_reflection")
    fire(world, JONAS, "share_assessment", {**draft, "goal_achievement": "not"})
    comment(world, SABINE, "civic")
    assert "comments_awaited" in why_closed(world, JONAS, "complete_assessment")
    comment(world, TOBIAS, "municipal")
    assert "comments_awaited" not in why_closed(world, JONAS, "complete_assessment")


def test_who_never_answered_neither_writes_nor_counts_afterwards(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    answers = world.story().answers("self_evaluation")
    submit(world, SABINE, "self_evaluation", answers)
    world.later(57)
    fire(world, JONAS, "go_on_without_municipal", reason="Keine Antwort seit Wochen.")
    reflection = {**world.story().answers("joint_reflection"), "differences": []}
    submit(world, SABINE, "joint_reflection", reflection)
    with refused():
        submit(world, TOBIAS, "joint_reflection", reflection)
    assert not offer(world, TOBIAS, "submit_reflection").may_sign

    # Nobody copies from the other side, and nobody changes an answer after reading the other's.
    assert evaluations_seen(world, TOBIAS) == []
    assert evaluations_seen(world, SABINE) == ["civic"]
    # What comes late is kept; it asks for no comment on what differs.
    late = {**answers, "items": dict.fromkeys(answers["items"], "1")}
    fire(world, TOBIAS, "add_late_evaluation", late)
    assert evaluations_seen(world, TOBIAS) == ["civic", "municipal"]
    assert "once" in why_closed(world, TOBIAS, "add_late_evaluation")
    assert "went_on_without" in why_closed(world, SABINE, "add_late_evaluation")
    with world.sessions() as session:
        situation = world.look(JONAS, session).situation
    assert (situation.newest("self_evaluation", "municipal") or {})["items"] == late["items"]
    assert differing_items(situation) == {}
    confirm(world, SABINE, "submit_reflection")
    assert world.state == "assessment"


def test_where_nobody_answered_both_may_still_do_so_late(world_at: WorldAt) -> None:
    world = world_at("self_evaluation")
    world.later(120)
    fire(world, JONAS, "waive_evaluation", reason="Keine Antwort seit Monaten.")
    fire(world, SABINE, "add_late_evaluation", world.story().answers("self_evaluation"))
    assert world.state == "assessment"
    assert (evaluations_seen(world, SABINE), evaluations_seen(world, TOBIAS)) == (["civic"], [])
