"""The workflows explained: their picture, every status in words, and who may do what when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template

from workflow_app.core.definition.model import Workflow
from workflow_app.core.explanation.manual import manual
from workflow_app.core.explanation.matrix import CELLS, Line, as_csv, matrix
from workflow_app.web import pictures
from workflow_app.web.context import session, site
from workflow_app.web.documents import sent
from workflow_app.web.language import language

bp = Blueprint("workflows", __name__, url_prefix="/workflows")


@bp.get("")
def listed() -> str:
    """Show all workflows."""
    found = site().catalogue.in_force(session())
    return render_template("workflows.html", workflows=found)


@bp.get("/<workflow>")
def one(workflow: str) -> str:
    """Explain one workflow as it is now: picture, words, rights."""
    compiled = site().catalogue.published(session(), workflow)
    return render_template(
        "workflow_explained.html",
        workflow=compiled.workflow,
        picture=pictures.of_version(compiled),
        manual=manual(compiled.workflow, compiled.forms, language()),
        rights=_rights(compiled.workflow),
    )


@bp.get("/<workflow>/rights.csv")
def rights(workflow: str) -> Response:
    """Send who may do what in which status, as a table for a spreadsheet."""
    found = site().catalogue.published(session(), workflow).workflow
    # Spreadsheets take a file for UTF-8 only if it begins with this mark.
    data = as_csv(found, language()).encode("utf-8-sig")
    return sent(data, "text/csv; charset=utf-8", f"{found.id}-{language()}.csv")


def _rights(workflow: Workflow) -> list[dict[str, Any]]:
    """Return state by state what each role may do: its rights, and its steps."""
    lines = matrix(workflow)
    return [
        {
            "label": state.label(language()),
            "cells": [
                {
                    "role": role.label(language()),
                    "rights": _allowed(lines, state.id, role.id, "right"),
                    "steps": _allowed(lines, state.id, role.id, "transition"),
                }
                for role in workflow.roles
            ],
        }
        for state in workflow.states.values()
    ]


def _allowed(lines: tuple[Line, ...], state: str, role: str, kind: str) -> list[str]:
    """Return what a role may do in a state; what not every case allows says so."""
    found = []
    for line in lines:
        if (line.state.id, line.kind) == (state, kind) and line.cells[role] != "no":
            label, cell = line.label(language()), line.cells[role]
            # That a step has requirements stands with the step; here only who may take it.
            found.append(f"{label} ({CELLS[cell](language())})" if cell == "one" else label)
    return found
