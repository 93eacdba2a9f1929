"""What people type and do around joint events and recommendations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.services.steps import Raw
from tests.world import World
from workflow_app.services.clock import day_of
from workflow_app.services.people import person_by_email
from workflow_app.services.steps import opening


def open_as(world: World, email: str, workflow: str, step: str, raw: Raw, parent: str = "") -> str:
    """Open a case as somebody, let the world look at it from now on, and return its number."""
    with world.sessions() as session:
        world.number = opening.open_case(
            session,
            world.site,
            workflow,
            step,
            raw,
            person_by_email(session, email),
            world.now,
            parent=parent,
        )
    return world.number


def typed(world: World, days: int) -> str:
    """Return a day as one types it, counted from now."""
    return f"{day_of(world.now) + timedelta(days=days):%d.%m.%Y}"


def plan(world: World, days: int, **other: Any) -> Raw:
    """Return the plan of a festival in so many days."""
    return {
        "title": "Sommerfest der Sprachpaten",
        "format": "event",
        "internal": "no",
        "date": f"{typed(world, days)} 15:00",
        "expected": "60",
        "place_mode": "onsite",
        "place": "Pfarrsaal Ergolding, stufenlos erreichbar",
        "lead": "civic",
        "tasks": [
            {"task": "Raum und Technik", "side": "municipal", "due": typed(world, days - 5)},
            {"task": "Einladung", "side": "civic", "due": typed(world, days - 10)},
        ],
        **other,
    }


ANNOUNCEMENT: Raw = {
    "text": "Die Freiwilligenagentur und das Landratsamt laden zum Sommerfest ein.",
    "logos_ok": "yes",
    "channels": ["municipal_website", "press"],
    "registration": "none",
}
RECORD: Raw = {
    "participants": "54",
    "estimated": "yes",
    "volunteers": "11",
    "new_volunteers": "2",
    "hours": "38,5",
    "result": "Drei Gemeinden wollen mitmachen.",
    "photos_release": "no_photos",
    "costs": [{"type": "rooms", "amount_eur": "120,00", "borne_by": "civic"}],
}


def source(*projects: str, **other: Any) -> Raw:
    """Return an observation from these projects."""
    return {
        "title": "Pressearbeit vorab gemeinsam freigeben",
        "area": "publicity",
        "observation": "Eine Ankündigung ohne Absprache musste zurückgenommen werden.",
        "projects": list(projects),
        **other,
    }


def draft(*cited: str, **other: Any) -> Raw:
    """Return a draft that cites these projects."""
    return {
        "title": "Geben Sie Pressearbeit vorab gemeinsam frei",
        "text": "Vereinbaren Sie zu Beginn, wer Texte und Logos freigibt.",
        "addressee": ["both"],
        "evidence": [
            {"project": p, "n": "1", "finding": "Absprachen haben Zeit gespart."} for p in cited
        ],
        "limits": "Nicht erprobt mit mehr als zwei Trägern.",
        **other,
    }


def publication(world: World, **other: Any) -> Raw:
    """Return what is said at publishing, today."""
    return {
        "edition": "2027-1",
        "date": typed(world, 0),
        "review_by": typed(world, 700),
        **other,
    }
