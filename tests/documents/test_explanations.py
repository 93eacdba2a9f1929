"""What explains a workflow, printed: its manual with the picture, and the matrix of its rights."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.world import BEGINS, World
from workflow_app.services.papers.explanations import manual_pdf, matrix_pdf


@pytest.fixture
def world(world_at: Callable[[str], World]) -> World:
    return world_at("people")


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(("language", "page"), [("de", "Seite 1 von"), ("en", "Page 1 of")])
def test_the_manual_says_every_state_and_step(
    world: World, read: Callable[[bytes], list[str]], language: str, page: str
) -> None:
    compiled = world.site.catalogue.current("recommendation")

    pages = read(manual_pdf(world.site, compiled, language, None, BEGINS))

    text = " ".join("\n".join(pages).split())
    for state in compiled.workflow.states.values():
        assert state.label(language) in text
    for t in compiled.workflow.transitions.values():
        assert t.label(language) in text
    assert page in pages[0]


@pytest.mark.only_on("sqlite")
def test_the_matrix_has_a_table_for_each_state(
    world: World, read: Callable[[bytes], list[str]]
) -> None:
    compiled = world.site.catalogue.current("joint_event")

    text = " ".join("\n".join(read(matrix_pdf(world.site, compiled, "de", BEGINS))).split())

    for state in compiled.workflow.states.values():
        assert state.label("de") in text
    assert text.count("ansehen") == len(compiled.workflow.states)
