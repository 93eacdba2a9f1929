"""The command: every answer is a sentence, and every failure an exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from workflow_app import __version__
from workflow_app.cli import main
from workflow_app.commands.frame import clear_errors
from workflow_app.config import Settings, load
from workflow_app.installation import opened
from workflow_app.paths import shipped_content
from workflow_app.services.people import add_organisation, person_by_email
from workflow_app.store.migrate import HEAD
from workflow_app.store.tables.administration import Administered
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person

WORKFLOW = "workflows/tandem_project.yaml"
PASSWORD = "ein langes Kennwort"
Run = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"TANDEM_DATA": str(tmp_path / "data")})


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a function that runs the command on an installation of its own."""
    env = {"TANDEM_DATA": str(tmp_path / "data")}

    def command(*words: str, **more: str) -> Result:
        return CliRunner().invoke(main, words, env={**env, **more}, catch_exceptions=False)

    return command


@pytest.fixture
def ilse(run: Run) -> str:
    """Return the address of somebody who can sign in."""
    assert run("person", "add", "ilse@example.org", "Ilse Huber", "--password", PASSWORD)
    return "ilse@example.org"


def person(settings: Settings, email: str) -> tuple[Person, set[tuple[str, str, str]]]:
    with opened(settings) as (sessions, _), sessions() as session:
        found = person_by_email(session, email)
        return found, {(g.role, g.scope, g.key) for g in found.standing_roles}


