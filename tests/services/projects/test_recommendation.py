"""A recommendation: from an observation to the handbook, never by one person alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import WorldAt
from tests.services.children import draft, open_as, publication, source, typed
from tests.services.steps import (
    fire,
    give_role,
    ids,
    join,
    listed,
    opened,
    refused,
    submit,
    tasks,
    why_closed,
)
from tests.world import ANNA, EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid, NotAllowed, NotFound
from workflow_app.demo.partners import AGENCY
from workflow_app.services.clock import day_of
from workflow_app.services.forms.references import References
from workflow_app.services.people import person_by_email
from workflow_app.services.steps import opening
from workflow_app.services.work.deadlines import fire_due
from workflow_app.store.tables.cases import Case, Deadline, Obligation, Participation
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Submission

OBJECT = "Entwurf lesen und Einwände erheben, falls Sie welche haben"
REASON = {"reason": "Eine neuere Erfahrung sagt etwas anderes."}


@pytest.fixture
def world(world_at: WorldAt) -> World:
    """Sabine's and Tobias's project has been evaluated."""
    return world_at("evaluated")


def told(world: World, what: Callable[[], object]) -> dict[str, str]:
    """Return to whom something brings which mail."""
    before = len(world.rows(Job, kind="mail"))
    what()
    with world.sessions() as session:
        address = {p.id: p.email for p in session.scalars(select(Person))}
    found = [job.data for job in world.rows(Job, kind="mail")[before:]]
    return {address[mail["to"]]: mail["template"] for mail in found}


def collect(world: World, email: str = MIRIAM, *projects: str) -> str:
    """Let somebody collect an observation from these projects (or the one of the story)."""
    project = world.number
    open_as(world, email, "recommendation", "collect", source(*(projects or (project,))))
    return project


def drafted(world: World) -> str:
    """Let Miriam collect an observation and draft a recommendation; return the project."""
    project = collect(world)
    assert fire(world, MIRIAM, "draft", draft(project)) == "drafted"
    return project


def published(world: World) -> str:
    """Let a recommendation go its whole way."""
    project = drafted(world)
    world.later(14)
    assert fire(world, JONAS, "review", {}) == "reviewed"
    assert fire(world, JONAS, "publish", publication(world)) == "published"
    return project


def object_to(world: World, email: str, project: str) -> str:
    """Object to the draft as somebody, and return the key of the objection."""
    objection = {
        "project": project,
        "kind": "not_named",
        "objection": "Bitte nennen Sie unser Projekt nicht.",
    }
    submit(world, email, "rec_objection", objection)
    with world.sessions() as session:
        return world.look(email, session).situation.submissions["rec_objection"][-1].slot


def test_miriam_collects_an_observation_and_the_partners_learn_of_it(world: World) -> None:
    assert told(world, lambda: collect(world)) == {SABINE: "decided", TOBIAS: "decided"}
    assert world.number == "EM-2026-0001"
    (case,) = world.rows(Case, number=world.number)
    assert (case.state, case.county) == ("collected", None)
    assert case.title == "Pressearbeit vorab gemeinsam freigeben"
    known = ids(world)
    people = world.rows(Participation, case_id=case.id)
    assert {(str(p.person_id), p.role) for p in people} == {
        (known[SABINE], "source_partner"),
        (known[TOBIAS], "source_partner"),
    }
    for email in (SABINE, TOBIAS, MIRIAM, JONAS):
        assert world.number in listed(world, email)
    for email in (EMRE, LENA, ANNA):
        assert world.number not in listed(world, email)
    assert "Empfehlung entwerfen" in tasks(world, MIRIAM)


def test_who_is_cited_is_asked_for_objections_until_a_review_is_possible(world: World) -> None:
    project = collect(world)
    assert OBJECT not in tasks(world, SABINE)
    assert told(world, lambda: fire(world, MIRIAM, "draft", draft(project))) == {
        SABINE: "your_turn",
        TOBIAS: "your_turn",
        JONAS: "your_turn",
    }
    (asked,) = world.rows(Obligation, role="source_partner", closed_at=None)
    assert asked.due_on == day_of(world.now) + timedelta(days=14)
    world.later(13)
    fire_due(world.sessions, world.site, world.now)
    for email in (SABINE, TOBIAS):
        assert tasks(world, email).count(OBJECT) == 1
    world.later(1)
    fire_due(world.sessions, world.site, world.now)
    assert OBJECT not in tasks(world, SABINE)
    fire(world, JONAS, "return", {"comment": "Bitte die Grenzen genauer fassen."})
    fire(world, MIRIAM, "draft", draft(project, limits="Nur in Landkreisen erprobt."))
    assert OBJECT in tasks(world, TOBIAS)


def test_a_partner_proposes_from_the_own_project_only(world: World) -> None:
    collect(world, SABINE)
    assert world.history == ["collect"]
    external = source(external_source="Fachtag Ehrenamt 2025")
    with refused("own_project"):
        open_as(world, SABINE, "recommendation", "collect", external)
    for email in (EMRE, ANNA):
        with refused("by"):
            open_as(world, email, "recommendation", "collect", source(world.number))


def test_a_project_that_still_runs_is_no_source(world_at: WorldAt) -> None:
    world = world_at("active")
    with pytest.raises(NotAllowed) as caught:
        collect(world)
    told = "Ein Quellprojekt ist noch nicht ausgewertet. Das betrifft: Sprachcafé unterwegs"
    assert [r.text.de for r in caught.value.reasons] == [f"{told} ({world.number})."]
    with refused("by"):
        collect(world, SABINE)


def test_nobody_cites_a_project_that_they_may_not_see(world: World) -> None:
    project = world.number
    with world.sessions() as session:
        look = opening.start(
            session, world.site, "recommendation", person_by_email(session, MIRIAM), world.now
        )
        emre = person_by_email(session, EMRE).id
        names = References(session, look.compiled, look.situation, person=look.actor.person)
        assert names.choices("project") == {project: f"Sprachcafé unterwegs ({project})"}
        names = References(session, look.compiled, look.situation, person=emre)
        assert names.choices("project") == {}
        assert names.name("project", project) == project
    with pytest.raises(Invalid) as caught:
        collect(world, MIRIAM, "TP-2025-0099")
    assert [p.path for p in caught.value.problems] == ["projects"]


def test_from_the_observation_to_the_handbook(world: World) -> None:
    project = drafted(world)
    assert "Entwurf prüfen" in tasks(world, JONAS)
    slot = object_to(world, TOBIAS, project)
    assert "Einwände beantworten" in tasks(world, MIRIAM)
    with refused("objections_awaited", "objections_answered"):
        fire(world, JONAS, "review", {})
    answer = {"status": "kept", "answer": "Das Projekt wird nur als „ein Landkreis“ genannt."}
    submit(world, MIRIAM, "rec_objection", answer, slot)
    world.later(13)
    assert why_closed(world, JONAS, "review") == {"objections_awaited"}
    world.later(1)
    assert fire(world, JONAS, "review", {}) == "reviewed"
    assert fire(world, JONAS, "publish", publication(world)) == "published"
    world.work()
    (chapter,) = world.rows(Document, kind="recommendation")
    assert chapter.sha256 is not None
    assert "Zahl der Quellprojekte" in chapter.snapshot
    assert "Sprachcafé unterwegs" in chapter.snapshot
    assert [d.values["source_projects"] for d in world.rows(Submission, form="rec_draft")] == [1]
    assert world.history == ["collect", "draft", "review", "publish"]


def test_who_wrote_a_draft_neither_reviews_nor_publishes_it(world: World) -> None:
    drafted(world)
    world.later(14)
    give_role(world, MIRIAM, "supervisor")
    assert why_closed(world, MIRIAM, "review") == {"not_by_author"}
    fire(world, JONAS, "review", {})
    with refused("not_by_author"):
        fire(world, MIRIAM, "publish", publication(world))
    assert fire(world, JONAS, "publish", publication(world)) == "published"


def test_nobody_decides_on_what_the_own_organisation_has_lived(world: World) -> None:
    drafted(world)
    world.later(14)
    give_role(world, LENA, "supervisor")
    assert why_closed(world, LENA, "review") == set()
    join(world, LENA, AGENCY)
    assert "not_by" in why_closed(world, LENA, "review")


def test_evidence_comes_from_the_source_projects(world: World) -> None:
    project = world.number
    external = source(external_source="Fachtag Ehrenamt 2025")
    open_as(world, MIRIAM, "recommendation", "collect", external)
    with refused("cites_its_sources"):
        fire(world, MIRIAM, "draft", draft(project))
    fire(world, MIRIAM, "draft", draft(""))


def test_whose_project_is_added_takes_part_with_the_draft(world: World) -> None:
    project = world.number
    external = source(external_source="Fachtag Ehrenamt 2025")
    open_as(world, MIRIAM, "recommendation", "collect", external)
    with pytest.raises(NotFound):
        why_closed(world, SABINE, "draft")
    submit(world, MIRIAM, "rec_source", source(project))
    fire(world, MIRIAM, "draft", draft(project))
    with world.sessions() as session:
        look = world.look(SABINE, session)
        names = References(session, look.compiled, look.situation, person=look.actor.person)
        assert opened(world, SABINE, "rec_objection").fillable
        assert names.choices("project") == {project: f"Sprachcafé unterwegs ({project})"}


def test_a_draft_goes_back_and_the_time_for_objections_begins_anew(world: World) -> None:
    project = drafted(world)
    world.later(14)
    fire(world, JONAS, "return", {"comment": "Bitte die Grenzen genauer fassen."})
    assert "Entwurf überarbeiten" in tasks(world, MIRIAM)
    assert "not_returned" in why_closed(world, JONAS, "review")
    fire(world, MIRIAM, "draft", draft(project, limits="Nur in Landkreisen erprobt."))
    assert why_closed(world, JONAS, "review") == {"objections_awaited"}


def test_what_is_dropped_does_not_appear(world: World) -> None:
    drafted(world)
    assert fire(world, JONAS, "drop", REASON) == "dropped"
    assert world.rows(Document, kind="recommendation") == []


def test_what_still_holds_is_confirmed_for_another_while(world: World) -> None:
    published(world)
    (case,) = world.rows(Case, number=world.number)
    assert "Prüfen, ob die Empfehlung noch gilt" not in tasks(world, JONAS)
    world.later(641)
    fire_due(world.sessions, world.site, world.now)
    assert "Prüfen, ob die Empfehlung noch gilt" in tasks(world, JONAS)
    assert fire(world, JONAS, "reconfirm", publication(world, edition="2028-1")) == "published"
    (running,) = world.rows(Deadline, case_id=case.id, closed_at=None)
    assert f"{running.due_on:%d.%m.%Y}" == typed(world, 700)


def test_only_a_published_recommendation_takes_the_place_of_another(world: World) -> None:
    project = published(world)
    first = world.number
    open_as(world, MIRIAM, "recommendation", "collect", source(project))
    second, world.number = world.number, first
    for successor in (first, second):
        with refused("successor_published"):
            fire(world, JONAS, "supersede", {**REASON, "successor": successor})
    world.number = second
    fire(world, MIRIAM, "draft", draft(project))
    world.later(14)
    fire(world, JONAS, "review", {})
    fire(world, JONAS, "publish", publication(world))
    world.number = first
    assert fire(world, JONAS, "supersede", {**REASON, "successor": second}) == "superseded"
