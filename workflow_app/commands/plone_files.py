"""Plone's definition files on disk: read from a file or folder, written as ours, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import DefinitionError
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.plone.exporting import export_plone
from workflow_app.core.plone.importing import import_plone
from workflow_app.core.plone.xml import MAX_BYTES
from workflow_app.core.problems import Problems

Say = Callable[[str], None]

SUPPLY = Text("  Zu liefern vor dem Veröffentlichen:", "  To be supplied before publishing:")
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


def import_all(source: Path, out: Path, careful: bool, language: str, say: Say) -> bool:
    """Import a file, or every definition in a folder; return whether none was refused."""
    found = definitions(source)
    if not found:
        say(Text("Hier liegt keine definition.xml.", "There is no definition.xml here.")(language))
        return False
    out.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    results = [_import_one(path, out, careful, language, say, written) for path in found]
    return all(results)


def definitions(source: Path) -> list[Path]:
    """Return the file itself, or the folder's definition.xml files, else its other XML files."""
    if source.is_file():
        return [source]
    return sorted(source.rglob("definition.xml")) or sorted(source.rglob("*.xml"))


def _import_one(
    path: Path, out: Path, careful: bool, language: str, say: Say, written: dict[str, Path]
) -> bool:
    with path.open("rb") as opened:
        # One byte more than allowed is enough to see that it is too much.
        source = opened.read(MAX_BYTES + 1)
    result = import_plone(source, path.name, "careful" if careful else "dcworkflow")
    if result.workflow is None:
        say(f"{path}: {Text('abgelehnt', 'refused')(language)}")
        _list(result.reasons, language, say)
        return False
    target = out / f"{file_name(result.workflow.id)}.yaml"
    if target.name in written or target.exists():
        other = written.get(target.name, target)
        say(f"{path}: {Text('abgelehnt', 'refused')(language)}")
        taken = Text(f"{target} gibt es schon ({other}).", f"{target} is there already ({other}).")
        _list([taken], language, say)
        return False
    target.write_text(result.text, encoding="utf-8")
    written[target.name] = path
    states, transitions = len(result.workflow.states), len(result.workflow.transitions)
    counted = Text(
        f"Zustände: {states}, Übergänge: {transitions}",
        f"states: {states}, transitions: {transitions}",
    )
    say(f"{path} → {target}: {counted(language)}")
    _list(result.notes, language, say)
    if result.to_supply:
        say(SUPPLY(language))
        _list(result.to_supply, language, say)
    return True


def _list(sentences: Iterable[Text], language: str, say: Say) -> None:
    for sentence in sentences:
        say(f"  - {sentence(language)}")


def file_name(workflow: str) -> str:
    """Return a name for the file of a workflow, which itself may be called anything."""
    return NOT_IN_A_NAME.sub("_", workflow).strip("._")[:100] or "workflow"


def export_one(source: Path, out: Path, language: str, say: Say) -> bool:
    """Export a workflow file; return whether it could be said in Plone's words.

    :raises DefinitionError: if the file cannot be read.
    """
    problems = Problems()
    workflow = parse_workflow(source.read_text(encoding="utf-8"), str(source), problems)
    if workflow is None or problems.errors:
        raise DefinitionError(problems.errors)
    if workflow.imported is None:
        not_imported = Text(
            "Nur ein importierter Workflow (semantics) lässt sich ausgeben: Formulare, Fristen und "
            "Mitzeichnungen kennt Plone nicht.",
            "Only an imported workflow (semantics) can be exported: Plone has no forms, deadlines "
            "and sign-offs.",
        )
        say(f"{source}: {not_imported(language)}")
        return False
    text, reasons = export_plone(workflow.imported)
    if reasons:
        say(f"{source}: {Text('abgelehnt', 'refused')(language)}")
        _list(reasons, language, say)
        return False
    target = out / "workflows" / file_name(workflow.id) / "definition.xml"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    say(f"{source} → {target}")
    return True
