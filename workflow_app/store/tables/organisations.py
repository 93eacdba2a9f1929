"""Organisations and who belongs to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from workflow_app.core.folding import folded
from workflow_app.store.db import Base
from workflow_app.store.tables.people import Person

KINDS = ("municipality", "fa", "fz", "kobe", "carrier", "programme_office", "ministry")
"""`municipality` may stand for the municipal side, fa, fz, kobe for the civic, carriers for any."""


class Organisation(Base):
    """An office, agency or carrier."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    carrier: Mapped[str] = mapped_column(String(200))
    """The legal entity that runs it; its own name if it is one itself."""
    address: Mapped[str] = mapped_column(String(300), default="")
    represented_by: Mapped[str] = mapped_column(String(200), default="")
    function: Mapped[str] = mapped_column(String(200), default="")
    register: Mapped[str] = mapped_column(String(100), default="")
    counties: Mapped[list[Any]]
    """Keys of the counties that it serves."""
    search: Mapped[str] = mapped_column(String(300), default="", index=True)
    """The name as it is searched; written whenever it changes."""
    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation")


@event.listens_for(Organisation, "before_insert")
@event.listens_for(Organisation, "before_update")
def _searched(mapper: Mapper[Organisation], connection: Connection, body: Organisation) -> None:
    body.search = folded(body.name)


class Membership(Base):
    """Somebody belongs to an organisation from a day on, perhaps until another."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    function: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[date | None]
    until: Mapped[date | None]
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")
