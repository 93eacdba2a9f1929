"""What the documentation names is there, and what is there is named."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest

from workflow_app.cli import main
from workflow_app.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
QUICK = {
    "tandem --help",
    "tandem workflow verify",
}
"""Commands in the guides that take a moment and change nothing."""


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Return every command with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def blocks(page: Path) -> list[str]:
    """Return the lines of the shell blocks of a page, without remarks."""
    found = re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = [re.sub(r"\s+# .*", "", line).strip() for block in found for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


COMMANDS = dict(commands(main, "tandem"))
SHELL = sorted({(page, line) for page in PAGES for line in blocks(page)})


def anchors(page: Path) -> set[str]:
    """Return the places of a page that a link can lead to."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_every_setting_is_described_with_its_default(setting: object) -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", text, re.MULTILINE))
    name, default = setting.name, setting.default  # type: ignore[attr-defined]

    assert name in rows
    said = rows[name].replace("`", "")
    assert said == (
        re.sub(r"^<(.*)>$", r"\1", default.replace("TANDEM_DATA/", "<TANDEM_DATA>/")) or "none"
    )


def test_no_setting_is_described_that_does_not_exist() -> None:
    known = {setting.name for setting in SETTINGS}

    for page in PAGES:
        for name in re.findall(r"\bTANDEM_[A-Z_]+\b", page.read_text("utf-8")):
            assert name in known, f"{page.name}: {name}"


@pytest.mark.parametrize("called", COMMANDS)
def test_every_command_is_described_with_its_options(called: str) -> None:
    text = "\n".join(page.read_text("utf-8") for page in PAGES)

    assert re.search(rf"`(?:{called}|{called.removeprefix('tandem ')})\b", text), called
    for option in COMMANDS[called].params:
        if isinstance(option, click.Option):
            assert option.help, option.opts
            assert any(re.search(rf"[` ]{name}\b", text) for name in option.opts), option.opts


@pytest.mark.parametrize(("page", "line"), SHELL, ids=[line for _, line in SHELL])
def test_every_command_of_the_guides_exists(page: Path, line: str) -> None:
    program, *words = line.split()
    if program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert {word for word in words if "=" not in word} <= set(targets)
    elif program.endswith("tandem"):
        assert any(" ".join(["tandem", *words]).startswith(called) for called in COMMANDS), line
    else:
        assert program in ("git", "cd", "cp", "curl", ".venv/bin/python"), f"{page.name}: {line}"


def test_the_quick_commands_of_the_guides_run() -> None:
    for command in QUICK:
        done = subprocess.run(
            [sys.executable, "-m", "workflow_app", *command.split()[1:]],
            capture_output=True,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)


def test_the_copy_of_the_database_holds_what_was_committed_while_it_is_open(
    tmp_path: Path,
) -> None:
    (line,) = (line for page, line in SHELL if "VACUUM INTO" in line)
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(tmp_path / "data/tandem.db")) as tandem:
        tandem.execute("PRAGMA journal_mode=WAL")
        tandem.execute("CREATE TABLE cases (number TEXT)")
        tandem.execute("INSERT INTO cases VALUES ('TP-2025-0001')")
        tandem.commit()
        command = shlex.split(line.replace(".venv/bin/python", sys.executable))
        subprocess.run(command, cwd=tmp_path, check=True)

    with closing(sqlite3.connect(tmp_path / "tandem-copy.db")) as copy:
        assert copy.execute("SELECT number FROM cases").fetchall() == [("TP-2025-0001",)]


def test_every_finding_of_the_doctor_is_explained() -> None:
    explained = (ROOT / "docs/operating.md").read_text("utf-8")
    code = (ROOT / "workflow_app/services").glob("doctor*.py")
    said = "".join(path.read_text("utf-8") for path in code)
    findings = set(re.findall(r"(?:Finding|yield) ?\(\s*\"([a-z]+)\"", said))

    assert findings >= {"access", "deadlines", "documents", "history", "outbox"}
    assert [f for f in findings if not re.search(rf"^\|.*`{f}`.*\|.*\|$", explained, re.M)] == []


def test_every_document_is_described() -> None:
    described = (ROOT / "docs/documents.md").read_text("utf-8")
    templates = (ROOT / "templates/documents").glob("*/document.html")
    documents = [path.parent.name for path in templates]

    assert documents
    assert [name for name in documents if f"`{name}`" not in described] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target
        assert there == ROOT or ROOT in there.parents, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = re.findall(
        r"`((?:workflows|forms|templates|tests|docs|scripts|workflow_app)/[^`]*)`",
        page.read_text("utf-8"),
    )
    for path in named:
        pattern = re.sub(r"<[^>]*>|…|\{[^}]*\}", "*", path)
        assert list(ROOT.glob(pattern.rstrip("/"))), f"{page.name}: {path}"
