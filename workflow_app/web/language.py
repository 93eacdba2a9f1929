"""In which language a page is read, and the messages of its English."""

from __future__ import annotations

from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain
from flask_login import current_user
from markupsafe import Markup

LANGUAGES = {"de": "Deutsch", "en": "English"}
"""Every language that pages are there in, with its own name; the first is that of the messages."""
DEFAULT = "de"
LOCALES = {"de": "de_DE", "en": "en_GB"}
CHOSEN = "language"
"""Name of the language in the signed cookie, for whoever is not signed in."""
CATALOGUES = Path(__file__).parent / "translations"


def language() -> str:
    """Return the language of this page, `de` or `en`.

    It is that of the account; for whoever is not signed in the one chosen in this browser, else
    the one that the browser prefers.
    """
    # Asked some hundred times a page: outside of one it is not known, which is seldom the case.
    try:
        found: str | None = g.get("language")
    except RuntimeError:
        return DEFAULT
    if found is None:
        found = _wanted() if has_request_context() else DEFAULT
        g.language = found
    return found


def changed() -> None:
    """Take note that another language was chosen while a page is being made."""
    g.pop("language", None)


def _wanted() -> str:
    if not g.get("bare") and current_user and current_user.is_authenticated:
        wanted = current_user.person.language
    else:
        wanted = session.get(CHOSEN) or request.accept_languages.best_match(LANGUAGES)
    return wanted if wanted in LANGUAGES else DEFAULT


class Messages(Domain):
    """The messages, read from the catalogue as it is written: nothing has to be compiled."""

    def get_translations(self) -> NullTranslations:
        """Return the messages in the language of this page."""
        return messages(language())


@cache
def messages(wanted: str) -> NullTranslations:
    """Return the messages in a language; German ones stand for themselves."""
    catalogue = CATALOGUES / wanted / "LC_MESSAGES" / "messages.po"
    if not catalogue.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with catalogue.open("rb") as written:
        write_mo(compiled, read_po(written, locale=wanted))
    compiled.seek(0)
    return Translations(compiled)


def said(text: str, **words: object) -> Markup:
    """Return a text of a template in the language of this page, with its blanks filled in.

    A page has a hundred of them. Flask-Babel would look for the messages anew for each.
    """
    wanted = language()
    return _sentence(wanted, text) % words if words else _whole(wanted, text)


@lru_cache(maxsize=8192)
def _sentence(wanted: str, text: str) -> Markup:
    # What stands in a template and in the catalogue is ours and may hold marks; words are escaped.
    return Markup(messages(wanted).gettext(text))  # noqa: S704


@lru_cache(maxsize=8192)
def _whole(wanted: str, text: str) -> Markup:
    return _sentence(wanted, text) % {}


def register(app: Flask) -> None:
    """Let every text follow the language of its page."""
    babel = Babel(app, locale_selector=lambda: LOCALES[language()])
    babel.domain_instance = Messages()
    app.jinja_env.globals["_"] = said
