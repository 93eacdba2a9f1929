"""Documents issued from a snapshot: noted in the operation, made by the worker, kept as bytes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import canonical, checksum, digest
from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotFound
from workflow_app.core.forms import present
from workflow_app.documents.pdf import render_document
from workflow_app.services.access.seeing import sees_internals
from workflow_app.services.cases.situations import Look
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.papers.snapshots import case_facts, presented, sections
from workflow_app.services.site import Site
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document, StoredFile

FORMS_OF: dict[str, tuple[str, ...]] = {
    "outline": ("interest", "outline"),
    "review_note": ("review",),
    "interim_report": ("interim_report",),
    "final_report": ("final_report",),
    "reflection": ("joint_reflection",),
    "recommendation": ("rec_draft", "rec_publication"),
}
"""Document → the forms whose sections it prints."""
TITLES: Mapping[str, Text] = {
    "outline": Text("Projektskizze", "Project outline"),
    "review_note": Text("Prüfvermerk", "Review note"),
    "interim_report": Text("Zwischenbericht", "Interim report"),
    "final_report": Text("Abschlussbericht", "Final report"),
    "reflection": Text("Gemeinsame Reflexion", "Joint reflection"),
    "recommendation": Text("Empfehlung", "Recommendation"),
    "agreement": Text("Kooperationsvereinbarung", "Cooperation agreement"),
    "agreement_signed": Text(
        "Unterzeichnete Kooperationsvereinbarung", "Signed cooperation agreement"
    ),
    "addendum": Text("Nachtrag", "Addendum"),
    "addendum_signed": Text("Unterzeichneter Nachtrag", "Signed addendum"),
    "archive": Text("Archivpaket", "Archive package"),
}
"""Document → its title; on the document itself it is the German one."""
IN_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
NUMBERED = Text("{title} Nr. {number}", "{title} no. {number}")
"""The title of one of several of a kind, such as the second addendum."""
PDF = "application/pdf"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""Base32; twelve random characters are sixty bits, enough that no code can be guessed."""


def issue(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    kind: str,
    now: datetime,
) -> Document:
    """Return the document, frozen in what it says; the making of its bytes is queued."""
    said = case_facts(session, compiled, case, situation)
    said["forms"] = presented(session, compiled, situation, FORMS_OF[kind])
    said["sections"] = [
        part for form in FORMS_OF[kind] for part in sections(session, compiled, situation, form)
    ]
    document = add(session, site, case, kind, said, "issued", now)
    document.issued_on = day_of(now)
    queue(session, "render", case, {"document": document.id}, now)
    return document


def add(
    session: Session,
    site: Site,
    case: Case,
    kind: str,
    said: dict[str, Any],
    status: str,
    now: datetime,
) -> Document:
    """Return a new document row with its snapshot; the newest of a kind has the highest version."""
    document = drafted(session, site, case, kind, said, status, now)
    session.add(document)
    session.flush()
    return document


def drafted(
    session: Session,
    site: Site,
    case: Case,
    kind: str,
    said: dict[str, Any],
    status: str,
    now: datetime,
) -> Document:
    """Return a document that is not kept, for looking at it."""
    last = session.scalar(
        select(func.max(Document.version)).where(Document.case_id == case.id, Document.kind == kind)
    )
    return Document(
        case_id=case.id,
        kind=kind,
        title=TITLES[kind].de,
        version=(last or 0) + 1,
        status=status,
        snapshot=canonical(said).decode(),
        digest=digest(said),
        template=site.library.fingerprint(kind) if kind in site.library.ids() else "",
        details={},
        created_at=now,
    )


def count(document: Document, number: int) -> None:
    """Let a document be called as the one with this number of its kind in the case."""
    document.details = {**document.details, "ordinal": number}
    document.title = title(document).de


def title(document: Document) -> Text:
    """Return what a document is called, with its number if there are several of its kind."""
    label = TITLES.get(document.kind) or Text(document.title, document.title)
    number = document.details.get("ordinal")
    if number is None:
        return label
    return NUMBERED.filled(title=label, number=str(number))


def give_number(document: Document, number: str, now: datetime) -> None:
    """Give a frozen text its number, date and check code: from now on it is issued."""
    document.number = number
    document.check_code = "".join(secrets.choice(ALPHABET) for _ in range(12))
    document.issued_on = day_of(now)
    document.status = "issued"


def dictionary(site: Site, document: Document) -> dict[str, Any]:
    """Return what a document's template gets: its snapshot and, outside it, number and date."""
    code = document.check_code
    said: dict[str, Any] = json.loads(document.snapshot)
    said["document"] = {
        "kind": document.kind,
        "title": document.title,
        "number": document.number,
        "date": present.day(document.issued_on) if document.issued_on else None,
        "draft": document.status == "aligning",
        "language": "de",
        "version": document.version,
        "check_code": grouped(code) if code else None,
        "check_url": f"{site.base_url}/pruefen/{code}" if code else None,
        "checksum": checksum(document.digest),
        "created": document.created_at.isoformat(),
        "publisher": site.publisher,
    }
    return said


def grouped(code: str) -> str:
    """Return a check code in groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def render(site: Site, document: Document) -> bytes:
    """Return the PDF of a document, with its snapshot inside as JSON."""
    return render_document(
        site.library, document.kind, dictionary(site, document), document.snapshot.encode()
    )


def keep_bytes(
    session: Session, site: Site, document: Document, data: bytes, media_type: str, now: datetime
) -> None:
    """Store the bytes of a document; from then on they are what the document is."""
    sha256 = site.files.keep(data)
    if session.get(StoredFile, sha256) is None:
        session.add(StoredFile(sha256=sha256, size=len(data), media_type=media_type, kept_at=now))
        session.flush()
    document.sha256 = sha256


def read(session: Session, site: Site, seen: Look, document_id: int) -> tuple[Document, bytes]:
    """Return a document of the case and its bytes.

    :raises NotFound: if there is none, or its bytes are not made yet.
    """
    document = session.get(Document, document_id)
    if document is None or document.case_id != seen.case.id or document.sha256 is None:
        raise NotFound(str(document_id))
    if document.kind == "archive" and not sees_internals(seen):
        raise NotFound(str(document_id))
    return document, site.files.read(document.sha256)


def by_check_code(session: Session, code: str) -> tuple[Document, Case]:
    """Return the document with this check code and its case.

    :raises NotFound: if no document bears it.
    """
    wanted = "".join(c for c in code.upper() if c.isalnum())
    document = session.scalar(select(Document).where(Document.check_code == wanted))
    if document is None:
        raise NotFound("check code")
    return document, session.get_one(Case, document.case_id)


def filename(document: Document, case: Case) -> str:
    """Return a name for the download: its number, or what it is called and its version."""
    ending = "zip" if document.kind == "archive" else "pdf"
    called = document.title.lower().translate(IN_ASCII)
    words = "-".join("".join(c if c.isalnum() else " " for c in called).split())
    return f"{document.number or f'{case.number}-{words}-{document.version}'}.{ending}"


def newest(session: Session, case: Case, kind: str, *statuses: str) -> Document | None:
    """Return the newest document of a kind (and status), or None."""
    question = select(Document).where(Document.case_id == case.id, Document.kind == kind)
    if statuses:
        question = question.where(Document.status.in_(statuses))
    return session.scalar(question.order_by(Document.id.desc()).limit(1))
