"""The plays of a draft: one is taken out, or another takes its place."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.errors import Invalid
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions import plays
from workflow_app.web import context
from workflow_app.web.context import me, now, session, site
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language
from workflow_app.web.versions.pages import version_page

bp = Blueprint(
    "plays", __name__, url_prefix="/workflows/<workflow>/versions/<int(max=99999):version>/plays"
)
Answer = str | Response | tuple[str, int]


@bp.before_request
def admins() -> None:
    """Let administrators pass, and nobody else."""
    admins_only(me())


@bp.post("")
def acted(workflow: str, version: int) -> Answer:
    """Take a play out of a draft, or put another one in its place."""
    action, path = request.form.get("action", ""), request.form.get("path", "")
    key, file = context.given_key(), request.files.get("file")
    name = PurePosixPath(path).name[:80]
    try:
        if action == "drop":
            words = _("Spiel %(file)s herausgenommen", file=name)
            row = plays.drop_play(
                session(), site(), workflow, version, path, me(), now(), words=words, key=key
            )
        elif action == "replace":
            words = _("Spiel %(file)s ersetzt", file=name)
            sent = (file.filename, file.read()) if file and file.filename else None
            row = plays.replace_play(
                session(), site(), workflow, version, path, sent, me(), now(), words=words, key=key
            )
        else:
            abort(400)
    except Invalid as invalid:
        complaints = [Complaint(p.text(language()), "plays") for p in invalid.problems]
        return version_page(workflow, version, complaints), 422
    flash(_("Der Entwurf steht jetzt als Nr. %(n)s da.", n=row.number), "success")
    return redirect(url_for("versions.one", workflow=workflow, version=row.number), 303)
