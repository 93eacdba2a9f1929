"""Personal links that let somebody set a password, and tries to sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.store.db import Base
from workflow_app.store.tables.people import Person


class PersonalLink(Base):
    """A link that was mailed to somebody: for one person, one use and a time.

    The link is made of this row and the secret key: whoever reads the database cannot use it.
    """

    __tablename__ = "personal_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    """`invitation` or `password`."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    """The case for which somebody was invited."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str] = mapped_column(String(32))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class SignInTry(Base):
    """Somebody tried to sign in; account and network address are kept as keyed hashes only."""

    __tablename__ = "sign_in_try"
    __table_args__ = (
        Index("ix_sign_in_try_account", "account", "at"),
        Index("ix_sign_in_try_source", "source", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(64))
    good: Mapped[bool]
    at: Mapped[datetime] = mapped_column(index=True)
