"""Towards the end: what was said of an earlier draft, and whoever answers too late."""

from __future__ import annotations

from tests.conftest import WorldAt
from tests.services.steps import fire, submit, why_closed
from tests.world import JONAS, SABINE, TOBIAS, World


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
