"""People, their standing roles and their sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from workflow_app.core.folding import folded
from workflow_app.store.db import Base


class Person(Base):
    """Somebody with a name and an address; without a password nobody can sign in as them."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """What a sign-in is bound to; a new one ends all sign-ins."""
    language: Mapped[str] = mapped_column(String(2), default="de")
    created_at: Mapped[datetime]
    phone: Mapped[str] = mapped_column(String(50), default="")
    deactivated_at: Mapped[datetime | None]
    """When somebody was kept out; None though not active: invited, and not come yet."""
    search: Mapped[str] = mapped_column(String(500), default="", index=True)
    """Name and address as they are searched; written whenever one of them changes."""
    standing_roles: Mapped[list[StandingRole]] = relationship(
        back_populates="person", cascade="all, delete-orphan"
    )


class StandingRole(Base):
    """A role that somebody holds for a scope: the site, a county or an organisation."""

    __tablename__ = "standing_role"
    __table_args__ = (UniqueConstraint("person_id", "role", "scope", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(20), default="site")
    key: Mapped[str] = mapped_column(String(40), default="")
    person: Mapped[Person] = relationship(back_populates="standing_roles")


class SignIn(Base):
    """A session that the server knows; what is not here, or ended, is signed out."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the token in the cookie."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@event.listens_for(Person, "before_insert")
@event.listens_for(Person, "before_update")
def _searched(mapper: Mapper[Person], connection: Connection, person: Person) -> None:
    person.search = folded(f"{person.name} {person.email}")
