"""The way in to the explanations of a workflow: all of them, and one at a glance."""

from __future__ import annotations

from flask import Blueprint, render_template

from workflow_app.core.explanation.manual import manual
from workflow_app.services.administering import administers
from workflow_app.web.case import imported, pictures
from workflow_app.web.context import me, session, site
from workflow_app.web.language import language
from workflow_app.web.versions import arrivals

bp = Blueprint("workflows", __name__, url_prefix="/workflows")


@bp.get("")
def listed() -> str:
    """Show all workflows of which new cases can be opened."""
    found = site().catalogue.in_force(session())
    may_change = administers(me())
    return render_template(
        "workflows.html",
        workflows=found,
        may_change=may_change,
        waiting=arrivals.waiting() if may_change else [],
    )


@bp.get("/<workflow>")
def one(workflow: str) -> str:
    """Show one workflow at a glance: its picture, and what each status waits for and how long."""
    compiled = site().catalogue.published(session(), workflow)
    return render_template(
        "workflow_overview.html",
        workflow=compiled.workflow,
        picture=pictures.of_version(compiled),
        manual=manual(compiled.workflow, compiled.forms, language()),
        may_change=administers(me()),
        may_open=compiled.workflow.imported is not None
        and any(w.id == workflow for w in imported.openable()),
    )
