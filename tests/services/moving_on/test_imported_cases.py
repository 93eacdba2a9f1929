"""Sabine writes a press release on a workflow from Plone, Jonas reviews it, Emre reads it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.conftest import WorldAt
from tests.services import press
from tests.services.press import give, open_case, publish, seen, step
from tests.world import ANNA, EMRE, JONAS, MIRIAM, SABINE, TOBIAS, VERA, World
from workflow_app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from workflow_app.core.tables.imported_effects import IMPORTED_EFFECTS
from workflow_app.services.access.reindex import reindex
from workflow_app.services.access.rows import principals_of
from workflow_app.services.accounts import people
from workflow_app.services.accounts.imported_roles import imported_roles
from workflow_app.services.cases import comments
from workflow_app.services.cases.record import broken_links
from workflow_app.services.doctor import examine
from workflow_app.services.migrations import plans
from workflow_app.services.migrations.carrying_over import carry_over
from workflow_app.services.people import person_by_email
from workflow_app.services.steps import imported
from workflow_app.store import queries
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job


@pytest.fixture
def world(world_at: WorldAt) -> World:
    """Return a world in which the workflow is in force, Sabine writes and Jonas reviews."""
    found = world_at("people")
    publish(found)
    give(found, SABINE, "Contributor")
    give(found, JONAS, "Reviewer")
    return found


def entries(world: World, number: str) -> list[queries.Happened]:
    with world.sessions() as session:
        case = session.scalars(select(Case).where(Case.number == number)).one()
        return list(reversed(queries.history(session, case)))


def listed(world: World, email: str) -> list[str]:
    """Return the cases that somebody finds."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return [c.number for c in queries.projects(session, principals_of(person))]


def tasks(world: World, email: str) -> list[tuple[str, str | None]]:
    with world.sessions() as session:
        person = person_by_email(session, email)
        return [(c.number, c.task_de) for c in queries.tasks(session, principals_of(person))]


def open_steps(world: World, number: str, email: str) -> list[str]:
    return [o.transition.id for o in seen(world, number, email).offers if o.open]


def mails(world: World) -> list[tuple[str, str]]:
    """Return (to, template) of each mail that waits."""
    with world.sessions() as session:
        names = {p: person_by_email(session, p).id for p in (SABINE, JONAS, TOBIAS, EMRE, VERA)}
        back = {number: email for email, number in names.items()}
        jobs = session.scalars(select(Job).where(Job.kind == "mail").order_by(Job.id))
        return [(back[j.data["to"]], j.data["template"]) for j in jobs if j.case_id]


def test_whoever_opens_a_case_is_its_owner_and_it_stands_in_the_initial_state(
    world: World,
) -> None:
    number = open_case(world, SABINE)
    look = seen(world, number, SABINE)

    assert number == "PR-2025-0001"
    assert (look.case.state, look.case.title) == ("private", "Sprachcafé eröffnet")
    assert "Owner" in look.actor.roles
    assert [(e.kind, e.transition, e.to_state) for e in entries(world, number)] == [
        ("transition", None, "private")
    ]
    assert open_steps(world, number, SABINE) == ["submit"]


def test_only_whoever_holds_the_right_to_add_opens_one(world: World) -> None:
    for email in (TOBIAS, JONAS, MIRIAM):
        with pytest.raises(NotAllowed) as refused:
            open_case(world, email)
        assert "Add portal content" in refused.value.reasons[0].text.de


@pytest.mark.parametrize("title", ["", "   ", "x" * 301])
def test_a_case_has_a_title(world: World, title: str) -> None:
    with pytest.raises(Invalid) as wrong:
        open_case(world, SABINE, title)
    assert [p.path for p in wrong.value.problems] == ["title"]
    assert listed(world, SABINE) == []


def test_the_same_request_twice_opens_one_case(world: World) -> None:
    assert open_case(world, SABINE, key="k") == open_case(world, SABINE, key="k")
    assert len(listed(world, SABINE)) == 1


