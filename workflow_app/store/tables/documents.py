"""Files by their hash, attachments, and documents issued from a frozen snapshot."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.store.db import Base
from workflow_app.store.tables.people import Person


class StoredFile(Base):
    """Bytes in the folder of files, known by their SHA-256."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(80))
    kept_at: Mapped[datetime]


class Attachment(Base):
    """A file that somebody added to a case."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"))
    name: Mapped[str] = mapped_column(String(255))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    form: Mapped[str | None] = mapped_column(String(60))
    """The form in which it was uploaded; None: beside the forms."""
    at: Mapped[datetime]
    file: Mapped[StoredFile] = relationship()
    person: Mapped[Person] = relationship()


class Document(Base):
    """A document made from a snapshot. Its bytes are kept and never made again."""

    __tablename__ = "document"
    __table_args__ = (Index("ix_document_case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(40))
    """The folder of its template, or `agreement_signed`, `archive`."""
    title: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(20))
    """`aligning`, `issued`, `void`."""
    snapshot: Mapped[str] = mapped_column(Text)
    """Canonical JSON of what the document says."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the snapshot: what is signed off; its first 16 digits are the checksum."""
    template: Mapped[str] = mapped_column(String(64))
    """Fingerprint of the template's folder."""
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    check_code: Mapped[str | None] = mapped_column(String(20), unique=True)
    issued_on: Mapped[date | None]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    """The bytes; None until the worker has made them."""
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
