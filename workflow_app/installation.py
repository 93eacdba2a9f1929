"""An installation as commands and worker use it: database sessions and what surrounds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session, sessionmaker

from workflow_app.config import Settings
from workflow_app.services.site import Site
from workflow_app.services.work.post import Folder
from workflow_app.store import tables as _all_tables  # noqa: F401 - makes every table known
from workflow_app.store.db import open_engine


def site_of(settings: Settings) -> Site:
    """Return the installation that the settings describe."""
    return Site(
        content=settings.content,
        data=settings.data,
        base_url=settings.base_url,
        publisher=settings.publisher,
        post=settings.mail or Folder(settings.data / "mail"),
        sender=settings.mail_from,
        follows_content=settings.content_changes == "publish",
        secret_key=settings.secret_key,
    )


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[sessionmaker[Session], Site]]:
    """Yield the database's sessions and the installation; the database is closed at the end."""
    engine = open_engine(settings.database_url)
    try:
        yield sessionmaker(engine), site_of(settings)
    finally:
        engine.dispose()
