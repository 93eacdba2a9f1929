"""Workflow files: YAML text → `Workflow`, or every problem at once (docs/workflow-format.md)."""

from __future__ import annotations

import hashlib

from workflow_app.core.definition.model import (
    Announcement,
    Derivation,
    Phase,
    Role,
    Subject,
    Workflow,
)
from workflow_app.core.definition.outline import outline
from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.found import NOTHING, Found, entries_of, labelled, names_in, text_in
from workflow_app.core.parsing.guarantees import parse_guarantees
from workflow_app.core.parsing.imported import is_imported, parse_imported
from workflow_app.core.parsing.source import read
from workflow_app.core.parsing.states import parse_rights, parse_state
from workflow_app.core.parsing.transitions import parse_transition
from workflow_app.core.problems import Problems

WORKFLOW_KEYS = (
    *("workflow", "version", "label", "subject", "phases", "sides", "roles", "scope"),
    *(
        "variables",
        "absent",
        "rights",
        "start",
        "states",
        "transitions",
        "announcements",
        "derive",
        "guarantees",
    ),
)
WORKFLOW_NEEDED = (
    *("workflow", "version", "label", "subject", "roles", "start", "states", "transitions"),
)
SUBJECT_KEYS = ("title", "place", "number", "unique", "glance")
SUBJECT_NEEDED = ("title", "number")
ANNOUNCEMENT_KEYS = ("id", "when", "states", "day", "heading", "text")
ANNOUNCEMENT_NEEDED = ("id", "heading", "text")
DERIVE_KEYS = ("label", "help", "by", "outcomes", "copies", "leaves", "proposed")
DERIVE_NEEDED = ("label", "by", "outcomes", "copies")


def parse_workflow(source: str, file: str, problems: Problems) -> Workflow | None:
    """Return the workflow that `source` holds, or None if it cannot be read; problems are noted."""
    root = read(source, file, problems)
    if root is None:
        return None
    if is_imported(root):
        imported = parse_imported(root)
        version = root.entries()["version"].text() if root.has_key("version") else ""
        return outline(imported, version, root.place, hashlib.sha256(source.encode()).hexdigest())
    found = root.keys(WORKFLOW_KEYS, needed=WORKFLOW_NEEDED)
    rights = {
        name: parse_rights(cursor, {}) for name, cursor in entries_of(found, "rights").items()
    }
    _unused_rights(found, problems)
    return Workflow(
        id=found["workflow"].identifier() if "workflow" in found else "",
        version=found["version"].text() if "version" in found else "",
        label=text_in(found, "label") or NOTHING,
        subject=_subject(found["subject"]) if "subject" in found else Subject("", "", ""),
        phases=tuple(Phase(*named) for named in labelled(found, "phases")),
        sides={side: cursor.identifier() for side, cursor in entries_of(found, "sides").items()},
        roles=tuple(Role(*named) for named in labelled(found, "roles")),
        scope=found["scope"].texts() if "scope" in found else (),
        variables=dict(labelled(found, "variables")),
        absent={side: cursor.identifier() for side, cursor in entries_of(found, "absent").items()},
        start=found["start"].identifiers() if "start" in found else (),
        states={
            name: parse_state(name, cursor, rights)
            for name, cursor in entries_of(found, "states").items()
        },
        transitions={
            name: parse_transition(name, cursor)
            for name, cursor in entries_of(found, "transitions").items()
        },
        place=root.place,
        fingerprint=hashlib.sha256(source.encode()).hexdigest(),
        announcements=tuple(_announcement(item) for item in found["announcements"].items())
        if "announcements" in found
        else (),
        derive=_derivation(found["derive"]) if "derive" in found else None,
        guarantees=parse_guarantees(found["guarantees"]) if "guarantees" in found else (),
    )


def parse_programme(source: str, file: str, problems: Problems) -> dict[str, int | str]:
    """Return the operator's whole numbers and words (`workflows/programme.yaml`) by name."""
    root = read(source, file, problems)
    found: dict[str, int | str] = {}
    for name, cursor in root.entries().items() if root else ():
        text = cursor.text()
        found[name] = cursor.integer() if text.isdecimal() else text
    return found


def _subject(cursor: Cursor) -> Subject:
    found = cursor.keys(SUBJECT_KEYS, needed=SUBJECT_NEEDED)
    title, place, number = (found[k].text() if k in found else "" for k in SUBJECT_KEYS[:3])
    return Subject(
        title,
        place,
        number,
        unique="unique" in found and found["unique"].boolean(),
        glance=found["glance"].texts() if "glance" in found else (),
    )


def _announcement(cursor: Cursor) -> Announcement:
    found = cursor.keys(ANNOUNCEMENT_KEYS, needed=ANNOUNCEMENT_NEEDED)
    return Announcement(
        id=found["id"].identifier() if "id" in found else "",
        heading=text_in(found, "heading") or NOTHING,
        text=text_in(found, "text") or NOTHING,
        place=cursor.place,
        when=found["when"].text() if "when" in found else None,
        states=names_in(found, "states"),
        day=found["day"].text() if "day" in found else None,
    )


def _derivation(cursor: Cursor) -> Derivation:
    found = cursor.keys(DERIVE_KEYS, needed=DERIVE_NEEDED)
    return Derivation(
        label=text_in(found, "label") or NOTHING,
        by=names_in(found, "by"),
        outcomes=names_in(found, "outcomes"),
        copies=names_in(found, "copies"),
        place=cursor.place,
        help=text_in(found, "help"),
        leaves=found["leaves"].texts() if "leaves" in found else (),
        proposed=found["proposed"].text() if "proposed" in found else None,
    )


def _unused_rights(found: Found, problems: Problems) -> None:
    """Note named rights that no state names; the workflow itself knows them no more by name."""
    states = (
        c.entries().get("rights") for c in entries_of(found, "states").values() if c.is_mapping
    )
    used = {cursor.text() for cursor in states if cursor is not None and cursor.is_text}
    for name, cursor in entries_of(found, "rights").items():
        if name not in used:
            problems.add(
                cursor.place,
                "unused_rights",
                f"Kein Zustand nennt die Rechte „{name}“.",
                f"No state names the rights '{name}'.",
                "warning",
            )
