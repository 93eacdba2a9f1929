"""What a view starts from: the session, the installation, who asks, what time it is."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from itsdangerous import URLSafeSerializer
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from workflow_app.core.errors import NotFound
from workflow_app.services.access.rows import principals_of
from workflow_app.services.administering import administers, keeps_accounts
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.store import queries
from workflow_app.web.language import LANGUAGES, language

EXTENSION = "tandem"
"""Name under which the roof hands in what is running."""


@dataclass(frozen=True)
class Running:
    """What the roof hands in: the installation, and the clock that it goes by."""

    site: Site
    clock: Callable[[], datetime]


def session() -> Session:
    """Return the database session of this request."""
    found: Session = current_app.extensions["sqlalchemy"].session()
    return found


def site() -> Site:
    """Return the installation."""
    return _running().site


def _running() -> Running:
    found: Running = current_app.extensions[EXTENSION]
    return found


def me() -> Any:
    """Return the row of the person who is signed in.

    :raises NotFound: if the account is gone.
    """
    person = queries.person(session(), int(current_user.id))
    if person is None:
        raise NotFound("person")
    return person


def now() -> datetime:
    """Return what time it is."""
    return _running().clock()


def today() -> date:
    """Return the day that the operations count with."""
    return day_of(now())


def seen(number: str) -> Look:
    """Return the case as whoever asks may see it.

    :raises NotFound: if there is none, or the person may not know of it.
    """
    return look(session(), site(), number, me(), today())


def seal(number: str) -> URLSafeSerializer:
    """Return what signs references to files uploaded by this person to this case."""
    secret = str(current_app.secret_key)
    return URLSafeSerializer(secret, salt=f"upload:{number}:{current_user.id}")


def new_key() -> str:
    """Return a key for one request, so that a second click on the same page acts once."""
    return secrets.token_urlsafe(16)


def given_page() -> str:
    """Return the name of the page that sent this request, or an empty text if it has none."""
    return request.form.get("key", "")[:40]


def given_key() -> str:
    """Return the key of this request: the page's, and what was sent with it.

    A second click sends the same and acts once; whoever goes back and types anew is heard.
    """
    key = given_page()
    if not key:
        return ""
    typed = request.form.items(multi=True)
    sent = sorted(pair for pair in typed if pair[0] not in ("key", "csrf_token"))
    return f"{key}-{hashlib.sha256(repr(sent).encode()).hexdigest()[:20]}"


def given_version() -> int | None:
    """Return the version of the case that the page showed, or None if it carried none."""
    return number_in(request.form.get("version", ""))


def number_in(text: str) -> int | None:
    """Return the small number that a hidden field carries, or None if it carries none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def frame() -> dict[str, Any]:
    """Return what the frame around every page shows."""
    person = me() if not g.get("bare") and current_user.is_authenticated else None
    entries = []
    if person:
        waiting = queries.waiting(session(), principals_of(person))
        entries = [
            _entry(_("Jetzt bei mir"), "tasks.mine", waiting),
            _entry(_("Projekte"), "projects.listed"),
            _entry(_("Empfehlungen"), "recommendations.listed"),
            _entry(_("Verfahren"), "workflows.listed"),
        ]
        if keeps_accounts(person):
            entries += [
                _entry(_("Personen"), "people.listed"),
                _entry(_("Organisationen"), "organisations.listed"),
            ]
        if administers(person):
            entries += [
                _entry(_("Nachrichten"), "messages.listed"),
                _entry(_("Protokoll"), "protocol.listed"),
            ]
    return {
        "language": language(),
        "other_language": _other_language(),
        "here": _here(),
        "person": person,
        "publisher": site().publisher,
        "navigation_entries": entries,
        "home_url": url_for("tasks.mine"),
        "sign_out_url": url_for("security.logout"),
        "footer_entries": [
            {"href": url_for("texts.shown", name=name), "text": text}
            for name, text in (
                ("impressum", _("Impressum")),
                ("datenschutz", _("Datenschutz")),
                ("barrierefreiheit", _("Erklärung zur Barrierefreiheit")),
            )
        ],
    }


def _other_language() -> tuple[str, str]:
    """Return id and name of the language that this page can be read in instead."""
    return next(item for item in LANGUAGES.items() if item[0] != language())


def _here() -> str:
    """Return the address that shows this page again, or the first page if none does."""
    try:
        current_app.url_map.bind("").match(request.path, method="GET")
    except HTTPException:
        return url_for("tasks.mine")
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def _entry(text: str, endpoint: str, count: int = 0) -> dict[str, Any]:
    href = url_for(endpoint)
    here = "page" if request.endpoint == endpoint else None
    # Every page below an entry belongs to it, whichever blueprint makes it.
    if here is None and href != url_for("tasks.mine") and request.path.startswith(f"{href}/"):
        here = "true"
    return {"text": text, "href": href, "current": here, "count": count}
