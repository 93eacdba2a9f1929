"""Bringing a database to the newest schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from workflow_app.store.db import open_engine
from workflow_app.store.tables import METADATA

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "20261124_deputies"
"""The newest revision; a test holds it against the files."""


def configured(url: str) -> Config:
    """Return Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str) -> None:
    """Bring the database to the newest schema; a new one is made."""
    command.upgrade(configured(url), "head")


def revision(url: str) -> str | None:
    """Return the revision that the database stands at, or None if it is empty."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def drift(url: str) -> list[str]:
    """Return what the tables of the database lack or have beyond those of the program."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return [str(difference) for difference in compare_metadata(context, METADATA)]
    finally:
        engine.dispose()
