"""definition.xml → the text of our file, or every reason why not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from workflow_app.core.definition.imported import Imported, Semantics
from workflow_app.core.definition.model import Text, Workflow
from workflow_app.core.definition.write_imported import write_imported
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.plone.reading import read_definition
from workflow_app.core.problems import Problems


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of an import: a workflow with its file, or reasons for refusing it."""

    workflow: Workflow | None
    text: str
    reasons: tuple[Text, ...]
    to_supply: tuple[Text, ...]
    """Facts and effects that somebody has to supply before the workflow is published."""
    notes: tuple[Text, ...] = ()
    """What else should be known, such as the bypass."""


def import_plone(
    source: bytes, file: str, semantics: Semantics = "dcworkflow", version: str = "1"
) -> ImportResult:
    """Return the workflow of a definition.xml with the text of our file, called `file` in places.

    The workflow is read from that very text: what runs is what is written.
    """
    found, reasons = read_definition(source)
    if found is None:
        return ImportResult(None, "", reasons, ())
    text = write_imported(
        replace(found, semantics=semantics),
        version,
        _head(found, hashlib.sha256(source).hexdigest()),
    )
    problems = Problems()
    workflow = parse_workflow(text, file, problems)
    if workflow is None or problems.errors:
        refused = [Text(f"{p.place}: {p.de}", f"{p.place}: {p.en}") for p in problems.errors]
        return ImportResult(None, "", tuple(refused), ())
    return ImportResult(workflow, text, (), to_supply(found), notes(found))


def to_supply(workflow: Imported) -> tuple[Text, ...]:
    """Return each fact and effect that an import leaves open, in sentences."""
    facts = [
        Text(
            f"Tatsache „{f.id}“: an ihrer Stelle stand dort „{f.tales}“.",
            f"Fact '{f.id}': in its place there was '{f.tales}'.",
        )
        for f in workflow.open_facts()
    ]
    effects = [_effect(name, workflow) for name in workflow.open_effects()]
    return (*facts, *effects)


def _effect(name: str, workflow: Imported) -> Text:
    before = _joined(t.id for t in workflow.transitions.values() if t.before == name)
    after = _joined(t.id for t in workflow.transitions.values() if t.after == name)
    de = "; ".join(w for w in (before and f"vor {before}", after and f"nach {after}") if w)
    en = "; ".join(w for w in (before and f"before {before}", after and f"after {after}") if w)
    script = workflow.scripts.get(name)
    if script is None:
        return Text(
            f"Wirkung „{name}“ ({de}): ein Skript, das dort fehlt; der Schritt schlüge fehl.",
            f"Effect '{name}' ({en}): a script that is missing there; the step would fail.",
        )
    kind = script.type
    where = script.filename or ".".join(p for p in (script.module, script.function) if p)
    return Text(
        f"Wirkung „{name}“ ({de}): dort ein Skript der Art {kind}, {where or 'ohne Ort'}.",
        f"Effect '{name}' ({en}): a script of type {kind} there, {where or 'without a place'}.",
    )


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)


def notes(workflow: Imported) -> tuple[Text, ...]:
    """Return what an import should say besides, in sentences."""
    if not workflow.bypass:
        return ()
    return (
        Text(
            "Wer die Rolle Manager hat, übergeht jede Bedingung (bypass: [Manager]).",
            "Whoever has the role Manager passes over each guard (bypass: [Manager]).",
        ),
    )


def _head(workflow: Imported, digest: str) -> str:
    lines = [
        f"Imported from a Plone definition.xml, SHA-256 {digest}.",
        "docs/plone.md says what each part means.",
    ]
    open_parts = to_supply(workflow)
    if open_parts:
        lines += [
            "To be supplied before publishing, as docs/plone.md shows:",
            *(f"  {_line(p.en)}" for p in open_parts),
        ]
    return "\n".join([*lines, *(note.en for note in notes(workflow))])


def _line(text: str) -> str:
    return " ".join(text.split())
