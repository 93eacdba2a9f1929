"""The outbox is worked off: rows are claimed, carried out and marked; a kill loses none.

A job may run twice (its lease ran out while it worked), so each handler may be repeated: files lie
under their hash, a mail under the number of its job.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from workflow_app.documents.assemble import signed_file
from workflow_app.documents.pdf import render_document
from workflow_app.services.clock import day_of
from workflow_app.services.migrations import running
from workflow_app.services.papers import archive, papers, signing
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.services.work import letters, post
from workflow_app.services.work.outbox import GIVE_UP_AFTER
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.outbox import Job

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
MAIL_PAUSES = (1, 5, 15, 60, 180, 720, 1440)
"""Minutes between two attempts to hand in a mail: two days in all."""
ZIP = "application/zip"

Sessions = sessionmaker[Session]
Finish = Callable[[Session], None]
"""What is left to write once the bytes are made."""


def run_due(sessions: Sessions, site: Site, now: Callable[[], datetime]) -> int:
    """Carry out every job that is due now, and return how many were done."""
    done = 0
    while (job_id := _claim(sessions, now())) is not None:
        done += _carry_out(sessions, site, job_id, now())
    return done


def make_document(sessions: Sessions, site: Site, document_id: int, now: datetime) -> bool:
    """Make one document before all else that is due; False if it does not wait to be made."""
    with sessions() as session, transaction(session):
        waiting = session.scalars(select(Job).where(Job.kind == "render", Job.done_at.is_(None)))
        job_id = next((job.id for job in waiting if job.data["document"] == document_id), None)
        if job_id is None or not _lease(session, job_id, now):
            return False
    return _carry_out(sessions, site, job_id, now)


def _claim(sessions: Sessions, now: datetime) -> int | None:
    """Lease the next due job, so that no other worker takes it; None if there is none."""
    with sessions() as session, transaction(session):
        job_id = session.scalar(
            select(Job.id)
            .where(Job.done_at.is_(None), Job.due_at <= now, Job.attempts < GIVE_UP_AFTER)
            .where(or_(Job.leased_until.is_(None), Job.leased_until < now))
            .order_by(Job.due_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        return job_id if job_id is not None and _lease(session, job_id, now) else None


def _lease(session: Session, job_id: int, now: datetime) -> bool:
    """Lease one job, and say whether nobody else was faster."""
    claimed = session.execute(
        update(Job)
        .where(Job.id == job_id, or_(Job.leased_until.is_(None), Job.leased_until < now))
        .values(leased_until=now + LEASE, attempts=Job.attempts + 1)
    )
    return claimed.rowcount == 1  # type: ignore[attr-defined, no-any-return]  # an UPDATE gives a CursorResult


def _carry_out(sessions: Sessions, site: Site, job_id: int, now: datetime) -> bool:
    with sessions() as session:
        try:
            job = session.get_one(Job, job_id)
            # A PDF takes seconds: it is made while reading, and only its keeping is a writing
            # transaction, so that nobody's click waits for it.
            finish = HANDLERS[job.kind](session, site, job, now)
            with transaction(session):
                if finish is not None:
                    finish(session)
                job = session.get_one(Job, job_id)
                job.done_at, job.failure, job.leased_until = now, None, None
            return True
        except KeyboardInterrupt:
            _let_go(session, job_id)
            raise
        except Exception as error:
            log.warning("job %s failed: %s", job_id, error, exc_info=not _expected(error))
            _failed(session, job_id, error, now)
            return False


def _let_go(session: Session, job_id: int) -> None:
    """Give a job back that somebody interrupted, as if it had never been claimed."""
    with transaction(session):
        job = session.get_one(Job, job_id)
        if job.done_at is None:
            job.leased_until = None
            job.attempts -= 1


def _expected(error: Exception) -> bool:
    """Say whether the sentence tells all, so that no traceback is needed."""
    return isinstance(error, archive.NotReady | post.Refused | OSError)


def _failed(session: Session, job_id: int, error: Exception, now: datetime) -> None:
    with transaction(session):
        job = session.get_one(Job, job_id)
        job.failure = f"{type(error).__name__}: {error}"[:2000]
        job.leased_until = None
        if isinstance(error, post.Refused):
            job.attempts = GIVE_UP_AFTER
        job.due_at = now + pause(job.kind, job.attempts)
        given_up, kind = job.attempts >= GIVE_UP_AFTER, job.kind
    if given_up:
        log.error("job %s (%s) is given up; see `tandem doctor`", job_id, kind)


def pause(kind: str, attempts: int) -> timedelta:
    """Return how long a job waits after so many attempts.

    A mail server may be away over night. All else doubles from two seconds on, so that a short
    failure heals by itself.
    """
    if kind == "mail":
        return timedelta(minutes=MAIL_PAUSES[min(attempts, len(MAIL_PAUSES)) - 1])
    return timedelta(seconds=2**attempts)


def _mail(session: Session, site: Site, job: Job, now: datetime) -> Finish | None:
    message = letters.letter(session, site, job, now)
    if message is not None:
        # Handed in last and marked right after it: killed in between, it is sent once more, under
        # the same Message-ID.
        site.post.send(message, job.id)
    return None


def _keeping(site: Site, document: Document, data: bytes, now: datetime) -> Finish:
    """Return what keeps the bytes of a document, unless somebody was faster."""
    document_id = document.id

    def finish(session: Session) -> None:
        row = session.get_one(Document, document_id)
        if row.sha256 is None:
            papers.keep_bytes(session, site, row, data, papers.PDF, now)

    return finish


def _render(session: Session, site: Site, job: Job, now: datetime) -> Finish | None:
    document = session.get_one(Document, job.data["document"])
    if document.sha256 is not None:
        return None
    return _keeping(site, document, papers.render(site, document), now)


def _assemble(session: Session, site: Site, job: Job, now: datetime) -> Finish | None:
    document = session.get_one(Document, job.data["document"])
    issued = session.get_one(Document, document.details["issued"])
    if document.sha256 is not None:
        return None
    if issued.sha256 is None:
        raise archive.NotReady(issued.kind)
    sheet = render_document(
        site.library, "record_sheet", signing.sheet(site, document, issued), None
    )
    copies = [
        (f"Unterzeichnete Fassung ({copy['side']})", site.files.read(copy["sha256"]))
        for copy in document.details["copies"]
    ]
    data = signed_file(site.files.read(issued.sha256), copies, sheet)
    return _keeping(site, document, data, now)


def _archive(session: Session, site: Site, job: Job, now: datetime) -> Finish | None:
    case = session.get_one(Case, job.case_id)
    if papers.newest(session, case, archive.KIND):
        return None
    case_id, compiled = case.id, site.catalogue.of(session, case)
    data = archive.bundle(session, site, compiled, case)

    def finish(session: Session) -> None:
        case = session.get_one(Case, case_id)
        if papers.newest(session, case, archive.KIND):
            return
        said = {"case": case.number}
        document = papers.add(session, site, case, archive.KIND, said, "issued", now)
        document.issued_on = day_of(now)
        papers.keep_bytes(session, site, document, data, ZIP, now)

    return finish


HANDLERS: Mapping[str, Callable[[Session, Site, Job, datetime], Finish | None]] = {
    "mail": _mail,
    "render": _render,
    "assemble": _assemble,
    "archive": _archive,
    running.JOB: running.work_off,
}
"""Kind of job → how it is carried out."""
