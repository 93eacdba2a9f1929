"""The end of a project and what hangs on it: events, late entries, the very day of an act."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.children import open_as, plan
from tests.services.steps import fire, ids, join, refused, why_closed
from tests.world import JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.demo.partners import AGENCY
from workflow_app.demo.telling import ANSWERS, STARTS
from workflow_app.services.cases import comments
from workflow_app.services.papers import archive
from workflow_app.services.people import person_by_email
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.submissions import Submission


@pytest.fixture
def project(world_at: WorldAt) -> World:
    """Sabine's and Tobias's project, whose term has begun."""
    world = world_at("active")
    world.later(STARTS - world.day + 1)
    return world


def ended(world: World) -> None:
    """Let Dr. Reiter end the project early."""
    notice = {
        "ground": "funding_ended",
        "explanation": "Die Förderung ist zum Monatsende widerrufen worden.",
        "good_cause": "yes",
        "effective_date": world.story().date(world.day + 1),
        "has_open_commitments": "no",
        "volunteers_informed": "no",
    }
    fire(world, JONAS, "terminate_without_notice", notice)


def wound_up(world: World) -> None:
    story = world.story()
    story.submit(TOBIAS, "final_report", story.answers("final_report"))
    story.both_confirm("wind_up")


def archiving(**more: str) -> dict[str, Any]:
    """Return the answers of whoever archives."""
    return {**ANSWERS["archive"], **more}


def test_what_is_closed_without_an_evaluation_leaves_its_archive_bundle(project: World) -> None:
    ended(project)
    answers = archiving(outcome="completed")
    fire(project, JONAS, "close_without_evaluation", answers, reason="Es fand nichts statt.")
    project.work()
    (bundle,) = project.rows(Document, kind=archive.KIND)
    assert project.state == "archived"
    assert bundle.sha256
    (said,) = project.rows(Submission, form="archive")
    year = project.now.year + 3
    assert [c.outcome for c in project.rows(Case)] == ["terminated"]
    assert said.values["outcome"] == "terminated", "and not what somebody would choose"
    assert said.values["retention_until"] == f"{year}-12-31"


def event(world: World, days: int = 30) -> str:
    """Let Sabine plan an event of the project, and return its number."""
    number = world.number
    found = open_as(world, SABINE, "joint_event", "plan", plan(world, days, internal="yes"), number)
    world.number = number
    return found


def test_ending_a_project_leaves_its_events_and_winding_up_cancels_them(project: World) -> None:
    number = event(project)
    ended(project)
    assert [c.state for c in project.rows(Case, number=number)] == ["planned"]
    wound_up(project)
    assert [c.state for c in project.rows(Case, number=number)] == ["cancelled"]
    assert project.state == "self_evaluation"


def test_an_event_that_took_place_is_recorded_before_the_winding_up(project: World) -> None:
    own = project.number
    project.number = event(project, 5)
    project.later(6)
    fire(project, SABINE, "hold")
    project.number = own
    ended(project)
    assert "events_recorded" in why_closed(project, SABINE, "wind_up")


def late(world: World, days: int) -> dict[str, Any]:
    """Return an activity that was held so many days ago."""
    story = world.story()
    held = {**ANSWERS["activities"][0], "date": story.date(world.day - days)}
    return story.answers("log_activity", **held)


@pytest.mark.parametrize("early", [True, False])
def test_an_activity_may_be_logged_late_but_not_held_late(project: World, early: bool) -> None:
    if early:
        project.later(20)
        ended(project)
    else:
        fire(project, SABINE, "log_activity", late(project, 0))
        story = project.story()
        project.later(story.end - project.day + 1)
        project.story().both_confirm("finish")
    project.later(10)
    with refused("was_before"):
        fire(project, SABINE, "log_late_activity", late(project, 5))
    fire(project, SABINE, "log_late_activity", late(project, 15))


def test_who_acts_on_the_day_on_which_the_state_began_is_not_silent(project: World) -> None:
    project.number = event(project, 5)
    project.later(6)
    fire(project, SABINE, "hold")
    with project.sessions() as session:
        tobias = person_by_email(session, TOBIAS)
        words = "Ich trage die Zahlen nächste Woche ein."
        comments.comment(session, project.site, project.number, words, tobias, project.now)
    project.later(28)
    assert "both_silent" in why_closed(project, MIRIAM, "close_undocumented")


@pytest.mark.parametrize("state", ["closing", "self_evaluation", "assessment", "evaluated"])
def test_the_office_changes_a_contact_in_every_state(world_at: WorldAt, state: str) -> None:
    world = world_at(state)
    join(world, LENA, AGENCY)
    known = ids(world)
    change = {"old": known[SABINE], "new": known[LENA]}
    fire(world, MIRIAM, "update_contacts", {**change, "from": world.story().date(world.day)})
    with world.sessions() as session:
        assert world.look(LENA, session).actor.side == "civic"
