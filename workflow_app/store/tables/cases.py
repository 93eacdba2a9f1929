"""Cases, who takes part in them, and their deadlines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, Text, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from workflow_app.core.folding import folded
from workflow_app.store.db import Base
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.people import Person


class Case(Base):
    """One tracked thing that moves through a workflow."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_changed", "changed_at", "id"),
        Index("ix_cases_state", "state", "changed_at", "id"),
        Index("ix_cases_supervised", "supervisor_id", "ended"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definition.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    derived_from_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    """The ended case from which this one was derived."""
    supervisor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The one supervisor who is asked and acts; None: whoever has the role."""
    title: Mapped[str] = mapped_column(String(300))
    search: Mapped[str] = mapped_column(String(700), default="")
    """Title and number as they are searched; written whenever one of them changes."""
    taken_title: Mapped[str | None] = mapped_column(String(700), unique=True)
    """Year, county and title, where no other case may be called the same; None: it may."""
    county: Mapped[str | None] = mapped_column(String(20), index=True)
    state: Mapped[str] = mapped_column(String(60))
    ended: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str | None] = mapped_column(String(40))
    round: Mapped[int] = mapped_column(default=0)
    variables: Mapped[list[Any]]
    """Names of the variables that are set."""
    initiating_side: Mapped[str | None] = mapped_column(String(20))
    accepted_scope: Mapped[str | None] = mapped_column(String(64))
    entered_at: Mapped[datetime]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    """Counts every operation; checked by the database, so that of two at once one wins."""
    definition: Mapped[Definition] = relationship()
    participations: Mapped[list[Participation]] = relationship(
        back_populates="case", order_by="Participation.id"
    )
    deadlines: Mapped[list[Deadline]] = relationship(back_populates="case", order_by="Deadline.id")
    obligations: Mapped[list[Obligation]] = relationship(
        back_populates="case", order_by="Obligation.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy on the class


@event.listens_for(Case, "before_insert")
@event.listens_for(Case, "before_update")
def _searched(mapper: Mapper[Case], connection: Connection, case: Case) -> None:
    case.search = folded(f"{case.title} {case.number}")


class Participation(Base):
    """Somebody's role on a case, for a side and an organisation, for a time."""

    __tablename__ = "participation"
    __table_args__ = (
        Index("ix_participation_person", "person_id", "case_id"),
        Index("ix_participation_organisation", "organisation_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(String(40))
    side: Mapped[str | None] = mapped_column(String(20))
    since: Mapped[date]
    until: Mapped[date | None]
    """Last day; None: still."""
    deputy: Mapped[bool] = mapped_column(default=False)
    """Whether they stand for the side beside its contact."""
    invited_as: Mapped[str | None] = mapped_column(String(255))
    """The address that somebody was invited under and is shown by until they act themselves."""
    case: Mapped[Case] = relationship(back_populates="participations")
    person: Mapped[Person] = relationship()


class Due:
    """A day by which something of a case should be done, and who was told of it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    """Reminders sent so far."""
    reminded_on: Mapped[date | None]
    escalated_on: Mapped[date | None]
    """Day on which those were told to whom it escalates."""


class Obligation(Due, Base):
    """The day by which a role should have done what a state asks for under a condition."""

    __tablename__ = "obligation"
    __table_args__ = (Index("ix_obligation_due", "closed_at", "due_on"),)

    role: Mapped[str] = mapped_column(String(60))
    asked: Mapped[str] = mapped_column(Text)
    """The condition under which it is asked for; it may go on from one state to the next."""
    case: Mapped[Case] = relationship(back_populates="obligations")


class Deadline(Due, Base):
    """The day by which a state should be left."""

    __tablename__ = "deadline"
    __table_args__ = (Index("ix_deadline_due", "closed_at", "due_on"),)

    state: Mapped[str] = mapped_column(String(60))
    case: Mapped[Case] = relationship(back_populates="deadlines")
