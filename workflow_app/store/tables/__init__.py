"""All tables, imported once so that the metadata knows them."""

from __future__ import annotations

from workflow_app.store.db import Base
from workflow_app.store.tables import (
    access,
    administration,
    amendments,
    cases,
    definitions,
    documents,
    footprints,
    history,
    links,
    moving,
    organisations,
    outbox,
    people,
    submissions,
)

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "access",
    "administration",
    "amendments",
    "cases",
    "definitions",
    "documents",
    "footprints",
    "history",
    "links",
    "moving",
    "organisations",
    "outbox",
    "people",
    "submissions",
]
