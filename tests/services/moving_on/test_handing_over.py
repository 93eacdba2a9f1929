"""Somebody takes over for a side: whose matter it is, what moves along, and who is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.services.steps import fire, ids, join, opened, save
from tests.world import JONAS, LENA, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Invalid
from workflow_app.demo.partners import AGENCY
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.submissions import Draft


@pytest.fixture
def project(world_at: WorldAt) -> World:
    """Sabine's and Tobias's project; Lena belongs to Sabine's agency as well."""
    world = world_at("active")
    join(world, LENA, AGENCY)
    return world


def change(world: World, **more: str) -> dict[str, Any]:
    known = ids(world)
    today = world.story().date(world.day)
    return {"old": known[SABINE], "new": known[LENA], "from": today, **more}


def mailed(world: World, template: str) -> set[str]:
    names = {number: email for email, number in ids(world).items() if "@" in email}
    jobs = [j.data for j in world.rows(Job, kind="mail")]
    return {names[str(d["to"])] for d in jobs if d["template"] == template}


def test_a_side_changes_its_own_contact_and_no_other(project: World) -> None:
    with pytest.raises(Invalid) as caught:
        fire(project, TOBIAS, "update_contacts", change(project))
    assert [p.path for p in caught.value.problems] == ["old", "new"], "she is not his to replace"
    fire(project, SABINE, "update_contacts", change(project))
    with project.sessions() as session:
        assert project.look(LENA, session).actor.side == "civic"


def test_the_former_contact_and_the_supervisor_are_told(project: World) -> None:
    fire(project, MIRIAM, "update_contacts", change(project))
    assert mailed(project, "handed_over") == {SABINE}
    assert JONAS in mailed(project, "decided")
    project.work()
    assert [j.failure for j in project.rows(Job, kind="mail") if j.failure] == []


def test_who_hands_over_by_themselves_needs_no_mail(project: World) -> None:
    fire(project, SABINE, "update_contacts", change(project))
    assert mailed(project, "handed_over") == set()


@pytest.mark.parametrize("days", [-91, 91])
def test_a_handover_long_ago_or_far_ahead_is_a_slip(project: World, days: int) -> None:
    day = project.story().date(project.day + days)
    with pytest.raises(Invalid) as caught:
        fire(project, MIRIAM, "update_contacts", change(project, **{"from": day}))
    assert [p.rule for p in caught.value.problems] == ["handed_over_lately"]


def test_an_entry_begun_moves_to_the_new_contact(project: World) -> None:
    save(project, SABINE, "activity", {"title": "Begonnen von Sabine"}, 0)
    fire(project, MIRIAM, "update_contacts", change(project))
    assert opened(project, LENA, "activity").typed == {"title": "Begonnen von Sabine"}


def test_what_the_new_contact_began_is_not_lost_for_it(project: World) -> None:
    save(project, SABINE, "activity", {"title": "Begonnen von Sabine"}, 0)
    with project.sessions() as session:
        (draft,) = project.rows(Draft)
        session.add(
            Draft(
                case_id=draft.case_id,
                form="activity",
                slot=f"new:{ids(project)[LENA]}",
                raw={"title": "Schon von Lena"},
                saved_by=draft.saved_by,
                saved_at=draft.saved_at,
            )
        )
        session.commit()
    fire(project, MIRIAM, "update_contacts", change(project))
    assert opened(project, LENA, "activity").typed == {"title": "Schon von Lena"}
