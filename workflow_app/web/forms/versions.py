"""All versions of a form of a case: who submitted which, and any two compared field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request

from workflow_app.core.cases.situation import Submitted
from workflow_app.core.errors import NotFound
from workflow_app.services.access.seeing import may_see
from workflow_app.services.cases.situations import Look
from workflow_app.store import queries
from workflow_app.web import context
from workflow_app.web.case import changes, submitted
from workflow_app.web.case.history import who
from workflow_app.web.context import seen, session

bp = Blueprint("form_versions", __name__, url_prefix="/projects/<number>/versions")


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version as a reader sees it in the list."""

    number: int
    who: str
    """Name, and as what: side or role."""
    at: datetime


@bp.get("/<form_id>", defaults={"slot": ""})
@bp.get("/<form_id>/<slot>")
def compared(number: str, form_id: str, slot: str) -> str:
    """Show the versions of a form, and what is different between two of them."""
    look = seen(number)
    newest = _newest(look, form_id, slot)
    form = look.compiled.forms[form_id]
    rows = queries.versions(session(), look.case, form_id, slot)
    old, new = _chosen(rows)
    return render_template(
        "form_versions.html",
        case=look.case,
        title=submitted.title(look, form, newest),
        versions=_listed(look, rows),
        old=old.version,
        new=new.version,
        changes=[changes.compare(form, old, new, look)] if old is not new else [],
    )


def _newest(look: Look, form_id: str, slot: str) -> Submitted:
    """Return the newest version of what is asked for.

    :raises NotFound: if there is none, or the person may not see it.
    """
    rows = look.situation.submissions.get(form_id, ())
    found = next((s for s in rows if s.slot == slot and may_see(look, s)), None)
    if found is None:
        raise NotFound(form_id)
    return found


def _chosen(rows: list[Any]) -> tuple[Any, Any]:
    """Return the two versions to compare: those asked for, else the last two."""
    by_number = {row.version: row for row in rows}
    asked = (context.number_in(request.args.get(name, "")) for name in ("old", "new"))
    old, new = (by_number.get(n or 0) for n in asked)
    return old or rows[-2:][0], new or rows[-1]


def _listed(look: Look, rows: list[Any]) -> list[VersionShown]:
    entries = {
        entry.content: entry
        for entry in queries.history(session(), look.case)
        if entry.kind == "submission"
    }
    shown = []
    for row in reversed(rows):
        entry = entries.get(row.digest)
        name = who(look, entry) if entry else row.author.name if row.author else ""
        shown.append(VersionShown(row.version, name, row.at))
    return shown
