"""How often somebody may try to sign in: counted in the database, per account and per address.

An attacker who guesses is slowed down. Whoever owns the account is not locked out with him: where
somebody has signed in from before, only the own failures count.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.links import SignInTry

WINDOW = timedelta(minutes=15)
"""Failures are forgotten after this time."""
TOGETHER = 5
"""Failures for one account from one address, after which both together have to wait."""
ON_ACCOUNT = 20
"""Failures for one account from anywhere, after which unknown addresses have to wait."""
FROM_ADDRESS = 50
"""Failures from one address, for whatever accounts: an office may sit behind one."""
KEPT = timedelta(days=90)
"""How long it is remembered from where somebody signed in."""


def may_try(session: Session, site: Site, account: str, source: str, now: datetime) -> bool:
    """Return whether a password for `account` may be tried from `source` now."""
    a, s = _hidden(site, account.strip().lower()), _hidden(site, source)
    since = SignInTry.at > now - WINDOW
    failed = SignInTry.good.is_(False)
    if _count(session, SignInTry.source == s, since, failed) >= FROM_ADDRESS:
        return False
    on_account = SignInTry.account == a
    if _count(session, on_account, SignInTry.source == s, since, failed) >= TOGETHER:
        return False
    if _count(session, on_account, since, failed) < ON_ACCOUNT:
        return True
    return _count(session, on_account, SignInTry.source == s, SignInTry.good.is_(True)) > 0


def note_try(
    session: Session, site: Site, account: str, source: str, good: bool, now: datetime
) -> None:
    """Note a try; a good one makes the failures before it from the same address forgotten."""
    a, s = _hidden(site, account.strip().lower()), _hidden(site, source)
    with transaction(session):
        if good:
            session.execute(delete(SignInTry).where(SignInTry.account == a, SignInTry.source == s))
        session.execute(delete(SignInTry).where(SignInTry.at < now - KEPT))
        session.add(SignInTry(account=a, source=s, good=good, at=now))


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(SignInTry).where(*conditions)) or 0


def _hidden(site: Site, text: str) -> str:
    return hmac.new(site.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
