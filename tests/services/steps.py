"""What people do in these tests, in a word each; the story's own steps are in `demo.story`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.world import ANNA, EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import NotAllowed
from workflow_app.core.steps.offers import Offer
from workflow_app.installation import site_of
from workflow_app.paths import shipped_content
from workflow_app.services import people
from workflow_app.services.access import seeing
from workflow_app.services.access.rows import principals_of
from workflow_app.services.forms import drafts, submissions
from workflow_app.services.people import person_by_email
from workflow_app.services.site import Site
from workflow_app.services.steps import sign_off, transitions
from workflow_app.store import queries
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.organisations import Organisation

Raw = dict[str, Any]
PEOPLE = (SABINE, TOBIAS, JONAS, MIRIAM, ANNA, EMRE, LENA)

FORMAL = dict.fromkeys(("complete", "eligible", "period", "costs", "signatories_known"), "yes")
APPROVAL: Raw = {
    "overlap_decision": "none",
    "criterion_need": "3",
    "criterion_goals": "2",
    "criterion_equal_footing": "3",
    "criterion_resources": "2",
    "criterion_transferability": "3",
    "impartial": "yes",
}
POINTS: Raw = {
    "points": [
        {"field": "outline.goals", "text": "Bitte das zweite Ziel genauer fassen."},
        {"field": "outline.costs", "text": "Bitte die Honorare erläutern."},
    ],
    "reason": "Zwei Punkte sind vor einer Entscheidung noch zu klären.",
    "impartial": "yes",
}
REJECTION: Raw = {
    "reason": "Das Vorhaben ist mit den Mitteln des Programms nicht vereinbar.",
    "impartial": "yes",
}
WITHDRAWAL: Raw = {"reason": "Die Stelle ist nicht mehr besetzt."}


def fire(world: World, email: str, transition: str, raw: Raw | None = None, **more: Any) -> str:
    """Make a transition as somebody, and return the state after it."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return transitions.fire(
            session, world.site, world.number, transition, person, world.now, raw=raw, **more
        ).state


def submit(world: World, email: str, form: str, raw: Raw, slot: str = "", **more: Any) -> int:
    """Submit a form as somebody, and return the version."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return submissions.submit(
            session, world.site, world.number, form, slot, raw, person, world.now, **more
        )


def save(world: World, email: str, form: str, raw: Raw, expected: int, slot: str = "") -> int:
    """Save a draft as somebody, and return its version."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return drafts.save(
            session, world.site, world.number, form, slot, raw, person, world.now, expected=expected
        ).version


def opened(world: World, email: str, form: str, slot: str = "") -> submissions.Page:
    """Return what somebody sees on opening a form."""
    with world.sessions() as session:
        return submissions.page(session, world.look(email, session), form, slot)


def confirm(world: World, email: str, transition: str, **more: Any) -> sign_off.Outcome:
    """Say yes as somebody to what is there now."""
    digest = more.pop("digest", None) or offer(world, email, transition).digest or ""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return sign_off.confirm(
            session, world.site, world.number, transition, digest, person, world.now, **more
        )


def take_back(world: World, email: str, transition: str) -> None:
    """Take a yes back as somebody."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        sign_off.take_back(session, world.site, world.number, transition, person, world.now)


def offer(world: World, email: str, transition: str) -> Offer:
    """Return what the engine says to somebody about one step."""
    with world.sessions() as session:
        seen = world.look(email, session)
        return seen.engine.offer(seen.situation, seen.actor, transition)


def why_closed(world: World, email: str, transition: str) -> set[str]:
    """Return the ids of the reasons for which a step is closed to somebody."""
    return {reason.id for reason in offer(world, email, transition).reasons}


@contextmanager
def refused(*reasons: str) -> Iterator[None]:
    """Expect a refusal that gives these reasons among others; none named: one that gives none."""
    with pytest.raises(NotAllowed) as caught:
        yield
    given = {reason.id for reason in caught.value.reasons}
    assert set(reasons) <= given
    assert reasons or not given


def case_of(world: World, session: Session) -> Case:
    """Return the row of the project."""
    return session.scalars(select(Case).where(Case.number == world.number)).one()


def version_of(world: World) -> int:
    """Return the version of the project's row."""
    with world.sessions() as session:
        return case_of(world, session).version


def visible(world: World, email: str) -> list[tuple[str, str]]:
    """Return (form, slot) of every submission that somebody may see."""
    with world.sessions() as session:
        return [(s.form, s.slot) for s in seeing.visible(world.look(email, session))]


def listed(world: World, email: str) -> list[str]:
    """Return the numbers of the projects in somebody's list."""
    with world.sessions() as session:
        keys = principals_of(person_by_email(session, email))
        return [row.number for row in queries.projects(session, keys)]


def tasks(world: World, email: str) -> list[str]:
    """Return what waits for somebody, as it is shown."""
    with world.sessions() as session:
        keys = principals_of(person_by_email(session, email))
        return [row.task_de or "" for row in queries.tasks(session, keys)]


def give_role(world: World, email: str, role: str, scope: str = "site", key: str = "") -> None:
    """Give somebody a standing role."""
    with world.sessions() as session:
        people.give_role(session, email, role, scope, key)


def join(world: World, email: str, organisation: str) -> None:
    """Let somebody belong to an organisation."""
    with world.sessions() as session:
        people.join(session, email, organisation)


def ids(world: World) -> dict[str, str]:
    """Return address or name → id, as a form refers to people and organisations."""
    with world.sessions() as session:
        found = {o.name: str(o.id) for o in session.scalars(select(Organisation))}
        for email in PEOPLE:
            found[email] = str(person_by_email(session, email).id)
        return found


def notice_of(world: World, days: int, **more: str) -> Raw:
    """Return what is typed to give notice, to take effect after some days."""
    return {
        "ground": "staff",
        "explanation": "Die Stelle der Agentur bleibt auf Dauer unbesetzt.",
        "good_cause": "no",
        "effective_date": world.story().date(world.day + days),
        "has_open_commitments": "no",
        "volunteers_informed": "no",
        **more,
    }


def with_content(world: World, folder: Path, files: Mapping[str, str]) -> Site:
    """Return the installation of a world with an organisation's own content folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    content = (folder, shipped_content())
    return site_of(replace(world.settings, content=content, content_changes="publish"))


def shipped(path: str) -> str:
    """Return the text of a shipped content file."""
    return (shipped_content() / path).read_text(encoding="utf-8")


def changed(text: str, old: str, new: str) -> str:
    """Return `text` with the one `old` in it replaced."""
    assert len(re.findall(re.escape(old), text)) == 1, old
    return text.replace(old, new)


def another_idea(world: World, title: str = "Lesekreis am Fluss") -> str:
    """Open a second project of the same two, under a title of its own; return its number."""
    story = world.story()
    story.plot = replace(story.plot, title=title)
    story.idea()
    return story.number
