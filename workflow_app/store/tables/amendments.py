"""Changes of an agreement that were asked for, and what became of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.store.db import Base
from workflow_app.store.tables.documents import Document


class Amendment(Base):
    """One change of an agreement: asked for by both sides, decided on, signed as an addendum."""

    __tablename__ = "amendment"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    """Counted on the case, whatever became of it."""
    form: Mapped[str] = mapped_column(String(60))
    """The form with which it was asked for."""
    status: Mapped[str] = mapped_column(String(20))
    """`pending`, `issued`, `registered`, `declined`, `withdrawn`, `void`."""
    proposed: Mapped[dict[str, Any]]
    """Form → its whole values as they are to be."""
    changes: Mapped[list[Any]]
    """What changes: `form`, `field`, `old`, `new`, in the order of the form."""
    requested_on: Mapped[date]
    closed_on: Mapped[date | None]
    """Day on which it was registered, declined, withdrawn or void."""
    effective_from: Mapped[date | None]
    """Day on which it comes in force; None until it is registered."""
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    """The addendum; None until it is issued."""
    document: Mapped[Document | None] = relationship()
