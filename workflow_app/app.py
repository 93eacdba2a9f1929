"""The web application: wiring, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask_security import hash_password
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from workflow_app import config, web
from workflow_app.installation import site_of
from workflow_app.store import db as database
from workflow_app.store import tables as _all_tables  # noqa: F401 - makes every table known
from workflow_app.web.context import EXTENSION, Running

MAX_REQUEST = 25_000_000
"""Bytes of one request: an upload of 20 MB and the form around it."""


def now() -> datetime:
    """Return the instant that is now."""
    return datetime.now(UTC)


def create_app(
    settings: config.Settings | None = None, clock: Callable[[], datetime] = now
) -> Flask:
    """Return the application.

    :raises config.BadSetting: if a setting cannot be used.
    """
    settings = settings or config.load()
    secure = settings.base_url.startswith("https://")
    app = Flask(__name__, static_folder="web/static", template_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECURITY_PASSWORD_SALT=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        # A form of two hundred rows has some thousand controls.
        MAX_FORM_PARTS=5000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE="de_DE",
        BABEL_DEFAULT_TIMEZONE="Europe/Berlin",
    )
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(folder / "templates" / "pages") for folder in settings.content]
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]  # Flask's own way
    tables = SQLAlchemy(model_class=database.Base)
    tables.init_app(app)
    with app.app_context():
        database.tune(tables.engine)
    CSRFProtect(app)
    app.extensions[EXTENSION] = Running(site_of(settings), clock)
    web.register(app)
    return app


def hashed(settings: config.Settings, password: str) -> str:
    """Return the hash of a password, made as the pages will check it."""
    with create_app(settings).app_context():
        return str(hash_password(password))
