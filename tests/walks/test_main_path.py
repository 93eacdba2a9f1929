"""A project from the idea to the archive, as five people live it in their browsers."""

from __future__ import annotations

import pytest

from tests.walks import main_path
from tests.walks.conftest import TownAt


@pytest.mark.timeout(300)
@pytest.mark.slow
def test_a_project_goes_from_the_idea_to_the_archive(town_at: TownAt) -> None:
    town = town_at("people")

    for chapter in main_path.CHAPTERS:
        chapter(town)

    assert town.world.history == main_path.HISTORY
