"""An imported workflow as one of ours, as far as ours go: for pictures, lists and comparisons."""

from __future__ import annotations

import re

from workflow_app.core.definition.imported import Imported, ImportedState, ImportedTransition
from workflow_app.core.definition.model import (
    STAY,
    Role,
    State,
    Subject,
    Text,
    Transition,
    Workflow,
)
from workflow_app.core.folding import folded
from workflow_app.core.problems import Place


def outline(imported: Imported, version: str, place: Place, fingerprint: str) -> Workflow:
    """Return states, exits and roles of `imported`, which itself is kept beside them.

    An exit that leads nowhere is left out here; `verify` names it.
    """
    return Workflow(
        id=imported.id,
        version=version,
        label=_text(imported.title, imported.id),
        subject=Subject("", "", _letters(imported.id)),
        phases=(),
        sides={},
        roles=tuple(Role(name, Text(name, name)) for name in imported.roles()),
        scope=(),
        variables={},
        absent={},
        start=(),
        states={s.id: _state(s, imported) for s in imported.states.values()},
        transitions={
            t.id: _transition(t) for t in imported.transitions.values() if _leads(t, imported)
        },
        place=place,
        fingerprint=fingerprint,
        imported=imported,
    )


def _text(title: str, name: str) -> Text:
    return Text(title or name, title or name)


def _letters(name: str) -> str:
    """Return the letters of a case's number: the first of each word, as in `SPW-2026-0001`."""
    words = re.findall(r"[a-z0-9]+", folded(name))
    return "".join(word[0] for word in words)[:6].upper() or "V"


def _leads(t: ImportedTransition, imported: Imported) -> bool:
    return not t.to or t.to in imported.states


def _state(s: ImportedState, imported: Imported) -> State:
    known = imported.transitions
    exits = [e for e in dict.fromkeys(s.exits) if e in known and _leads(known[e], imported)]
    return State(
        id=s.id,
        label=_text(s.title, s.id),
        place=s.place,
        rights={p: s.rights[p].roles for p in imported.permissions if p in s.rights},
        exits=tuple(exits),
        end=not exits,
    )


def _transition(t: ImportedTransition) -> Transition:
    return Transition(
        id=t.id,
        label=_text(t.action.name or t.title, t.id),
        to=t.to or STAY,
        place=t.place,
        help=_text(t.description, t.id) if t.description else None,
        trigger=t.trigger,
        by=t.guard.roles,
        permission=t.guard.permissions,
        group=t.guard.groups,
    )
