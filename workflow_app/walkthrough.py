"""Plays one whole project on a fresh embedded database and leaves its documents in a folder."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from workflow_app.core.errors import Invalid, NotAllowed, TandemError
from workflow_app.demo import people as demo
from workflow_app.demo.story import Story
from workflow_app.services import doctor
from workflow_app.services.site import Site
from workflow_app.services.work import delivery
from workflow_app.services.work.post import Folder
from workflow_app.store.db import open_engine
from workflow_app.store.migrate import upgrade
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document

LEAVES = {
    "agreement": "agreement.pdf",
    "agreement_signed": "agreement-signed.pdf",
    "final_report": "final-report.pdf",
    "archive": "archive.zip",
}
"""Kind of document → the file that is left of it."""
AGO = timedelta(days=520)
"""The project began so long ago that all of it lies in the past."""


def play(content: tuple[Path, ...], out: Path, tell: Callable[[str], None]) -> bool:
    """Play the project, leave its documents in `out`, and return whether everything is well."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="tandem-walkthrough-") as folder:
        data = Path(folder)
        url = f"sqlite:///{data / 'tandem.db'}"
        upgrade(url)
        engine = open_engine(url)
        sessions = sessionmaker(engine, expire_on_commit=True)
        site = Site(
            content,
            data,
            base_url="https://tandem.example",
            publisher="Programmbüro Tandem-Projekte (Beispiel)",
            post=Folder(data / "mail"),
            sender="tandem@tandem.example",
            secret_key=secrets.token_hex(32),
        )
        try:
            return _play(sessions, site, out, tell)
        finally:
            engine.dispose()


def _play(
    sessions: sessionmaker[Session], site: Site, out: Path, tell: Callable[[str], None]
) -> bool:
    begins = (datetime.now(UTC) - AGO).replace(hour=9, minute=0, second=0, microsecond=0)
    with sessions() as session:
        demo.load_people(session, "", begins)
    story = Story(sessions, site, begins, lambda now: _work(sessions, site, now), tell=tell)
    reached = ""
    try:
        for state in story.chapters():
            reached = state
    except TandemError as error:
        tell(f"cannot go on from state '{reached or 'none'}': {_why(error)}")
    story.work(story.now + timedelta(hours=1))
    well = reached == "archived"
    with sessions() as session:
        well &= _leave(session, site, story.number, out, tell)
        findings = doctor.examine(session, site, story.now + timedelta(hours=1))
    for finding in findings:
        tell(f"doctor: {finding.what}: {finding.where}: {finding.wrong}")
    tell("doctor: all is well" if not findings else f"doctor: {len(findings)} findings")
    return well and not findings


def _work(sessions: sessionmaker[Session], site: Site, now: datetime) -> None:
    delivery.run_due(sessions, site, lambda: now)


def _why(error: TandemError) -> str:
    if isinstance(error, NotAllowed):
        return "; ".join(f"{r.id}: {r.text.en}" for r in error.reasons) or str(error)
    if isinstance(error, Invalid):
        return "; ".join(f"{p.path}: {p.text.en}" for p in error.problems)
    return str(error)


def _leave(
    session: Session, site: Site, number: str, out: Path, tell: Callable[[str], None]
) -> bool:
    complete = True
    for kind, name in LEAVES.items():
        document = session.scalar(
            select(Document)
            .join(Case, Case.id == Document.case_id)
            .where(Case.number == number, Document.kind == kind, Document.sha256.is_not(None))
            .order_by(Document.id.desc())
            .limit(1)
        )
        if document is None or document.sha256 is None:
            tell(f"missing: {name}")
            complete = False
            continue
        (out / name).write_bytes(site.files.read(document.sha256))
    return complete
