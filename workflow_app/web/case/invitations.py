"""The invitation of a case's other side: sent once more, or revoked."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.services.accounts import invitations
from workflow_app.web.context import me, now, session, site

bp = Blueprint("invitations", __name__, url_prefix="/projects/<number>/invitation")


@bp.post("")
def changed(number: str) -> Response:
    """Send the invitation once more, or let its link be good no longer."""
    if request.form.get("action") == "revoke":
        invitations.revoke(session(), site(), number, me(), now())
        flash(_("Die Einladung gilt nicht mehr."), "success")
    else:
        invitations.again(session(), site(), number, me(), now())
        flash(_("Die Einladung ist unterwegs."), "success")
    return redirect(url_for("projects.one", number=number), 303)