def test_the_role_maps_of_the_state_say_who_sees_it(world: World) -> None:
    """Tobias belongs to the county's office, to which the state gives the role of a reader."""
    number = open_case(world, SABINE)
    everybody = (SABINE, JONAS, TOBIAS, EMRE, VERA)

    def who_sees() -> list[str]:
        found = []
        for email in everybody:
            try:
                seen(world, number, email)
            except NotFound:
                continue
            found.append(email)
        return found

    assert who_sees() == [SABINE]
    assert listed(world, JONAS) == []
    step(world, number, SABINE, "submit")
    assert who_sees() == [SABINE, JONAS, TOBIAS]
    assert [listed(world, e) for e in everybody] == [[number], [number], [number], [], []]
    step(world, number, JONAS, "publish")
    assert who_sees() == list(everybody)
    assert [listed(world, e) for e in everybody] == [[number]] * 5


def test_a_worklist_is_a_task_and_a_mail_for_those_who_see_it(world: World) -> None:
    number = open_case(world, SABINE)
    assert tasks(world, JONAS) == []

    step(world, number, SABINE, "submit", "Bitte bis Freitag.")

    assert tasks(world, JONAS) == [(number, "Zu prüfen")]
    assert tasks(world, SABINE) == []
    assert mails(world) == [(JONAS, "your_turn")]
    assert world.work() == 1


def test_a_step_that_is_closed_says_why_and_changes_nothing(world: World) -> None:
    number = open_case(world, SABINE)
    step(world, number, SABINE, "submit")
    before = len(entries(world, number))

    with pytest.raises(NotAllowed) as by_role:
        step(world, number, SABINE, "publish")
    with pytest.raises(NotAllowed) as unexplained:
        step(world, number, JONAS, "send_back")
    with pytest.raises(NotAllowed):
        step(world, number, JONAS, "archive")

    assert by_role.value.reasons[0].lifted_by == ("Manager", "Reviewer")
    assert "Review portal content" in by_role.value.reasons[0].text.de
    assert unexplained.value.reasons[0].kind == "requirement"
    assert len(entries(world, number)) == before


def test_a_supplied_fact_asks_for_the_comment_of_the_step(world: World) -> None:
    number = open_case(world, SABINE)
    step(world, number, SABINE, "submit")

    assert step(world, number, JONAS, "send_back", "Das Datum fehlt.") == "private"

    said = entries(world, number)[-1].words
    assert said is not None
    assert said["reason"] == "Das Datum fehlt."
    assert said["status"]["comments"] == "Das Datum fehlt."


def test_variables_go_on_from_entry_to_entry(world: World) -> None:
    number = open_case(world, SABINE)
    step(world, number, SABINE, "submit")
    step(world, number, JONAS, "publish")

    moves = seen(world, number, SABINE).situation.moves
    assert [m.status["rounds"] for m in moves] == [0, 1, 2]
    assert {type(m.status["time"]).__name__ for m in moves} == {"datetime"}
    assert [m.transition for m in moves] == [None, "submit", "publish"]


def test_effects_in_the_place_of_scripts_are_carried_out(world: World) -> None:
    number = open_case(world, SABINE)
    step(world, number, SABINE, "submit")

    assert not seen(world, number, JONAS).actor.roles >= {"Editor"}
    step(world, number, JONAS, "claim")
    assert seen(world, number, JONAS).actor.roles >= {"Editor", "Reviewer"}

    step(world, number, JONAS, "publish")
    assert (SABINE, "decided") in mails(world)
    assert world.work() >= 1


def test_every_effect_of_the_table_can_be_carried_out() -> None:
    assert set(imported.EFFECTS) == set(IMPORTED_EFFECTS)


def test_a_manager_passes_over_guards_and_the_history_says_so(world: World) -> None:
    give(world, VERA, "Manager")
    number = open_case(world, SABINE)
    step(world, number, SABINE, "submit")

    step(world, number, VERA, "send_back")

    last = entries(world, number)[-1]
    assert (last.subject, last.role) == ("bypass", "Manager")
    assert [e.subject for e in entries(world, number)[:-1]] == [None, None]


def test_an_administrator_is_no_manager_by_that(world: World) -> None:
    number = open_case(world, SABINE)

    with pytest.raises(NotFound):
        seen(world, number, VERA)


def test_a_page_that_shows_an_older_stand_is_told_so(world: World) -> None:
    number = open_case(world, SABINE)
    version = seen(world, number, SABINE).case.version
    step(world, number, SABINE, "submit", version=version)

    with pytest.raises(Conflict):
        step(world, number, JONAS, "publish", version=version)


def test_the_same_step_sent_twice_is_made_once(world: World) -> None:
    number = open_case(world, SABINE)
    step(world, number, SABINE, "submit", key="k")
    step(world, number, SABINE, "submit", key="k")

    assert len(entries(world, number)) == 2


