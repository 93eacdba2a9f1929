"""Who may import whom: only downward, and never in a circle. Late imports count as well."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path
from typing import NamedTuple

import pytest

import workflow_app

PACKAGE = Path(workflow_app.__file__).parent

MAY_IMPORT = {
    "core": {"core"},
    "documents": {"documents", "core"},
    "store": {"store", "core"},
    "services": {"services", "core", "documents", "store"},
    "web": {"web", "services", "store.queries", "core"},
}
# `flask` stands for its extensions too.
MAY_NOT_USE = {
    "core": {"flask", "sqlalchemy", "weasyprint", "jinja2"},
    "documents": {"flask", "sqlalchemy"},
    "store": {"flask"},
    "services": {"flask", "wtforms"},
}
# Folders of the roof. With the modules that lie directly in the package they may import all.
ROOF = {"commands", "demo", "walkthrough"}


class Import(NamedTuple):
    """That `module` imports `target`, and where it says so."""

    module: str
    target: str
    line: int


def modules_of(package: Path) -> dict[str, Path]:
    """Return all modules of a package by their full names."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(package: Path) -> list[Import]:
    """Return every import in the package, wherever in a file it stands."""
    modules = modules_of(package)
    return [
        Import(name, target, line)
        for name, path in modules.items()
        for target, line in targets_in(name, path, set(modules))
    ]


def targets_in(name: str, path: Path, modules: set[str]) -> Iterator[tuple[str, int]]:
    inside = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"), path)):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                source = resolve_name("." * level + (module or ""), inside)
                for alias in names:
                    # `from package import x` means the module x if there is one.
                    deeper = f"{source}.{alias.name}"
                    yield (deeper if deeper in modules else source), node.lineno
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(target)), *_],
            ):
                yield resolve_name(target, inside), node.lineno


def wrong_floors(package: Path) -> list[str]:
    """Return a sentence for each import that goes up, sideways or to a forbidden library."""
    return [
        f"{found.module}:{found.line} imports {found.target}"
        for found in imports_of(package)
        if not allowed(package, found)
    ]


def allowed(package: Path, found: Import) -> bool:
    own, _, inside = found.target.partition(".")
    floor = [*found.module.split("."), ""][1]
    if floor not in MAY_IMPORT:
        # The package itself is imported before any floor, so it must not bring one along.
        return found.module != package.name
    if own != package.name:
        return own.partition("_")[0] not in MAY_NOT_USE.get(floor, set())
    # The bare package says its version and nothing else.
    return not inside or any(
        inside == room or inside.startswith(f"{room}.") for room in MAY_IMPORT[floor]
    )


def circle(package: Path) -> list[str]:
    """Return the modules of a circle of imports, its first one again at the end; empty: none."""
    modules = modules_of(package)
    graph: dict[str, set[str]] = {name: set() for name in modules}
    for found in imports_of(package):
        if found.target in modules:
            graph[found.module].add(found.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_every_module_imports_only_downward() -> None:
    assert wrong_floors(PACKAGE) == []


def test_no_module_imports_itself_by_a_detour() -> None:
    assert circle(PACKAGE) == []


def test_every_folder_with_code_is_a_floor_or_of_the_roof() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}

    assert folders <= MAY_IMPORT.keys() | ROOF


def build(folder: Path, **files: str) -> Path:
    """Make a small package; `core__engine="…"` is the text of core/engine.py."""
    package = folder / "house"
    for name, text in {"__init__": "", **files}.items():
        path = package.joinpath(*name.replace("__init__", "INIT").split("__"))
        path = path.with_name(path.name.replace("INIT", "__init__") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return package


@pytest.mark.parametrize(
    ("room", "text"),
    [
        ("core__engine", "import flask"),
        ("core__engine", "def later():\n    from flask_babel import gettext"),
        ("core__engine", "from house.store import cases"),
        ("core__engine", "from ..store import cases"),
        ("documents__pdf", "import house.store.cases"),
        ("documents__pdf", "import sqlalchemy.orm"),
        ("store__cases", "from house.services.cases import open_case"),
        ("store__cases", "from house import paths"),
        ("services__cases", "import wtforms"),
        ("services__cases", "import importlib\nimportlib.import_module('house.web.cases')"),
        ("web__cases", "from house.store import cases"),
        ("web__cases", "from house.store.cases import Case"),
        ("web__cases", "from house.documents import pdf"),
        ("__init__", "from house.core import engine"),
    ],
)
def test_a_planted_import_on_a_wrong_floor_is_found(tmp_path: Path, room: str, text: str) -> None:
    rooms = {"core__engine": "", "store__cases": "", "documents__pdf": "", "paths": ""}

    [found] = wrong_floors(build(tmp_path, **rooms | {room: text}))

    assert found.startswith(f"house.{room.replace('__', '.')}:" if room != "__init__" else "house:")


def test_what_the_plan_of_the_house_allows_is_allowed(tmp_path: Path) -> None:
    package = build(
        tmp_path,
        core__engine="import transitions\nfrom house import __version__",
        store__queries="import sqlalchemy\nfrom house.core import engine",
        documents__pdf="import jinja2, weasyprint\nfrom ..core.engine import fire",
        services__cases="from house.store.queries import mine\nfrom house.documents import pdf",
        web__cases="import flask\nfrom house.store import queries\nimport house.services.cases",
        app="from house.web import cases\nfrom house.documents import pdf",
    )

    assert wrong_floors(package) == []
    assert circle(package) == []


def test_a_planted_circle_is_found_even_when_one_import_is_late(tmp_path: Path) -> None:
    package = build(
        tmp_path,
        core__model="from house.core.parse import parse",
        core__parse="def parse():\n    from . import model",
    )

    assert set(circle(package)) == {"house.core.model", "house.core.parse"}
