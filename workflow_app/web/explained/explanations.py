"""A workflow explained: its manual and its rights, as pages, PDF and CSV."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, render_template

from workflow_app.core.explanation.manual import manual
from workflow_app.core.explanation.matrix import CELLS, EXPLAINED, as_csv, matrix
from workflow_app.services.catalogue import Compiled
from workflow_app.services.papers import explanations
from workflow_app.services.papers.papers import PDF
from workflow_app.web.case.documents import sent
from workflow_app.web.case.pictures import picture_of
from workflow_app.web.context import now, session, site
from workflow_app.web.language import language

bp = Blueprint("explanations", __name__, url_prefix="/workflows/<workflow>")


def _current(workflow: str) -> Compiled:
    return site().catalogue.published(session(), workflow)


@bp.get("/manual")
def manual_page(workflow: str) -> str:
    """Show the manual of a workflow, made from its definition."""
    compiled = _current(workflow)
    said = manual(compiled.workflow, compiled.forms, language())
    return render_template("manual.html", workflow=compiled.workflow, manual=said)


@bp.get("/manual.pdf")
def manual_pdf(workflow: str) -> Response:
    """Send the manual as PDF, with its picture."""
    compiled = _current(workflow)
    data = explanations.manual_pdf(site(), compiled, language(), picture_of(compiled), now())
    return sent(data, PDF, f"{workflow}-{language()}.pdf", inline=True)


@bp.get("/rights")
def rights_page(workflow: str) -> str:
    """Show who may do what in each state."""
    compiled = _current(workflow)
    lines = groupby(matrix(compiled.workflow), key=lambda line: line.state)
    return render_template(
        "rights.html",
        workflow=compiled.workflow,
        states=[(state, list(found)) for state, found in lines],
        cells=CELLS,
        explained=EXPLAINED,
    )


@bp.get("/rights.csv")
def rights_csv(workflow: str) -> Response:
    """Send who may do what as CSV; with a byte order mark spreadsheets read the umlauts."""
    text = as_csv(_current(workflow).workflow, language())
    return sent(text.encode("utf-8-sig"), "text/csv; charset=utf-8", f"{workflow}-rights.csv")


@bp.get("/rights.pdf")
def rights_pdf(workflow: str) -> Response:
    """Send who may do what as PDF."""
    data = explanations.matrix_pdf(site(), _current(workflow), language(), now())
    return sent(data, PDF, f"{workflow}-rights.pdf", inline=True)
