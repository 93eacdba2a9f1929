"""Which issued text the signed copies belong to that are filed with a form."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow_app.services.papers import addenda, agreements, papers
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document

KINDS = {agreements.SIGNATURES: agreements.KIND, addenda.SIGNATURES: addenda.KIND}
"""Form in which a side's signed copy is filed → the kind of document that was signed."""


def issued_text(session: Session, case: Case, form: str) -> Document | None:
    """Return the issued text whose copies are filed with the form; None if it is for none."""
    kind = KINDS.get(form)
    return papers.newest(session, case, kind, "issued") if kind else None
