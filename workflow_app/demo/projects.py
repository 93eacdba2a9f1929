"""Example projects at several stages, each brought there by the real operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from workflow_app.app import hashed
from workflow_app.config import Settings
from workflow_app.demo import courses
from workflow_app.demo.courses import Course
from workflow_app.demo.people import EVERYBODY, PASSWORD, PEOPLE, load_people
from workflow_app.demo.telling import Plot
from workflow_app.installation import opened
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.people import Person

TEXTS = Path(__file__).with_name("texts")
OLDER_THAN_ALL = timedelta(days=800)
"""The accounts are older than the oldest example."""


@dataclass(frozen=True)
class Example:
    """One example project: its texts, how many days ago it began, and how far it has come."""

    name: str
    began: int
    until: str
    """State to which the chapters of the story bring it."""
    then: Callable[[Course], None] | None = None
    """How it goes on after them."""

    @cached_property
    def plot(self) -> Plot:
        """Return what it is about, read from `texts/`."""
        path = TEXTS / f"{self.name}.yaml"
        told: dict[str, Any] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
        return Plot(**{**told, **lists})

    def tell(self, course: Course) -> None:
        """Play it up to the present."""
        course.until(self.until)
        if self.then:
            self.then(course)


EXAMPLES = (
    Example("portal", 300, "in_review", courses.rejected),
    Example("danke_tag", 780, "evaluated", courses.recommended),
    Example("dolmetschpool", 540, "active", courses.extended),
    Example("vereine", 455, "active", courses.ended_from_pause),
    Example("garten", 280, "active", courses.paused),
    Example("sprachcafe", 230, "active", courses.under_way),
    Example("naehstube", 190, "active", courses.extension_pending),
    Example("treffpunkt", 66, "in_review", courses.revised),
    Example("radwerkstatt", 62, "agreement_alignment"),
    Example("lesepatenschaften", 35, "in_review"),
    Example("datenbank", 18, "outline_draft", courses.outlined),
)
"""In the order in which they are told: who names another one comes after it."""


def load_examples(
    settings: Settings, tell: Callable[[str], None], stopped: Callable[[], bool] = lambda: False
) -> bool:
    """Load the example people and projects; False if they are there already.

    Asked to stop, it does so between two projects. Later it goes on with the next one: the first
    projects of an installation with example people are the examples, whatever they are called now.
    Where other examples were loaded than these, nothing is added to them.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    with opened(settings) as (sessions, site):
        with sessions() as session:
            there = set(session.scalars(select(Person.email)))
            new = PEOPLE[0].email not in there
            numbers = [] if new else _projects(session)
            others = not {example.email for example in EVERYBODY} <= there
            if len(numbers) >= len(EXAMPLES) or (numbers and others):
                return False
            load_people(session, hashed(settings, PASSWORD), now - OLDER_THAN_ALL, EVERYBODY)
        known = {example.name: n for example, n in zip(EXAMPLES, numbers, strict=False)}
        for example in EXAMPLES[len(numbers) :]:
            if stopped():
                break
            tell(f"Example project: {example.plot.title}")
            known[example.name] = _told(sessions, site, example, now, known)
    return True


def _projects(session: Session) -> list[str]:
    """Return the numbers of all tandem projects, the oldest first."""
    question = (
        select(Case.number)
        .join(Definition, Definition.id == Case.definition_id)
        .where(Definition.workflow == "tandem_project")
        .order_by(Case.id)
    )
    return list(session.scalars(question))


def _told(
    sessions: sessionmaker[Session],
    site: Site,
    example: Example,
    now: datetime,
    known: dict[str, str],
) -> str:
    present = datetime.combine(day_of(now), time(8), UTC)
    # The worker makes the documents; what is asked for here is only what has to be signed.
    course = Course(
        sessions,
        site,
        present - timedelta(days=example.began),
        lambda instant: None,
        example.plot,
        present=present,
        others=known,
    )
    example.tell(course)
    return course.number
