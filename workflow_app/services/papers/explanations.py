"""What explains a workflow, as PDF: its manual, and the matrix of its rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import Any

from workflow_app.core.definition.model import Text
from workflow_app.core.diagram import Picture
from workflow_app.core.explanation.manual import manual
from workflow_app.core.explanation.matrix import CELLS, EXPLAINED, matrix
from workflow_app.core.forms import present
from workflow_app.documents.pdf import render_document
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site

WORDS: Mapping[str, Text] = {
    "version": Text("Version", "Version"),
    "claim": Text("Kommune und Engagement gemeinsam", "Municipality and civic side together"),
    "made_on": Text("erstellt am", "made on"),
}
OF_MANUAL: Mapping[str, Text] = {
    "title": Text("Handbuch des Verfahrens", "Manual of the workflow"),
    "introduction": Text(
        "Dieses Handbuch ist aus dem Verfahren selbst erzeugt und sagt, was im System gilt: die "
        "Stände, wer in jedem Stand was darf, welche Schritte weiterführen, welche Fristen laufen "
        "und wer benachrichtigt wird.",
        "This manual is made from the workflow itself and says what holds in the system: the "
        "states, who may do what in each, which steps lead on, which deadlines run and who is "
        "told.",
    ),
    "roles": Text("Wer beteiligt ist", "Who is involved"),
    "begins": Text("Wie ein Vorgang beginnt", "How a case begins"),
    "picture": Text("Der Ablauf im Bild", "The workflow as a picture"),
    "picture_text": Text(
        "Alle Stände mit den Schritten zwischen ihnen; dasselbe steht auf den folgenden Seiten in "
        "Worten.",
        "All states with the steps between them; the following pages say the same in words.",
    ),
    "phase": Text("Phase", "Phase"),
    "end": Text("Hier endet der Vorgang.", "Here the case ends."),
    "waits_for": Text("Wartet auf", "Waits for"),
    "waits_too": Text("und auf", "and for"),
    "time": Text("Frist", "Deadline"),
    "forms": Text("Formulare", "Forms"),
    "who": Text("Wer:", "Who:"),
    "apart": Text(
        "niemals, wer am Vorgang beteiligt ist", "never anybody who takes part in the case"
    ),
    "both": Text(
        "beide Seiten zeichnen denselben Inhalt mit", "both sides sign off the same content"
    ),
    "with_form": Text("Mit dem Formular:", "With the form:"),
    "needs": Text(
        "Voraussetzungen; sind sie nicht erfüllt, heißt es:",
        "Requirements; where they are not met, it says:",
    ),
    "warns": Text(
        "Hinweise, über die man mit Begründung hinweggehen kann:",
        "Warnings that may be overridden with a reason:",
    ),
    "follows": Text("Dabei geschieht:", "What else happens:"),
    "mail": Text("Nachricht an:", "Message to:"),
}
OF_MATRIX: Mapping[str, Text] = {
    "title": Text("Rechte je Stand und Rolle", "Rights by state and role"),
    "introduction": Text(
        "Was das Verfahren den Rollen in jedem Stand erlaubt. Ein Stern (*) heißt: niemals, wer am "
        "Vorgang beteiligt ist oder zu einer beteiligten Organisation gehört.",
        "What the workflow allows to the roles in each state. An asterisk (*) means: never anybody "
        "who takes part in the case or belongs to an organisation that does.",
    ),
    "action": Text("Aktion", "Action"),
}


def manual_pdf(
    site: Site, compiled: Compiled, language: str, picture: Picture | None, now: datetime
) -> bytes:
    """Return the manual of a workflow version as PDF, with its picture if there is one."""
    said = _said(site, compiled, OF_MANUAL, language, now)
    said["manual"] = manual(compiled.workflow, compiled.forms, language)
    said["picture"] = asdict(picture) if picture else None
    return render_document(site.library, "workflow_manual", said)


def matrix_pdf(site: Site, compiled: Compiled, language: str, now: datetime) -> bytes:
    """Return the rights of a workflow version as PDF: a table for each state."""
    said = _said(site, compiled, OF_MATRIX, language, now)
    said["roles"] = [role.label(language) for role in compiled.workflow.roles]
    said["marks"] = [
        {"short": CELLS[cell](language), "text": EXPLAINED[cell](language)} for cell in CELLS
    ]
    said["states"] = [
        {
            "label": state.label(language),
            "lines": [
                {
                    "label": line.label(language),
                    "apart": line.apart,
                    "cells": [CELLS[cell](language) for cell in line.cells.values()],
                }
                for line in lines
            ],
        }
        for state, lines in groupby(matrix(compiled.workflow), key=lambda line: line.state)
    ]
    return render_document(site.library, "rights_matrix", said)


def _said(
    site: Site, compiled: Compiled, words: Mapping[str, Text], language: str, now: datetime
) -> dict[str, Any]:
    """Return what both documents say of the workflow and of themselves."""
    workflow = compiled.workflow
    day = day_of(now)
    return {
        "document": {
            "title": words["title"](language),
            "language": language,
            "date": present.day(day, language),
            "created": now.isoformat(),
            "publisher": site.publisher,
            "check_url": None,
            "fingerprint": compiled.fingerprint[:16],
        },
        "workflow": {
            "id": workflow.id,
            "label": workflow.label(language),
            "version": workflow.version,
        },
        "words": {name: text(language) for name, text in {**WORDS, **words}.items()},
        "forms": {},
    }
