"""What was filled in: drafts, submissions that never change, and confirmations of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.store.db import Base
from workflow_app.store.tables.people import Person

NEW_ENTRY = "new"
"""Before a colon and the person: the slot of an entry that is only being typed, one a form."""


class Draft(Base):
    """What is being typed, unchecked, shared by those who may fill the form."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("case_id", "form", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    form: Mapped[str] = mapped_column(String(60))
    slot: Mapped[str] = mapped_column(String(60), default="")
    raw: Mapped[dict[str, Any]]
    changed: Mapped[dict[str, Any] | None]
    """Field → who last changed it (`by`) and when (`at`), so that two who type are told apart."""
    saved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    person: Mapped[Person] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy on the class


class Submission(Base):
    """One saved version of a form's values on a case; only ever added."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("case_id", "form", "slot", "version"),
        Index("ix_submission_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    form: Mapped[str] = mapped_column(String(60))
    slot: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int] = mapped_column()
    values: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    form_version: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    effective_from: Mapped[date | None]
    """Day on which it comes in force, if an addendum says so; None: with its submission."""
    author: Mapped[Person | None] = relationship()


class Confirmation(Base):
    """One side's yes to the content with this digest; taken back, never deleted."""

    __tablename__ = "confirmation"
    __table_args__ = (Index("ix_confirmation_case", "case_id", "transition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    transition: Mapped[str] = mapped_column(String(60))
    side: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """When the transition that it confirmed was made; a used yes counts no more."""
    person: Mapped[Person] = relationship()
