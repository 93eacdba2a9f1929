"""By what a project is found that may touch another: rows kept with every operation."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.store.db import Base


class Footprint(Base):
    """Where, when and about what a project is; no row: it is not compared."""

    __tablename__ = "footprint"
    __table_args__ = (Index("ix_footprint_near", "county", "ends_on"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    county: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    compared_until: Mapped[date]
    """Last day on which it is compared: long after its end its experience counts no more."""
    topics: Mapped[list[Any]]


class FootprintTopic(Base):
    """One topic of a footprint: what lies further away is looked for by region and topic."""

    __tablename__ = "footprint_topic"
    __table_args__ = (Index("ix_footprint_topic_region", "region", "topic", "ends_on"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("footprint.case_id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    region: Mapped[str] = mapped_column(String(20))
    ends_on: Mapped[date]
