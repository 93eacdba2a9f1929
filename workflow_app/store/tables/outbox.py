"""What has to leave or be made after the commit; and requests that were already answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.store.db import Base


class Job(Base):
    """One row of the outbox, written in the operation's transaction and claimed by a worker."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "done_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    """A name of the table in `services.delivery`."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(Text)


class Request(Base):
    """A request that was carried out: the same key acts once."""

    __tablename__ = "request"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    answer: Mapped[dict[str, Any]]


class Counter(Base):
    """The last number given in a series, such as `TP-2026`."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]
