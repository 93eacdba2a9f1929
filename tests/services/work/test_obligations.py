"""What is asked for beside a state's own work is due by a day of its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from tests.conftest import WorldAt
from tests.services.amending import ask, extension
from tests.services.steps import confirm, fire, submit
from tests.services.work.test_outbox import mails
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid
from workflow_app.demo.telling import STARTS
from workflow_app.services import doctor
from workflow_app.services.access.reindex import reindex
from workflow_app.services.access.rows import principals_of
from workflow_app.services.clock import day_of
from workflow_app.services.people import person_by_email
from workflow_app.services.work.reminders import remind_due
from workflow_app.store import queries
from workflow_app.store.tables.cases import Obligation
from workflow_app.store.tables.outbox import Job

ACKNOWLEDGE = "Zwischenbericht zur Kenntnis nehmen"


def handed_in(world: World) -> date:
    """Let both sides hand in an interim report, and return the day."""
    world.under_way()
    story = world.story()
    days = {"from_day": story.date(world.day - 20), "to_day": story.date(world.day)}
    raw = story.answers("interim_report", **days)
    submit(world, TOBIAS, "interim_report", raw)
    submit(world, SABINE, "interim_report", {**raw, **story.answers("interim_report_civic")})
    for email in (SABINE, TOBIAS):
        confirm(world, email, "submit_interim_report")
    return day_of(world.now)


def running(world: World) -> dict[str, date]:
    rows = world.rows(Obligation)
    return {row.role: row.due_on for row in rows if row.closed_at is None}


def due_for(world: World, email: str) -> date | None:
    """Return the day by which the worklist says that the case is due for somebody."""
    with world.sessions() as session:
        keys = principals_of(person_by_email(session, email))
        (listed,) = queries.tasks(session, keys, "open", day_of(world.now))
        return listed.due_on


def reminded(world: World) -> list[tuple[str, str, str]]:
    """Return (template, whom, task) of the mails that calling to mind brings now."""
    before = len(world.rows(Job))
    remind_due(world.sessions, world.site, world.now)
    with world.sessions() as session:
        who = {person_by_email(session, e).id: e for e in (SABINE, TOBIAS, JONAS, MIRIAM)}
    mails = [j.data for j in world.rows(Job)[before:] if "task" in j.data]
    return sorted((m["template"], who[m["to"]], m["task"]["de"]) for m in mails)


def test_the_supervisor_has_four_weeks_for_a_report_and_his_worklist_says_so(
    world_at: WorldAt,
) -> None:
    world = world_at("active")
    day = handed_in(world)

    assert running(world) == {"supervisor": day + timedelta(days=28)}
    assert due_for(world, JONAS) == day + timedelta(days=28)
    state = due_for(world, SABINE)
    assert state is not None
    assert state > day + timedelta(days=28), "the sides go by the deadline of the state"


def test_he_alone_is_reminded_and_then_the_office_is_told_once(world_at: WorldAt) -> None:
    world = world_at("active")
    handed_in(world)
    world.later(20)
    assert reminded(world) == []
    world.later(1)
    assert reminded(world) == [("reminder", JONAS, ACKNOWLEDGE)]
    assert reminded(world) == []
    world.later(8)
    assert reminded(world) == [
        ("escalation", MIRIAM, ACKNOWLEDGE),
        ("reminder", JONAS, ACKNOWLEDGE),
    ]
    world.later(1)
    assert reminded(world) == []


def test_the_mail_says_what_is_due(world_at: WorldAt) -> None:
    world = world_at("active")
    handed_in(world)
    world.work()
    world.later(21)
    remind_due(world.sessions, world.site, world.now)
    world.work()

    texts = [mail.get_content() for mail in mails(world) if "Erinnerung" in mail["Subject"]]
    assert any(ACKNOWLEDGE in text for text in texts)


def test_the_time_goes_on_when_an_extension_is_asked_for_meanwhile(world_at: WorldAt) -> None:
    world = world_at("active")
    handed_in(world)
    before = running(world)["supervisor"]
    fire(world, JONAS, "acknowledge_interim_report")
    assert running(world) == {}
    world.later(5)
    day = handed_in(world)
    assert running(world)["supervisor"] == day + timedelta(days=28) != before
    world.later(5)
    ask(world, extension(world), "extension")
    assert running(world)["supervisor"] == day + timedelta(days=28)


def test_a_question_gives_the_sides_four_weeks_and_takes_it_from_the_supervisor(
    world_at: WorldAt,
) -> None:
    world = world_at("active")
    handed_in(world)
    world.later(3)
    fire(world, JONAS, "question_interim_report", {"note": "Wie viele Treffen fielen aus?"})

    due = day_of(world.now) + timedelta(days=28)
    assert running(world) == {"municipal_partner": due, "civic_partner": due}
    assert due_for(world, SABINE) == due


def test_the_doctor_misses_one_that_is_gone_and_its_advice_helps(world_at: WorldAt) -> None:
    world = world_at("active")
    handed_in(world)
    with world.sessions.begin() as session:
        session.execute(delete(Obligation))
    with world.sessions() as session:
        found = doctor.examine(session, world.site, world.now)
        assert "obligations" in {f.what for f in found}
        reindex(session, world.site)
    assert list(running(world)) == ["supervisor"]


def test_a_report_speaks_of_the_goals_and_of_the_term(world_at: WorldAt) -> None:
    world = world_at("active")
    world.under_way()
    story = world.story()
    days = {"from_day": story.date(STARTS - 1), "to_day": story.date(world.day)}
    raw = story.answers("interim_report", **days)
    elsewhere = [{**row, "goal": f"Etwas anderes {n}"} for n, row in enumerate(raw["progress"])]
    with pytest.raises(Invalid) as caught:
        submit(world, TOBIAS, "interim_report", {**raw, "progress": elsewhere})
    assert {p.path for p in caught.value.problems} == {"period_from", "progress"}
