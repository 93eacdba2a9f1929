"""The programme office assigns a supervisor; from then on only that one is asked and acts."""

from __future__ import annotations

import pytest

from tests.conftest import WorldAt
from tests.services.steps import (
    APPROVAL,
    FORMAL,
    fire,
    give_role,
    ids,
    join,
    listed,
    refused,
    submit,
    tasks,
    why_closed,
)
from tests.services.work.test_outbox import mails, since
from tests.world import EMRE, JONAS, LENA, MIRIAM, SABINE, World
from workflow_app.core.errors import Invalid
from workflow_app.services import doctor, people
from workflow_app.services.access.supervisors import candidates

DECIDE = "Über die Projektskizze entscheiden"
ASSIGN = "Projektaufsicht zuweisen"


@pytest.fixture
def reviewed(world_at: WorldAt) -> World:
    """Return a project that is formally checked; Dr. Reiter and Lena could supervise it."""
    world = world_at("in_review")
    give_role(world, LENA, "supervisor")
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    return world


def assign(world: World, email: str, by: str = MIRIAM) -> None:
    fire(world, by, "assign_supervisor", {"supervisor": ids(world)[email]})


def why_not(world: World) -> dict[str, str]:
    """Return name → why that person may not supervise the project; empty: may."""
    with world.sessions() as session:
        found = candidates(session, world.look(MIRIAM, session).situation)
        return {c.name: c.excluded.en if c.excluded else "" for c in found}


def test_until_somebody_is_assigned_every_supervisor_is_asked(reviewed: World) -> None:
    assert [tasks(reviewed, p) for p in (JONAS, LENA, MIRIAM)] == [[DECIDE], [DECIDE], [ASSIGN]]
    assert why_closed(reviewed, LENA, "reject") == set()


def test_only_the_one_assigned_is_asked_and_acts_and_the_other_still_reads(reviewed: World) -> None:
    assign(reviewed, JONAS)
    assert [tasks(reviewed, p) for p in (JONAS, LENA, MIRIAM)] == [[DECIDE], [], []]
    assert listed(reviewed, LENA) == [reviewed.number]
    with refused("assigned"):
        fire(reviewed, LENA, "approve", APPROVAL)
    fire(reviewed, JONAS, "approve", APPROVAL)
    assert reviewed.state == "agreement_draft"


def test_the_one_assigned_gets_the_mail_and_no_other_supervisor(reviewed: World) -> None:
    reviewed.work()
    before = len(mails(reviewed))
    assign(reviewed, LENA)
    fire(reviewed, SABINE, "withdraw", {"reason": "Die Stelle ist unbesetzt."})
    reviewed.work()
    told = since(reviewed, before)
    assert LENA in told
    assert JONAS not in told


def test_the_office_assigns_anew_when_somebody_is_away(reviewed: World) -> None:
    assign(reviewed, JONAS)
    assign(reviewed, LENA)
    assert [tasks(reviewed, p) for p in (JONAS, LENA)] == [[], [DECIDE]]
    with refused("assigned"):
        fire(reviewed, JONAS, "approve", APPROVAL)


def test_only_the_office_assigns(reviewed: World) -> None:
    for email in (SABINE, JONAS):
        with refused("by"):
            assign(reviewed, JONAS, by=email)


def test_who_takes_part_or_belongs_to_a_side_is_excluded_with_the_reason(reviewed: World) -> None:
    give_role(reviewed, SABINE, "supervisor")
    join(reviewed, LENA, "Landratsamt Landshut")
    give_role(reviewed, EMRE, "supervisor", "county", "09261")
    reasons = why_not(reviewed)
    assert reasons.pop("Dr. Jonas Reiter") == ""
    assert reasons == {
        "Sabine Kraus": "takes part in this case",
        "Lena Brandl": "belongs to an organisation that takes part",
        "Emre Yıldız": "has the role for another area or organisation only",
    }
    for email in (SABINE, LENA, EMRE, MIRIAM):
        with pytest.raises(Invalid) as caught:
            assign(reviewed, email)
        assert [p.path for p in caught.value.problems] == ["supervisor"]


def test_whoever_has_fewer_open_cases_comes_first(reviewed: World) -> None:
    assign(reviewed, JONAS)
    with reviewed.sessions() as session:
        found = candidates(session, reviewed.look(MIRIAM, session).situation)
    assert [(c.name, c.load) for c in found] == [("Lena Brandl", 0), ("Dr. Jonas Reiter", 1)]


def test_a_case_does_not_wait_for_somebody_who_left(reviewed: World) -> None:
    assign(reviewed, LENA)
    with reviewed.sessions() as session:
        people.deactivate(session, LENA, reviewed.now)
    assert why_closed(reviewed, JONAS, "approve") == set()


def found_by_the_doctor(world: World) -> list[tuple[str, str]]:
    with world.sessions() as session:
        found = doctor.examine(session, world.site, world.now)
        return [(f.where, f.wrong) for f in found if f.what == "supervisors"]


def test_the_doctor_names_a_project_that_nobody_is_left_to_supervise(reviewed: World) -> None:
    assert found_by_the_doctor(reviewed) == []
    join(reviewed, LENA, "Landratsamt Landshut")
    join(reviewed, JONAS, "Freiwilligenagentur Landshut (fiktiv)")
    ((where, wrong),) = found_by_the_doctor(reviewed)
    assert where == reviewed.number
    assert "Dr. Jonas Reiter belongs to an organisation that takes part" in wrong


def test_the_doctor_names_a_project_whose_supervisor_has_left(reviewed: World) -> None:
    assign(reviewed, LENA)
    with reviewed.sessions() as session:
        people.deactivate(session, LENA, reviewed.now)
    ((_, wrong),) = found_by_the_doctor(reviewed)
    assert "assigned may no longer act" in wrong
