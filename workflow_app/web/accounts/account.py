"""Signing in: Flask-Security over our own rows, and sessions that the server knows.

A browser is signed in while its token stands in `sign_in` and has not ended: signing out, or an
administrator, ends a session at once, whatever cookie somebody kept.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request, session
from flask_babel import lazy_gettext as _
from flask_login import user_logged_out
from flask_security import (
    LoginForm,
    RoleMixin,
    Security,
    UserDatastore,
    UserMixin,
    current_user,
    user_authenticated,
)
from flask_security.utils import logout_user

from workflow_app.services import sign_ins
from workflow_app.services.accounts import attempts
from workflow_app.store import queries
from workflow_app.web.context import now, site
from workflow_app.web.context import session as database

PLEASE_SIGN_IN = _("Bitte melden Sie sich an, um diese Seite zu sehen.")
TOKEN = "sign_in"  # noqa: S105 - the name of the token in the signed cookie, not a secret


class Account(UserMixin):
    """A person as Flask-Security sees one: everything is read from and written to the row."""

    fs_uniquifier = ""
    """Named on the class because Flask-Security looks for it there; the row's value is used."""

    def __init__(self, person: Any) -> None:
        object.__setattr__(self, "person", person)

    def __getattribute__(self, name: str) -> Any:
        if name == "fs_uniquifier":
            return object.__getattribute__(self, "person").fs_uniquifier
        return object.__getattribute__(self, name)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "person"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(object.__getattribute__(self, "person"), name, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Account) and bool(other.person.id == self.person.id)

    def __hash__(self) -> int:
        return hash(self.person.id)

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # nobody ever gives a role here
        """Return nothing: what somebody may do is decided by the engine, case by case."""
        return []


class Accounts(UserDatastore):
    """Where Flask-Security finds people; it neither makes nor deletes any here."""

    def __init__(self) -> None:
        super().__init__(Account, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **by: Any) -> Account | None:
        """Return the account with this address, id or uniquifier, or None."""
        if g.get("bare"):
            # The page that says that the database is away must not ask it who reads it.
            return None
        name, value = next(iter(by.items()))
        if name == "email":
            value = str(value).strip().lower()
        person = queries.person_by(database(), name, value)
        return Account(person) if person is not None else None

    def put(self, account: Account) -> Account:
        """Return the account; its row is already in the session."""
        return account

    def commit(self) -> None:
        """Write what Flask-Security has changed on the row, such as a renewed password hash."""
        database().commit()


class LimitedLoginForm(LoginForm):
    """The sign-in form, which takes only so many wrong passwords at a time."""

    has_to_wait = False

    def validate(self, **kwargs: Any) -> bool:  # type: ignore[override]  # as in the parent
        """Return whether address and password are right and may be tried at all."""
        account, source = str(self.email.data or "")[:255], request.remote_addr or ""
        if not attempts.may_try(database(), site(), account, source, now()):
            self.has_to_wait = True
            self.form_errors.append("wait")
            return False
        good = bool(super().validate())
        attempts.note_try(database(), site(), account, source, good, now())
        return good


def register(app: Flask) -> None:
    """Set up signing in."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method, not a secret
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/login",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_USE_VERIFY_PASSWORD_CACHE=False,
        SECURITY_FLASH_MESSAGES=True,
        SECURITY_LOGIN_WITHOUT_CONFIRMATION=True,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_WAN_ALLOW_AS_FIRST_FACTOR=False,
        SECURITY_MSG_UNAUTHENTICATED=(PLEASE_SIGN_IN, "info"),
    )
    Security(app, Accounts(), login_form=LimitedLoginForm)
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.before_request(_known_only)


def _begin(app: Flask, user: Account, **_: Any) -> None:
    session[TOKEN] = sign_ins.begin(database(), user.person.id, now())


def _end(app: Flask, **_: Any) -> None:
    token = session.pop(TOKEN, None)
    if token:
        sign_ins.end(database(), token, now())


def _known_only() -> None:
    """Sign out a browser whose session the server does not know, or no longer."""
    # A file of the page must not change the cookie: it may come while another window signs in.
    if request.endpoint != "static" and current_user.is_authenticated:
        token = session.get(TOKEN, "")
        if not sign_ins.known(database(), token, current_user.person.id, now()):
            g.was_signed_in = current_user.person.id
            logout_user()


def was_signed_in() -> int | None:
    """Return the id of the person whose session turned out to have ended, or None."""
    found: int | None = g.get("was_signed_in")
    return found
