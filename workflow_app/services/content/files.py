"""The definition files of the content folders, and those that somebody puts in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from workflow_app.documents.library import Library

CLAUSES = "templates/documents/agreement/clauses.yaml"
PROGRAMME = "workflows/programme.yaml"
PATTERNS = (
    *("workflows/*.yaml", "workflows/plays/*.yaml", "forms/*.yaml", "forms/lists/*.yaml"),
    CLAUSES,
)


def read_content(folders: Sequence[Path]) -> dict[str, str]:
    """Return path → text of every definition file; of equal paths the first folder's counts."""
    files: dict[str, str] = {}
    for folder in folders:
        for pattern in PATTERNS:
            for path in sorted(folder.glob(pattern)):
                name = path.relative_to(folder).as_posix()
                files.setdefault(name, path.read_text(encoding="utf-8"))
    return files


def document_kinds(folders: Sequence[Path]) -> Mapping[str, frozenset[str]]:
    """Return the documents of the content folders: id → the fields (`form.field`) it prints."""
    library = Library(folders)
    return {name: library.names(name) for name in library.ids()}


@dataclass(frozen=True)
class Candidate:
    """Content as it would be with some files in place of the installed ones."""

    files: Mapping[str, str]
    documents: Mapping[str, frozenset[str]]
    shown: Mapping[str, str]
    """Path within the content → the path that the author gave."""


def content_with(paths: Sequence[Path], folders: Sequence[Path]) -> Candidate:
    """Return the content with what lies at `paths` put first.

    A folder with `workflows/`, `forms/` or `templates/` in it counts as a content folder; of any
    other folder each YAML file counts, and a file stands in for the installed one of its name.
    """
    whole = [path for path in paths if path.is_dir() and _is_content(path)]
    single = [path for path in paths if path.is_file()]
    for path in paths:
        if path.is_dir() and path not in whole:
            single += sorted(path.rglob("*.yaml"))
    files = read_content([*whole, *folders])
    shown = {name: str(folder / name) for folder in whole for name in read_content([folder])}
    for path in single:
        name = place_of(path, path.read_text(encoding="utf-8", errors="replace"), files)
        files[name] = path.read_text(encoding="utf-8", errors="replace")
        shown[name] = str(path)
    return Candidate(files, document_kinds([*whole, *folders]), shown)


def _is_content(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in ("workflows", "forms", "templates"))


def place_of(path: PurePath, text: str, files: Mapping[str, str]) -> str:
    """Return where in the content a single file belongs: by its name, else by its first key."""
    named = [name for name in files if Path(name).name == path.name]
    if named:
        return named[0]
    if path.name == "clauses.yaml":
        return CLAUSES
    first = next((line for line in text.splitlines() if line and line[0].isalpha()), "")
    kind = {"list": "forms/lists", "form": "forms", "play": "workflows/plays"}.get(
        first.partition(":")[0], "workflows"
    )
    return f"{kind}/{path.name}"
