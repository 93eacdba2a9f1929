"""Who may see a case and for whom it waits, as rows: every list is one indexed query."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.store.db import Base

NEVER = date.max
"""The day that comes after every other: of what has no day, so that it is sorted last."""


class Principal(Base):
    """What a right is given to: a person, or a role in a scope. Never a row for each member."""

    __tablename__ = "principal"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """`person:7`, `supervisor@site`, `coordinator@county:09274`."""


class Access(Base):
    """A principal may see a case; `task` says what it has to do there, if it is its turn."""

    __tablename__ = "access"
    __table_args__ = (
        Index("ix_access_case", "case_id"),
        Index("ix_access_next", "principal_id", "waits", "closed", "nearest_on", "case_id"),
    )

    principal_id: Mapped[int] = mapped_column(ForeignKey("principal.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    waits: Mapped[bool] = mapped_column(default=False)
    task_de: Mapped[str | None] = mapped_column(String(200))
    task_en: Mapped[str | None] = mapped_column(String(200))
    due_on: Mapped[date | None]
    """The first day of its own by which a task is due; None: the case's deadline holds."""
    tasks: Mapped[list[Any]] = mapped_column(default=list)
    """All tasks in German; whoever has been told of one is not told of it again."""
    nearest_on: Mapped[date] = mapped_column(default=NEVER)
    """The earlier one of `due_on` and the case's deadline; `NEVER`: there is neither."""
    closed: Mapped[bool] = mapped_column(default=False)
    """The case has ended, and nothing is left to do there."""


def nearest(own: date | None, deadline: date | None) -> date:
    """Return the earlier of two days, each of which may be missing; `NEVER` without both."""
    return min(own or NEVER, deadline or NEVER)
