"""What is typed into a form by several people at once, brought together field by field.

A page carries a mark of each answer as it showed it. Whoever saves has changed the fields whose
marks differ from what they send; others have changed those whose marks differ from what is kept.
Only a field that both changed, and differently, has to be decided by a person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflow_app.core.definition.forms import Field
from workflow_app.core.forms.fields import Value
from workflow_app.core.forms.present import day

Raw = Mapping[str, Any]
"""Field → what was typed, unchecked."""
MARK_LENGTH = 12
UNORDERED = ("several_of", "references")
"""Types whose choices mean the same in any order."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of a draft when somebody saves who had an older one before them."""

    changed: Raw
    """What whoever saves has changed and nobody else: it is kept."""
    clashes: tuple[str, ...]
    """Fields that both changed, and differently: what is kept stays until a person decides."""
    theirs: tuple[str, ...]
    """Fields that only others changed: what they typed stays."""


def merge(fields: Iterable[Field], base: Mapping[str, str], mine: Raw, kept: Raw) -> Merged:
    """Return how `mine` goes together with what is `kept`; `base` marks what my page showed.

    A field without a mark in `base` counts as changed by both.
    """
    changed: dict[str, Any] = {}
    clashes, theirs = [], []
    for field in fields:
        if field.id not in mine:
            continue
        before = base.get(field.id)
        my_mark, kept_mark = (mark(field, raw.get(field.id)) for raw in (mine, kept))
        if my_mark == kept_mark:
            continue
        if before == kept_mark:
            changed[field.id] = mine[field.id]
        elif before == my_mark:
            theirs.append(field.id)
        else:
            clashes.append(field.id)
    return Merged(changed, tuple(clashes), tuple(theirs))


def marks(fields: Iterable[Field], raw: Raw) -> dict[str, str]:
    """Return field → the mark of what was typed into it."""
    return {field.id: mark(field, raw.get(field.id)) for field in fields}


def mark(field: Field, typed: Any) -> str:
    """Return a short mark that is equal for what means the same: ends of lines, empty rows."""
    settled = _settled(typed)
    if field.type in UNORDERED and isinstance(settled, list):
        settled = sorted(settled, key=str)
    text = json.dumps(settled, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:MARK_LENGTH]


def _settled(typed: Any) -> Any:
    """Return what was typed without what a browser adds or leaves out; None if nothing is left."""
    if isinstance(typed, str):
        return typed.replace("\r\n", "\n").replace("\r", "\n").strip() or None
    if isinstance(typed, Mapping):
        given = {str(key): _settled(part) for key, part in typed.items()}
        given = {key: part for key, part in given.items() if part is not None}
        return given if given.keys() - {"_id"} else None
    if isinstance(typed, list | tuple):
        return [part for part in map(_settled, typed) if part is not None] or None
    return typed


AS_TYPED: Mapping[str, Callable[[Any], Any]] = {
    "decimal": lambda number: str(number).replace(".", ","),
    "money": lambda amount: str(amount).replace(".", ","),
    "integer": str,
    "date": day,
    "date_time": lambda moment: f"{day(moment)} {moment[11:16]}",
    "yes_no": lambda answer: "yes" if answer else "no",
    "list": "\n".join,
}
"""Field type → how a kept value of it is typed; the types left out are typed as they are kept."""


def as_typed(field: Field, value: Value) -> Any:
    """Return a kept value as a person would type it: 01.02.2027, 8450,00, yes."""
    if value is None:
        return None
    if field.type != "rows":
        return AS_TYPED[field.type](value) if field.type in AS_TYPED else value
    columns = {c.id: c for c in field.columns}
    return [
        {k: as_typed(columns[k], v) if k in columns else v for k, v in row.items()} for row in value
    ]


def typed_values(fields: Iterable[Field], values: Mapping[str, Value]) -> dict[str, Any]:
    """Return kept values of these fields as a person would type them."""
    return {f.id: as_typed(f, values[f.id]) for f in fields if f.id in values}
