"""What was typed, when a request cannot be carried out now: it is shown again, ready to be sent.

Nothing is stored for it: the page itself carries what was typed, through signing in as well. Only
what comes from a page of ours is taken back, so that no other site can put words into a form here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template, request
from flask_login import current_user
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import RequestEntityTooLarge

from workflow_app.web import context

DAY = 86_400
NOT_TYPED = frozenset({"csrf_token", "email", "password", "before", "again", "held", "submit"})
"""Fields that are never shown again: passwords above all, however often they were typed."""
CARRIED = frozenset({"draft", "base", "key", "version", "action", "clash", "seen", "digest"})
"""Fields that a page carries along and nobody types."""


@dataclass(frozen=True, slots=True)
class Held:
    """A request as it was sent: its address, its fields and the names of its files."""

    url: str
    fields: list[tuple[str, str]]
    files: list[str] = field(default_factory=list)
    person: int | None = None
    """Who was signed in when it was typed, if that is known."""

    @property
    def words(self) -> list[str]:
        """Return the texts among the fields, which somebody may want to read or copy."""
        texts = (value.strip() for name, value in self.fields if name not in CARRIED)
        return [text for text in texts if " " in text]


def sent(person: int | None = None) -> Held | None:
    """Return this request with what was typed; None if nothing was, or it is from another site."""
    try:
        request.form  # noqa: B018 - read here for the first time, which may be refused
    except RequestEntityTooLarge:
        return None
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TYPED]
    if request.method != "POST" or not fields or not _ours():
        return None
    files = [f.filename for f in request.files.values() if f.filename]
    return Held(request.full_path.rstrip("?"), fields, files, person)


def _ours() -> bool:
    """Say whether the browser says that a page of ours has sent the request."""
    here = urlsplit(request.host_url)
    for header in ("Origin", "Referer"):
        if given := request.headers.get(header):
            there = urlsplit(given)
            return (there.scheme, there.netloc) == (here.scheme, here.netloc)
    return False


def sign_in_page(held: Held) -> Response:
    """Return the page on which somebody signs in again and keeps what was typed."""
    text = render_template("held_sign_in.html", held=_seal().dumps(_plain(held)))
    return make_response(text, 401)


def _plain(held: Held) -> dict[str, Any]:
    return {"url": held.url, "fields": held.fields, "files": held.files, "person": held.person}


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="held")


def give_back(response: Response) -> Response:
    """After signing in, return a page with what was typed before, instead of the way on."""
    given = request.form.get("held") if request.endpoint == "security.login" else None
    if not given or response.status_code not in (302, 303) or not current_user.is_authenticated:
        return response
    try:
        plain = _seal().loads(given, max_age=DAY)
    except BadData:
        return response
    held = Held(plain["url"], [(n, v) for n, v in plain["fields"]], plain["files"], plain["person"])
    # Somebody else at the same desk gets neither the words nor the chance to send them.
    if held.person not in (None, context.me().id):
        return response
    page = make_response(render_template("held.html", held=held))
    for name, value in response.headers.items():
        if name == "Set-Cookie":
            page.headers.add(name, value)
    return page