def test_who_may_edit_changes_the_title_and_who_may_comment_comments(world: World) -> None:
    number = open_case(world, SABINE)
    with world.sessions() as session:
        sabine = person_by_email(session, SABINE)
        imported.rename(session, world.site, number, "Neuer Titel", sabine, world.now)
        comments.comment(session, world.site, number, "Fertig.", sabine, world.now)
    step(world, number, SABINE, "submit")

    assert seen(world, number, SABINE).case.title == "Neuer Titel"
    assert not seen(world, number, SABINE).may("edit")
    with world.sessions() as session:
        sabine = person_by_email(session, SABINE)
        with pytest.raises(NotAllowed):
            imported.rename(session, world.site, number, "Anders", sabine, world.now)
    assert [e.kind for e in entries(world, number)] == [
        *("transition", "renamed", "comment", "transition"),
    ]


def test_the_doctor_finds_nothing_and_reindexing_changes_nothing(world: World) -> None:
    first, second = open_case(world, SABINE), open_case(world, SABINE, "Eine zweite")
    step(world, first, SABINE, "submit")
    step(world, first, JONAS, "publish")
    step(world, second, SABINE, "submit")

    with world.sessions() as session:
        assert [f for f in examine(session, world.site, world.now) if f.what != "outbox"] == []
        assert list(broken_links(session, session.scalars(select(Case.id)).first() or 0)) == []
        before = [tuple(row) for row in session.execute(select(Entry.hash))]
        reindex(session, world.site)
    assert sorted(listed(world, TOBIAS)) == [first, second]
    with world.sessions() as session:
        assert [tuple(row) for row in session.execute(select(Entry.hash))] == before


def test_an_erased_text_leaves_the_case_where_it_stands(world: World) -> None:
    number = open_case(world, SABINE)
    step(world, number, SABINE, "submit", "Das soll weg.")
    with world.sessions.begin() as session:
        for entry in session.scalars(select(Entry)):
            if entry.text is not None:
                session.delete(entry.text)

    look = seen(world, number, JONAS)
    assert look.case.state == "pending"
    assert step(world, number, JONAS, "publish") == "published"


def test_roles_of_the_workflow_are_given_by_administrators_alone(world: World) -> None:
    with world.sessions() as session:
        known = imported_roles(session, world.site)
        vera, miriam = (person_by_email(session, e) for e in (VERA, MIRIAM))
        anna = person_by_email(session, ANNA).id
        with pytest.raises(NotAllowed):
            people.give_role(
                session, anna, "Manager", "site", "", world.now, miriam, imported=known
            )
        people.give_role(session, anna, "Reviewer", "site", "", world.now, vera, imported=known)
        with pytest.raises(Invalid):
            people.give_role(session, anna, "Pope", "site", "", world.now, vera, imported=known)

    assert known == ("Contributor", "Editor", "Manager", "Reader", "Reviewer")


def test_a_role_by_which_somebody_takes_part_in_our_own_cases_cannot_be_given(
    world_at: WorldAt,
) -> None:
    found = world_at("people")
    publish(found, press.FILE.replace("Contributor", "municipal_partner"))

    with found.sessions() as session:
        assert "municipal_partner" not in imported_roles(session, found.site)


def test_a_case_goes_to_another_version_with_its_variables(world: World) -> None:
    """In the next version the state has another name, and readers from outside see it."""
    number = open_case(world, SABINE)
    step(world, number, SABINE, "submit")
    second = press.FILE.replace('version: "1"', 'version: "2"').replace("pending", "queued")
    publish(world, second.replace("Reviewer, Reader]", "Reviewer, Reader, Member]"))
    plan = f"migration: {press.PRESS}\nfrom: 1\nto: 2\nstates: {{pending: queued}}\n"

    with world.sessions() as session:
        vera = person_by_email(session, VERA)
        begun = plans.begin(session, world.site, plan, vera, world.now)
        carry_over(session, world.site, begun, number, vera, world.now)

    look = seen(world, number, EMRE)
    assert look.case.state == "queued"
    assert look.situation.moves[-1].status["rounds"] == 1
    assert listed(world, EMRE) == [number]
    assert step(world, number, JONAS, "publish") == "published"
    assert seen(world, number, EMRE).situation.moves[-1].status["rounds"] == 3
