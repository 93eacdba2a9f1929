"""Graphviz lays out the picture of a workflow."""

from __future__ import annotations

import shutil
import subprocess

from workflow_app.core.definition.model import Workflow
from workflow_app.core.diagram import Picture, layout, to_dot

SECONDS = 10
"""How long Graphviz may take; a picture of ours takes a tenth of one."""


def laid_out(workflow: Workflow, language: str) -> Picture | None:
    """Return the picture of a workflow; None if Graphviz is not there or fails."""
    answer = _dot(to_dot(workflow, language))
    return layout(workflow, answer, language) if answer else None


def _dot(text: str) -> str | None:
    program = shutil.which("dot")
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - our own program with our own text, no shell
            [program, "-Tjson"], input=text, capture_output=True, text=True, timeout=SECONDS,
            check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
