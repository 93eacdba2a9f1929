"""The first page: what waits for whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from workflow_app.services.access.rows import principals_of
from workflow_app.store import queries
from workflow_app.web.context import me, number_in, session, today
from workflow_app.web.lists import listing

bp = Blueprint("tasks", __name__)
SHOWN = 4
"""How many projects the first page shows beside the tasks."""
PAGE = 50
"""Tasks on one page."""


@bp.get("/")
def mine() -> str:
    """Show the cases that wait for the person, and those that changed last."""
    principals = principals_of(me())
    counts = queries.task_counts(session(), principals, today())
    shown = request.args.get("show", "open")
    which: queries.Which = shown if shown in counts else "open"
    page = number_in(request.args.get("page", "")) or 1
    found = queries.tasks(
        session(), principals, which, today(), limit=PAGE + 1, offset=(page - 1) * PAGE
    )
    recent = listing.lines(queries.projects(session(), principals, limit=SHOWN))
    return render_template(
        "tasks.html",
        today=today(),
        lines=listing.lines(found[:PAGE]),
        more=len(found) > PAGE,
        page=page,
        which=which,
        choices=[
            ("open", _("Alle offenen"), counts["open"]),
            ("overdue", _("Überfällig"), counts["overdue"]),
            ("week", _("In den nächsten sieben Tagen"), counts["week"]),
            ("others", _("Wartet auf andere"), counts["others"]),
        ],
        recent=recent,
        may_open=listing.opening() is not None,
    )
