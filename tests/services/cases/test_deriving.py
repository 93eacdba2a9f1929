"""A new project is derived from one that has ended: by whom, with what, and where it shows."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.at_once import at_once
from tests.services.steps import (
    REJECTION,
    WITHDRAWAL,
    case_of,
    fire,
    ids,
    join,
    opened,
    refused,
)
from tests.world import EMRE, JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import NotAllowed, NotFound
from workflow_app.core.forms.drafts import typed_values
from workflow_app.demo.partners import AGENCY, COUNTY
from workflow_app.services import doctor, people
from workflow_app.services.cases import deriving
from workflow_app.services.papers import archive
from workflow_app.services.people import person_by_email
from workflow_app.services.steps import opening
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.submissions import Draft

PROJECT = "tandem_project"


@pytest.fixture
def withdrawn(world_at: WorldAt) -> World:
    """Return a world in which Sabine has taken back a project that was being reviewed."""
    world = world_at("in_review")
    fire(world, SABINE, "withdraw", {**WITHDRAWAL, "derive": "yes"})
    return world


def offered(world: World, email: str) -> dict[str, Any]:
    """Return with what the first form opens for somebody who derives a new project."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        made = opening.start(session, world.site, PROJECT, person, world.now)
        old = deriving.source(session, world.site, made, world.number, person, world.now)
        assert old is not None
        form = made.compiled.forms["interest"]
        return typed_values(form.fields, deriving.first_values(session, made, old, form))


def derive(world: World, email: str, key: str = "", **other: Any) -> str:
    """Derive a new project as somebody with what is offered, and return its number."""
    raw = {**offered(world, email), **other}
    return open_from(world, email, raw, key)


def open_from(world: World, email: str, raw: dict[str, Any], key: str = "") -> str:
    with world.sessions() as session:
        return opening.open_case(
            session, world.site, PROJECT, "create", raw, person_by_email(session, email),
            world.now, key=key, derived_from=world.number,
        )  # fmt: skip


def test_tobias_goes_on_with_what_is_still_true(withdrawn: World) -> None:
    old = withdrawn.number
    withdrawn.later(50)
    first = offered(withdrawn, TOBIAS)
    known = ids(withdrawn)
    assert first["title"] == "Sprachcafé unterwegs"
    assert (first["municipal_contact"], first["civic_contact"]) == (known[TOBIAS], known[SABINE])
    assert (first["municipal_org"], first["civic_org"]) == (known[COUNTY], known[AGENCY])

    withdrawn.number = derive(withdrawn, TOBIAS)
    (case,) = withdrawn.rows(Case, number=withdrawn.number)
    (before,) = withdrawn.rows(Case, number=old)
    assert (case.state, case.derived_from_id) == ("idea", before.id)
    assert case.title == before.title, "an ended case does not keep its title"
    assert {p.role for p in case_people(withdrawn)} == {"municipal_partner", "civic_partner"}


def case_people(world: World) -> list[Any]:
    with world.sessions() as session:
        return list(case_of(world, session).participations)


def test_the_outline_is_there_as_a_draft_without_what_belonged_to_the_old_case(
    withdrawn: World,
) -> None:
    with withdrawn.sessions() as session:
        said = withdrawn.look(SABINE, session).situation.newest("outline") or {}
    withdrawn.number = derive(withdrawn, SABINE)
    fire(withdrawn, TOBIAS, "confirm_partnership")
    (draft,) = withdrawn.rows(Draft)
    assert draft.raw["summary"] == said["summary"]
    assert [row["goal"] for row in draft.raw["goals"]] == [row["goal"] for row in said["goals"]]
    assert "protection_concept" not in draft.raw, "a confirmation is given anew"
    assert all("status" not in row for row in draft.raw["funding"]), "a funder decides anew"
    page = opened(withdrawn, TOBIAS, "outline")
    assert page.typed["summary"] == said["summary"]
    assert withdrawn.state == "outline_draft"


def test_days_that_are_past_are_not_taken_over(withdrawn: World) -> None:
    withdrawn.later(400)
    assert "planned_start" not in offered(withdrawn, SABINE)
    derive(withdrawn, SABINE)
    (draft,) = withdrawn.rows(Draft)
    assert {"start_date", "end_date"}.isdisjoint(draft.raw)
    assert all(set(row) == {"_id", "title", "responsible_side"} for row in draft.raw["milestones"])


def test_both_cases_and_the_bundle_say_where_it_comes_from(withdrawn: World) -> None:
    old, new = withdrawn.number, derive(withdrawn, SABINE)
    told = {(e.kind, e.subject, e.side) for e in withdrawn.rows(Entry) if "derived" in e.kind}
    assert told == {("derived", new, "civic"), ("derived_from", old, "civic")}
    with withdrawn.sessions() as session:
        assert doctor.examine(session, withdrawn.site, withdrawn.now) == []
        for number, key, other in ((new, "derived_from", old), (old, "derived", new)):
            case = session.query(Case).filter_by(number=number).one()
            compiled = withdrawn.site.catalogue.of(session, case)
            packed = archive.bundle(session, withdrawn.site, compiled, case)
            with zipfile.ZipFile(io.BytesIO(packed)) as bundle:
                assert json.loads(bundle.read("case.json"))[key] == [other]


