"""Two projects in city and county: found on both sides, and answered before the outline goes in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from sqlalchemy import select

from tests.conftest import WorldAt
from tests.services.amending import asked, decide
from tests.services.steps import (
    APPROVAL,
    FORMAL,
    POINTS,
    case_of,
    confirm,
    fire,
    offer,
    refused,
    submit,
    why_closed,
)
from tests.services.work.test_outbox import mails
from tests.world import EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.cases.situation import Overlap
from workflow_app.core.errors import Invalid
from workflow_app.demo.partners import CENTRE, CITY
from workflow_app.demo.telling import Plot
from workflow_app.services.cases.overlaps import overlaps_of
from workflow_app.store.migrate import configured
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.footprints import Footprint, FootprintCounty, FootprintTopic
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Submission

TREFF = Plot(
    title="Treffpunkt Deutsch",
    idea="Ein offener Treff mit Kinderbetreuung in der Stadt.",
    county="09261",
    municipal=EMRE,
    municipal_org=CITY,
    civic=LENA,
    civic_org=CENTRE,
    topics=("language",),
    target_groups=("refugees",),
    formats=("cafe",),
)


def second(world: World, plot: Plot = TREFF) -> World:
    """Let Emre and Lena begin a project beside that of Sabine and Tobias."""
    other = replace(world, number="")
    other.sessions, other.site = world.sessions, world.site
    story = other.story(plot)
    story.idea()
    story.partnership()
    other.number, other.day = story.number, story.day
    return other


def outline(world: World, plot: Plot = TREFF, **more: Any) -> dict[str, Any]:
    return {**world.story(plot).answers("outline"), **more}


def overlaps(world: World) -> list[Overlap]:
    with world.sessions() as session:
        situation = world.look(MIRIAM, session).situation
        return list(overlaps_of(session, case_of(world, session), situation))


@pytest.fixture
def beside(world_at: WorldAt) -> World:
    """The project of Emre and Lena, beside one that is under review."""
    return second(world_at("in_review"))


def test_a_project_of_the_twin_county_is_found_with_what_is_common(beside: World) -> None:
    submit(beside, LENA, "outline", outline(beside))
    (hit,) = overlaps(beside)
    assert (hit.case, hit.level, hit.place) == ("TP-2025-0001", "high", "twin")
    assert (hit.topics, hit.target_groups, hit.formats) == (("language",), ("refugees",), ("cafe",))


def test_it_is_found_from_the_other_side_too(beside: World) -> None:
    submit(beside, LENA, "outline", outline(beside))
    (hit,) = overlaps(replace(beside, number="TP-2025-0001"))
    assert (hit.case, hit.level) == (beside.number, "high")


def test_an_idea_is_not_compared_yet(world_at: WorldAt) -> None:
    world = world_at("in_review")
    other = replace(world, number="")
    other.sessions, other.site = world.sessions, world.site
    other.story(TREFF).idea()
    assert overlaps(world) == []


def test_each_overlap_is_answered_before_the_outline_goes_in(beside: World) -> None:
    submit(beside, LENA, "outline", outline(beside))
    assert "overlaps_answered" in why_closed(beside, LENA, "submit_outline")
    with refused("overlaps_answered"):
        fire(beside, LENA, "submit_outline")
    submit(beside, LENA, "outline", answered(beside))
    assert "overlaps_answered" not in why_closed(beside, LENA, "submit_outline")
    beside.story(TREFF).both_confirm("submit_outline")
    assert beside.state == "in_review"


def answered(world: World) -> dict[str, Any]:
    answer = {
        "overlap": "TP-2025-0001",
        "decision": "coordinated",
        "reason": "Die Wochentage sind mit dem Sprachcafé abgestimmt.",
    }
    return outline(world, overlap_answers=[answer])


def test_an_answer_to_a_project_that_was_not_found_is_refused(beside: World) -> None:
    submit(beside, LENA, "outline", outline(beside))
    raw = answered(beside)
    raw["overlap_answers"][0]["overlap"] = "TP-2025-0099"
    with pytest.raises(Invalid) as caught:
        submit(beside, LENA, "outline", raw)
    assert [p.path for p in caught.value.problems] == ["overlap_answers.0.overlap"]


def test_the_answers_stay_when_the_outline_changes_after_approval(beside: World) -> None:
    submit(beside, LENA, "outline", outline(beside))
    submit(beside, LENA, "outline", answered(beside))
    beside.story(TREFF).both_confirm("submit_outline")
    submit(beside, MIRIAM, "review", {"formal": FORMAL})
    with refused("overlap_decision_fits"):
        fire(beside, JONAS, "approve", APPROVAL)
    decision = {"overlap_decision": "coordinated", "overlap_reason": "Gut abgestimmt."}
    fire(beside, JONAS, "approve", {**APPROVAL, **decision})
    newest = [s for s in beside.rows(Submission, form="outline") if s.values.get("overlap_answers")]
    submit(beside, EMRE, "outline", {**newest[-1].values, "volunteers_planned": "20"})
    assert offer(beside, EMRE, "propose_agreement").mine


def test_other_topics_in_the_same_place_do_not_touch(world_at: WorldAt) -> None:
    plot = replace(TREFF, topics=("recognition",), target_groups=("public",), formats=("event",))
    world = second(world_at("in_review"), plot)
    submit(world, LENA, "outline", outline(world, plot))
    assert overlaps(world) == []
    assert "overlaps_answered" not in why_closed(world, LENA, "submit_outline")


@pytest.mark.slow
def test_an_overlap_that_only_a_change_brings_is_weighed_before_it_is_approved(
    world_at: WorldAt,
) -> None:
    active = world_at("active")
    plot = replace(TREFF, topics=("recognition",), target_groups=("public",), formats=("event",))
    other = second(active, plot)
    submit(other, LENA, "outline", outline(other, plot))
    active.day = max(active.day, other.day)
    asked(active, topics=["recognition"], target_groups=["public"], formats=["event"])
    with pytest.raises(Invalid) as caught:
        decide(active, "approve_amendment")
    assert [p.path for p in caught.value.problems] == ["overlap_decision"]
    decide(active, "approve_amendment", overlap_decision="coordinated")
    assert active.state == "amendment_signature"


def test_a_project_over_two_counties_is_found_in_both(world_at: WorldAt) -> None:
    world = world_at("in_review")
    other = second(world)
    submit(other, LENA, "outline", outline(other))
    with other.sessions() as session:
        values = dict(other.look(LENA, session).situation.newest("interest") or {})
    submit(other, LENA, "interest", {**values, "county": "09161"})
    assert overlaps(other) == []
    further = {"county": "09161", "further_counties": ["09274"]}
    submit(other, LENA, "interest", {**values, **further})
    (hit,) = overlaps(other)
    assert (hit.case, hit.level, hit.place) == ("TP-2025-0001", "high", "same")
    (back,) = overlaps(replace(other, number="TP-2025-0001"))
    assert (back.case, back.counties) == (other.number, ("09161", "09274"))


def test_an_older_database_learns_all_counties_of_a_project(world_at: WorldAt) -> None:
    world = second(world_at("in_review"))
    submit(world, LENA, "outline", outline(world))
    with world.sessions() as session:
        values = dict(world.look(LENA, session).situation.newest("interest") or {})
    submit(world, LENA, "interest", {**values, "further_counties": ["09161"]})
    before = found_by(world)
    assert [place for place in before if "09161" in place]

    schema = configured(world.settings.database_url)
    command.downgrade(schema, "20261124_supervised")
    command.upgrade(schema, "head")
    assert found_by(world) == before


def found_by(world: World) -> list[tuple[Any, ...]]:
    """Return the rows by which projects are found."""
    tables = (Footprint, FootprintCounty, FootprintTopic)
    with world.sessions() as session:
        rows = [session.execute(select(t.__table__)).all() for t in tables]
    return sorted((tuple(row) for found in rows for row in found), key=str)


def test_a_running_project_is_told_once_of_a_new_one_that_touches_it(world_at: WorldAt) -> None:
    world = second(world_at("active"))
    submit(world, LENA, "outline", outline(world))
    assert told(world) == []
    submit(world, LENA, "outline", answered(world))
    for email in (EMRE, LENA):
        confirm(world, email, "submit_outline", warnings_reason="Der Raum ist nur jetzt frei.")
    assert world.state == "in_review"
    assert told(world) == sorted([("TP-2025-0001", SABINE), ("TP-2025-0001", TOBIAS)])

    world.work()
    subjects = [str(mail["Subject"]) for mail in mails(world)]
    assert subjects.count("Mögliche Überschneidung: TP-2025-0001") == 2

    fire(world, JONAS, "request_revision", POINTS)
    points = world.rows(Submission, form="review")[-1].values["points"]
    rows = [{"point": row["_id"], "answer": "Das ist ergänzt."} for row in points]
    submit(world, LENA, "revision_response", {"answers": rows})
    world.story(TREFF).both_confirm("resubmit")
    assert len(told(world)) == 2, "nobody is told twice"


def told(world: World) -> list[tuple[str, str]]:
    """Return of which project, and to whom, a mail says that another one touches it."""
    cases = {case.id: case.number for case in world.rows(Case)}
    people = {person.id: person.email for person in world.rows(Person)}
    jobs = [j for j in world.rows(Job, kind="mail") if j.data["template"] == "touched"]
    return sorted((cases[j.case_id], people[j.data["to"]]) for j in jobs)
