"""One operation, one transaction; the same request twice acts once."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.core.errors import Conflict, NotAllowed
from workflow_app.services.work.outbox import QUEUED
from workflow_app.store.asking import asked
from workflow_app.store.db import begin_writing, gone, locks_rows, lost_race
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.outbox import Request
from workflow_app.store.tables.people import Person

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})
"""What a file system says when a file cannot be written now."""
PASSING: tuple[type[Exception], ...] = (DBAPIError, PoolTimeout, OSError)
"""Errors that may pass by themselves; `passing` says whether one does."""
CARRIED_OUT = insert(Request)
REQUEST = select(Request.person_id, Request.answer).where(Request.key == bindparam("key"))


def passing(error: Exception) -> bool:
    """Say whether a database or a disk is out of service for the moment, and nothing is broken."""
    if isinstance(error, DBAPIError):
        return gone(error)
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    return isinstance(error, PoolTimeout)


@contextmanager
def transaction(session: Session, number: str = "") -> Iterator[None]:
    """Commit once at the end, or roll everything back.

    What was read before belongs to the past: the reading ends, and writing begins. Whoever else
    writes to the case called `number` waits meanwhile, or is waited for.

    :raises Conflict: if somebody else changed the same rows in between.
    """
    begin_writing(session)
    session.info.pop(QUEUED, None)
    try:
        if number and locks_rows(session):
            case = select(Case.id).where(Case.number == number)
            session.execute(case.with_for_update(key_share=True))
        yield
        session.commit()
    except StaleDataError as error:
        session.rollback()
        raise Conflict(number or "case", "?", "?") from error
    except DBAPIError as error:
        session.rollback()
        if lost_race(error):
            raise Conflict(number or "case", "?", "?") from error
        raise
    except BaseException:
        session.rollback()
        raise


def answered(session: Session, key: str, person: Person) -> dict[str, Any] | None:
    """Return the answer that a request with this key was given before, or None.

    The requests of one person take turns, so that a second click finds the answer to the first.

    :raises NotAllowed: if somebody else used the key.
    """
    if not key:
        return None
    if locks_rows(session):
        me = select(Person.id).where(Person.id == person.id)
        session.execute(me.with_for_update(key_share=True))
    request = _request(session, key)
    if request is None:
        return None
    if request.person_id != person.id:
        raise NotAllowed("request")
    answer: dict[str, Any] = request.answer
    return answer


def carried_out(session: Session, key: str, person: Person) -> dict[str, Any] | None:
    """Return the answer of a request that this person has already had carried out; only read."""
    request = _request(session, key) if key else None
    return request.answer if request is not None and request.person_id == person.id else None


def _request(session: Session, key: str) -> Row[Any] | None:
    found = asked(session, REQUEST, key=key)
    return found[0] if found else None


def remember(
    session: Session, key: str, person: Person, answer: dict[str, Any], now: datetime
) -> None:
    """Note that the request was carried out, in the same transaction."""
    if key:
        row = {"key": key, "person_id": person.id, "at": now, "answer": answer}
        session.connection().execute(CARRIED_OUT, row)
