"""The text of every workflow version that a case has ever used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.store.db import Base


class Definition(Base):
    """One version of a workflow with all files it rests on; never changed once it is here."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("workflow", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(40))
    """As the file says it."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 over all files."""
    files: Mapped[dict[str, Any]]
    """Path → text: the workflow, its forms, value lists, clauses and the operator's numbers."""
    kept_at: Mapped[datetime]
