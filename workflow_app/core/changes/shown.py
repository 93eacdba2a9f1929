"""Values of definitions, as a sentence says them, and as they are compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from workflow_app.core.changes import wording
from workflow_app.core.changes.contents import Contents, joined, quoted
from workflow_app.core.definition.forms import Option, Required
from workflow_app.core.definition.model import Deadline, Derivation, Effect, Text

IGNORED = frozenset({"place", "fingerprint"})
"""Where something stands, and in which text, is no difference."""


def plain(value: Any) -> Any:
    """Return a value without its places, so that equal ones compare as equal."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: plain(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if f.name not in IGNORED
        }
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [plain(item) for item in value]
    return value


def attribute(name: str) -> Text:
    """Return what an attribute is called."""
    return wording.ATTRIBUTE.get(name) or Text(name, name)


def shown(value: Any, names: Contents) -> Text:
    """Return a value in words."""
    if value is None or value in ((), "", {}):
        return wording.NOTHING
    if isinstance(value, (bool, int, str)):
        return _single(value)
    match value:
        case Text():
            return quoted(value)
        case Deadline():
            return deadline(value, names)
        case Required():
            return required(value, names)
        case Option():
            return value.label
        case Effect():
            return effect(value)
    return _several(value, names)


def _single(value: bool | int | str) -> Text:
    if isinstance(value, bool):
        return wording.YES if value else wording.NO
    text = Text(str(value), str(value))
    return quoted(text) if isinstance(value, str) else text


def _several(value: Any, names: Contents) -> Text:
    if isinstance(value, Derivation):
        return derivation(value, names)
    if isinstance(value, Mapping):
        pairs = (joined((Text(k, k), shown(v, names)), ": ") for k, v in value.items())
        return joined(pairs, "; ")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        filled = {
            f.name: getattr(value, f.name)
            for f in dataclasses.fields(value)
            if f.name not in IGNORED and getattr(value, f.name) not in (None, (), "", {}, False)
        }
        if set(filled) == {"id", "label"}:
            return shown(filled["label"], names)
        pairs = (joined((attribute(k), shown(v, names)), " ") for k, v in filled.items())
        return joined(pairs)
    return joined(shown(item, names) for item in value)


def deadline(value: Deadline, names: Contents) -> Text:
    """Return a deadline in words."""
    days = str(value.days)
    parts = [wording.DAYS.filled(days=days)]
    if value.after:
        parts = [wording.DAYS_AFTER.filled(days=days, field=names.field(value.after))]
    if value.warn:
        parts.append(wording.WARNED.filled(days=", ".join(map(str, value.warn))))
    if value.escalate_to:
        roles = joined(names.role(role) for role in value.escalate_to)
        parts.append(wording.ESCALATED.filled(roles=roles))
    return joined(parts, "; ")


def required(value: Required, names: Contents) -> Text:
    """Return in words when a field has to be filled in."""
    if value.always:
        return wording.ALWAYS
    parts = []
    if value.only_for:
        steps = joined(quoted(names.step(step)) for step in value.only_for)
        parts.append(wording.FOR_STEPS.filled(items=steps))
    if value.when:
        parts.append(wording.IF.filled(condition=value.when))
    return joined(parts) if parts else wording.NO


def derivation(value: Derivation, names: Contents) -> Text:
    """Return in words from which ended cases a new one is derived, and with what."""
    named = {
        "by": [names.role(role) for role in value.by],
        "outcomes": [names.outcome(outcome) for outcome in value.outcomes],
        "copies": [quoted(names.form(form)) for form in value.copies],
        "leaves": [quoted(names.field(field)) for field in value.leaves],
        "proposed": [quoted(names.field(value.proposed))] if value.proposed else [],
    }
    parts = [quoted(value.label), *([quoted(value.help)] if value.help else [])]
    parts += [
        joined((wording.DERIVED_BY if key == "by" else attribute(key), joined(texts)), ": ")
        for key, texts in named.items()
        if texts
    ]
    return joined(parts, "; ")


def effect(value: Effect) -> Text:
    """Return an effect as the file writes it."""
    text = f"{value.name}: {value.argument}" if value.argument else value.name
    return Text(text, text)
