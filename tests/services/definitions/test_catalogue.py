"""Definitions: an organisation's own files go first, and a running case keeps its version."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import WorldAt
from tests.services.steps import (
    APPROVAL,
    FORMAL,
    another_idea,
    changed,
    fire,
    shipped,
    submit,
    with_content,
)
from tests.world import JONAS, MIRIAM, World
from workflow_app.core.errors import DefinitionError, NotFound
from workflow_app.paths import shipped_content
from workflow_app.services.catalogue import Catalogue
from workflow_app.services.content.files import read_content
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition

WORKFLOW = "workflows/tandem_project.yaml"
PROGRAMME = "workflows/programme.yaml"
AGREE = "label: {de: Partnerschaft bestätigen, en: Confirm the partnership}"


def own(world: World, tmp_path: Path, old: str, new: str, path: str = WORKFLOW) -> None:
    """Give the installation a content folder of its own with one changed file."""
    world.site = with_content(world, tmp_path / "own", {path: changed(shipped(path), old, new)})


def test_a_running_case_keeps_its_version(world_at: WorldAt, tmp_path: Path) -> None:
    world = world_at("in_review")
    own(world, tmp_path, "{de: Genehmigen, en: Approve}", "{de: Zustimmen, en: Approve}")
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    with world.sessions() as session:
        seen = world.look(JONAS, session)
        label = seen.engine.offer(seen.situation, seen.actor, "approve").transition.label("de")
    assert label == "Genehmigen"
    current = world.site.catalogue.current("tandem_project").workflow
    assert current.transitions["approve"].label("de") == "Zustimmen"
    assert fire(world, JONAS, "approve", APPROVAL) == "agreement_draft"


def test_a_new_case_runs_on_the_new_version(world_at: WorldAt, tmp_path: Path) -> None:
    world = world_at("idea")
    own(world, tmp_path, AGREE, AGREE.replace("Partnerschaft bestätigen", "Zusagen"))
    another_idea(world)
    first, second = world.rows(Definition)
    assert first.fingerprint != second.fingerprint
    assert [c.definition_id for c in world.rows(Case)] == [first.id, second.id]


def test_the_same_version_is_kept_once(world_at: WorldAt) -> None:
    world = world_at("idea")
    another_idea(world)
    assert len(world.rows(Definition)) == 1


def test_a_broken_file_is_refused_with_its_place(world_at: WorldAt, tmp_path: Path) -> None:
    world = world_at("people")
    own(world, tmp_path, "    rights: archive_only\n", "    rights: archiv_only\n")
    text = (tmp_path / "own" / WORKFLOW).read_text(encoding="utf-8")
    line = text.splitlines().index("    rights: archiv_only") + 1
    with pytest.raises(DefinitionError) as caught:
        world.site.catalogue.current("tandem_project")
    (problem,) = caught.value.problems
    assert (problem.place.file, problem.place.line) == (WORKFLOW, line)


def test_a_broken_file_stops_no_case_that_runs(world_at: WorldAt, tmp_path: Path) -> None:
    world = world_at("in_review")
    own(world, tmp_path, "    rights: archive_only\n", "    rights: archiv_only\n")
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    assert fire(world, JONAS, "approve", APPROVAL) == "agreement_draft"


def test_own_files_cover_the_shipped_ones_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "workflows").mkdir()
    (tmp_path / PROGRAMME).write_text("notice_before_start_days: 10\n", encoding="utf-8")
    files = read_content((tmp_path, shipped_content()))
    assert files[PROGRAMME] == "notice_before_start_days: 10\n"
    assert files[WORKFLOW] == shipped(WORKFLOW)


def test_the_operators_numbers_count(world_at: WorldAt, tmp_path: Path) -> None:
    world = world_at("people")
    own(world, tmp_path, "notice_before_start_days: 60", "notice_before_start_days: 90", PROGRAMME)
    assert (
        world.site.catalogue.current("tandem_project").engine.programme["notice_before_start_days"]
        == 90
    )


def test_what_is_no_workflow_is_not_found() -> None:
    with pytest.raises(NotFound):
        Catalogue((shipped_content(),)).current("no_such_workflow")
