"""One operation, one transaction; the same request twice acts once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from workflow_app.core.errors import Conflict, NotAllowed
from workflow_app.store.db import BEGIN
from workflow_app.store.outbox import Request
from workflow_app.store.people import Person


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """Commit once at the end, or roll everything back.

    What was read before belongs to the past: the reading ends, and writing begins IMMEDIATE.

    :raises Conflict: if somebody else changed the same rows in between.
    """
    session.rollback()
    session.connection(execution_options={BEGIN: "IMMEDIATE"})
    try:
        yield
        session.commit()
    except StaleDataError as error:
        session.rollback()
        raise Conflict("case", "?", "?") from error
    except BaseException:
        session.rollback()
        raise


def answered(session: Session, key: str, person: Person) -> dict[str, Any] | None:
    """Return the answer that a request with this key was given before, or None.

    :raises NotAllowed: if somebody else used the key.
    """
    request = session.get(Request, key) if key else None
    if request is None:
        return None
    if request.person_id != person.id:
        raise NotAllowed("request")
    return request.answer


def remember(
    session: Session, key: str, person: Person, answer: dict[str, Any], now: datetime
) -> None:
    """Note that the request was carried out, in the same transaction."""
    if key:
        session.add(Request(key=key, person_id=person.id, at=now, answer=answer))
