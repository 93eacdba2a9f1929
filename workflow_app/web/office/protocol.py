"""The log of the administration, read by administrators."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from workflow_app.services.accounts.administration import ACTS
from workflow_app.store.queries import accounts as queries
from workflow_app.web.context import number_in, session
from workflow_app.web.language import language
from workflow_app.web.office.people import role_names

bp = Blueprint("protocol", __name__, url_prefix="/administration/log")
PAGE = 100
"""Entries on one page."""


@bp.get("")
def listed() -> str:
    """Show what was done, the newest first."""
    page = number_in(request.args.get("page", "")) or 1
    found = queries.administered(session(), PAGE + 1, (page - 1) * PAGE)
    return render_template(
        "office/log.html",
        entries=[(e, ACTS[e.act](language()), _details(e.details)) for e in found[:PAGE]],
        more=len(found) > PAGE,
        page=page,
    )


def _details(details: dict[str, object]) -> str:
    """Return what else an entry says, in words."""
    fields = {"name": _("Name"), "email": _("E-Mail-Adresse"), "phone": _("Telefon")}
    said = []
    if "role" in details:
        scope = " ".join(str(details.get(k) or "") for k in ("scope", "key")).strip()
        said.append(f"{role_names().get(str(details['role']), details['role'])} ({scope})")
    changed = details.get("fields")
    if isinstance(changed, list):
        said.append(", ".join(str(fields.get(name, name)) for name in changed))
    if "case" in details:
        said.append(str(details["case"]))
    return "; ".join(said)
