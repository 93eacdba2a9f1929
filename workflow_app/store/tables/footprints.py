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
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    counties: Mapped[list[Any]]
    """Keys of all counties in which it is."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    compared_until: Mapped[date]
    """Last day on which it is compared: long after its end its experience counts no more."""
    topics: Mapped[list[Any]]


class FootprintCounty(Base):
    """One county of a footprint: what lies near is looked for by county."""

    __tablename__ = "footprint_county"
    __table_args__ = (Index("ix_footprint_county_near", "county", "ends_on"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("footprint.case_id"), primary_key=True)
    county: Mapped[str] = mapped_column(String(20), primary_key=True)
    ends_on: Mapped[date]


class FootprintTopic(Base):
    """One topic of a footprint in a region: so is looked for what lies further away."""

    __tablename__ = "footprint_topic"
    __table_args__ = (Index("ix_footprint_topic_region", "region", "topic", "ends_on"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("footprint.case_id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(60), primary_key=True)
    region: Mapped[str] = mapped_column(String(20), primary_key=True)
    ends_on: Mapped[date]
