"""A joint event: from the plan of one side to an activity of the project that both sides know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import WorldAt
from tests.services.children import ANNOUNCEMENT, RECORD, open_as, plan, typed
from tests.services.steps import (
    case_of,
    changed,
    confirm,
    fire,
    ids,
    join,
    listed,
    offer,
    opened,
    refused,
    shipped,
    submit,
    tasks,
    visible,
    why_closed,
    with_content,
)
from tests.world import ANNA, EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid, NotFound
from workflow_app.demo.partners import AGENCY
from workflow_app.demo.telling import STARTS
from workflow_app.store.tables.cases import Case, Deadline, Participation
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.submissions import Submission

Planned = Callable[..., World]
IN_TERM = STARTS + 60
"""A day of the story within the agreed term."""


@pytest.fixture
def project(world_at: WorldAt) -> World:
    """The agreement is registered, and its term has begun."""
    world = world_at("active")
    world.later(STARTS + 20 - world.day)
    return world


def planned(world: World, days: int = 30, **other: object) -> str:
    """Let Sabine plan an event, and return the number of the project."""
    project = world.number
    open_as(world, SABINE, "joint_event", "plan", plan(world, days, **other), project)
    return project


def announced(world: World) -> None:
    """Let both sides release the announcement."""
    submit(world, SABINE, "event_announcement", ANNOUNCEMENT)
    confirm(world, SABINE, "announce")
    assert confirm(world, TOBIAS, "announce").state == "announced"


def held(world: World, days: int = 30) -> None:
    """Let the day of the event pass, and let Sabine report it."""
    world.later(days + 1)
    assert fire(world, SABINE, "hold") == "held"


def activities(world: World, project: str) -> list[Submission]:
    (case,) = world.rows(Case, number=project)
    return world.rows(Submission, case_id=case.id, form="activity")


def test_an_event_belongs_to_its_project_and_to_both_of_its_partners(project: World) -> None:
    number = planned(project)
    assert project.number == "GV-2025-0001"
    (event,) = project.rows(Case, number=project.number)
    (parent,) = project.rows(Case, number=number)
    assert (event.parent_id, event.state, event.title) == (
        parent.id,
        "planned",
        "Sommerfest der Sprachpaten",
    )
    assert (event.county, event.initiating_side) == ("09274", "civic")
    people = project.rows(Participation, case_id=event.id)
    assert {(p.role, p.side) for p in people} == {
        ("municipal_partner", "municipal"),
        ("civic_partner", "civic"),
    }
    assert "Veranstaltung vorbereiten und ankündigen" in tasks(project, TOBIAS)
    for email in (SABINE, TOBIAS, MIRIAM, JONAS):
        assert project.number in listed(project, email)
    for email in (EMRE, ANNA):
        assert project.number not in listed(project, email)


def test_from_the_plan_to_an_activity_of_the_project(project: World) -> None:
    before = len(activities(project, project.number))
    number = planned(project)
    announced(project)
    held(project)
    submit(project, TOBIAS, "event_record", RECORD)
    assert not confirm(project, TOBIAS, "document").fired
    assert len(activities(project, number)) == before
    assert confirm(project, SABINE, "document").state == "documented"

    entry = activities(project, number)[-1]
    assert entry.slot == project.number
    assert entry.values["title"] == "Sommerfest der Sprachpaten"
    assert (entry.values["kind"], entry.values["status"]) == ("event", "held")
    assert (entry.values["participants"], entry.values["volunteer_hours"]) == (54, "38.5")
    assert entry.values["result"] == "Drei Gemeinden wollen mitmachen."
    assert [row["amount_eur"] for row in entry.values["costs"]] == ["120.00"]
    assert project.history == ["plan", "announce", "hold", "document"]

    project.number = number
    assert ("activity", entry.slot) in visible(project, TOBIAS)
    (noted,) = [e for e in project.rows(Entry, content=entry.digest) if e.kind == "submission"]
    assert (noted.subject, noted.side) == ("activity", "civic")


def test_what_became_of_an_event_may_be_put_right_like_any_other_activity(project: World) -> None:
    number = planned(project, internal="yes")
    held(project)
    submit(project, SABINE, "event_record", RECORD)
    confirm(project, SABINE, "document")
    confirm(project, TOBIAS, "document")
    slot, project.number = project.number, number
    raw = project.story().answers(
        "log_activity",
        title="Sommerfest",
        date=typed(project, -1),
        participants="55",
        volunteers="11",
        hours="38,5",
        kind="event",
        new_volunteers="2",
    )
    with project.sessions() as session:
        assert case_of(project, session).state == "active"
    fire(project, SABINE, "log_activity", raw, slot=slot)
    assert [a.version for a in activities(project, number) if a.slot == slot] == [1, 2]


def test_an_internal_event_is_held_without_an_announcement(project: World) -> None:
    planned(project, internal="yes")
    submit(project, SABINE, "event_announcement", ANNOUNCEMENT)
    assert "for_the_public" in why_closed(project, SABINE, "announce")
    held(project)
    assert project.history == ["plan", "hold"]


def test_a_public_event_that_nobody_announced_needs_a_reason(project: World) -> None:
    planned(project)
    project.later(31)
    with refused("was_announced"):
        fire(project, SABINE, "hold")
    why = "Die Einladung ging nur an die Helferkreise."
    assert fire(project, SABINE, "hold", warnings_reason=why) == "held"


def test_an_event_that_lies_ahead_has_not_been_held(project: World) -> None:
    planned(project, internal="yes")
    project.later(29)
    with refused("date_reached"):
        fire(project, SABINE, "hold")
    project.later(1)
    assert fire(project, SABINE, "hold") == "held"


def test_an_event_is_cancelled_for_both_sides(project: World) -> None:
    number = planned(project)
    announced(project)
    short = {"reason": "Der Saal ist nach dem Hochwasser gesperrt."}
    with pytest.raises(Invalid) as caught:
        fire(project, TOBIAS, "cancel", short)
    assert {p.path for p in caught.value.problems} == {"informed", "informed_whom"}
    told = {**short, "informed": typed(project, 0), "informed_whom": ["invited"]}
    assert fire(project, TOBIAS, "cancel", told) == "cancelled"
    assert activities(project, number) == []
    assert "Veranstaltung durchführen und melden" not in tasks(project, SABINE)


def test_what_changed_is_asked_only_once_the_event_is_announced(project: World) -> None:
    asked = {"change_reason", "invited_told"}
    planned(project)
    assert not asked & opened(project, TOBIAS, "event_plan").fillable
    announced(project)
    assert asked <= opened(project, TOBIAS, "event_plan").fillable


def test_a_changed_plan_is_announced_anew(project: World) -> None:
    planned(project)
    announced(project)
    changes = {"change_reason": "Der Saal ist vergeben.", "invited_told": "yes"}
    with refused("in_project_period"):
        fire(project, TOBIAS, "replan", plan(project, 300, **changes))
    assert fire(project, TOBIAS, "replan", plan(project, 40, **changes)) == "planned"
    assert offer(project, SABINE, "announce").signed == ()
    (event,) = project.rows(Case, number=project.number)
    (running,) = project.rows(Deadline, case_id=event.id, closed_at=None)
    assert f"{running.due_on:%d.%m.%Y}" == typed(project, 43)


def test_the_deadline_follows_the_date_of_the_plan(project: World) -> None:
    planned(project)
    submit(project, TOBIAS, "event_plan", plan(project, 50))
    (event,) = project.rows(Case, number=project.number)
    (running,) = project.rows(Deadline, case_id=event.id)
    assert f"{running.due_on:%d.%m.%Y}" == typed(project, 53)


def test_who_announces_late_says_why(project: World) -> None:
    planned(project, days=10)
    submit(project, SABINE, "event_announcement", ANNOUNCEMENT)
    confirm(project, SABINE, "announce")
    with refused("early_enough"):
        confirm(project, TOBIAS, "announce")
    late = "Der Raum war erst jetzt sicher."
    assert confirm(project, TOBIAS, "announce", warnings_reason=late).state == "announced"


def test_a_warning_that_asks_for_no_reason_is_only_noted(project: World, tmp_path: Path) -> None:
    asks = "später als vorgesehen., en: The announcement appears later than intended.}"
    path = "workflows/joint_event.yaml"
    said = changed(shipped(path), f"{asks}\n        reason: required", asks)
    project.site = with_content(project, tmp_path / "own", {path: said})
    planned(project, days=10)
    submit(project, SABINE, "event_announcement", ANNOUNCEMENT)
    confirm(project, SABINE, "announce")
    assert confirm(project, TOBIAS, "announce").state == "announced"
    (entry,) = project.rows(Entry, transition="announce", kind="transition")
    with project.sessions() as session:
        text = session.get_one(Entry, entry.id).text
        assert text is not None
        assert text.words == {"warnings": ["early_enough"]}


def test_two_events_in_one_week_are_spoken_about(project: World) -> None:
    number = planned(project, internal="yes")
    first, project.number = project.number, number
    planned(project, days=36)
    submit(project, SABINE, "event_announcement", ANNOUNCEMENT)
    assert "clashes_answered" in why_closed(project, SABINE, "announce")
    with project.sessions() as session:
        (clash,) = project.look(SABINE, session).situation.clashes
        assert (clash.case, clash.title) == (first, "")
    submit(project, SABINE, "event_plan", plan(project, 38))
    assert "clashes_answered" not in why_closed(project, SABINE, "announce")
    submit(project, SABINE, "event_plan", plan(project, 36, clash_note="Abgestimmt, andere Gäste."))
    assert "clashes_answered" not in why_closed(project, SABINE, "announce")


def test_an_event_lies_in_the_term_of_the_agreement(project: World) -> None:
    number = project.number
    with refused("in_project_period"):
        planned(project, days=300)
    assert (project.number, len(project.rows(Case))) == (number, 1)


def test_only_a_running_project_has_events(world_at: WorldAt) -> None:
    for state in ("agreement_draft", "evaluated"):
        with refused("project_running"):
            planned(world_at(state))


def test_only_its_partners_plan_events_of_a_project(project: World) -> None:
    number = project.number
    for email in (MIRIAM, JONAS):
        with refused("by"):
            open_as(project, email, "joint_event", "plan", plan(project, 30), number)
    with pytest.raises(NotFound):
        open_as(project, EMRE, "joint_event", "plan", plan(project, 30), number)
    with refused("by"):
        open_as(project, SABINE, "joint_event", "plan", plan(project, 30))


def test_a_project_is_not_finished_before_its_events(project: World) -> None:
    number = planned(project, internal="yes")
    event, project.number = project.number, number
    assert "children_ended" in why_closed(project, SABINE, "finish")
    project.number = event
    fire(project, SABINE, "cancel", {"reason": "Zu wenige Anmeldungen bis heute."})
    project.number = number
    assert "children_ended" not in why_closed(project, SABINE, "finish")


def test_what_one_side_never_confirmed_is_recorded_as_such(project: World) -> None:
    number = planned(project, internal="yes")
    held(project)
    project.later(1)
    submit(project, TOBIAS, "event_record", RECORD)
    confirm(project, TOBIAS, "document")
    project.later(26)
    with refused("side_silent"):
        fire(project, MIRIAM, "document_unconfirmed", reason="Keine Antwort.")
    project.later(1)
    assert "nothing_recorded" in why_closed(project, MIRIAM, "close_undocumented")
    with refused("by"):
        fire(project, TOBIAS, "document_unconfirmed", reason="Keine Antwort.")
    assert fire(project, MIRIAM, "document_unconfirmed", reason="Keine Antwort.") == "documented"
    (entry,) = activities(project, number)
    assert entry.values["result"].endswith("(Von einer Seite nicht bestätigt.)")


def test_an_event_of_which_nobody_says_anything_is_closed_without_figures(project: World) -> None:
    number = planned(project, internal="yes")
    held(project)
    project.later(28)
    assert "recorded" in why_closed(project, MIRIAM, "document_unconfirmed")
    assert fire(project, MIRIAM, "close_undocumented", reason="Keine Antwort.") == "undocumented"
    assert activities(project, number) == []


def test_a_new_contact_of_the_project_takes_over_its_open_events(project: World) -> None:
    number = planned(project, internal="yes")
    event, project.number = project.number, number
    join(project, LENA, AGENCY)
    known = ids(project)
    change = {
        "old": known[SABINE],
        "new": known[LENA],
        "from": typed(project, 0),
    }
    fire(project, MIRIAM, "update_contacts", change)
    assert event in listed(project, LENA)
    assert event not in listed(project, SABINE)
    project.number = event
    assert fire(project, LENA, "cancel", {"reason": "Zu wenige Anmeldungen bis heute."})
