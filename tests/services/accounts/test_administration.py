"""The programme office and administrators look after accounts and organisations; all is logged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.conftest import WorldAt
from tests.services.access.test_supervisors import assign, reviewed
from tests.services.steps import give_role, ids, refused, tasks
from tests.world import EMRE, JONAS, LENA, MIRIAM, SABINE, World
from workflow_app.core.errors import Invalid, NotAllowed, NotFound
from workflow_app.demo.partners import AGENCY
from workflow_app.services import sign_ins
from workflow_app.services.accounts import invitations, organisations, people
from workflow_app.services.people import deactivate, person_by_email
from workflow_app.services.steps.opening import start
from workflow_app.store.tables.administration import Administered
from workflow_app.store.tables.organisations import Membership, Organisation
from workflow_app.store.tables.people import Person, StandingRole

__all__ = ["reviewed"]


@pytest.fixture
def world(world_at: WorldAt) -> World:
    """Return a world in which Anna's colleague Lena is an administrator."""
    world = world_at("people")
    give_role(world, LENA, "admin")
    return world


def act(world: World, by: str | None, what: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """Do something as somebody; None: the command line."""
    with world.sessions() as session:
        actor = person_by_email(session, by) if by else None
        return what(session, *args, **more, now=world.now, by=actor)


def number(world: World, email: str) -> int:
    return int(ids(world)[email])


def logged(world: World) -> list[tuple[str, dict[str, Any]]]:
    return [(row.act, row.details) for row in world.rows(Administered)]


def role_of(world: World, email: str) -> set[tuple[str, str, str]]:
    rows = world.rows(StandingRole, person_id=number(world, email))
    return {(r.role, r.scope, r.key) for r in rows}


def test_miriam_gives_and_takes_a_role_and_both_are_logged(world: World) -> None:
    act(world, MIRIAM, people.give_role, number(world, EMRE), "supervisor", "county", "09274")
    assert role_of(world, EMRE) == {("supervisor", "county", "09274")}
    grant = world.rows(StandingRole, person_id=number(world, EMRE))[0].id
    act(world, MIRIAM, people.take_role, world.site, number(world, EMRE), grant)
    assert role_of(world, EMRE) == set()
    role = {"role": "supervisor", "scope": "county", "key": "09274"}
    assert logged(world) == [("role_given", role), ("role_taken", role)]


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_only_an_administrator_gives_roles_that_see_everything(role: str, world: World) -> None:
    with refused("admin"):
        act(world, MIRIAM, people.give_role, number(world, EMRE), role, "site", "")
    act(world, LENA, people.give_role, number(world, EMRE), role, "site", "")
    assert role_of(world, EMRE) == {(role, "site", "")}


def test_nobody_gives_a_role_to_oneself_or_closes_the_own_account(world: World) -> None:
    for who in (MIRIAM, LENA):
        with refused("oneself"):
            act(world, who, people.give_role, number(world, who), "supervisor", "site", "")
        with refused("oneself"):
            act(world, who, people.deactivate, world.site, number(world, who))


def test_the_office_does_not_change_an_administrator(world: World) -> None:
    with refused("admin"):
        act(world, MIRIAM, people.deactivate, world.site, number(world, LENA))
    with refused("admin"):
        act(world, MIRIAM, people.change, number(world, LENA), "L", "l@example.org", "")
    with world.sessions() as session:
        deactivate(session, LENA, world.now)
    # An administrator's account that is closed is no way in either.
    with refused("admin"):
        act(world, MIRIAM, people.reactivate, world.site, number(world, LENA))


@pytest.mark.parametrize("who", [SABINE, JONAS, EMRE])
def test_nobody_else_administers(who: str, world: World) -> None:
    there = number(world, EMRE) if who != EMRE else number(world, SABINE)
    for what, args in (
        (people.give_role, (there, "reader", "site", "")),
        (people.deactivate, (world.site, there)),
        (people.change, (there, "N", "n@example.org", "")),
        (invitations.invite, ("neu@example.org", "Neu")),
        (organisations.save, (None, {"name": "Neu"}, "fa", [])),
        (organisations.join, (1, SABINE, "")),
        (organisations.leave, (1,)),
    ):
        with pytest.raises(NotAllowed):
            act(world, who, what, *args)
    assert logged(world) == []


def test_a_coordinator_for_one_county_only_administers_nothing(world: World) -> None:
    give_role(world, EMRE, "coordinator", "county", "09261")
    with refused("office"):
        act(world, EMRE, people.give_role, number(world, SABINE), "reader", "site", "")


@pytest.mark.parametrize(
    ("role", "scope", "key", "where"),
    [
        ("captain", "site", "", "role"),
        ("reader", "planet", "", "scope"),
        ("", "site", "", "role"),
        ("reader", "county", "", "county"),
        ("reader", "organisation", "999", "organisation"),
        ("reader", "organisation", "x" * 50, "organisation"),
    ],
)
def test_a_role_that_makes_no_sense_is_a_problem_of_its_field(
    world: World, role: str, scope: str, key: str, where: str
) -> None:
    with pytest.raises(Invalid) as caught:
        act(world, LENA, people.give_role, number(world, EMRE), role, scope, key)
    assert [p.path for p in caught.value.problems] == [where]


def test_whoever_is_kept_out_loses_all_sessions_and_nothing_else(world: World) -> None:
    with world.sessions() as session:
        token = sign_ins.begin(session, number(world, SABINE), world.now)
    act(world, MIRIAM, people.deactivate, world.site, number(world, SABINE))
    with world.sessions() as session:
        assert not sign_ins.known(session, token, number(world, SABINE), world.now)
    act(world, MIRIAM, people.reactivate, world.site, number(world, SABINE))
    (sabine,) = world.rows(Person, email=SABINE)
    assert (sabine.active, sabine.deactivated_at) == (True, None)
    assert [what for what, _ in logged(world)] == ["person_deactivated", "person_reactivated"]


def test_cases_of_a_supervisor_who_is_kept_out_wait_for_all_others_at_once(
    reviewed: World,
) -> None:
    assign(reviewed, LENA)
    assert tasks(reviewed, JONAS) == []
    act(reviewed, MIRIAM, people.deactivate, reviewed.site, number(reviewed, LENA))
    assert tasks(reviewed, JONAS) == ["Über die Projektskizze entscheiden"]


def test_the_log_names_what_was_changed_and_not_what_it_says(world: World) -> None:
    there = number(world, SABINE)
    act(world, MIRIAM, people.change, there, "Sabine Neumann", "neumann@example.org", "0871 1")
    (sabine,) = world.rows(Person, id=there)
    assert (sabine.name, sabine.email, sabine.phone) == (
        "Sabine Neumann", "neumann@example.org", "0871 1",
    )  # fmt: skip
    assert logged(world) == [("person_changed", {"fields": ["email", "name", "phone"]})]


def test_an_address_belongs_to_one_account(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        act(world, MIRIAM, people.change, number(world, SABINE), "S", EMRE.upper(), "")
    assert [p.path for p in caught.value.problems] == ["email"]


def test_whoever_was_invited_and_kept_out_comes_back_by_a_link_only(world: World) -> None:
    act(world, MIRIAM, invitations.invite, "neu@example.org", "Neu")
    (person,) = world.rows(Person, email="neu@example.org")
    act(world, MIRIAM, people.deactivate, world.site, person.id)
    with pytest.raises(Invalid):
        act(world, MIRIAM, invitations.invite, "neu@example.org", "Neu")
    act(world, MIRIAM, people.reactivate, world.site, person.id)
    (row,) = world.rows(Person, id=person.id)
    assert (row.active, row.password) == (False, None)


def test_an_organisation_is_added_changed_and_joined(world: World) -> None:
    words = {"name": "Neue Agentur", "address": "Am Ring 1"}
    body = act(world, MIRIAM, organisations.save, None, words, "fa", ["09274", "09274"])
    act(world, MIRIAM, organisations.save, body, {**words, "register": "VR 1"}, "fz", ["09274"])
    (row,) = world.rows(Organisation, id=body)
    assert (row.kind, row.carrier, row.register, row.counties) == (
        "fz", "Neue Agentur", "VR 1", ["09274"],
    )  # fmt: skip
    act(world, MIRIAM, organisations.join, body, EMRE, "Leitung")
    (membership,) = world.rows(Membership, organisation_id=body)
    assert (membership.function, membership.until) == ("Leitung", None)
    act(world, MIRIAM, organisations.leave, membership.id)
    assert world.rows(Membership, organisation_id=body)[0].until is not None
    act(world, MIRIAM, organisations.join, body, EMRE, "")
    assert world.rows(Membership, organisation_id=body)[0].until is None


@pytest.mark.parametrize(
    ("words", "kind", "where"),
    [
        ({"name": ""}, "fa", "name"),
        ({"name": AGENCY}, "fa", "name"),
        ({"name": "x" * 201}, "fa", "name"),
        ({"name": "Neu"}, "", "kind"),
    ],
)
def test_an_organisation_that_does_not_do_is_a_problem_of_its_field(
    world: World, words: dict[str, str], kind: str, where: str
) -> None:
    with pytest.raises(Invalid) as caught:
        act(world, MIRIAM, organisations.save, None, words, kind, [])
    assert where in [p.path for p in caught.value.problems]


def test_who_left_an_organisation_opens_no_project_for_it(world: World) -> None:
    there = world.rows(Membership, person_id=number(world, EMRE))[0].id
    act(world, MIRIAM, organisations.leave, there)
    with world.sessions() as session:
        assert not can_open(world, session, EMRE)
        assert can_open(world, session, LENA)


def can_open(world: World, session: Session, email: str) -> bool:
    person = person_by_email(session, email)
    try:
        start(session, world.site, "tandem_project", person, world.now)
    except NotAllowed:
        return False
    return True


def test_what_is_not_there_is_not_found(world: World) -> None:
    for what, args in (
        (people.change, (999, "N", "n@example.org", "")),
        (people.take_role, (world.site, number(world, EMRE), 999)),
        (organisations.save, (999, {"name": "Neu"}, "fa", [])),
        (organisations.leave, (999,)),
    ):
        with pytest.raises(NotFound):
            act(world, LENA, what, *args)
