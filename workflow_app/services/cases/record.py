"""Adding to the history of a case, and checking its chain."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from workflow_app.core.canonical import commitment, digest
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry, EntryText
from workflow_app.store.written import note

FIRST = "0" * 64
"""What stands in for the hash before the first entry."""
LAST = (
    select(Entry.sequence, Entry.hash)
    .where(Entry.case_id == bindparam("case"))
    .order_by(Entry.sequence.desc())
    .limit(1)
)


COLUMNS = tuple(column.key for column in inspect(Entry).column_attrs if column.key != "id")
ADDED = insert(Entry).returning(Entry.id)
WORDS_ADDED = insert(EntryText)


def sealed(entry: Entry) -> dict[str, Any]:
    """Return what the entry's hash is taken of: ids and commitments, no text."""
    return {
        "case": entry.case_id,
        "sequence": entry.sequence,
        "kind": entry.kind,
        "actor": entry.actor_id,
        "acting_for": entry.acting_for_id,
        "role": entry.role,
        "side": entry.side,
        "transition": entry.transition,
        "from": entry.from_state,
        "to": entry.to_state,
        "subject": entry.subject,
        "content": entry.content,
        "commitment": entry.commitment,
        "at": entry.at.isoformat(),
        "previous": entry.previous,
    }


def touch(case: Case, now: datetime) -> None:
    """Note that the case changed, so that its version counts on even within the same instant."""
    case.changed_at = now
    flag_modified(case, "changed_at")


def append(
    session: Session,
    case: Case,
    kind: str,
    now: datetime,
    *,
    words: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Entry:
    """Add one entry to the chain of the case and return what it says; what was changed is written.

    `words` (reason, comment …) stand beside the entry; the chain holds only their commitment.
    """
    session.flush()
    # Past the session: an entry is never changed, so the session need not know its row.
    connection = session.connection()
    last = connection.execute(LAST, {"case": case.id}).first()
    entry = Entry(
        case_id=case.id,
        sequence=last.sequence + 1 if last else 1,
        kind=kind,
        to_state=case.state,
        at=now,
        previous=last.hash if last else FIRST,
        **facts,
    )
    salt = secrets.token_bytes(16)
    if words:
        entry.commitment = commitment(salt, dict(words))
    entry.hash = digest(sealed(entry))
    note(session, {Entry})
    number = connection.execute(ADDED, {c: getattr(entry, c) for c in COLUMNS}).scalar_one()
    if words:
        text = {"entry_id": number, "salt": salt, "words": dict(words)}
        connection.execute(WORDS_ADDED, text)
    return entry


def broken_links(session: Session, case_id: int) -> Iterator[tuple[int, str]]:
    """Yield (sequence, what is wrong) for each entry that does not fit the chain."""
    previous, expected = FIRST, 1
    entries = session.scalars(
        select(Entry).where(Entry.case_id == case_id).order_by(Entry.sequence)
    )
    for entry in entries:
        if entry.sequence != expected:
            yield entry.sequence, "missing"
        if entry.previous != previous:
            yield entry.sequence, "previous"
        if entry.hash != digest(sealed(entry)):
            yield entry.sequence, "hash"
        if entry.text and entry.commitment != commitment(entry.text.salt, entry.text.words):
            yield entry.sequence, "text"
        previous, expected = entry.hash, entry.sequence + 1
