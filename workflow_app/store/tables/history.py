"""The history of a case: only ever added to, chained by hashes, texts beside it with their salt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.store.db import Base
from workflow_app.store.tables.people import Person


class Entry(Base):
    """One thing that happened to a case."""

    __tablename__ = "history"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    """`transition`, `submission`, `sign_off`, `sign_off_taken_back`, `comment`, `attachment` …"""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: the system, by a timer or by itself."""
    acting_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str | None] = mapped_column(String(40))
    side: Mapped[str | None] = mapped_column(String(20))
    transition: Mapped[str | None] = mapped_column(String(60))
    from_state: Mapped[str | None] = mapped_column(String(60))
    to_state: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(60))
    """The form, document kind or file that it is about."""
    content: Mapped[str | None] = mapped_column(String(64))
    """Hash of the content acted on."""
    commitment: Mapped[str | None] = mapped_column(String(64))
    """`sha256(salt ‖ canonical text)` of the text beside it."""
    at: Mapped[datetime]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id])
    text: Mapped[EntryText | None] = relationship(back_populates="entry")


class EntryText(Base):
    """The words of an entry, with their salt; may be erased without breaking the chain."""

    __tablename__ = "history_text"

    entry_id: Mapped[int] = mapped_column(ForeignKey("history.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    words: Mapped[dict[str, Any]]
    entry: Mapped[Entry] = relationship(back_populates="text")
