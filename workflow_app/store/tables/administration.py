"""The log of the administration: who changed which account, role or organisation; only added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.store.db import Base
from workflow_app.store.tables.organisations import Organisation
from workflow_app.store.tables.people import Person


class Administered(Base):
    """One thing that was done to an account or an organisation."""

    __tablename__ = "administered"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: the command line, or the system."""
    act: Mapped[str] = mapped_column(String(40))
    """A name of the table in `services.accounts.administration`."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    details: Mapped[dict[str, Any]]
    """What was set: a role with its scope, the names of changed fields."""
    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id])
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship()
