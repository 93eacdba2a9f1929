"""Pages for what went wrong: one template, a sentence that helps, the right status."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, g, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from workflow_app.core.errors import (
    BadUpload,
    Conflict,
    DocumentError,
    Invalid,
    NotAllowed,
    NotFound,
)
from workflow_app.services.forms.attachments import MAX_BYTES
from workflow_app.services.transaction import PASSING, passing
from workflow_app.web.context import frame, seen, session
from workflow_app.web.forms.held import Held, sent, sign_in_page
from workflow_app.web.language import language
from workflow_app.web.steps import since

Page = tuple[str, int]
RETRY_AFTER = 60
"""Seconds after which it is worth trying again while a database or a disk is out of service."""
log = logging.getLogger(__name__)


def page(
    status: int,
    heading: str,
    sentences: Sequence[str],
    reasons: Sequence[str] = (),
    held: Held | None = None,
) -> Page:
    """Return the page of an error, with a way back to the case if it is about one.

    `held` is what was typed: it can be sent once more from there.
    """
    number = (request.view_args or {}).get("number")
    back = url_for("projects.one", number=number) if number and status != 404 else None
    text = render_template(
        "error.html",
        heading=heading,
        sentences=sentences,
        reasons=reasons,
        back=back,
        held=held,
        words=_words(),
    )
    return text, status


def _words() -> list[str]:
    """Return the texts that were typed into the page that sent this request."""
    typed = sent()
    return typed.words if typed else []


def _since() -> bool:
    """Let the page say what happened to the case since the page before it was opened."""
    number = (request.view_args or {}).get("number")
    return bool(number and since.note(seen(number)))


def not_found(error: Any) -> Page:
    """Say that there is nothing here, or nothing for this person."""
    return page(
        404,
        _("Diese Seite gibt es nicht"),
        [_("Die Adresse ist falsch, oder der Vorgang ist für Sie nicht sichtbar.")],
    )


def not_allowed(error: NotAllowed) -> Page:
    """Say why a step is closed and who could open it."""
    reasons = list(dict.fromkeys(reason.text(language()) for reason in error.reasons))
    if error.what in ("administration", "admin"):
        return page(403, _("Das ist hier nicht möglich"), [], reasons)
    sentences = [_("Dieser Schritt steht Ihnen im jetzigen Stand nicht offen.")]
    if _since():
        sentences.append(_("Seit Sie die Seite geöffnet haben, ist etwas geschehen."))
    return page(403, _("Das ist hier nicht möglich"), sentences, reasons)


def conflict(error: Conflict) -> Page:
    """Say that somebody else was faster, and what they did."""
    _since()
    return page(
        409,
        _("Der Vorgang hat sich geändert"),
        [
            _("Jemand anderes hat den Vorgang bearbeitet, seit Sie die Seite geöffnet haben."),
            _("Es wurde nichts verändert. Sehen Sie sich zuerst den neuen Stand an."),
        ],
    )


def invalid(error: Invalid) -> Page:
    """List what does not do, where no form was there to show it."""
    texts = [problem.text(language()) for problem in error.problems]
    return page(422, _("Einige Angaben fehlen oder passen nicht"), [], texts)


def no_document(error: DocumentError) -> Page:
    """Say that a document cannot be made yet."""
    sentence = _("Dem Dokument fehlen noch Angaben. Ergänzen Sie bitte zuerst die Formulare.")
    return page(409, _("Das Dokument kann noch nicht erstellt werden"), [sentence], error.missing)


def bad_upload(error: BadUpload) -> Page:
    """Say that a file was refused."""
    sentence = refusal(error)
    return page(422, _("Die Datei wurde nicht angenommen"), [sentence])


def refusal(error: BadUpload) -> str:
    """Return the sentence for a refused file."""
    known = {
        "empty": _("„%(name)s“ ist leer.", name=error.name),
        "too_large": _("„%(name)s“ ist zu groß.", name=error.name),
        "wrong_type": _("„%(name)s“ hat keinen der erlaubten Dateitypen.", name=error.name),
        "encrypted": _("„%(name)s“ ist mit einem Passwort geschützt.", name=error.name),
        "active_content": _("„%(name)s“ enthält ausführbare Inhalte.", name=error.name),
        "no_pages": _("„%(name)s“ hat keine Seiten.", name=error.name),
        "too_many_pixels": _("„%(name)s“ hat zu viele Bildpunkte.", name=error.name),
    }
    return known.get(error.reason, _("„%(name)s“ ist beschädigt.", name=error.name))


def unprotected(error: CSRFError) -> Page | Response:
    """Say that the page was open for too long; what was typed on it can be sent once more."""
    typed = sent()
    heading = _("Die Seite ist abgelaufen")
    if typed is None or request.blueprint == "security":
        text = _("Gehen Sie im Browser zurück, laden Sie die Seite neu und senden Sie noch einmal.")
        return page(400, heading, [text])
    if not current_user.is_authenticated:
        return sign_in_page(typed)
    text = _("Sie war zu lange offen, oder Sie haben sich inzwischen neu angemeldet.")
    return page(400, heading, [text, _("Was Sie geschrieben haben, ist noch da.")], held=typed)


def out_of_service(error: Exception) -> tuple[str, int, dict[str, str]]:
    """Say that it does not work just now, with what was typed; nothing has been changed.

    :raises Exception: the error itself, if it is none that passes by itself.
    """
    if not passing(error):
        raise error
    log.error("out of service: %s", error)
    # Neither the account nor the tasks can be asked for: the page does without.
    g.bare = True
    seconds = str(RETRY_AFTER)
    text, status = page(
        503,
        _("Das geht gerade nicht"),
        [
            _("Tandem erreicht seine Datenbank oder seinen Speicher im Moment nicht."),
            _("Es wurde nichts verändert. Versuchen Sie es bitte in einer Minute noch einmal."),
        ],
        held=sent(),
    )
    return text, status, {"Retry-After": seconds}


def too_large(error: Any) -> Page:
    """Say that too much was sent."""
    return page(
        413,
        _("Das ist zu groß"),
        [
            _(
                "Eine Datei darf höchstens %(size)s MB groß sein. Speichern Sie sie kleiner, oder "
                "teilen Sie sie auf.",
                size=MAX_BYTES // 1_000_000,
            )
        ],
    )


def refused(error: HTTPException) -> Page | HTTPException:
    """Give any other refusal a page of ours; redirects pass."""
    status = error.code or 500
    if status < 400:
        return error
    heading = _("Kein Zugriff") if status == 403 else _("Das hat nicht geklappt")
    return page(status, heading, [_("Die Anfrage konnte so nicht bearbeitet werden.")])


def broken(error: Exception) -> Page:
    """Say that something of ours broke; what happened stands in the log."""
    _let_go()
    return page(
        500,
        _("Hier ist etwas schiefgegangen"),
        [_("Der Fehler wurde festgehalten. Versuchen Sie es bitte später noch einmal.")],
    )


def _let_go() -> None:
    """End what the database was asked before: after a question that failed it answers no other."""
    try:
        session().rollback()
    except Exception:
        # The page does without account and tasks then, as when the database is out of service.
        log.exception("what was begun could not be ended")
        g.bare = True


def register(app: Flask) -> None:
    """Let every error of ours and every HTTP error end on a page."""
    app.context_processor(frame)
    app.register_error_handler(NotFound, not_found)
    app.register_error_handler(404, not_found)
    app.register_error_handler(NotAllowed, not_allowed)
    app.register_error_handler(Conflict, conflict)
    app.register_error_handler(Invalid, invalid)
    app.register_error_handler(DocumentError, no_document)
    app.register_error_handler(BadUpload, bad_upload)
    app.register_error_handler(CSRFError, unprotected)
    app.register_error_handler(413, too_large)
    for kind in PASSING:
        app.register_error_handler(kind, out_of_service)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(500, broken)
