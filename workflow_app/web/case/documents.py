"""Downloads: documents, attachments, the agreement as it stands; and the public check of a code."""

from __future__ import annotations

from collections.abc import Mapping

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as AnyResponse

from workflow_app.core.canonical import checksum
from workflow_app.core.errors import BadUpload, DocumentError, NotFound
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import attachments
from workflow_app.services.papers import agreements, papers
from workflow_app.web.case.displayed import references
from workflow_app.web.context import me, now, seen, session, site
from workflow_app.web.errors import refusal
from workflow_app.web.filters import paper
from workflow_app.web.language import language

bp = Blueprint("documents", __name__, url_prefix="/projects/<number>")
checks = Blueprint("checks", __name__, url_prefix="/pruefen")


@bp.get("/documents/<int:document_id>")
def document(number: str, document_id: int) -> Response:
    """Send a document of the case."""
    look = seen(number)
    found, data = papers.read(session(), site(), look, document_id)
    name = papers.filename(found, look.case)
    kind = "application/zip" if name.endswith(".zip") else papers.PDF
    return sent(data, kind, name)


@bp.get("/attachments/<int:attachment_id>")
def attachment(number: str, attachment_id: int) -> Response:
    """Send a file that somebody attached or uploaded into a form."""
    found, data = attachments.read(session(), site(), seen(number), attachment_id)
    return sent(data, found.file.media_type, found.name)


@bp.get("/agreement.pdf")
def agreement(number: str) -> Response:
    """Send the agreement as it stands now, or say what it still lacks."""
    look = seen(number)
    try:
        data = agreements.preview(session(), site(), look, now())
    except DocumentError as lacking:
        clauses = references(look).choices("clause")
        raise DocumentError(
            lacking.document, [_called(look, clauses, name) for name in lacking.missing]
        ) from lacking
    return sent(data, papers.PDF, f"{number}-vereinbarung.pdf", inline=True)


def _called(look: Look, clauses: Mapping[str, str], name: str) -> str:
    """Return what a clause or a `form.field` is called on the screen."""
    label = look.engine.label_of(name)
    return label(language()) if label else clauses.get(name, name)


@bp.post("/attachments")
def attach(number: str) -> AnyResponse:
    """Attach a file to the case."""
    seen(number)
    upload = request.files.get("file")
    here = url_for("projects.one", number=number, _anchor="documents")
    if upload is None or not upload.filename:
        flash(_("Bitte wählen Sie zuerst eine Datei aus."), "warning")
        return redirect(here, 303)
    try:
        data = upload.read()
        there = attachments.attach(session(), site(), number, upload.filename, data, me(), now())
    except BadUpload as bad:
        flash(refusal(bad), "danger")
    else:
        if there is None:
            flash(_("Die Datei ist hinzugefügt."), "success")
        else:
            flash(_("Genau diese Datei liegt schon hier, als „%(name)s“.", name=there), "info")
    return redirect(here, 303)


def sent(data: bytes, media_type: str, name: str, inline: bool = False) -> Response:
    """Return bytes as a download; only our own PDFs are shown in the browser."""
    response = make_response(data)
    response.headers["Content-Type"] = media_type
    response.headers.set(
        "Content-Disposition",
        "inline" if inline else "attachment",
        filename=secure_filename(name) or "datei",
    )
    # A sandbox would also keep the browser from showing our own PDF.
    policy = "default-src 'none'; frame-ancestors 'none'"
    response.headers["Content-Security-Policy"] = policy if inline else f"sandbox; {policy}"
    return response


@checks.get("")
def ask() -> str | AnyResponse:
    """Ask for the code that a document bears."""
    if code := request.args.get("code", "").strip():
        return redirect(url_for(".check", code=code[:40]), 303)
    return render_template("check.html", code="", found=None)


@checks.get("/<code>")
def check(code: str) -> str | tuple[str, int]:
    """Say what is known of the document with this code, and nothing that it does not say itself."""
    try:
        document, case = papers.by_check_code(session(), code)
    except NotFound:
        return render_template("check.html", code=code, found=None), 404
    state = site().catalogue.of(session(), case).workflow.states[case.state]
    found = {
        "title": paper(document),
        "number": document.number,
        "issued_on": document.issued_on,
        "valid": document.status == "issued",
        "checksum": checksum(document.digest),
        "code": papers.grouped(document.check_code or ""),
        "state": state.public(language()) if state.public else "",
    }
    return render_template("check.html", code=code, found=found)
