"""The world that all tests share tells the whole story."""

from __future__ import annotations

import pytest

from tests.conftest import WorldAt


@pytest.mark.slow
def test_the_story_reaches_the_archive(world_at: WorldAt) -> None:
    world = world_at("archived")
    assert world.state == "archived"
    assert world.history[:3] == ["create", "confirm_partnership", "submit_outline"]
    assert world.history[-1] == "archive"
