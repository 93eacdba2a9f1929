"""Uploaded files: judged by their content, kept under their hash, attached to a case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.errors import NotAllowed, NotFound
from workflow_app.documents.uploads import Inspected, inspect
from workflow_app.services.access.seeing import may_see_form
from workflow_app.services.cases import record
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.forms.submissions import fillable
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.documents import Attachment, StoredFile
from workflow_app.store.tables.people import Person

MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
"""What a form calls a type of file → its media type."""
TYPES = tuple(MEDIA_TYPES)
MAX_BYTES = 20_000_000
LONGEST_NAME = 200


def keep_upload(
    session: Session,
    site: Site,
    number: str,
    form_id: str,
    name: str,
    data: bytes,
    person: Person,
    now: datetime,
    *,
    types: Collection[str] = TYPES,
    max_bytes: int = MAX_BYTES,
) -> dict[str, Any]:
    """Keep a file uploaded into a form and return its reference: sha256, name, size, media_type.

    :raises BadUpload: if the file is not what it must be; nothing is kept then.
    :raises NotAllowed: if the person may not fill the form now.
    """
    inspected = _inspect(name, data, types, max_bytes)
    with transaction(session, number):
        seen = look(session, site, number, person, day_of(now))
        form = seen.compiled.forms.get(form_id)
        if form is None or not fillable(form, seen):
            raise NotAllowed(form_id)
        sha256, _ = _keep(session, site, seen, name, data, inspected.media_type, form_id, now)
    return {
        "sha256": sha256,
        "name": safe_name(name),
        "size": len(data),
        "media_type": inspected.media_type,
    }


def attach(
    session: Session, site: Site, number: str, name: str, data: bytes, person: Person, now: datetime
) -> str | None:
    """Attach a file to a case; return the name of the same file if it is there already, else None.

    :raises BadUpload: if the file is not what it must be.
    :raises NotAllowed: if the state does not let the person attach.
    """
    inspected = _inspect(name, data, TYPES, MAX_BYTES)
    with transaction(session, number):
        seen = look(session, site, number, person, day_of(now))
        if not seen.may("attach"):
            raise NotAllowed("attach")
        sha256, there = _keep(session, site, seen, name, data, inspected.media_type, None, now)
        if there is not None:
            return there
        record.append(
            session,
            seen.case,
            "attachment",
            now,
            words={"name": safe_name(name)},
            actor_id=person.id,
            side=seen.actor.side,
            from_state=seen.case.state,
            content=sha256,
        )
    return None


def read(session: Session, site: Site, seen: Look, attachment_id: int) -> tuple[Attachment, bytes]:
    """Return an attachment of the case and its bytes.

    :raises NotFound: if there is none, or its form may not be seen by this person.
    """
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.case_id != seen.case.id:
        raise NotFound(str(attachment_id))
    if attachment.form and not may_see_form(seen, attachment.form):
        raise NotFound(str(attachment_id))
    return attachment, site.files.read(attachment.sha256)


def safe_name(name: str) -> str:
    """Return a file name without folders, control characters or excess length; its ending stays."""
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    path = PurePosixPath("".join(c for c in bare if c.isprintable()))
    ending = path.suffix[:20]
    short = path.stem[: LONGEST_NAME - len(ending)] + ending
    return short if short.strip(".") else "datei"


def _inspect(name: str, data: bytes, types: Collection[str], max_bytes: int) -> Inspected:
    return inspect(name, data, types=[MEDIA_TYPES[t] for t in types], max_bytes=max_bytes)


def _keep(
    session: Session,
    site: Site,
    seen: Look,
    name: str,
    data: bytes,
    media_type: str,
    form: str | None,
    now: datetime,
) -> tuple[str, str | None]:
    """Return the hash of a file, and the name under which it lies in this place already, if so."""
    sha256 = site.files.keep(data)
    if session.get(StoredFile, sha256) is None:
        session.add(StoredFile(sha256=sha256, size=len(data), media_type=media_type, kept_at=now))
        session.flush()
    there = session.scalar(
        select(Attachment.name).where(
            Attachment.case_id == seen.case.id, Attachment.sha256 == sha256, Attachment.form == form
        )
    )
    if there is None:
        session.add(
            Attachment(
                case_id=seen.case.id,
                sha256=sha256,
                name=safe_name(name),
                person_id=seen.actor.person,
                form=form,
                at=now,
            )
        )
    return sha256, there
