"""What is kept of a case beside its history, and no longer fits it: texts, files, title, place."""

from __future__ import annotations

from collections.abc import Iterator, Set

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.cases.situation import Situation
from workflow_app.core.steps.sign_off import AGREEMENT
from workflow_app.services.cases import deriving, overlaps
from workflow_app.services.catalogue import Compiled
from workflow_app.services.doctor_waiting import Wrong
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Attachment, Document
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job

CHANGED_BESIDE = "Compare with a backup: somebody changed the database beside Tandem."


def kept(session: Session, compiled: Compiled, case: Case, situation: Situation) -> Iterator[Wrong]:
    """Yield what is wrong with documents, attachments, title and footprint of a case."""
    yield from _documents(session, compiled, case)
    yield from _attachments(session, case)
    yield from _names(compiled, case, situation)
    yield from _derived(session, case)
    if not overlaps.footprint_is_kept(session, case, situation):
        yield (
            "footprints",
            case.number,
            "The rows by which overlaps with it are found do not say what they must.",
            "Run `tandem db reindex`.",
        )


def _documents(session: Session, compiled: Compiled, case: Case) -> Iterator[Wrong]:
    noted = _noted(session, case, "sign_off")
    making = {
        job.data.get("document")
        for job in session.scalars(select(Job).where(Job.case_id == case.id, Job.done_at.is_(None)))
    }
    for document in session.scalars(select(Document).where(Document.case_id == case.id)):
        where = f"{case.number} {document.kind} version {document.version}"
        if document.kind == "agreement" and document.number:
            confirmed = _confirmed_as(compiled, case, document)
            if confirmed and not confirmed & noted:
                yield (
                    "documents",
                    where,
                    "The text is not the one that the sides signed off.",
                    CHANGED_BESIDE,
                )
        if document.status == "issued" and document.sha256 is None and document.id not in making:
            yield (
                "documents",
                where,
                "It has no bytes, and nobody is about to make them.",
                CHANGED_BESIDE,
            )


def _confirmed_as(compiled: Compiled, case: Case, document: Document) -> set[str]:
    """Return the digests to one of which both sides said yes if this is the text that they read."""
    steps = compiled.workflow.transitions.values()
    return {
        digest({"case": case.number, "transition": t.id, AGREEMENT: document.digest})
        for t in steps
        if t.sign_off and t.sign_off.of == (AGREEMENT,)
    }


def _attachments(session: Session, case: Case) -> Iterator[Wrong]:
    there = set(session.scalars(select(Attachment.sha256).where(Attachment.case_id == case.id)))
    for sha256 in sorted(_noted(session, case, "attachment") - there):
        yield (
            "files",
            f"{case.number} {sha256}",
            "The history tells of a file that the case no longer has.",
            CHANGED_BESIDE,
        )


def _noted(session: Session, case: Case, kind: str) -> Set[str]:
    """Return the hashes that entries of a kind hold."""
    question = select(Entry.content).where(Entry.case_id == case.id, Entry.kind == kind)
    return {content for content in session.scalars(question) if content}


def _derived(session: Session, case: Case) -> Iterator[Wrong]:
    """Compare from what a case was derived, and what from it, with what its history holds."""
    for kind, linked in deriving.numbers(session, case).items():
        question = select(Entry.subject).where(Entry.case_id == case.id, Entry.kind == kind)
        told = list(session.scalars(question.order_by(Entry.sequence)))
        if sorted(map(str, told)) != sorted(linked):
            yield (
                "cases",
                case.number,
                f"The history says {told} under '{kind}', the cases say {linked}.",
                CHANGED_BESIDE,
            )


def _names(compiled: Compiled, case: Case, situation: Situation) -> Iterator[Wrong]:
    subject = compiled.workflow.subject
    for what, source in (("title", subject.title), ("county", subject.place)):
        form, _, field = source.partition(".")
        said = (situation.newest(form) or {}).get(field)
        if said and said != getattr(case, what):
            yield (
                "cases",
                case.number,
                f"The {what} is {getattr(case, what)!r}, the form '{form}' says {said!r}.",
                CHANGED_BESIDE,
            )
