"""The recommendations that somebody may see, and the button for a new one."""

from __future__ import annotations

from flask import Blueprint, render_template

from workflow_app.services.access.rows import principals_of
from workflow_app.store import queries
from workflow_app.web.context import me, session
from workflow_app.web.lists import listing

bp = Blueprint("recommendations", __name__, url_prefix="/recommendations")
SHOWN = 100
"""How many recommendations the page shows; all others are found in the list of projects."""


@bp.get("")
def listed() -> str:
    """Show the recommendations, those that changed last first."""
    found = queries.projects(
        session(), principals_of(me()), workflow=listing.RECOMMENDATION, limit=SHOWN
    )
    return render_template(
        "recommendations.html",
        lines=listing.lines(found),
        workflow=listing.RECOMMENDATION,
        may_collect=listing.opening(listing.RECOMMENDATION) is not None,
    )
