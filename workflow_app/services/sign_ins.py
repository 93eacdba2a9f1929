"""Sessions that the server knows: begun, seen, ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from workflow_app.services.transaction import transaction
from workflow_app.store.people import SignIn

IDLE = timedelta(hours=8)
"""A session that nobody has used for so long has ended."""
NOTED_EVERY = timedelta(minutes=5)
"""How exactly the last use is noted, so that reading a page seldom writes."""


def begin(session: Session, person_id: int, now: datetime) -> str:
    """Begin a session and return its token; the database keeps only the token's hash."""
    token = secrets.token_urlsafe(32)
    with transaction(session):
        session.add(
            SignIn(id=_hash(token), person_id=person_id, created_at=now, seen_at=now, ended_at=None)
        )
    return token


def known(session: Session, token: str, person_id: int, now: datetime) -> bool:
    """Return whether this is a running session of that person, and note that it was used."""
    sign_in = session.get(SignIn, _hash(token))
    if sign_in is None or sign_in.ended_at is not None or sign_in.person_id != person_id:
        return False
    if now - sign_in.seen_at > IDLE:
        return False
    if now - sign_in.seen_at > NOTED_EVERY:
        with transaction(session):
            session.get_one(SignIn, _hash(token)).seen_at = now
    return True


def end(session: Session, token: str, now: datetime) -> None:
    """End a session; twice is harmless."""
    with transaction(session):
        sign_in = session.get(SignIn, _hash(token))
        if sign_in is not None and sign_in.ended_at is None:
            sign_in.ended_at = now


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
