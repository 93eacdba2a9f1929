"""A workflow that is not there yet: its files are brought, one of Plone's is translated."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from workflow_app.core.errors import Invalid
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions import drafting, importing, log
from workflow_app.web import context
from workflow_app.web.context import me, now, session, site
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language
from workflow_app.web.versions.pages import kept

bp = Blueprint("arrivals", __name__, url_prefix="/administration/workflows")
Answer = str | Response | tuple[str, int]


@bp.before_request
def admins() -> None:
    """Let administrators pass, and nobody else."""
    admins_only(me())


def waiting() -> list[str]:
    """Return the ids of workflows of which there are versions, and none is in force."""
    in_force = {w.id for w in site().catalogue.in_force(session())}
    return [name for name in sorted(log.workflows(session())) if name not in in_force]


@bp.get("")
def form() -> str:
    """Show where the files of a new workflow are brought."""
    return _page([])


def _page(complaints: list[Complaint]) -> str:
    return render_template(
        "versions/arrival.html",
        complaints=complaints,
        note=request.form.get("note", ""),
        key=context.new_key(),
    )


@bp.post("")
def brought() -> Answer:
    """Keep the files as the first draft of a workflow."""
    files = {f.filename: f.read() for f in request.files.getlist("files") if f.filename}
    try:
        row = drafting.draft(
            session(), site(), importing.translated(files), me(), now(),
            words=request.form.get("note", ""), key=context.given_key(),
        )  # fmt: skip
    except Invalid as invalid:
        return _page([Complaint(p.text(language()), "files") for p in invalid.problems]), 422
    return kept(row)
