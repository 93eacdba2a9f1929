"""The house itself: lock files that anyone can use, and a wheel that carries what it needs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from workflow_app import __version__

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)
SET_UP = [
    *sorted((ROOT / "requirements").iterdir()),
    # A test that imports a script leaves a folder beside it, perhaps while the tests are collected.
    *sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file()),
    *(ROOT / name for name in (".npmrc", ".ci/run", "Makefile", "package.json", "pyproject.toml")),
]


def pins(lock: str) -> dict[str, str]:
    """Return name and version of everything in a lock file."""
    return dict(PIN.findall((ROOT / "requirements" / lock).read_text("utf-8")))


def names(requirements: list[str]) -> set[str]:
    """Return the names in a list of requirements, as a lock file writes them."""
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in requirements)
    return {re.sub(r"[._-]+", "-", match[0]).lower() for match in found if match}


@pytest.mark.parametrize("path", SET_UP, ids=lambda path: path.name)
def test_no_file_of_the_set_up_names_a_registry(path: Path) -> None:
    text = path.read_text("utf-8")

    assert not re.search(r"https?://|(?<!no-emit-)index-url|find-links|registry *=", text)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_every_locked_python_package_has_one_version_and_a_hash(path: Path) -> None:
    entries = re.split(r"\n(?=[a-z0-9])", path.read_text("utf-8"))

    assert [
        entry for entry in entries if not PIN.match(entry) or "--hash=sha256:" not in entry
    ] == []


def test_the_locks_agree_with_each_other() -> None:
    run = pins("build.txt") | pins("run.txt")

    for lock in LOCKS:
        both = run.keys() & pins(lock.name).keys()
        assert {name: pins(lock.name)[name] for name in both} == {name: run[name] for name in both}


def test_everything_that_tandem_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert names(project["dependencies"]) <= pins("run.txt").keys()


@pytest.mark.parametrize(
    "wanted", sorted((ROOT / "requirements").glob("*.in")), ids=lambda p: p.name
)
def test_everything_that_a_list_asks_for_is_locked(wanted: Path) -> None:
    lines = [line for line in wanted.read_text("utf-8").splitlines() if line[:1].isalpha()]

    assert names(lines) <= pins(wanted.with_suffix(".txt").name).keys()


def test_every_npm_package_is_checked_by_its_hash_and_names_no_host() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    # npm takes an entry without `integrity` without a word.
    assert [
        n for n, e in packages.items() if not e.get("integrity", "").startswith("sha512-")
    ] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_front_end_packages_are_pinned_exactly() -> None:
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def tracked(*folders: str) -> list[str]:
    """Return what git keeps of this checkout; the test is left out where there is no git."""
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked release knows nothing of git")
    return run("git", "ls-files", "-z", "--", *folders, cwd=ROOT).rstrip("\0").split("\0")


def test_nothing_that_others_made_is_kept_in_git() -> None:
    made_elsewhere = re.compile(
        r"(^|/)(vendor|node_modules|fonts|\.venv)/|\.min\.\w+$|\.(woff2?|ttf|otf|whl|tgz)$"
    )

    assert [path for path in tracked() if made_elsewhere.search(path)] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from this checkout with the tools of the lock."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    run(*build, cwd=folder)
    return next(folder.glob("tandem-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an empty environment, which borrows only the libraries of this one."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home.parent)
    python = home / "bin/python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    run(*pip, "--no-index", "--no-deps", wheel, cwd=home.parent)
    # Python does not follow the pointers in a borrowed folder, so this checkout stays out of sight.
    libraries = Path(pytest.__file__).parents[1]
    next(home.glob("lib/python*/site-packages")).joinpath("zz_borrowed.pth").write_text(
        f"{libraries}\n"
    )
    return home / "bin"


def run(*command: str | Path, cwd: Path) -> str:
    """Return what a command prints, run without anything of ours in its environment."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "TANDEM_"))}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_carries_content_front_end_and_licences(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    content = {
        f"workflow_app/content/{path.relative_to(ROOT)}"
        for folder in ("workflows", "forms", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }

    assert any(name.startswith("workflow_app/content/workflows/") for name in content)
    assert content <= inside
    for folder in ("workflow_app/web/static/vendor", "workflow_app/documents/fonts"):
        shipped = {str(p.relative_to(ROOT)) for p in (ROOT / folder).rglob("*") if p.is_file()}
        assert shipped
        assert shipped <= inside
    assert "workflow_app/web/static/vendor/kern.min.css" in inside
    assert "workflow_app/documents/fonts/FiraSans-Regular.woff2" in inside
    assert {Path(name).name for name in inside} >= {"LICENSE", "NOTICE"}


@pytest.mark.slow
def test_the_wheel_carries_plays_translations_and_every_file_of_the_program(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())

    assert [path for path in tracked("workflow_app") if path not in inside] == []
    assert "workflow_app/web/translations/en/LC_MESSAGES/messages.po" in inside
    plays = {path.name for path in (ROOT / "workflows/plays").glob("*.yaml")}
    assert plays
    assert {f"workflow_app/content/workflows/plays/{name}" for name in plays} <= inside


@pytest.mark.slow
def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    inside = zipfile.ZipFile(wheel).namelist()

    assert {name.split("/")[0] for name in inside} == {
        "workflow_app",
        f"tandem-{__version__}.dist-info",
    }
    assert [name for name in inside if "__pycache__" in name] == []


@pytest.mark.slow
def test_the_installed_command_runs_in_another_folder(installed: Path, tmp_path: Path) -> None:
    assert __version__ in run(installed / "tandem", "--version", cwd=tmp_path)


@pytest.mark.slow
def test_the_installed_package_finds_its_own_content(installed: Path, tmp_path: Path) -> None:
    ask = "from workflow_app.paths import shipped_content; print(shipped_content())"

    found = Path(run(installed / "python", "-c", ask, cwd=tmp_path).strip())

    assert found.is_relative_to(installed.parent)
    assert {path.name for path in (found / "workflows").glob("*.yaml")} == {
        path.name for path in (ROOT / "workflows").glob("*.yaml")
    }


@pytest.mark.slow
def test_the_installed_package_checks_its_content_and_answers(
    installed: Path, tmp_path: Path
) -> None:
    ask = """
from workflow_app.app import create_app
from workflow_app.config import load
client = create_app(load({"TANDEM_DATA": "data"})).test_client()
for path in ("/login", "/static/vendor/kern.min.css", "/static/tandem.js"):
    print(path, client.get(path).status_code)
"""

    run(installed / "tandem", "workflow", "verify", cwd=tmp_path)
    assert run(installed / "python", "-c", ask, cwd=tmp_path).split()[1::2] == ["200"] * 3
    assert (tmp_path / "data").is_dir()
