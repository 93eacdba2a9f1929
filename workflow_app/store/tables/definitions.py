"""The text of every workflow version, and the log of what became of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.store.db import Base
from workflow_app.store.tables.people import Person


class Definition(Base):
    """One version of a workflow with all files it rests on; never changed once it is here."""

    __tablename__ = "definition"
    __table_args__ = (
        UniqueConstraint("workflow", "fingerprint"),
        UniqueConstraint("workflow", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    """Counts the versions of this workflow as they came in: 1, 2, 3 …"""
    version: Mapped[str] = mapped_column(String(40))
    """As the file says it."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 over all files."""
    files: Mapped[dict[str, Any]]
    """Path → text: the workflow, its forms, value lists, clauses and the operator's numbers."""
    kept_at: Mapped[datetime]
    events: Mapped[list[DefinitionEvent]] = relationship(
        back_populates="definition", order_by="DefinitionEvent.id"
    )


class DefinitionEvent(Base):
    """What somebody did with a version: only ever added, each chained to the one before it."""

    __tablename__ = "definition_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """`drafted`, `verified`, `published`, `retired`, `discarded`."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: the installation itself, which read its content folders."""
    at: Mapped[datetime]
    note: Mapped[str | None] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    """Hash of the event before it, of whichever version; unique: of two at once one wins."""
    hash: Mapped[str] = mapped_column(String(64))
    definition: Mapped[Definition] = relationship(back_populates="events")
    actor: Mapped[Person | None] = relationship()


class TakenIn(Base):
    """The content folders as they were read once; the same files are not looked at again."""

    __tablename__ = "taken_in"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 over all definition files of the folders."""
    at: Mapped[datetime]
