"""Opening a case: who may, with what, and nothing is kept of what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import WorldAt
from tests.services.steps import fire, ids, refused, submit
from tests.world import EMRE, JONAS, LENA, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid
from workflow_app.demo.partners import AGENCY, CENTRE, CITY, COUNTY
from workflow_app.services.people import person_by_email
from workflow_app.services.steps import opening
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.organisations import Organisation
from workflow_app.store.tables.outbox import Counter, Job
from workflow_app.store.tables.submissions import Submission


@pytest.fixture
def world(world_at: WorldAt) -> World:
    return world_at("people")


def interest(world: World, **other: Any) -> dict[str, Any]:
    known = ids(world)
    return {
        "title": "Sprachcafé unterwegs",
        "idea": "Ein mobiles Sprachcafé fährt in vier Gemeinden.",
        "need": "Auf dem Land fehlen Orte, an denen man Deutsch sprechen kann.",
        "topics": ["language"],
        "target_groups": ["refugees"],
        "planned_start": "01.07.2025",
        "county": "09274",
        "municipal_org": known[COUNTY],
        "civic_org": known[AGENCY],
        "municipal_contact": known[TOBIAS],
        "civic_contact": known[SABINE],
        **other,
    }


def open_as(world: World, email: str, raw: dict[str, Any], key: str = "") -> str:
    with world.sessions() as session:
        person = person_by_email(session, email)
        return opening.open_case(
            session, world.site, "tandem_project", "create", raw, person, world.now, key=key
        )


def nothing_is_kept(world: World) -> bool:
    return not any(world.rows(table) for table in (Case, Submission, Participation, Counter, Job))


def test_sabine_opens_a_project_for_herself_and_tobias(world: World) -> None:
    number = open_as(world, SABINE, interest(world))
    (case,) = world.rows(Case)
    assert (number, case.number, case.state) == ("TP-2025-0001", "TP-2025-0001", "idea")
    assert (case.title, case.county) == ("Sprachcafé unterwegs", "09274")
    assert case.initiating_side == "civic"
    assert {(p.role, p.side) for p in world.rows(Participation)} == {
        ("municipal_partner", "municipal"),
        ("civic_partner", "civic"),
    }


def test_what_sabine_left_out_is_named_and_nothing_is_kept(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        open_as(world, SABINE, interest(world, title="", topics=[], county="99999"))
    assert {p.path for p in caught.value.problems} == {"title", "topics", "county"}
    assert nothing_is_kept(world)


def test_emre_cannot_open_a_project_in_which_he_is_no_contact(world: World) -> None:
    with refused("named"):
        open_as(world, EMRE, interest(world))
    assert nothing_is_kept(world)


def test_sabine_cannot_stand_for_both_sides(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        open_as(world, SABINE, interest(world, municipal_contact=ids(world)[SABINE]))
    assert str(caught.value) == "municipal_contact: unknown_reference"
    assert nothing_is_kept(world)


def test_a_contact_belongs_to_the_organisation_of_the_own_side(world: World) -> None:
    with refused("contacts_belong"):
        open_as(world, SABINE, interest(world, municipal_contact=ids(world)[EMRE]))
    with refused("contacts_belong"):
        open_as(world, SABINE, interest(world, civic_org=ids(world)[CENTRE]))
    assert nothing_is_kept(world)


def test_dr_reiter_who_belongs_nowhere_cannot_open_a_project(world: World) -> None:
    with refused("by"):
        open_as(world, JONAS, interest(world))
    assert nothing_is_kept(world)


def test_somebody_without_an_organisation_can_be_no_contact(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        open_as(world, SABINE, interest(world, municipal_contact=ids(world)[JONAS]))
    assert [p.path for p in caught.value.problems] == ["municipal_contact"]


def test_a_step_that_opens_nothing_is_refused(world: World) -> None:
    for step in ("approve", "no_such_step"):
        with world.sessions() as session, refused("state"):
            sabine = person_by_email(session, SABINE)
            opening.open_case(
                session, world.site, "tandem_project", step, interest(world), sabine, world.now
            )


def test_numbers_follow_each_other_and_none_is_lost_by_a_refusal(world: World) -> None:
    first = open_as(world, SABINE, interest(world))
    with refused("named"):
        open_as(world, EMRE, interest(world, title="Ein anderes Café"))
    known = ids(world)
    city = interest(
        world,
        county="09261",
        municipal_org=known[CITY],
        civic_org=known[CENTRE],
        municipal_contact=known[EMRE],
        civic_contact=known[LENA],
    )
    assert (first, open_as(world, LENA, city)) == ("TP-2025-0001", "TP-2025-0002")


def test_the_year_of_a_number_is_that_of_the_day_in_bavaria(world: World) -> None:
    # Half past eleven at night on 31 December in UTC: in Bavaria the new year has begun.
    world.begins = world.begins.replace(month=12, day=31, hour=23, minute=30)
    raw = interest(world, planned_start="01.07.2026")
    assert open_as(world, SABINE, raw) == "TP-2026-0001"


def test_a_double_click_opens_one_project(world: World) -> None:
    raw = interest(world)
    assert open_as(world, SABINE, raw, key="k1") == open_as(world, SABINE, raw, key="k1")
    assert len(world.rows(Case)) == 1
    with refused():
        open_as(world, TOBIAS, raw, key="k1")


def test_one_carrier_for_both_sides_is_explained_before_tobias_confirms(world: World) -> None:
    with world.sessions.begin() as session:
        for body in session.scalars(select(Organisation)):
            body.carrier = "Landkreis"
    world.number = open_as(world, SABINE, interest(world))
    with refused("carrier_noted"):
        fire(world, TOBIAS, "confirm_partnership")
    submit(world, SABINE, "interest", interest(world, same_carrier_note="Zwei Abteilungen."))
    fire(world, TOBIAS, "confirm_partnership")
    assert world.state == "outline_draft"


def test_an_organisation_that_is_written_in_afterwards_stands_for_no_side(world: World) -> None:
    world.number = open_as(world, SABINE, interest(world))
    submit(world, SABINE, "interest", interest(world, municipal_org=ids(world)[CITY]))
    with refused("same_organisations"):
        fire(world, TOBIAS, "confirm_partnership")
    submit(world, SABINE, "interest", interest(world))
    fire(world, TOBIAS, "confirm_partnership")
    assert world.state == "outline_draft"


def test_the_agency_has_to_serve_the_county(world: World) -> None:
    world.number = open_as(world, SABINE, interest(world, county="09161"))
    with refused("area_covered"):
        fire(world, TOBIAS, "confirm_partnership")
