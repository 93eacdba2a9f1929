"""Which issued text the signed copies belong to that are filed with a form."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from workflow_app.core.canonical import checksum, typed_checksum
from workflow_app.core.definition.model import Text
from workflow_app.core.forms.fields import Value
from workflow_app.services.papers import addenda, agreements, papers
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document

KINDS = {agreements.SIGNATURES: agreements.KIND, addenda.SIGNATURES: addenda.KIND}
"""Form in which a side's signed copy is filed → the kind of document that was signed."""
OTHER_CHECKSUM = Text(
    "Die eingegebene Prüfsumme ist nicht die des ausgegebenen Textes. Vergleichen Sie sie noch "
    "einmal mit der Fußzeile; registriert wird nur, was ausgegeben wurde.",
    "The checksum typed is not that of the issued text. Compare it once more with the footer; only "
    "what was issued is registered.",
)
UNSIGNED = Text(
    "Diese Datei ist der ausgegebene Text selbst, ohne Unterschriften. Legen Sie den Scan oder die "
    "signierte Datei ab.",
    "This file is the issued text itself, without signatures. File the scan or the signed file.",
)


def issued_text(session: Session, case: Case, form: str) -> Document | None:
    """Return the issued text whose copies are filed with the form; None if it is for none."""
    kind = KINDS.get(form)
    return papers.newest(session, case, kind, "issued") if kind else None


def doubts(issued: Document | None, values: Mapping[str, Value]) -> list[Text]:
    """Return what looks wrong about a copy before it is filed; empty if nothing does.

    It may be filed all the same: what came back with another text is kept, and never registered.
    """
    if issued is None:
        return []
    typed, file = values.get("checksum"), values.get("file")
    found = []
    if isinstance(typed, str) and typed_checksum(typed) != checksum(issued.digest):
        found.append(OTHER_CHECKSUM)
    if isinstance(file, Mapping) and file.get("sha256") == issued.sha256:
        found.append(UNSIGNED)
    return found
