"""The first page: what waits for whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, render_template

from workflow_app.services.cases.access import principals_of
from workflow_app.store import queries
from workflow_app.web import listing
from workflow_app.web.context import me, session, today

bp = Blueprint("tasks", __name__)
SHOWN = 4
"""How many projects the first page shows beside the tasks."""


@bp.get("/")
def mine() -> str:
    """Show the cases that wait for the person, and those that changed last."""
    person = me()
    principals = principals_of(person)
    waiting = [listing.line(listed) for listed in queries.tasks(session(), principals)]
    recent = [listing.line(c) for c in queries.projects(session(), principals, limit=SHOWN)]
    return render_template(
        "tasks.html",
        today=today(),
        waiting=waiting,
        overdue=sum(1 for line in waiting if line.due and line.due.over),
        recent=recent,
        may_open=listing.opening() is not None,
    )
