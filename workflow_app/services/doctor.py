"""Is the installation sound? Each finding says what is wrong and how to mend it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.cases.situation import Situation
from workflow_app.core.errors import DefinitionError
from workflow_app.services.access.rows import expected_rows, rows_of, turns_by_principal
from workflow_app.services.access.supervisors import SUPERVISOR, candidates
from workflow_app.services.cases.record import broken_links
from workflow_app.services.cases.situations import situation_of
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.content.files import document_kinds
from workflow_app.services.content.verified import verify_content
from workflow_app.services.definitions import log
from workflow_app.services.doctor_kept import CHANGED_BESIDE, kept
from workflow_app.services.doctor_waiting import waiting
from workflow_app.services.site import Site
from workflow_app.services.work import obligations
from workflow_app.services.work.outbox import GIVE_UP_AFTER
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.documents import Document, StoredFile
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.submissions import Submission

ANSWERS = ("submission", "carried_over")
"""Kinds of entries that hold the hash of a form's answers."""
LATE = timedelta(hours=1)
"""A job that is due for longer than this means that no worker runs."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and what mends it."""

    what: str
    """`definitions`, `history`, `access`, `supervisors`, `files`, `outbox` …"""
    where: str
    wrong: str
    mend: str


def examine(session: Session, site: Site, now: datetime) -> list[Finding]:
    """Return everything that is wrong; an empty list means that all is well."""
    findings = [*_definitions(site), *_kept_definitions(session)]
    for case in session.scalars(select(Case).order_by(Case.id)):
        findings += _history(session, case)
        findings += _contents(session, case)
        findings += _access(session, site, case, day_of(now))
    findings += _files(session, site)
    findings += _outbox(session, now)
    return findings


def _definitions(site: Site) -> Iterator[Finding]:
    content = site.catalogue.content
    for problem in verify_content(content, document_kinds(site.content)).errors:
        yield Finding(
            "definitions",
            str(problem.place),
            problem.en,
            "Mend the file; see `tandem workflow verify`.",
        )


def _kept_definitions(session: Session) -> Iterator[Finding]:
    for version in session.scalars(select(Definition)):
        if digest(version.files) != version.fingerprint:
            yield Finding(
                "definitions",
                f"{version.workflow} {version.fingerprint[:16]}",
                "The version that cases run on is no longer what was kept.",
                CHANGED_BESIDE,
            )
    for event in log.broken_links(session):
        yield Finding(
            "definitions",
            f"{event.definition.workflow} no. {event.definition.number} {event.kind}",
            "The log of the versions is broken here.",
            CHANGED_BESIDE,
        )


def _history(session: Session, case: Case) -> Iterator[Finding]:
    for sequence, wrong in broken_links(session, case.id):
        yield Finding(
            "history",
            f"{case.number} entry {sequence}",
            f"The chain is broken ({wrong}).",
            CHANGED_BESIDE,
        )
    last = session.scalar(
        select(Entry.to_state)
        .where(Entry.case_id == case.id)
        .order_by(Entry.sequence.desc())
        .limit(1)
    )
    # A chain that was cut off still fits together; but its end no longer leads to where we are.
    if last != case.state:
        yield Finding(
            "history",
            case.number,
            f"The history ends in '{last}', the case stands in '{case.state}'.",
            CHANGED_BESIDE,
        )


def _contents(session: Session, case: Case) -> Iterator[Finding]:
    """Compare submissions and snapshots with the hashes that people confirmed."""
    noted = session.scalars(
        select(Entry.content).where(Entry.case_id == case.id, Entry.kind.in_(ANSWERS))
    ).all()
    for row in session.scalars(select(Submission).where(Submission.case_id == case.id)):
        if digest(row.values) != row.digest or row.digest not in noted:
            yield Finding(
                "submissions",
                f"{case.number} {row.form} {row.slot} version {row.version}",
                "The answers are not those that the history holds.",
                CHANGED_BESIDE,
            )
    for document in session.scalars(select(Document).where(Document.case_id == case.id)):
        if hashlib.sha256(document.snapshot.encode()).hexdigest() != document.digest:
            yield Finding(
                "documents",
                f"{case.number} {document.kind} version {document.version}",
                "The snapshot is not the one that was frozen.",
                CHANGED_BESIDE,
            )


def _access(session: Session, site: Site, case: Case, day: date) -> Iterator[Finding]:
    try:
        compiled = site.catalogue.of(session, case)
    except DefinitionError as error:
        yield Finding("definitions", case.number, str(error), "The kept definition cannot be used.")
        return
    situation = situation_of(session, compiled, case, day)
    for what, where, wrong, mend in (
        *waiting(session, compiled, case, situation),
        *kept(session, compiled, case, situation),
    ):
        yield Finding(what, where, wrong, mend)
    yield from _supervision(session, compiled, case, situation)
    turns = compiled.engine.turns(situation)
    due = obligations.days(session, case, turns)
    whose = turns_by_principal(compiled, case, situation, turns)
    wanted = expected_rows(whose, case, situation, due)
    there = rows_of(session, case)
    if there != wanted:
        differing = sorted(key for key in {*there, *wanted} if there.get(key) != wanted.get(key))
        yield Finding(
            "access",
            case.number,
            f"The rows for {', '.join(differing)} do not say what they must.",
            "Run `tandem db reindex`.",
        )


def _supervision(
    session: Session, compiled: Compiled, case: Case, situation: Situation
) -> Iterator[Finding]:
    """Say where a case would wait for ever: nobody is left who may decide on it."""
    decides = any(SUPERVISOR in t.by for t in compiled.workflow.transitions.values())
    if case.ended or not decides:
        return
    found = candidates(session, situation)
    if all(c.excluded for c in found):
        reasons = ", ".join(f"{c.name} {c.excluded.en}" for c in found if c.excluded)
        yield Finding(
            "supervisors",
            case.number,
            f"Nobody is left who may supervise this case. {reasons}".strip(),
            "Give the role of supervisor to somebody who neither takes part nor belongs to a side.",
        )
    elif case.supervisor_id is not None and not situation.assigned:
        yield Finding(
            "supervisors",
            case.number,
            "The supervisor assigned may no longer act; every other supervisor may meanwhile.",
            "Let the programme office assign a supervisor anew.",
        )


def _files(session: Session, site: Site) -> Iterator[Finding]:
    for file in session.scalars(select(StoredFile)):
        if not site.files.sound(file.sha256):
            yield Finding(
                "files",
                file.sha256,
                "The bytes are missing or have changed.",
                "Put the file back from a backup.",
            )


def _outbox(session: Session, now: datetime) -> Iterator[Finding]:
    for job in session.scalars(select(Job).where(Job.done_at.is_(None))):
        if job.attempts >= GIVE_UP_AFTER:
            yield Finding(
                "outbox",
                f"{job.kind} {job.id}",
                f"Given up after {job.attempts} attempts: {job.failure}",
                "Mend the cause, then run `tandem worker --retry`.",
            )
        elif job.due_at < now - LATE:
            yield Finding(
                "outbox", f"{job.kind} {job.id}", "Waits for a worker.", "Start `tandem worker`."
            )
