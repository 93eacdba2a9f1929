"""One small world: Sabine and Tobias run a project, Miriam checks, Dr. Reiter decides, Anna reads.

Emre and Lena belong to other organisations: on Sabine's and Tobias's project they are nobody. Vera
administers: she changes workflows, and sees no project by that.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from workflow_app.config import Settings
from workflow_app.demo import people as demo
from workflow_app.demo.story import Story
from workflow_app.demo.telling import STARTS, Plot
from workflow_app.installation import site_of
from workflow_app.paths import shipped_content
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.people import person_by_email
from workflow_app.services.site import Site
from workflow_app.services.work import delivery
from workflow_app.store.db import open_engine
from workflow_app.store.migrate import upgrade
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry

SABINE, TOBIAS, JONAS, MIRIAM, ANNA, EMRE, LENA, VERA = (p.email for p in demo.PEOPLE)
BEGINS = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
"""A Monday; every story begins then, so that no test depends on the day on which it runs."""


@dataclass
class World:
    """A database with people and one project, in a folder of its own."""

    folder: Path
    url: str = ""
    """Address of the database; empty: SQLite in the folder."""
    number: str = ""
    begins: datetime = BEGINS
    day: int = 0
    engines: list[Engine] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """Return the settings of this world."""
        return Settings(
            data=self.folder,
            database_url=self.url or Sqlite().make(self.folder),
            content=(shipped_content(),),
            secret_key="a key for tests only, long enough",
            host="127.0.0.1",
            port=8000,
            base_url="http://localhost",
            publisher="Programmbüro (Test)",
        )

    @property
    def now(self) -> datetime:
        """Return the instant that is now in this world."""
        return self.begins + timedelta(days=self.day)

    def later(self, days: int) -> None:
        """Let days pass."""
        self.day += days

    def under_way(self) -> None:
        """Let the term of the agreement begin, and three weeks of it pass."""
        self.later(max(0, STARTS + 21 - self.day))

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        """Return the database's sessions."""
        engine = open_engine(self.settings.database_url)
        self.engines.append(engine)
        return sessionmaker(engine)

    @cached_property
    def site(self) -> Site:
        """Return the installation."""
        return site_of(self.settings)

    def story(self, plot: Plot | None = None) -> Story:
        """Return the story at the point where this world stands, ready to go on."""
        story = Story(self.sessions, self.site, self.begins, self.work)
        if plot:
            story.plot = plot
        story.number, story.day = self.number, self.day
        return story

    def work(self, now: datetime | None = None) -> int:
        """Work off the outbox, and return how many jobs were done."""
        return delivery.run_due(self.sessions, self.site, lambda: now or self.now)

    def look(self, email: str, session: Session) -> Look:
        """Return the project as somebody sees it."""
        person = person_by_email(session, email)
        return look(session, self.site, self.number, person, day_of(self.now))

    @property
    def state(self) -> str:
        """Return the state of the project."""
        with self.sessions() as session:
            return session.scalars(select(Case.state).where(Case.number == self.number)).one()

    @property
    def history(self) -> list[str]:
        """Return the transitions that were made, the oldest first."""
        with self.sessions() as session:
            rows = session.scalars(
                select(Entry.transition)
                .join(Case, Case.id == Entry.case_id)
                .where(Case.number == self.number, Entry.kind == "transition")
                .order_by(Entry.sequence)
            )
            return [transition for transition in rows if transition]

    def rows(self, table: type[Any], **by: Any) -> list[Any]:
        """Return the rows of a table in the order of their keys."""
        question = select(table).filter_by(**by).order_by(*table.__table__.primary_key)
        with self.sessions() as session:
            return list(session.scalars(question))

    def close(self) -> None:
        """Close what was opened."""
        for engine in self.engines:
            engine.dispose()


class Databases(Protocol):
    """Where databases for the tests come from."""

    def make(self, folder: Path) -> str:
        """Make an empty database that goes with a folder, and return its address."""
        ...

    def copy(self, url: str, folder: Path) -> str:
        """Copy a database that nobody uses now for another folder; return the copy's address."""
        ...

    def lend(self, url: str, folder: Path) -> str:
        """Return the address of a database like another one, for a folder, until it is dropped.

        The other one is never used again, only lent.
        """
        ...

    def drop(self, url: str) -> None:
        """Remove a database."""
        ...

    def disconnect_all(self, url: str) -> None:
        """Break every connection to a database, as a restart of its server would."""
        ...


class Sqlite:
    """A file in the folder."""

    def make(self, folder: Path) -> str:
        """Return the address of a file that is made when it is first used."""
        return f"sqlite:///{folder / 'tandem.db'}"

    def copy(self, url: str, folder: Path) -> str:
        """Copy the file, with what stands in its write-ahead log."""
        source, target = url.removeprefix("sqlite:///"), folder / "tandem.db"
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            new.execute("PRAGMA synchronous=OFF")
            old.backup(new)
        return self.make(folder)

    def lend(self, url: str, folder: Path) -> str:
        """Copy the file."""
        return self.copy(url, folder)

    def drop(self, url: str) -> None:
        """Do nothing: the file goes with its folder."""

    def disconnect_all(self, url: str) -> None:
        """Do nothing: a file has no server."""


class Stages:
    """The story told once; a copy of the world as it was in each state."""

    def __init__(self, folder: Path, password_hash: str, databases: Databases) -> None:
        self.folder = folder
        self.databases = databases
        self._reached: dict[str, World] = {}
        (folder / "story").mkdir(parents=True)
        self._world = World(folder / "story", databases.make(folder / "story"))
        upgrade(self._world.settings.database_url)
        with self._world.sessions() as session:
            demo.load_people(session, password_hash, BEGINS - timedelta(days=30))
        self._keep("people", "", 0)
        self._story = self._world.story()
        self._chapters = self._story.chapters()

    def at(self, state: str, folder: Path) -> World:
        """Return a world of its own with the project in `state` (or `people`: no project yet)."""
        while state not in self._reached:
            reached = next(self._chapters)
            if reached not in self._reached:
                self._keep(reached, self._story.number, self._story.day)
        world = self._copy(self._reached[state], folder, self.databases.lend)
        # Reading the definitions takes a second; the copies all run on the same version of them.
        world.site.catalogue = self._world.site.catalogue.for_another_database()
        return world

    def _keep(self, state: str, number: str, day: int) -> None:
        # A database is copied only while nobody uses it.
        self._world.close()
        self._world.number, self._world.day = number, day
        self._reached[state] = self._copy(self._world, self.folder / state, self.databases.copy)

    def _copy(self, world: World, folder: Path, copy: Callable[[str, Path], str]) -> World:
        files = shutil.ignore_patterns("tandem.db*")
        shutil.copytree(world.folder, folder, dirs_exist_ok=True, ignore=files)
        url = copy(world.settings.database_url, folder)
        return World(folder, url, world.number, day=world.day)
