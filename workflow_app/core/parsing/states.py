"""States of a workflow file: their rights, deadline, forms, and for whom they wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workflow_app.core.definition.model import Deadline, Rights, State, Waiting
from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.found import NOTHING, names_in, text_in

STATE_KEYS = (
    *("label", "public", "phase", "waits_for", "task", "rights", "forms", "conceals"),
    *("shown_after_own", "deadline", "exits", "end", "outcome", "stops_clock"),
)
STATE_NEEDED = ("label", "rights", "exits")
OFFERED_KEYS = ("form", "when")
WAITING_KEYS = ("role", "when", "task", "step", "deadline")
WAITING_NEEDED = ("role",)
OBLIGATION_KEYS = ("days", "warn", "escalate_to")
DEADLINE_KEYS = ("days", "after", "warn", "escalate_to")


def parse_rights(cursor: Cursor, named: Mapping[str, Rights]) -> Rights:
    """Return permission → roles: written here, or those of `named` that are meant by a name."""
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


def parse_state(name: str, cursor: Cursor, named: Mapping[str, Rights]) -> State:
    """Return the state called `name`; `named` are the rights that it may name."""
    found = cursor.keys(STATE_KEYS, needed=STATE_NEEDED)
    forms = [_offered(item) for item in found["forms"].items()] if "forms" in found else []
    return State(
        id=name,
        label=text_in(found, "label") or NOTHING,
        place=cursor.place,
        public=text_in(found, "public"),
        phase=found["phase"].identifier() if "phase" in found else None,
        waits_for=tuple(_waiting(item) for item in found["waits_for"].items())
        if "waits_for" in found
        else (),
        task=text_in(found, "task"),
        rights=parse_rights(found["rights"], named) if "rights" in found else {},
        forms=tuple(form for form, _ in forms),
        forms_when={form: when for form, when in forms if when},
        conceals=names_in(found, "conceals"),
        shown_after_own=names_in(found, "shown_after_own"),
        deadline=_deadline(found["deadline"]) if "deadline" in found else None,
        exits=names_in(found, "exits"),
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
        task=text_in(found, "task"),
        step=found["step"].identifier() if "step" in found else None,
        deadline=_deadline(found["deadline"], OBLIGATION_KEYS) if "deadline" in found else None,
    )


def _deadline(cursor: Cursor, keys: Sequence[str] = DEADLINE_KEYS) -> Deadline:
    found = cursor.keys(keys, needed=("days",))
    return Deadline(
        days=found["days"].days() if "days" in found else 0,
        after=found["after"].text() if "after" in found else None,
        warn=tuple(item.days() for item in found["warn"].items()) if "warn" in found else (),
        escalate_to=names_in(found, "escalate_to"),
    )
