"""What the content folders say is taken in: first into force, and as a draft when it changes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.errors import Conflict
from workflow_app.services.content.parsed import own_files, parse_all
from workflow_app.services.definitions import log
from workflow_app.services.definitions.versions import complete, read
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.definitions import TakenIn

NOTE = "content"
"""Stands in the log for the content folders; pages say it in words."""


@dataclass(frozen=True)
class Taken:
    """A version that the content folders brought."""

    workflow: str
    number: int
    status: log.Status


def take_in(session: Session, site: Site, now: datetime, *, publish: bool = False) -> list[Taken]:
    """Keep what the content folders say now, and return the versions that are new.

    A workflow of which no version was ever in force is published at once. Any other becomes a
    draft, or comes into force at once with `publish` (or if the installation follows its content).
    What has problems, or from an import something to be supplied, is a draft at most. Files that
    were looked at before are passed over, unless something is to be published.
    """
    content = site.catalogue.content
    seen = content_digest(content)
    at_once = publish or site.follows_content
    if not at_once and session.get(TakenIn, seen) is not None:
        return []
    try:
        with transaction(session):
            taken = _take_in(session, site, content, at_once, now)
            if session.get(TakenIn, seen) is None:
                session.add(TakenIn(digest=seen, at=now))
    except Conflict:
        # Pages and worker start together: the other one has just done it.
        return []
    return taken


def content_digest(files: Mapping[str, str]) -> str:
    """Return the SHA-256 over all files, quick enough for every start."""
    found = hashlib.sha256()
    for path, text in sorted(files.items()):
        for part in (path, text):
            data = part.encode()
            found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()


def _take_in(
    session: Session, site: Site, content: Mapping[str, str], at_once: bool, now: datetime
) -> list[Taken]:
    parsed = parse_all(content)
    taken = []
    for name, workflow in sorted(parsed.workflows.items()):
        files = own_files(parsed, workflow, content)
        first = not log.ever_published(session, name)
        row = log.with_fingerprint(session, name, digest(files))
        # What somebody has put aside, retired or drafted stays as it is, unless it is wanted now.
        if row is not None and not (first or at_once):
            continue
        problems = read(site, name, files)[1]
        ready = complete(problems)
        if row is None:
            row = log.add(session, name, workflow.version, files, digest(files), now)
            log.note(session, row, "drafted", None, now, NOTE)
            if ready:
                log.note(session, row, "verified", None, now, NOTE)
        elif not ready or row is log.current(session, name):
            continue
        if ready and (first or at_once):
            log.note(session, row, "published", None, now, NOTE)
        taken.append(Taken(name, row.number, log.status_of(row)))
    return taken
