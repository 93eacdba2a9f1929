"""Who somebody is on a case, and what a state lets the roles do."""

from __future__ import annotations

import pytest

from tests.core.cases import (
    AGENCY,
    COUNTY,
    EMRE,
    JONAS,
    MIRIAM,
    PARTICIPANTS,
    SABINE,
    TOBIAS,
    case,
    garden,
)
from workflow_app.core.cases.rights import (
    Grant,
    grant_covers,
    holds,
    may_fill,
    permitted,
    roles_of,
    side_in,
)
from workflow_app.core.cases.situation import Actor, Participant


def roles(person: int, *grants: Grant) -> set[str]:
    """Return somebody's roles on a case of Landshut between the agency and the county."""
    return set(roles_of(person, PARTICIPANTS, grants, "09274", (AGENCY, COUNTY)))


def test_sabine_has_her_role_by_taking_part() -> None:
    assert roles(SABINE.person) == {"civic_partner"}
    assert roles(EMRE.person) == set()


@pytest.mark.parametrize(
    ("grant", "covered"),
    [
        (Grant("supervisor", "site"), True),
        (Grant("supervisor", "county", "09274"), True),
        (Grant("supervisor", "county", "09161"), False),
        (Grant("supervisor", "organisation", str(AGENCY)), True),
        (Grant("supervisor", "organisation", "99"), False),
        (Grant("supervisor", "galaxy", "09274"), False),
    ],
)
def test_a_standing_role_reaches_as_far_as_its_scope(grant: Grant, covered: bool) -> None:
    assert roles(JONAS.person, grant) == ({"supervisor"} if covered else set())


def test_a_county_grant_covers_no_case_without_a_county() -> None:
    assert not grant_covers(Grant("reader", "county", "09274"), None, ())


def test_one_person_may_have_several_roles() -> None:
    assert roles(TOBIAS.person, Grant("coordinator", "site")) == {
        "municipal_partner",
        "coordinator",
    }


def test_the_other_side_is_whoever_did_not_open_the_case() -> None:
    by_sabine = case("idea", initiating_side="civic")

    assert holds(TOBIAS, "other_side", by_sabine)
    assert not holds(SABINE, "other_side", by_sabine)
    assert not holds(JONAS, "other_side", by_sabine)
    assert not holds(TOBIAS, "other_side", case("idea", initiating_side=None))


def test_members_take_part_and_decide_nothing() -> None:
    situation = case("checking")
    colleague = Actor(8, "Kollegin", frozenset({"supervisor"}), None, frozenset({AGENCY}))

    assert [holds(a, "member", situation) for a in (SABINE, JONAS)] == [True, False]
    assert holds(colleague, "member_organisation", situation)
    assert not holds(JONAS, "member_organisation", situation)
    assert not holds(EMRE, "member_organisation", situation)


def test_a_state_gives_rights_to_roles_and_to_nobody_else() -> None:
    states, situation = garden().workflow.states, case("planning")

    assert permitted(states["planning"], "edit", SABINE, situation)
    assert permitted(states["planning"], "view", MIRIAM, situation)
    assert not permitted(states["planning"], "edit", MIRIAM, situation)
    assert not permitted(states["planning"], "view", EMRE, situation)
    assert not permitted(states["planning"], "attach", SABINE, situation)
    assert not permitted(states["done"], "edit", SABINE, situation)


def test_a_part_without_roles_is_everybodys_who_may_edit() -> None:
    situation = case("checking")

    assert may_fill((), EMRE, situation)
    assert may_fill(("coordinator",), MIRIAM, situation)
    assert not may_fill(("coordinator",), JONAS, situation)


def test_a_side_comes_from_the_role_and_not_from_the_organisation() -> None:
    workflow = garden().workflow
    signatory = Participant(7, "Landrat", "signatory", "municipal", COUNTY)
    people = (*PARTICIPANTS, signatory)

    assert side_in(workflow, SABINE.person, people) == "civic"
    assert side_in(workflow, 7, people) is None
    assert case("idea", participants=people).participant("municipal") == PARTICIPANTS[1]
