"""History entries, each sealed onto the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from json.encoder import encode_basestring as quoted
from typing import Any

from workflow_app.core.canonical import canonical
from workflow_app.core.chain.people import ChainCase, Entry
from workflow_app.core.chain.reading import Reading

PLAIN = frozenset({str, bool, type(None)})


def seal(
    workflow: str,
    case: ChainCase,
    r: Reading,
    source: str,
    target: str,
    status: Mapping[str, object],
) -> Entry:
    """Return the entry of a step, with a digest over all it says and the digest before it."""
    previous = case.newest.get(workflow)
    number = previous.number + 1 if previous is not None else 0
    told = (workflow, number, r.transition, source, target, r.person.id, r.at, r.bypassed, status)
    before = previous.digest if previous is not None else ""
    return Entry(*told, previous, _digest(case.id, before, *told))


def digest_of(case: str, entry: Entry) -> str:
    """Return the digest that the entry has to carry."""
    return _digest(
        case,
        entry.previous.digest if entry.previous is not None else "",
        entry.workflow,
        entry.number,
        entry.transition,
        entry.source,
        entry.target,
        entry.actor,
        entry.at,
        entry.bypassed,
        entry.status,
    )


def _digest(
    case: str,
    previous: str,
    workflow: str,
    number: int,
    transition: str | None,
    source: str,
    target: str,
    actor: str | None,
    at: datetime,
    bypassed: bool,
    status: Mapping[str, object],
) -> str:
    moment = at.isoformat()
    said = ",".join(
        [
            f"[{quoted(name)},{quoted(value)}]"
            if type(value) is str
            else f"[{quoted(name)},{_other(value, at, moment)}]"
            for name, value in status.items()
        ]
    )
    # One JSON list, put together by hand: the library looks anew at what is known here.
    told = (
        f"[{quoted(workflow)},{quoted(case)},{number},{_name(transition)},{quoted(source)},"
        f"{quoted(target)},{_name(actor)},{quoted(moment)},{'true' if bypassed else 'false'},"
        f"[{said}],{quoted(previous)}]"
    )
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _name(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def _other(value: object, at: datetime, moment: str) -> str:
    """Return a value that is no text, as JSON."""
    if value is at:
        return f'{{"moment":{quoted(moment)}}}'
    return canonical(_plain(value)).decode()


def _plain(value: Any) -> object:
    """Return a value as plain JSON that keeps its kind: no two values look the same."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, int | float):
        # As text: a number in JSON holds neither every whole number nor `nan`.
        return {type(value).__name__: repr(value)}
    if isinstance(value, Mapping):
        return {"entry": {str(k): _plain(v) for k, v in value.items()}}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value if type(value) in PLAIN else {"other": repr(value)}


def broken(case: ChainCase, workflow: str) -> int | None:
    """Return the number of the oldest entry that is not what was sealed, or None."""
    found = None
    newest = case.newest.get(workflow)
    for entry in newest.back() if newest is not None else ():
        if digest_of(case.id, entry) != entry.digest:
            found = entry.number
    return found
