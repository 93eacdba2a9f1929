"""A version comes into force, goes out of it, or is put aside; it never changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow_app.core.errors import Conflict, DefinitionError, Invalid
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions import log
from workflow_app.services.definitions.raising import taken_by
from workflow_app.services.definitions.refusals import TAKEN, problem, refuse, stands
from workflow_app.services.definitions.versions import find, read, to_supply
from workflow_app.services.site import Site
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.people import Person


def publish(
    session: Session,
    site: Site,
    workflow: str,
    number: int,
    person: Person,
    now: datetime,
    *,
    words: str = "",
    key: str = "",
    instead_of: int | None = None,
) -> Definition:
    """Put a version in force and return it: new cases open on it, running ones keep theirs.

    `instead_of` is the number that was in force as the person saw it (0: none); None: whichever is.

    :raises DefinitionError: if it is not fit to run, with every problem.
    :raises Invalid: if its version text was published before with other files, or it was imported
        and something has yet to be supplied, each by name.
    :raises Conflict: if somebody else published another version in the meantime.
    :raises NotAllowed: if the person may not, or the version is discarded or in force already.
    """
    with transaction(session):
        admins_only(person)
        log.take_turns(session, workflow)
        row = find(session, workflow, number)
        if answered(session, key, person) is not None:
            return row
        in_force = log.current(session, workflow)
        found = in_force.number if in_force else 0
        if instead_of is not None and instead_of != found:
            raise Conflict(workflow, instead_of, found)
        if row is in_force:
            refuse(row)
        stands(row, "draft", "verified", "published", "retired")
        problems = read(site, workflow, row.files)[1]
        if problems.errors:
            raise DefinitionError(problems.errors)
        if missing := to_supply(problems):
            raise Invalid(missing)
        if log.status_of(row) == "draft":
            log.note(session, row, "verified", person, now)
        if other := taken_by(session, row):
            said = {"version": row.version, "number": str(other.number)}
            raise Invalid([problem("version", "taken", TAKEN, **said)])
        log.note(session, row, "published", person, now, words)
        remember(session, key, person, {}, now)
    return row


def retire(
    session: Session,
    workflow: str,
    number: int,
    person: Person,
    now: datetime,
    *,
    words: str = "",
    key: str = "",
) -> Definition:
    """Let no new case open on a version, and return it; the one before it is in force again.

    :raises NotAllowed: if the person may not, or the version is not published.
    """
    return _end(session, workflow, number, person, now, "retired", ("published",), words, key)


def discard(
    session: Session,
    workflow: str,
    number: int,
    person: Person,
    now: datetime,
    *,
    words: str = "",
    key: str = "",
) -> Definition:
    """Put a draft aside and return it; its files stay readable.

    :raises NotAllowed: if the person may not, or the version is no draft.
    """
    return _end(
        session, workflow, number, person, now, "discarded", ("draft", "verified"), words, key
    )


def _end(
    session: Session,
    workflow: str,
    number: int,
    person: Person,
    now: datetime,
    kind: str,
    from_status: tuple[log.Status, ...],
    words: str,
    key: str,
) -> Definition:
    with transaction(session):
        admins_only(person)
        log.take_turns(session, workflow)
        row = find(session, workflow, number)
        if answered(session, key, person) is not None:
            return row
        stands(row, *from_status)
        log.note(session, row, kind, person, now, words)
        remember(session, key, person, {}, now)
    return row
