"""Migrations of running cases from one version to another, and what became of each case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.store.db import Base
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.people import Person


class Migration(Base):
    """A plan that somebody began to carry out; the plan itself never changes."""

    __tablename__ = "migration"

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow: Mapped[str] = mapped_column(String(60), index=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("definition.id"))
    plan: Mapped[str] = mapped_column(Text)
    """As a file would say it."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    open_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    """The workflow while it is open: of two migrations of one workflow only one can be."""
    source: Mapped[Definition] = relationship(foreign_keys=[source_id])
    target: Mapped[Definition] = relationship(foreign_keys=[target_id])
    person: Mapped[Person] = relationship()


class MigrationCase(Base):
    """What a migration made of one case."""

    __tablename__ = "migration_case"
    __table_args__ = (
        UniqueConstraint("migration_id", "case_id"),
        Index("ix_migration_case_case", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    migration_id: Mapped[int] = mapped_column(ForeignKey("migration.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    status: Mapped[str] = mapped_column(String(20))
    """`moved`, `stayed`, `back`."""
    reasons: Mapped[list[Any]]
    """Why it stayed: pairs of German and English."""
    before: Mapped[dict[str, Any]]
    """What is needed to take the case back; empty if it stayed."""
    sequence: Mapped[int] = mapped_column(default=0)
    """The last entry of the case's history that the migration wrote."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    case: Mapped[Case] = relationship()
    actor: Mapped[Person | None] = relationship()
