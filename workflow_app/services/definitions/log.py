"""What became of each version: an append-only log, and the status that follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.store.tables.definitions import Definition, DefinitionEvent
from workflow_app.store.tables.people import Person

FIRST = "0" * 64
"""What stands in for the hash before the first event."""
Status = Literal["draft", "verified", "published", "retired", "discarded"]
STATUS: dict[str, Status] = {
    "drafted": "draft",
    "verified": "verified",
    "published": "published",
    "retired": "retired",
    "discarded": "discarded",
}
"""Kind of the newest event → status of the version."""


STANDING = (
    select(DefinitionEvent.definition_id, DefinitionEvent.kind)
    .join(Definition, Definition.id == DefinitionEvent.definition_id)
    .where(Definition.workflow == bindparam("workflow"))
    .order_by(DefinitionEvent.id)
)


def note(
    session: Session,
    definition: Definition,
    kind: str,
    person: Person | None,
    now: datetime,
    words: str = "",
) -> DefinitionEvent:
    """Add one event to the log and return it; somebody adding one at once loses the race."""
    last = session.scalar(select(DefinitionEvent).order_by(DefinitionEvent.id.desc()).limit(1))
    event = DefinitionEvent(
        definition=definition,
        kind=kind,
        actor_id=person.id if person else None,
        at=now,
        note=words.strip()[:2000] or None,
        previous=last.hash if last else FIRST,
    )
    event.hash = digest(sealed(event))
    session.add(event)
    session.flush()
    return event


def sealed(event: DefinitionEvent) -> dict[str, Any]:
    """Return what the event's hash is taken of."""
    return {
        "workflow": event.definition.workflow,
        "fingerprint": event.definition.fingerprint,
        "kind": event.kind,
        "actor": event.actor_id,
        "at": event.at.isoformat(),
        "note": event.note,
        "previous": event.previous,
    }


def broken_links(session: Session) -> Iterator[DefinitionEvent]:
    """Yield each event that does not fit the chain."""
    previous = FIRST
    for event in session.scalars(select(DefinitionEvent).order_by(DefinitionEvent.id)):
        if event.previous != previous or event.hash != digest(sealed(event)):
            yield event
        previous = event.hash


def with_fingerprint(session: Session, workflow: str, fingerprint: str) -> Definition | None:
    """Return the version with exactly these files, or None."""
    return session.scalar(
        select(Definition).where(
            Definition.workflow == workflow, Definition.fingerprint == fingerprint
        )
    )


def add(
    session: Session,
    workflow: str,
    version: str,
    files: Mapping[str, str],
    fingerprint: str,
    now: datetime,
) -> Definition:
    """Add a version with the next number, and return it."""
    last = session.scalar(
        select(func.max(Definition.number)).where(Definition.workflow == workflow)
    )
    found = Definition(
        workflow=workflow,
        number=(last or 0) + 1,
        version=version[:40],
        fingerprint=fingerprint,
        files=dict(files),
        kept_at=now,
    )
    session.add(found)
    session.flush()
    return found


def status_of(definition: Definition) -> Status:
    """Return where the version stands."""
    return STATUS[definition.events[-1].kind]


def current(session: Session, workflow: str) -> Definition | None:
    """Return the version on which new cases open: the one published last and not retired since."""
    newest = (
        select(func.max(DefinitionEvent.id))
        .join(Definition, Definition.id == DefinitionEvent.definition_id)
        .where(Definition.workflow == workflow)
        .group_by(DefinitionEvent.definition_id)
    )
    return session.scalar(
        select(Definition)
        .join(DefinitionEvent, DefinitionEvent.definition_id == Definition.id)
        .where(DefinitionEvent.id.in_(newest), DefinitionEvent.kind == "published")
        .order_by(DefinitionEvent.id.desc())
        .limit(1)
    )


def standing(session: Session, workflow: str) -> tuple[int | None, bool]:
    """Return the id of the version that `current` finds, and whether any was ever published."""
    newest: dict[int, str] = {}
    ever = False
    for definition_id, kind in session.execute(STANDING, {"workflow": workflow}):
        # Taken out first, so that the version with the newest event comes last.
        newest.pop(definition_id, None)
        newest[definition_id] = kind
        ever = ever or kind == "published"
    published = [definition_id for definition_id, kind in newest.items() if kind == "published"]
    return (published[-1] if published else None), ever


def take_turns(session: Session, workflow: str) -> None:
    """Let nobody else put a version of this workflow in or out of force meanwhile."""
    # SQLite has one writer anyway and passes over the lock.
    session.execute(
        select(Definition.id)
        .where(Definition.workflow == workflow)
        .order_by(Definition.number)
        .limit(1)
        .with_for_update(key_share=True)
    )


def ever_published(session: Session, workflow: str) -> bool:
    """Return whether a version of this workflow was ever in force."""
    found = session.scalar(
        select(DefinitionEvent.id)
        .join(Definition, Definition.id == DefinitionEvent.definition_id)
        .where(Definition.workflow == workflow, DefinitionEvent.kind == "published")
        .limit(1)
    )
    return found is not None


def workflows(session: Session) -> list[str]:
    """Return the ids of all workflows of which a version is kept."""
    return list(session.scalars(select(Definition.workflow).distinct().order_by("workflow")))


def events(session: Session, workflow: str) -> list[DefinitionEvent]:
    """Return the log of a workflow, the newest event first."""
    return list(
        session.scalars(
            select(DefinitionEvent)
            .join(Definition, Definition.id == DefinitionEvent.definition_id)
            .where(Definition.workflow == workflow)
            .order_by(DefinitionEvent.id.desc())
        )
    )