def test_the_doctor_notices_a_link_that_the_history_does_not_tell(withdrawn: World) -> None:
    derive(withdrawn, SABINE)
    with withdrawn.sessions.begin() as session:
        for case in session.query(Case).filter(Case.derived_from_id.is_not(None)):
            case.derived_from_id = None
    with withdrawn.sessions() as session:
        found = doctor.examine(session, withdrawn.site, withdrawn.now)
    assert {finding.what for finding in found} == {"cases"}
    assert len(found) == 2


def test_the_other_side_is_told_that_it_is_proposed_and_how(withdrawn: World) -> None:
    known = {number: email for email, number in ids(withdrawn).items()}
    jobs = [j.data for j in withdrawn.rows(Job, kind="mail")]
    assert [known[str(d["to"])] for d in jobs if d["template"] == "proposed"] == [TOBIAS]
    assert {known[str(d["to"])] for d in jobs if d.get("transition") == "withdraw"} == {
        TOBIAS, MIRIAM, JONAS,
    }  # fmt: skip
    withdrawn.work()
    assert [j.failure for j in withdrawn.rows(Job, kind="mail") if j.failure] == []


def test_a_withdrawal_that_proposes_nothing_is_told_as_ever(world_at: WorldAt) -> None:
    world = world_at("in_review")
    fire(world, SABINE, "withdraw", WITHDRAWAL)
    assert "proposed" not in {j.data["template"] for j in world.rows(Job, kind="mail")}
    assert derive(world, TOBIAS) == "TP-2025-0002", "it is possible all the same"


def test_a_rejected_project_can_be_derived_from(world_at: WorldAt) -> None:
    world = world_at("in_review")
    fire(world, JONAS, "reject", REJECTION)
    assert derive(world, SABINE) == "TP-2025-0002"


@pytest.mark.parametrize("state", ["in_review", "archived"])
def test_nothing_is_derived_from_what_goes_on_or_ended_well(state: str, world_at: WorldAt) -> None:
    world = world_at(state)
    with refused("derived"):
        offered(world, SABINE)


@pytest.mark.parametrize(
    ("email", "error"), [(MIRIAM, NotAllowed), (JONAS, NotAllowed), (EMRE, NotFound)]
)
def test_only_partners_derive_and_strangers_learn_nothing(
    email: str, error: type[Exception], withdrawn: World
) -> None:
    with withdrawn.sessions() as session:
        could = person_by_email(session, EMRE)
        made = opening.start(session, withdrawn.site, PROJECT, could, withdrawn.now)
        who, number = person_by_email(session, email), withdrawn.number
        with pytest.raises(error):
            deriving.source(session, withdrawn.site, made, number, who, withdrawn.now)


def test_a_double_click_derives_once(withdrawn: World) -> None:
    raw = offered(withdrawn, SABINE)
    first = open_from(withdrawn, SABINE, raw, "the same page")
    assert open_from(withdrawn, SABINE, raw, "the same page") == first
    assert len(withdrawn.rows(Case)) == 2


def test_of_two_sides_at_once_one_derives_and_the_other_is_led_there(withdrawn: World) -> None:
    raw = {email: offered(withdrawn, email) for email in (SABINE, TOBIAS)}

    def opens(email: str) -> str:
        try:
            return open_from(withdrawn, email, raw[email])
        except NotAllowed as closed:
            return closed.reasons[0].text.en

    found = at_once(lambda: opens(SABINE), lambda: opens(TOBIAS))
    assert sorted(found) == [
        "TP-2025-0002",
        "TP-2025-0002 has been derived from it already. Go on there.",
    ]


def test_what_came_of_it_and_ended_too_is_no_hindrance(withdrawn: World) -> None:
    old = withdrawn.number
    withdrawn.number = derive(withdrawn, SABINE)
    fire(withdrawn, TOBIAS, "withdraw", WITHDRAWAL)
    withdrawn.number = old
    assert derive(withdrawn, TOBIAS) == "TP-2025-0003"


def test_a_partner_who_has_left_is_not_proposed_again(withdrawn: World) -> None:
    with withdrawn.sessions() as session:
        people.deactivate(session, TOBIAS, withdrawn.now)
    first = offered(withdrawn, SABINE)
    assert "municipal_contact" not in first
    assert first["municipal_org"] == ids(withdrawn)[COUNTY]


def test_another_partner_may_be_named_and_the_former_one_is_not_told(withdrawn: World) -> None:
    join(withdrawn, LENA, AGENCY)
    number = derive(withdrawn, TOBIAS, civic_contact=ids(withdrawn)[LENA])
    withdrawn.number = number
    with withdrawn.sessions() as session:
        assert withdrawn.look(LENA, session).case.number == number
    with withdrawn.sessions() as session, pytest.raises(NotFound):
        withdrawn.look(SABINE, session)