def test_the_command_says_its_version() -> None:
    tandem = Path(sys.executable).parent / "tandem"
    done = subprocess.run([tandem, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"tandem, version {__version__}"


def commands(group: click.Group = main, *words: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it; groups are left out."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *words, name)
        else:
            yield " ".join((*words, name)), command


@pytest.mark.parametrize(("words", "command"), [pytest.param(*c, id=c[0]) for c in commands()])
def test_every_command_has_help_and_clear_errors(
    words: str, command: click.Command, run: Run
) -> None:
    result = run(*words.split(), "--help")

    assert (result.exit_code, result.output.split()[0]) == (0, "Usage:")
    assert command.help
    # What `clear_errors` wraps says whose errors it makes clear.
    assert hasattr(command.callback, "clear")


def test_the_groups_of_commands_have_help(run: Run) -> None:
    for words in ([], ["workflow"], ["db"], ["person"]):
        assert "Usage:" in run(*words, "--help").output


def test_somebody_is_invited_and_the_worker_sends_the_mail(run: Run, settings: Settings) -> None:
    result = run("person", "invite", "neu@example.org", "--name", "Ilse Neu", "--role", "reader")
    assert result.exit_code == 0, result.output
    found, roles = person(settings, "neu@example.org")
    assert (found.name, found.active, roles) == ("Ilse Neu", False, {("reader", "site", "")})
    assert run("worker", "--once").exit_code == 0
    (mail,) = (settings.data / "mail").glob("*.eml")
    assert "/access/" in mail.read_text("utf-8")
    assert run("person", "invite", "neu").exit_code == 1


# ── Definitions ─────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_definitions_are_sound(run: Run) -> None:
    result = run("workflow", "verify")
    assert result.exit_code == 0, result.output
    assert "0 errors" in result.output


def test_two_planted_faults_are_both_named_with_their_places(run: Run, tmp_path: Path) -> None:
    text = (shipped_content() / WORKFLOW).read_text(encoding="utf-8")
    lines = text.splitlines()
    rights = lines.index("    rights: archive_only")
    lines[rights] = "    rights: archive_onli"
    requirement = lines.index("      - id: area_covered")
    lines[requirement + 1] = "        fact: area.coverd"
    own = tmp_path / "tandem_project.yaml"
    own.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run("workflow", "verify", str(own))
    assert result.exit_code == 1
    for line in (rights, requirement):
        assert f"tandem_project.yaml:{line + 1}:" in result.output
    assert "2 errors" in result.output


def test_problems_are_told_in_german_too(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "tandem_project.yaml"
    text = (shipped_content() / WORKFLOW).read_text(encoding="utf-8")
    own.write_text(text.replace("to: outline_draft", "to: outline_drafd"), encoding="utf-8")
    english = run("workflow", "verify", str(own)).output
    german = run("workflow", "verify", "--language", "de", str(own)).output
    assert english != german
    assert "outline_drafd" in german


def test_a_file_that_is_no_yaml_is_a_finding_and_no_crash(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "tandem_project.yaml"
    own.write_text("workflow: [\n", encoding="utf-8")
    result = run("workflow", "verify", str(own))
    assert result.exit_code == 1
    assert "tandem_project.yaml:" in result.output


# ── People ──────────────────────────────────────────────────────────────────────────────────────


def test_somebody_is_added_with_a_role(run: Run, settings: Settings) -> None:
    words = ("person", "add", "Ilse@Example.org", "Ilse Huber", "--role", "coordinator")
    result = run(*words, "--password", PASSWORD)
    assert (result.exit_code, result.output) == (0, "Ilse@Example.org can sign in.\n")
    found, roles = person(settings, "ilse@example.org")
    assert (found.name, found.active, roles) == ("Ilse Huber", True, {("coordinator", "site", "")})
    assert (found.password or "").startswith("$argon2")


def test_whoever_guesses_a_password_pays_for_each_try(tmp_path: Path) -> None:
    # In a process of its own, because the tests themselves hash with the least effort.
    ask = "from workflow_app import app, config; print(app.hashed(config.load(), 'guess me'))"
    env = {**os.environ, "TANDEM_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ask], env=env, capture_output=True, text=True, check=True
    )
    _, method, _, cost, *_ = done.stdout.split("$")
    costs = {name: int(value) for name, value in (part.split("=") for part in cost.split(","))}

    # What RFC 9106 recommends where memory is short: 64 MiB, three passes.
    assert method == "argon2id"
    assert costs["m"] >= 64 * 1024
    assert costs["t"] >= 3


@pytest.mark.parametrize(
    ("email", "password", "says"),
    [
        ("ilse", PASSWORD, "e-mail"),
        ("ilse@example.org", PASSWORD, "already"),
        ("eva@example.org", "zu kurz", "12 characters"),
        ("eva@example.org", "Huber geht im Wald", "your name"),
    ],
)
def test_what_is_wrong_about_a_person_is_said(
    run: Run, ilse: str, email: str, password: str, says: str
) -> None:
    result = run("person", "add", email, "Ilse Huber", "--password", password)
    assert result.exit_code == 1
    assert says in result.output


def test_a_role_is_given_for_a_county(run: Run, ilse: str, settings: Settings) -> None:
    assert run("person", "role", ilse, "supervisor", "--county", "09274").exit_code == 0
    assert run("person", "role", ilse, "reader").exit_code == 0
    assert run("person", "role", ilse, "reader").exit_code == 0
    _, roles = person(settings, ilse)
    assert roles == {("supervisor", "county", "09274"), ("reader", "site", "")}


def test_what_the_command_line_does_to_an_account_stands_in_the_log(
    run: Run, ilse: str, settings: Settings
) -> None:
    with opened(settings) as (sessions, _), sessions() as session:
        add_organisation(session, "Landratsamt Kelheim", "municipality", "", ["09273"])
    run("person", "role", ilse, "supervisor", "--county", "09274")
    run("person", "role", ilse, "supervisor", "--county", "09274")
    invited = ("--role", "reader", "--organisation", "Landratsamt Kelheim")
    assert run("person", "invite", "kurt@example.org", *invited).exit_code == 0
    run("person", "deactivate", ilse)

    with opened(settings) as (sessions, _), sessions() as session:
        rows = session.scalars(select(Administered).order_by(Administered.id)).all()
        assert [(row.act, row.person.email if row.person else "") for row in rows] == [
            ("person_added", ilse),
            ("role_given", ilse),
            ("person_added", "kurt@example.org"),
            ("person_invited", "kurt@example.org"),
            ("role_given", "kurt@example.org"),
            ("joined", "kurt@example.org"),
            ("person_deactivated", ilse),
        ]
        # Nobody stands for the command line.
        assert {row.actor_id for row in rows} == {None}
        assert rows[1].details == {"role": "supervisor", "scope": "county", "key": "09274"}


def test_there_is_no_such_role_and_no_such_person(run: Run, ilse: str) -> None:
    for words in (("role", ilse, "king"), ("role", "nobody@example.org", "reader")):
        result = run("person", *words)
        assert result.exit_code == 1
        assert "no" in result.output


def test_who_is_deactivated_stays_in_the_books(run: Run, ilse: str, settings: Settings) -> None:
    before, _ = person(settings, ilse)
    assert run("person", "deactivate", ilse).exit_code == 0
    after, _ = person(settings, ilse)
    assert (after.active, after.name) == (False, "Ilse Huber")
    assert after.fs_uniquifier != before.fs_uniquifier


# ── The installation ────────────────────────────────────────────────────────────────────────────


def test_an_unknown_setting_is_named(run: Run) -> None:
    result = run("doctor", TANDEM_COLOUR="blue")
    assert result.exit_code == 1
    assert "TANDEM_COLOUR" in result.output


def test_a_new_database_is_made_and_agrees_with_the_program(run: Run) -> None:
    assert f"stands at {HEAD}" in run("db", "upgrade").output
    result = run("db", "check")
    assert (result.exit_code, result.output) == (0, "No difference.\n")


def test_a_new_installation_is_well(run: Run) -> None:
    result = run("doctor")
    assert (result.exit_code, result.output) == (0, "All is well.\n")


def test_the_doctor_fails_where_something_is_wrong(run: Run, settings: Settings) -> None:
    run("db", "upgrade")
    with opened(settings) as (sessions, _), sessions() as session:
        long_ago = datetime(2025, 1, 1, tzinfo=UTC)
        session.add(Job(kind="mail", data={}, created_at=long_ago, due_at=long_ago, attempts=0))
        session.commit()
    result = run("doctor")
    assert result.exit_code == 1
    assert "outbox" in result.output
    assert "1 findings" in result.output


def test_the_worker_works_once(run: Run) -> None:
    assert run("worker", "--once").output == "0 done\n"


def test_a_command_that_is_interrupted_says_so_and_ends_with_130() -> None:
    @click.command()
    @clear_errors
    def long_work() -> None:
        signal.raise_signal(signal.SIGINT)

    result = CliRunner().invoke(long_work, catch_exceptions=False)

    assert result.exit_code == 130
    assert result.output == "Stopped. What was done stays done; the same command goes on.\n"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_walkthrough_leaves_its_documents(run: Run, tmp_path: Path) -> None:
    result = run("walkthrough", "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == "create"
    assert "doctor: all is well" in result.output
    left = sorted(os.listdir(tmp_path / "out"))
    assert left == ["agreement-signed.pdf", "agreement.pdf", "archive.zip", "final-report.pdf"]
