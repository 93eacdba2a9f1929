"""Definitions in the content folder: in force at the first start, later drafts to be published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import WorldAt
from tests.services.definitions.versions import PROJECT, WORKFLOW, in_force, publish, second_version
from tests.services.steps import another_idea, with_content
from tests.world import MIRIAM, World
from workflow_app.core.errors import Invalid
from workflow_app.installation import site_of
from workflow_app.services.definitions import drafting, log, publishing, taking_in
from workflow_app.services.definitions.versions import find
from workflow_app.services.people import person_by_email
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition

IMPORTED = """workflow: press
version: "1"
label: Press releases
semantics: careful
state_variable: review_state
initial: private
facts:
  is_office_hours: {tales: "python: here.isOfficeHours()"}
states:
  private: {label: Private, exits: [submit]}
transitions:
  submit:
    {label: Submit, to: private, trigger: person, when: {fact: is_office_hours}, after: announce}
scripts:
  announce: {type: External Method, module: press, function: announce}
"""


def test_an_import_is_not_published_before_everything_is_supplied(miriams: World) -> None:
    with miriams.sessions() as session:
        miriam = person_by_email(session, MIRIAM)
        sent = {"press.yaml": IMPORTED.encode()}
        row = drafting.draft(session, miriams.site, sent, miriam, miriams.now)
        assert log.status_of(row) == "draft"
        with pytest.raises(Invalid) as caught:
            publishing.publish(session, miriams.site, "press", 1, miriam, miriams.now)
        told = " ".join(p.text.en for p in caught.value.problems)
        assert [p.rule for p in caught.value.problems] == ["to_supply", "to_supply"]
        assert "'is_office_hours' has yet to be supplied" in told
        assert "'announce' has yet to be supplied" in told
        assert log.status_of(find(session, "press", 1)) == "draft"


def test_an_import_in_the_content_becomes_a_draft_until_everything_is_supplied(
    miriams: World, tmp_path: Path
) -> None:
    drafting_site(miriams, tmp_path / "own", {"workflows/press.yaml": IMPORTED})
    assert ("press", 1, "draft") in take_in(miriams)
    assert "press" not in {name for name, _, _ in take_in(miriams, publish=True)}
    with miriams.sessions() as session:
        assert log.current(session, "press") is None


# ── The content folders ─────────────────────────────────────────────────────────────────────────


def take_in(world: World, *, publish: bool = False) -> list[tuple[str, int, str]]:
    with world.sessions() as session:
        found = taking_in.take_in(session, world.site, world.now, publish=publish)
    return [(t.workflow, t.number, t.status) for t in found]


def drafting_site(world: World, folder: Path, files: dict[str, str]) -> None:
    """Give the installation an own content folder whose changes become drafts."""
    world.site = with_content(world, folder, files)
    world.site.follows_content = world.site.catalogue.follows_content = False


def test_the_first_start_puts_the_content_in_force_and_the_second_does_nothing(
    world_at: WorldAt,
) -> None:
    world = world_at("people")
    assert take_in(world) == [
        ("joint_event", 1, "published"),
        ("recommendation", 1, "published"),
        (PROJECT, 1, "published"),
    ]
    assert take_in(world) == []
    world.story().idea()
    assert len(world.rows(Definition)) == 3


def test_a_changed_content_file_becomes_a_draft_that_somebody_publishes(
    miriams: World, tmp_path: Path
) -> None:
    take_in(miriams)
    drafting_site(miriams, tmp_path / "own", {WORKFLOW: second_version()})
    assert take_in(miriams) == [(PROJECT, 2, "verified")]
    assert in_force(miriams) == 1
    another_idea(miriams)
    assert {case.definition_id for case in miriams.rows(Case)} == {1}
    assert publish(miriams, 2) == "published"


def test_for_development_a_changed_file_comes_into_force_at_once(
    miriams: World, tmp_path: Path
) -> None:
    take_in(miriams)
    drafting_site(miriams, tmp_path / "own", {WORKFLOW: second_version()})
    assert take_in(miriams, publish=True) == [(PROJECT, 2, "published")]
    assert in_force(miriams) == 2


@pytest.mark.slow
def test_a_broken_content_file_is_a_draft_and_the_version_in_force_stays(
    miriams: World, tmp_path: Path
) -> None:
    take_in(miriams)
    broken = second_version("    rights: archive_only\n", "    rights: archiv_only\n")
    drafting_site(miriams, tmp_path / "own", {WORKFLOW: broken})
    assert take_in(miriams, publish=True) == [(PROJECT, 2, "draft")]
    assert in_force(miriams) == 1
    another_idea(miriams)


def test_the_installation_follows_its_content_if_the_setting_says_so(miriams: World) -> None:
    settings = replace(miriams.settings, content_changes="publish")
    assert site_of(settings).catalogue.follows_content
    assert not miriams.site.catalogue.follows_content
