"""A running case goes to a changed lifecycle and back, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.changed_lifecycle import PLAN_BACK
from tests.services.definitions.migrating import (
    back,
    begin,
    every_row,
    go,
    newest,
    offer_reasons,
    seen,
    sound,
    standing,
)
from tests.services.steps import (
    APPROVAL,
    FORMAL,
    confirm,
    fire,
    listed,
    offer,
    opened,
    save,
    submit,
    take_back,
    tasks,
)
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Conflict, NotAllowed
from workflow_app.services.clock import day_of
from workflow_app.services.migrations import plans
from workflow_app.services.people import person_by_email
from workflow_app.store.tables.cases import Case, Deadline
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.submissions import Draft

# ── There and back ──────────────────────────────────────────────────────────────────────────────


def test_a_case_goes_to_the_changed_lifecycle_and_comes_back_with_nothing_lost(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    before, rows = standing(world), every_row(world)
    outline = newest(world, "outline")
    migration = begin(world)

    assert go(world, migration) == "moved"

    assert world.state == "formal_check"
    after = newest(world, "outline")
    assert after["need"] == outline["situation"]
    assert "situation" not in after
    assert "existing_offers" not in after
    assert [m["day"] for m in after["milestones"]] == [m["due"] for m in outline["milestones"]]
    assert tasks(world, MIRIAM) == ["Projektskizze formal prüfen"]
    sound(world)

    assert back(world, migration) == "back"

    assert standing(world) == before
    sound(world)
    # All that was there is there unchanged; more was only added.
    for table, kept in every_row(world).items():
        same = [row for row in kept if row in rows[table]]
        assert same == rows[table], table
    assert newest(world, "outline") == outline


def test_a_case_that_has_gone_lives_on_in_the_new_version(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    go(world, begin(world))
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    assert fire(world, MIRIAM, "pass_formal") == "in_review"
    fire(world, MIRIAM, "assign_supervisor", {"supervisor": ids_of(world, JONAS)})
    assert fire(world, JONAS, "approve", APPROVAL) == "agreement_draft"
    (deadline,) = [d for d in world.rows(Deadline) if d.closed_at is None]
    assert (deadline.due_on - day_of(world.now)).days == 60
    sound(world)


def ids_of(world: World, email: str) -> str:
    with world.sessions() as session:
        return str(person_by_email(session, email).id)


def test_the_history_of_the_case_tells_of_it_and_so_of_the_way_back(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    migration = begin(world)
    go(world, migration)
    back(world, migration)
    told = [
        (e.kind, e.from_state, e.to_state, e.subject)
        for e in world.rows(Entry)
        if e.kind.startswith("migration")
    ]
    assert told == [
        ("migration", "in_review", "formal_check", str(migration)),
        ("migration_back", "formal_check", "in_review", str(migration)),
    ]


def test_by_a_plan_the_other_way_a_case_comes_back_that_has_gone_on(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    outline = newest(world, "outline")
    there = begin(world)
    go(world, there)
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    with pytest.raises(NotAllowed) as caught:
        back(world, there)
    assert [r.id for r in caught.value.reasons] == ["moved"]
    with world.sessions() as session:
        plans.close(session, there, person_by_email(session, MIRIAM), world.now)
    # The first version is still published; what was asked only there is in its earlier answers.
    assert go(world, begin(world, PLAN_BACK)) == "moved"
    assert world.state == "in_review"
    again = newest(world, "outline")
    assert again["situation"] == outline["situation"]
    assert again["milestones"] == outline["milestones"]
    sound(world)


def test_more_days_move_the_deadline_by_the_difference_and_the_approval_goes_on(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("agreement_draft")
    (deadline,) = [d for d in world.rows(Deadline) if d.closed_at is None]
    (case,) = world.rows(Case)
    go(world, begin(world))
    (later,) = [d for d in world.rows(Deadline) if d.closed_at is None]
    assert (later.id, (later.due_on - deadline.due_on).days) == (deadline.id, 18)
    assert not offer_reasons(world, SABINE, "propose_agreement") & {"scope_unchanged"}
    assert world.rows(Case)[0].entered_at == case.entered_at


# ── Drafts and sign-offs ────────────────────────────────────────────────────────────────────────


def test_a_draft_goes_under_its_new_names_and_comes_back_as_it_was(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("outline_draft")
    typed = {"situation": "Noch nicht fertig", "existing_offers": "Ein Treff"}
    save(world, SABINE, "outline", typed, opened(world, SABINE, "outline").draft_version)
    kept = [(d.raw, d.changed) for d in world.rows(Draft)]
    world.later(1)
    migration = begin(world)
    (found,) = seen(world)
    assert [d.label.de for d in found.drafts] == ["Projektskizze"]
    go(world, migration)
    typed_now = opened(world, SABINE, "outline").typed
    assert typed_now["need"] == "Noch nicht fertig"
    assert "existing_offers" not in typed_now
    back(world, migration)
    assert [(d.raw, d.changed) for d in world.rows(Draft)] == kept


def test_what_somebody_has_typed_since_is_not_overwritten_by_the_way_back(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("outline_draft")
    migration = begin(world)
    go(world, migration)
    world.later(1)
    version = opened(world, SABINE, "outline").draft_version
    save(world, SABINE, "outline", {"need": "Neu gedacht"}, version)
    with pytest.raises(NotAllowed):
        back(world, migration)
    assert opened(world, SABINE, "outline").typed["need"] == "Neu gedacht"


def test_a_yes_to_answers_that_changed_is_void_and_counts_again_after_the_way_back(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("outline_draft")
    submit(world, SABINE, "outline", world.story().answers("outline"))
    confirm(world, SABINE, "submit_outline")
    (found,) = seen(world)
    assert [(v.transition, v.side, v.name) for v in found.move.void] == [
        ("submit_outline", "civic", "Sabine Kraus")
    ]
    migration = begin(world)
    go(world, migration)
    assert offer(world, TOBIAS, "submit_outline").signed == ()
    back(world, migration)
    assert offer(world, TOBIAS, "submit_outline").signed == ("civic",)


def test_a_yes_to_what_did_not_change_holds(changed_at: Callable[[str], World]) -> None:
    world = changed_at("agreement_alignment")
    confirm(world, SABINE, "release_for_signature")
    (found,) = seen(world)
    assert found.move.void == ()
    go(world, begin(world))
    assert offer(world, TOBIAS, "release_for_signature").signed == ("civic",)
    take_back(world, SABINE, "release_for_signature")


def test_who_acts_on_an_old_page_is_told_that_the_case_has_changed(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("idea")
    version = world.rows(Case)[0].version
    go(world, begin(world))
    with pytest.raises(Conflict):
        fire(world, SABINE, "withdraw", {}, version=version)


def test_a_mail_that_waits_speaks_of_a_state_that_there_is(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    migration = begin(world)
    go(world, migration)
    waiting = [j for j in world.rows(Job) if j.kind == "mail" and j.done_at is None]
    assert {j.data["state"] for j in waiting} <= {"formal_check", "in_review"}
    back(world, migration)
    world.work()
    assert [j.failure for j in world.rows(Job) if j.failure] == []
    assert listed(world, SABINE) == [world.number]
