"""Signed copies of what was issued: who signed, the file of all parts, and its record sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.core.canonical import checksum, typed_checksum
from workflow_app.core.cases.situation import Situation, Values
from workflow_app.core.forms import present
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import clock_of, day_of
from workflow_app.services.forms.references import References
from workflow_app.services.papers import papers
from workflow_app.services.papers.snapshots import LANGUAGE, case_facts
from workflow_app.services.site import Site
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document


def signed(
    session: Session,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    form_id: str,
    signatures: Mapping[str, Values],
) -> dict[str, Any]:
    """Return what a record sheet says of the signatures: side → the values of its copy."""
    facts = case_facts(session, compiled, case, situation)
    names = References(session, compiled, situation)
    facts["signatures"] = []
    for side, values in signatures.items():
        shown = present.form(compiled.forms[form_id], values, LANGUAGE, names.name)
        facts["signatures"].append(
            {
                "side": side,
                "name": shown["signer_name"],
                "function": shown["signer_function"],
                "method": shown["method"],
                "authority": shown["authority"],
                "place": shown["place"],
                "date": shown["date"],
                "file_name": values["file"]["name"],
                "sha256": values["file"]["sha256"],
                "checksum": typed_checksum(values["checksum"]),
            }
        )
    return facts


def file_copies(
    session: Session,
    site: Site,
    case: Case,
    kind: str,
    issued: Document,
    facts: dict[str, Any],
    signatures: Mapping[str, Values],
    registered_by: str,
    now: datetime,
) -> Document:
    """Return the signed document; the file of issued text, copies and record sheet is queued."""
    facts["registered"] = {
        "by": registered_by,
        "at": f"{present.day(day_of(now))}, {clock_of(now)} Uhr",
    }
    facts["forms"] = {}
    document = papers.add(session, site, case, kind, facts, "issued", now)
    document.issued_on = day_of(now)
    document.details = {
        "issued": issued.id,
        "copies": [
            {"side": facts["sides"][side]["label"], "sha256": values["file"]["sha256"]}
            for side, values in signatures.items()
        ],
    }
    queue(session, "assemble", case, {"document": document.id}, now)
    return document


def sheet(site: Site, document: Document, issued: Document) -> dict[str, Any]:
    """Return what the record sheet says: the signatures, and what was issued under which hash."""
    facts = papers.dictionary(site, document)
    registered = facts.pop("registered")
    facts["document"] = {
        **papers.dictionary(site, issued)["document"],
        "kind": "record_sheet",
        "title": "Registerblatt zur Unterzeichnung",
        "checksum": checksum(issued.digest),
        "created": document.created_at.isoformat(),
    }
    facts["issued"] = {
        "title": issued.title,
        "sha256": issued.sha256,
        "registered_by": registered["by"],
        "registered_at": registered["at"],
    }
    return facts
