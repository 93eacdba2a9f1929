"""Workflow files: YAML text → `Workflow`, or every problem at once (docs/workflow-format.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from workflow_app.core.definition.model import (
    Announcement,
    Deadline,
    Effect,
    Phase,
    Requirement,
    Rights,
    Role,
    SignOff,
    State,
    Subject,
    Text,
    Transition,
    Waiting,
    Workflow,
)
from workflow_app.core.definition.outline import outline
from workflow_app.core.parsing.forms import text_of
from workflow_app.core.parsing.guarantees import parse_guarantees
from workflow_app.core.parsing.imported import is_imported, parse_imported
from workflow_app.core.parsing.source import Cursor, Place, Problems, read

WORKFLOW_KEYS = (
    *(
        "workflow",
        "version",
        "label",
        "subject",
        "phases",
        "sides",
        "roles",
        "scope",
        "variables",
        "absent",
    ),
    *("rights", "start", "states", "transitions", "announcements", "guarantees"),
)
WORKFLOW_NEEDED = (
    *("workflow", "version", "label", "subject", "roles", "start", "states", "transitions"),
)
STATE_KEYS = (
    *("label", "public", "phase", "waits_for", "task", "rights", "forms", "conceals"),
    *("shown_after_own", "deadline", "exits", "end", "outcome", "stops_clock"),
)
STATE_NEEDED = ("label", "rights", "exits")
TRANSITION_KEYS = (
    *("label", "help", "to", "trigger", "by", "not_by", "permission", "group", "when", "after"),
    *("form", "sign_off", "requires", "warns", "effects", "notify", "reason", "outcome"),
    *("decision", "aside", "confirm"),
)
TRANSITION_NEEDED = ("label", "to")
REQUIREMENT_KEYS = ("id", "when", "fact", "open", "unmet", "reason")
SUBJECT_KEYS = ("title", "place", "number", "unique", "glance")
SUBJECT_NEEDED = ("title", "number")
ANNOUNCEMENT_KEYS = ("id", "when", "states", "day", "heading", "text")
ANNOUNCEMENT_NEEDED = ("id", "heading", "text")
OFFERED_KEYS = ("form", "when")
WAITING_KEYS = ("role", "when", "task", "step", "deadline")
WAITING_NEEDED = ("role",)
OBLIGATION_KEYS = ("days", "warn", "escalate_to")
DEADLINE_KEYS = ("days", "after", "warn", "escalate_to")
SIGN_OFF_KEYS = ("sides", "of", "substitute", "label")
SUBSTITUTE_KEYS = ("by", "after")
NOTIFY_KEYS = ("your_turn", "decided")
TRIGGERS = ("person", "automatic", "timer", "parent")
NOTHING = Text("", "")
Found = Mapping[str, Cursor]


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
    rights = {name: _rights(cursor, {}) for name, cursor in _entries(found, "rights").items()}
    _unused_rights(found, problems)
    return Workflow(
        id=found["workflow"].identifier() if "workflow" in found else "",
        version=found["version"].text() if "version" in found else "",
        label=_text(found, "label") or NOTHING,
        subject=_subject(found["subject"]) if "subject" in found else Subject("", "", ""),
        phases=tuple(Phase(*named) for named in _labelled(found, "phases")),
        sides={side: cursor.identifier() for side, cursor in _entries(found, "sides").items()},
        roles=tuple(Role(*named) for named in _labelled(found, "roles")),
        scope=found["scope"].texts() if "scope" in found else (),
        variables=dict(_labelled(found, "variables")),
        absent={side: cursor.identifier() for side, cursor in _entries(found, "absent").items()},
        start=found["start"].identifiers() if "start" in found else (),
        states={
            name: _state(name, cursor, rights) for name, cursor in _entries(found, "states").items()
        },
        transitions={
            name: _transition(name, cursor)
            for name, cursor in _entries(found, "transitions").items()
        },
        place=root.place,
        fingerprint=hashlib.sha256(source.encode()).hexdigest(),
        announcements=tuple(_announcement(item) for item in found["announcements"].items())
        if "announcements" in found
        else (),
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


def _entries(found: Found, key: str) -> dict[str, Cursor]:
    return found[key].entries() if key in found else {}


def _text(found: Found, key: str) -> Text | None:
    return text_of(found[key]) if key in found else None


def _names(found: Found, key: str) -> tuple[str, ...]:
    return found[key].identifiers() if key in found else ()


def _labelled(found: Found, key: str) -> list[tuple[str, Text]]:
    return [(name, text_of(cursor)) for name, cursor in _entries(found, key).items()]


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
        heading=_text(found, "heading") or NOTHING,
        text=_text(found, "text") or NOTHING,
        place=cursor.place,
        when=found["when"].text() if "when" in found else None,
        states=_names(found, "states"),
        day=found["day"].text() if "day" in found else None,
    )


def _rights(cursor: Cursor, named: Mapping[str, Rights]) -> Rights:
    if cursor.is_mapping:
        return {right: roles.identifiers() for right, roles in cursor.entries().items()}
    name = cursor.identifier()
    if name not in named:
        cursor.wrong(
            "unknown_rights",
            f"Rechte mit dem Namen „{name}“ gibt es nicht.",
            f"There are no rights called '{name}'.",
        )
    return named.get(name, {})


def _unused_rights(found: Found, problems: Problems) -> None:
    """Note named rights that no state names; the workflow itself knows them no more by name."""
    states = (c.entries().get("rights") for c in _entries(found, "states").values() if c.is_mapping)
    used = {cursor.text() for cursor in states if cursor is not None and cursor.is_text}
    for name, cursor in _entries(found, "rights").items():
        if name not in used:
            problems.add(
                cursor.place,
                "unused_rights",
                f"Kein Zustand nennt die Rechte „{name}“.",
                f"No state names the rights '{name}'.",
                "warning",
            )


def _state(name: str, cursor: Cursor, named: Mapping[str, Rights]) -> State:
    found = cursor.keys(STATE_KEYS, needed=STATE_NEEDED)
    forms = [_offered(item) for item in found["forms"].items()] if "forms" in found else []
    return State(
        id=name,
        label=_text(found, "label") or NOTHING,
        place=cursor.place,
        public=_text(found, "public"),
        phase=found["phase"].identifier() if "phase" in found else None,
        waits_for=tuple(_waiting(item) for item in found["waits_for"].items())
        if "waits_for" in found
        else (),
        task=_text(found, "task"),
        rights=_rights(found["rights"], named) if "rights" in found else {},
        forms=tuple(form for form, _ in forms),
        forms_when={form: when for form, when in forms if when},
        conceals=_names(found, "conceals"),
        shown_after_own=_names(found, "shown_after_own"),
        deadline=_deadline(found["deadline"]) if "deadline" in found else None,
        exits=_names(found, "exits"),
        stops_clock="stops_clock" in found and found["stops_clock"].boolean(),
        end=found["end"].boolean() if "end" in found else False,
        outcome=found["outcome"].identifier() if "outcome" in found else None,
    )


def _offered(cursor: Cursor) -> tuple[str, str | None]:
    """Return a form that a state offers, and the condition under which it does."""
    if not cursor.is_mapping:
        return cursor.identifier(), None
    found = cursor.keys(OFFERED_KEYS, needed=OFFERED_KEYS)
    form = found["form"].identifier() if "form" in found else ""
    return form, found["when"].text() if "when" in found else None


def _waiting(cursor: Cursor) -> Waiting:
    if not cursor.is_mapping:
        return Waiting(cursor.identifier())
    found = cursor.keys(WAITING_KEYS, needed=WAITING_NEEDED)
    return Waiting(
        role=found["role"].identifier() if "role" in found else "",
        when=found["when"].text() if "when" in found else None,
        task=_text(found, "task"),
        step=found["step"].identifier() if "step" in found else None,
        deadline=_deadline(found["deadline"], OBLIGATION_KEYS) if "deadline" in found else None,
    )


def _deadline(cursor: Cursor, keys: Sequence[str] = DEADLINE_KEYS) -> Deadline:
    found = cursor.keys(keys, needed=("days",))
    return Deadline(
        days=found["days"].days() if "days" in found else 0,
        after=found["after"].text() if "after" in found else None,
        warn=tuple(item.days() for item in found["warn"].items()) if "warn" in found else (),
        escalate_to=_names(found, "escalate_to"),
    )


def _transition(name: str, cursor: Cursor) -> Transition:
    found = cursor.keys(TRANSITION_KEYS, needed=TRANSITION_NEEDED)
    notify = found["notify"].keys(NOTIFY_KEYS) if "notify" in found else {}
    after = found["after"].keys(("days",), needed=("days",)) if "after" in found else {}
    return Transition(
        id=name,
        label=_text(found, "label") or NOTHING,
        to=found["to"].identifier() if "to" in found else "",
        place=cursor.place,
        help=_text(found, "help"),
        trigger=found["trigger"].choice(TRIGGERS)  # type: ignore[arg-type]  # choice() returns one of the words of Trigger
        if "trigger" in found
        else "person",
        by=_names(found, "by"),
        not_by=_names(found, "not_by"),
        permission=_names(found, "permission"),
        group=_names(found, "group"),
        when=found["when"].text() if "when" in found else None,
        after_days=after["days"].days() if "days" in after else None,
        form=found["form"].identifier() if "form" in found else None,
        sign_off=_sign_off(found["sign_off"]) if "sign_off" in found else None,
        requires=_requirements(found, "requires"),
        warns=_requirements(found, "warns"),
        effects=tuple(_effect(item) for item in found["effects"].items())
        if "effects" in found
        else (),
        notify={key: roles.identifiers() for key, roles in notify.items()},
        reason=found["reason"].choice(("required", "optional")) if "reason" in found else None,  # type: ignore[arg-type]  # choice() returns one of these words
        outcome=_outcome(found["outcome"]) if "outcome" in found else None,
        decision=found["decision"].boolean() if "decision" in found else False,
        aside=found["aside"].boolean() if "aside" in found else False,
        confirm=found["confirm"].boolean() if "confirm" in found else False,
    )


def _outcome(cursor: Cursor) -> str:
    """Return a word, or the `form.field` that says it."""
    return cursor.text() if "." in cursor.text() else cursor.identifier()


def _requirements(found: Found, key: str) -> tuple[Requirement, ...]:
    if key not in found:
        return ()
    return tuple(_requirement(item) for item in found[key].items())


def _requirement(cursor: Cursor) -> Requirement:
    found = cursor.keys(REQUIREMENT_KEYS, needed=("id",))
    if sum(key in found for key in ("when", "fact", "open")) != 1:
        cursor.wrong(
            "one_condition",
            "Eine Voraussetzung hat genau eines von when, fact, open.",
            "A requirement has exactly one of when, fact, open.",
        )
    if "open" not in found and "unmet" not in found:
        cursor.wrong("missing_key", "Der Satz „unmet“ fehlt.", "The sentence 'unmet' is missing.")
    return Requirement(
        id=found["id"].identifier() if "id" in found else "",
        unmet=_text(found, "open") or _text(found, "unmet") or NOTHING,
        place=cursor.place,
        when=found["when"].text() if "when" in found else None,
        fact=found["fact"].text() if "fact" in found else None,
        undecided="open" in found,
        reason_required="reason" in found and found["reason"].choice(("required",)) == "required",
    )


def _sign_off(cursor: Cursor) -> SignOff:
    found = cursor.keys(SIGN_OFF_KEYS, needed=("sides",))
    substitute = (
        found["substitute"].keys(SUBSTITUTE_KEYS, needed=SUBSTITUTE_KEYS)
        if "substitute" in found
        else {}
    )
    return SignOff(
        sides=found["sides"].choice(("both", "present")) if "sides" in found else "both",  # type: ignore[arg-type]  # choice() returns one of these words
        of=found["of"].texts() if "of" in found else (),
        substitute_by=substitute["by"].identifier() if "by" in substitute else None,
        substitute_after=substitute["after"].integer() if "after" in substitute else None,
        label=_text(found, "label"),
    )


def _effect(cursor: Cursor) -> Effect:
    if not cursor.is_mapping:
        return Effect(cursor.identifier(), None, cursor.place)
    entries = cursor.entries()
    name, argument = next(iter(entries.items()), ("", None))
    if len(entries) != 1:
        cursor.wrong("one_effect", "Genau eine Wirkung je Zeile.", "One effect a line.")
    place: Place = cursor.place
    return Effect(name, argument.text() if argument else None, place)
