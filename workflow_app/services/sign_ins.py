"""Sessions that the server knows: begun, seen, ended."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from workflow_app.services.transaction import transaction
from workflow_app.store.asking import asked
from workflow_app.store.tables.people import SignIn

IDLE = timedelta(hours=8)
"""A session that nobody has used for so long has ended."""
NOTED_EVERY = timedelta(minutes=5)
"""How exactly the last use is noted, so that reading a page seldom writes."""
SIGN_IN = select(SignIn.person_id, SignIn.seen_at, SignIn.ended_at).where(
    SignIn.id == bindparam("id")
)


def begin(session: Session, person_id: int, now: datetime) -> str:
    """Begin a session and return its token; the database keeps only the token's hash."""
    token = secrets.token_urlsafe(32)
    with transaction(session):
        session.add(
            SignIn(
                id=hash_of(token), person_id=person_id, created_at=now, seen_at=now, ended_at=None
            )
        )
    return token


def known(session: Session, token: str, person_id: int, now: datetime) -> bool:
    """Return whether this is a running session of that person, and note that it was used."""
    found = asked(session, SIGN_IN, id=hash_of(token))
    if not found or found[0].ended_at is not None or found[0].person_id != person_id:
        return False
    sign_in = found[0]
    if now - sign_in.seen_at > IDLE:
        return False
    if now - sign_in.seen_at > NOTED_EVERY:
        with transaction(session):
            session.get_one(SignIn, hash_of(token)).seen_at = now
    return True


def end(session: Session, token: str, now: datetime) -> None:
    """End a session; twice is harmless."""
    with transaction(session):
        sign_in = session.get(SignIn, hash_of(token))
        if sign_in is not None and sign_in.ended_at is None:
            sign_in.ended_at = now


def end_one(session: Session, person_id: int, sign_in_id: str, now: datetime) -> None:
    """End one session of a person, named by its id; what is not theirs stays as it is."""
    with transaction(session):
        sign_in = session.get(SignIn, sign_in_id)
        if sign_in is not None and sign_in.person_id == person_id and sign_in.ended_at is None:
            sign_in.ended_at = now


def end_others(session: Session, person_id: int, token: str, now: datetime) -> None:
    """End every session of a person but the one with this token."""
    with transaction(session):
        end_all(session, person_id, now, but=token)


def end_all(session: Session, person_id: int, now: datetime, but: str = "") -> None:
    """End every session of a person, inside the transaction of whoever calls."""
    session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.id != hash_of(but))
        .values(ended_at=now)
    )


def hash_of(token: str) -> str:
    """Return under which id the session with this token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
