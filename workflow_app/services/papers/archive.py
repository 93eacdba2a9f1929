"""The archive bundle: everything that a case holds, as a ZIP that can be checked without Tandem."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import canonical
from workflow_app.core.forms.release import released
from workflow_app.services.cases import deriving
from workflow_app.services.cases.record import sealed
from workflow_app.services.catalogue import Compiled
from workflow_app.services.site import Site
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.amendments import Amendment
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Attachment, Document
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.submissions import Submission

KIND = "archive"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time that each file in the ZIP bears, so that the same content gives the same bytes."""

READ_ME = """Archivpaket zum Vorgang {number}

Alle Dateien sind in SHA256SUMS aufgeführt und in manifest.json beschrieben. Prüfen ohne Tandem:

    sha256sum -c SHA256SUMS

case.json          Vorgang, Beteiligte und Stand
history.json       Verlauf; jeder Eintrag enthält den Hash des vorigen
submissions/       die eingereichten Fassungen aller Formulare; was die Partner nicht
                   freigegeben haben, fehlt und ist unter „left_out“ genannt
amendments.json    Nachträge in ihrer Reihenfolge: was sich wann geändert hat
documents/         ausgegebene Dokumente
files/             hochgeladene Dateien, nach SHA-256 benannt
definition/        das Verfahren in der Fassung, nach der der Vorgang lief

Nicht enthalten: {left_out}
"""


class NotReady(Exception):
    """A document of the case is still being made."""


def order(session: Session, case: Case, now: datetime) -> None:
    """Queue the building of the bundle."""
    queue(session, "archive", case, {}, now)


def bundle(session: Session, site: Site, compiled: Compiled, case: Case) -> bytes:
    """Return the ZIP of a case.

    :raises NotReady: if the bytes of a document are not made yet.
    """
    left_out = [f for f in compiled.forms.values() if f.seen_by]
    parts: dict[str, bytes] = {"case.json": _pretty(_case(session, case, compiled))}
    parts["history.json"] = _pretty(_history(session, case))
    parts.update(_submissions(session, compiled, case, {f.id for f in left_out}))
    if chain := _amendments(session, case):
        parts["amendments.json"] = _pretty(chain)
    parts.update(_documents(session, site, case))
    parts.update(_files(session, site, case, {f.id for f in left_out}))
    for path, text in compiled.files.items():
        parts[f"definition/{path}"] = text.encode()
    names = ", ".join(f"{f.label('de')} (nur für die Partner)" for f in left_out) or "nichts"
    parts["LIESMICH.txt"] = READ_ME.format(number=case.number, left_out=names).encode()
    parts["manifest.json"] = _pretty(
        {
            "case": case.number,
            "left_out": [f.id for f in left_out],
            "files": [
                {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
                for path, data in sorted(parts.items())
            ],
        }
    )
    sums = (f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(parts.items()))
    parts["SHA256SUMS"] = "".join(sums).encode()
    return _zip(parts)


def _zip(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(parts.items()):
            info = zipfile.ZipInfo(path, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return stream.getvalue()


def _pretty(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _case(session: Session, case: Case, compiled: Compiled) -> dict[str, Any]:
    return {
        "number": case.number,
        **deriving.numbers(session, case),
        "title": case.title,
        "county": case.county,
        "workflow": compiled.workflow.id,
        "workflow_version": compiled.workflow.version,
        "definition": compiled.fingerprint,
        "state": case.state,
        "outcome": case.outcome,
        "created_at": case.created_at.isoformat(),
        "entered_at": case.entered_at.isoformat(),
        "participants": [
            {
                "name": p.person.name,
                "role": p.role,
                "side": p.side,
                "since": p.since.isoformat(),
                "until": p.until.isoformat() if p.until else None,
                "deputy": p.deputy,
            }
            for p in case.participations
        ],
    }


def _history(session: Session, case: Case) -> list[dict[str, Any]]:
    entries = session.scalars(
        select(Entry).where(Entry.case_id == case.id).order_by(Entry.sequence)
    )
    return [
        {
            "sealed": sealed(entry),
            "hash": entry.hash,
            "actor_name": entry.actor.name if entry.actor else None,
            "words": entry.text.words if entry.text else None,
            "salt": entry.text.salt.hex() if entry.text else None,
        }
        for entry in entries
    ]


def _submissions(
    session: Session, compiled: Compiled, case: Case, left_out: set[str]
) -> dict[str, bytes]:
    """Return a file for each version; what the sides keep to themselves is named and not said."""
    rows = session.scalars(
        select(Submission).where(Submission.case_id == case.id, Submission.form.not_in(left_out))
    ).all()
    forms = compiled.forms
    said = {r.id: released(forms[r.form], r.values) if r.form in forms else r.values for r in rows}
    return {
        f"submissions/{row.form}{'-' + row.slot if row.slot else ''}-{row.version}.json": _pretty(
            {
                "form": row.form,
                "slot": row.slot,
                "version": row.version,
                "form_version": row.form_version,
                "at": row.at.isoformat(),
                "digest": row.digest,
                "effective_from": row.effective_from.isoformat() if row.effective_from else None,
                "values": said[row.id],
                "left_out": sorted(set(row.values) - set(said[row.id])),
            }
        )
        for row in rows
    }


def _amendments(session: Session, case: Case) -> list[dict[str, Any]]:
    """Return every change of the agreement that was asked for, the oldest first."""
    rows = session.scalars(
        select(Amendment).where(Amendment.case_id == case.id).order_by(Amendment.number)
    )
    return [
        {
            "number": row.number,
            "form": row.form,
            "status": row.status,
            "addendum": row.document.number if row.document else None,
            "requested_on": row.requested_on.isoformat(),
            "closed_on": row.closed_on.isoformat() if row.closed_on else None,
            "effective_from": row.effective_from.isoformat() if row.effective_from else None,
            "changes": row.changes,
        }
        for row in rows
    ]


def _documents(session: Session, site: Site, case: Case) -> dict[str, bytes]:
    rows = session.scalars(
        select(Document).where(Document.case_id == case.id, Document.kind != KIND)
    )
    parts: dict[str, bytes] = {}
    for document in rows:
        stem = f"documents/{document.kind}-{document.version}"
        parts[f"{stem}.json"] = canonical(
            {
                "number": document.number,
                "status": document.status,
                "digest": document.digest,
                "check_code": document.check_code,
                "sha256": document.sha256,
                "snapshot": json.loads(document.snapshot),
            }
        )
        if document.sha256:
            parts[f"{stem}.pdf"] = site.files.read(document.sha256)
        elif document.status == "issued":
            raise NotReady(document.kind)
    return parts


def _files(session: Session, site: Site, case: Case, left_out: set[str]) -> dict[str, bytes]:
    rows = session.scalars(select(Attachment).where(Attachment.case_id == case.id))
    endings = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
    return {
        f"files/{row.sha256}.{endings.get(row.file.media_type, 'bin')}": site.files.read(row.sha256)
        for row in rows
        if row.form not in left_out
    }
