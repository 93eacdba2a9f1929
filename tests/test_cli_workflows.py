"""A changed workflow on the command line: as the guide tells it, from the draft to the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.changed_lifecycle import PLAN, changed_files
from tests.conftest import WorldAt
from tests.world import JONAS, SABINE, VERA, World
from workflow_app.cli import main
from workflow_app.services.people import deactivate
from workflow_app.store.tables.definitions import Definition

Run = Callable[..., Result]


@pytest.fixture
def world(world_at: WorldAt) -> World:
    return world_at("in_review")


@pytest.fixture
def run(world: World) -> Run:
    """Return a function that runs `tandem workflow …` on the installation of this world."""

    def command(*words: str | Path) -> Result:
        said = ["workflow", *map(str, words)]
        env = {"TANDEM_DATA": str(world.folder)}
        return CliRunner().invoke(main, said, env=env, catch_exceptions=False)

    return command


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Return the changed files, as an author keeps them."""
    paths = []
    for name, data in changed_files().items():
        path = tmp_path / name
        path.write_bytes(data)
        paths.append(path)
    return paths


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_change_is_drafted_compared_published_and_a_case_goes_there_and_back(
    world: World, run: Run, files: list[Path], plan: Path
) -> None:
    done = run("draft", *files, "--as", VERA, "--note", "Formal check")
    assert (done.exit_code, "tandem_project no. 2: verified" in done.output) == (0, True)
    assert "The state 'Formal check' is new." in run("compare", "tandem_project", "1", "2").output
    assert run("publish", "tandem_project", "2", "--as", VERA).exit_code == 0
    told = run("versions", "tandem_project", "--log").output
    assert "no. 2 published by Vera Aumüller" in told
    assert "outline.situation: outline.need" in run("plan", "tandem_project", "1", "2").output

    dry = run("migrate", plan, "--dry-run", "--as", VERA)
    assert dry.exit_code == 0
    assert f"{world.number} " in dry.output
    assert "Under review -> Formal check" in dry.output
    assert world.state == "in_review"
    gone = run("migrate", plan, "--as", VERA)
    assert f"{world.number}: moved" in gone.output
    assert "1 moved, 0 stayed, 0 taken back, 0 waiting." in gone.output
    assert world.state == "formal_check"
    again = run("migrate", plan, "--as", VERA)
    assert (again.exit_code, ": moved" in again.output) == (0, False)
    back = run("migrate", plan, "--back", "--case", world.number, "--as", VERA)
    assert (back.exit_code, world.state) == (0, "in_review")


def test_a_draft_with_errors_names_their_lines_and_cannot_be_published(
    world: World, run: Run, files: list[Path]
) -> None:
    outline = next(path for path in files if path.name == "outline.yaml")
    outline.write_text(outline.read_text("utf-8").replace("type: rows", "type: row", 1), "utf-8")
    done = run("draft", *files, "--as", VERA)
    assert done.exit_code == 1
    assert "forms/outline.yaml:" in done.output
    refused = run("publish", "tandem_project", "2", "--as", VERA)
    assert refused.exit_code == 1
    assert "forms/outline.yaml:" in refused.output


def test_nobody_but_an_administrator_changes_a_workflow(
    world: World, run: Run, files: list[Path]
) -> None:
    refused = run("draft", *files, "--as", SABINE)
    assert refused.exit_code == 1
    assert "administrators" in refused.output
    assert len(world.rows(Definition)) == 1


def test_a_plan_that_does_not_fit_is_refused_with_its_line(
    world: World, run: Run, files: list[Path], plan: Path
) -> None:
    run("draft", *files, "--as", VERA)
    run("publish", "tandem_project", "2", "--as", VERA)
    plan.write_text(PLAN.replace("outline.need", "outline.ned"), encoding="utf-8")
    refused = run("migrate", plan, "--dry-run", "--as", VERA)
    assert refused.exit_code == 1
    assert f"{plan}:9:" in refused.output


def test_verify_holds_the_people_of_the_database_against_the_workflows(
    world: World, run: Run, tmp_path: Path
) -> None:
    told = run("verify", "--people", "database")
    assert told.exit_code == 0
    assert f"only_one: 'approve' depends on one single person: {JONAS} (supervisor)." in told.output
    with world.sessions() as session:
        deactivate(session, JONAS, world.now)
    assert (
        "nobody_here: Nobody could take 'approve'" in run("verify", "--people", "database").output
    )

    people = tmp_path / "people.yaml"
    people.write_text("people:\n  jonas: {roles: [supervizor]}\n", encoding="utf-8")
    refused = run("verify", "--people", people)
    assert (refused.exit_code, f"{people}:2:" in refused.output) == (1, True)
    missing = run("verify", "--people", tmp_path / "nobody.yaml")
    assert (missing.exit_code, "give a file, or 'database'" in missing.output) == (1, True)


def test_what_the_content_folder_says_now_is_taken_in(world: World, run: Run) -> None:
    assert "joint_event no. 1: published" in run("take-in").output
    assert run("take-in").output == "Nothing new.\n"
    retired = run("retire", "joint_event", "1", "--as", VERA)
    assert "joint_event no. 1: retired" in retired.output
