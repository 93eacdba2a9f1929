"""Pages for what went wrong: one template, a sentence that helps, the right status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, render_template, request, url_for
from flask_babel import gettext as _
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
from workflow_app.web.context import frame
from workflow_app.web.language import language

Page = tuple[str, int]


def page(status: int, heading: str, sentences: Sequence[str], reasons: Sequence[str] = ()) -> Page:
    """Return the page of an error, with a way back to the case if it is about one."""
    number = (request.view_args or {}).get("number")
    back = url_for("projects.one", number=number) if number and status != 404 else None
    text = render_template(
        "error.html", heading=heading, sentences=sentences, reasons=reasons, back=back
    )
    return text, status


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
    sentence = _("Dieser Schritt steht Ihnen im jetzigen Stand nicht offen.")
    return page(403, _("Das ist hier nicht möglich"), [sentence], reasons)


def conflict(error: Conflict) -> Page:
    """Say that somebody else was faster."""
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


def unprotected(error: CSRFError) -> Page:
    """Say that the page was open for too long."""
    return page(
        400,
        _("Die Seite ist abgelaufen"),
        [_("Gehen Sie im Browser zurück, laden Sie die Seite neu und senden Sie noch einmal.")],
    )


def too_large(error: Any) -> Page:
    """Say that too much was sent."""
    return page(
        413,
        _("Das ist zu groß"),
        [_("Die Sendung ist größer als erlaubt. Laden Sie kleinere Dateien hoch.")],
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
    return page(
        500,
        _("Hier ist etwas schiefgegangen"),
        [_("Der Fehler wurde festgehalten. Versuchen Sie es bitte später noch einmal.")],
    )


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
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(500, broken)
