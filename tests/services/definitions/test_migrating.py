"""Running cases go to a changed lifecycle and back, and nothing of theirs is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from tests.changed_lifecycle import PLAN, PLAN_BACK, changed_files
from tests.conftest import WorldAt
from tests.services.at_once import at_once
from tests.services.steps import (
    APPROVAL,
    FORMAL,
    another_idea,
    confirm,
    fire,
    give_role,
    listed,
    offer,
    opened,
    save,
    submit,
    take_back,
    tasks,
)
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.core.errors import Conflict, DefinitionError, NotAllowed
from workflow_app.core.steps.sign_off import valid_yeses
from workflow_app.services.cases import situations
from workflow_app.services.clock import day_of
from workflow_app.services.definitions import drafting, publishing
from workflow_app.services.doctor import examine
from workflow_app.services.migrations import carrying_over, plans, running, taking_back
from workflow_app.services.migrations.preview import Preview, previews
from workflow_app.services.people import person_by_email
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.access import Access, Principal
from workflow_app.store.tables.cases import Case, Deadline, Participation
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.moving import Migration, MigrationCase
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.submissions import Confirmation, Draft, Submission

PROJECT = "tandem_project"


@pytest.fixture
def changed_at(world_at: WorldAt) -> Callable[[str], World]:
    """Return a function that gives a world in which the changed lifecycle is published."""

    def at(state: str) -> World:
        world = world_at(state)
        give_role(world, MIRIAM, "admin")
        with world.sessions() as session:
            person = person_by_email(session, MIRIAM)
            row = drafting.draft(
                session, world.site, changed_files(), person, world.now, workflow=PROJECT
            )
            publishing.publish(session, world.site, PROJECT, row.number, person, world.now)
        return world

    return at


def seen(world: World, plan: str = PLAN) -> list[Preview]:
    """Return what the plan would make of each running case."""
    with world.sessions() as session:
        parsed, versions = plans.check(session, world.site, plan)
        return list(previews(session, parsed, versions, day_of(world.now)))


def begin(world: World, plan: str = PLAN, email: str = MIRIAM) -> int:
    with world.sessions() as session:
        person = person_by_email(session, email)
        return plans.begin(session, world.site, plan, person, world.now)


def go(world: World, migration: int, email: str = MIRIAM) -> str:
    """Let the project go, and return what became of it."""
    with world.sessions() as session:
        person = person_by_email(session, email)
        return carrying_over.carry_over(
            session, world.site, migration, world.number, person, world.now
        ).status


def back(world: World, migration: int, email: str = MIRIAM) -> str:
    with world.sessions() as session:
        person = person_by_email(session, email)
        return taking_back.take_back(
            session, world.site, migration, world.number, person, world.now
        ).status


def go_all(world: World, migration: int, **more: Any) -> list[tuple[str, str]]:
    with world.sessions() as session:
        person = person_by_email(session, MIRIAM)
        return list(running.run(session, world.site, migration, person, lambda: world.now, **more))


def newest(world: World, form: str) -> dict[str, Any]:
    rows = [s for s in world.rows(Submission) if s.form == form]
    return dict(rows[-1].values)


def standing(world: World) -> dict[str, Any]:
    """Return how every case stands: all of its row, answers, deadlines, yeses, access, drafts."""
    with world.sessions() as session:
        found: dict[str, Any] = {}
        for case in session.scalars(select(Case)):
            compiled = world.site.catalogue.of(session, case)
            situation = situations.situation_of(session, compiled, case, day_of(world.now))
            rows = session.execute(
                select(Principal.key, Access.waits, Access.task_de)
                .join(Principal, Principal.id == Access.principal_id)
                .where(Access.case_id == case.id)
            )
            kept = {c.key: getattr(case, c.key) for c in inspect(Case).column_attrs}
            found[case.number] = {
                "row": {k: v for k, v in kept.items() if k not in ("version", "changed_at")},
                "answers": {
                    form: [(s.slot, s.values, s.form_version, s.author, s.on) for s in submitted]
                    for form, submitted in situation.submissions.items()
                },
                "deadlines": [
                    (d.state, d.due_on, d.closed_at, d.reminders) for d in case.deadlines
                ],
                "yeses": {
                    t.id: sorted(offer_of(compiled, t, situation))
                    for t in compiled.workflow.transitions.values()
                    if t.sign_off
                },
                "access": sorted(tuple(row) for row in rows),
                "drafts": [
                    (d.form, d.slot, d.raw, d.changed)
                    for d in session.scalars(select(Draft).where(Draft.case_id == case.id))
                ],
                "people": [(p.person_id, p.role, p.side) for p in case.participations],
            }
        return found


def offer_of(compiled: Any, t: Any, situation: Any) -> list[str]:
    return list(valid_yeses(t, situation))


def every_row(world: World) -> dict[str, list[Any]]:
    """Return all rows of the tables that a migration could damage, by their keys."""
    tables = (Submission, Entry, Confirmation, Participation, Draft, Deadline)
    return {
        table.__tablename__: [
            {c.key: getattr(row, c.key) for c in inspect(table).column_attrs}
            for row in world.rows(table)
        ]
        for table in tables
    }


def sound(world: World) -> None:
    with world.sessions() as session:
        assert [f for f in examine(session, world.site, world.now) if f.what != "outbox"] == []


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


# ── What is told beforehand is what happens ─────────────────────────────────────────────────────


def test_the_preview_tells_state_rights_turns_losses_and_deadline_and_writes_nothing(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    before = (standing(world), every_row(world), len(world.rows(Job)))
    (found,) = seen(world)
    told = found.forecast
    assert told is not None
    assert (told.state.de, told.new_state.de) == ("In Prüfung", "Formale Prüfung")
    assert [t.role for t in told.new_turns] == ["coordinator"]
    assert told.new_due_on is not None
    assert told.due_on is not None
    assert (told.due_on - told.new_due_on).days == 14
    sentences = " ".join(text.de for text in told.rights)
    assert "Programmbüro darf neu: „Formale Prüfung abschließen“" in sentences
    assert "Projektaufsicht darf nicht mehr: „Genehmigen“" in sentences
    assert [item.name for item in found.move.left] == ["outline.existing_offers"]
    assert any("formale Prüfung ist noch nicht ausgefüllt" in u.de for u in told.unmet)
    assert (standing(world), every_row(world), len(world.rows(Job))) == before


@pytest.mark.parametrize(
    "state", ["idea", "outline_draft", "in_review", "agreement_draft", "active", "assessment"]
)
def test_what_the_preview_says_is_what_happens(
    changed_at: Callable[[str], World], state: str
) -> None:
    world = changed_at(state)
    (found,) = seen(world)
    assert found.goes
    assert go(world, begin(world)) == "moved"
    then = found.move.situation
    with world.sessions() as session:
        case = session.scalars(select(Case)).one()
        compiled = world.site.catalogue.of(session, case)
        now = situations.situation_of(session, compiled, case, day_of(world.now))
        assert compiled.engine.turns(now) == found.forecast.new_turns  # type: ignore[union-attr]
    assert (now.state, now.due_on, now.variables) == (then.state, then.due_on, then.variables)
    assert now.accepted_scope == then.accepted_scope
    assert {f: [s.values for s in rows] for f, rows in now.submissions.items()} == {
        f: [s.values for s in rows] for f, rows in then.submissions.items()
    }
    sound(world)


def test_the_state_depends_on_what_has_been_filled_in(changed_at: Callable[[str], World]) -> None:
    world = changed_at("in_review")
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    (found,) = seen(world)
    assert found.move.situation.state == "in_review"


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


def offer_reasons(world: World, email: str, transition: str) -> set[str]:
    return {reason.id for reason in offer(world, email, transition).reasons}


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


# ── Who cannot go ───────────────────────────────────────────────────────────────────────────────


def test_a_case_that_cannot_go_is_named_with_the_reason_and_stays(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    plan = PLAN.replace("    - in_review\n", "").replace(
        "!review.formal.filled", "review.formal.filled"
    )
    before = standing(world)
    (found,) = seen(world, plan)
    assert not found.goes
    migration = begin(world, plan)
    assert go(world, migration) == "stayed"
    (row,) = world.rows(MigrationCase)
    assert "In Prüfung" in row.reasons[0][0]
    assert standing(world) == before
    with world.sessions() as session:
        done = plans.progress(session, plans.one(session, migration))
    assert (done.waiting, done.moved, done.stayed) == (0, 0, 1)


def test_a_plan_that_does_not_fit_is_refused_with_every_line(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    plan = (
        PLAN.replace("formal_check", "formal_chek")
        .replace("outline.need", "outline.ned")
        .replace("!review.formal.filled", "review.formel.filled")
    )
    with pytest.raises(DefinitionError) as caught:
        begin(world, plan)
    assert sorted({p.place.line for p in caught.value.problems}) == [5, 9]
    assert world.rows(Migration) == []


@pytest.mark.parametrize(
    ("change", "word"),
    [("to: 2", "to: 7"), ("from: 1", "from: 2"), ("migration:", "migrations:")],
)
def test_a_plan_between_versions_that_are_not_there_is_refused(
    changed_at: Callable[[str], World], change: str, word: str
) -> None:
    world = changed_at("in_review")
    with pytest.raises(DefinitionError):
        begin(world, PLAN.replace(change, word))


@pytest.mark.parametrize("email", [SABINE, JONAS])
def test_nobody_but_an_administrator_migrates(
    changed_at: Callable[[str], World], email: str
) -> None:
    world = changed_at("in_review")
    with pytest.raises(NotAllowed):
        begin(world, email=email)
    migration = begin(world)
    with pytest.raises(NotAllowed):
        go(world, migration, email)
    go(world, migration)
    with pytest.raises(NotAllowed):
        back(world, migration, email)
    assert world.state == "formal_check"


# ── All of them ─────────────────────────────────────────────────────────────────────────────────


def some_ideas(world: World, count: int) -> None:
    for number in range(count):
        another_idea(world, f"Lesekreis Nummer {number}")


def on_first(world: World, count: int) -> None:
    """Open ideas on the first version."""
    with world.sessions.begin() as session:
        numbers = select(Case.id).order_by(Case.id.desc()).limit(count)
        session.execute(
            update(Case).where(Case.id.in_(numbers.scalar_subquery())).values(definition_id=1)
        )


def test_interrupted_in_the_middle_it_goes_on_and_does_nothing_twice(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("idea")
    some_ideas(world, 3)
    on_first(world, 3)
    migration = begin(world)
    assert len(go_all(world, migration, limit=2)) == 2
    entries = [e for e in world.rows(Entry) if e.kind == "migration"]
    assert len(entries) == 2
    assert len(go_all(world, migration)) == 2
    assert go_all(world, migration) == []
    assert {case.definition_id for case in world.rows(Case)} == {2}
    assert len([e for e in world.rows(Entry) if e.kind == "migration"]) == 4


def test_the_worker_moves_them_and_a_second_click_moves_none_twice(
    changed_at: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AT_A_TIME", 2)
    world = changed_at("idea")
    some_ideas(world, 2)
    on_first(world, 2)
    migration = begin(world)
    with world.sessions() as session:
        person = person_by_email(session, MIRIAM)
        running.queue_run(session, migration, person, world.now)
        running.queue_run(session, migration, person, world.now)
        assert running.queued(session, migration)
    world.work()
    assert {case.definition_id for case in world.rows(Case)} == {2}
    assert len([e for e in world.rows(Entry) if e.kind == "migration"]) == 3
    with world.sessions() as session:
        assert not running.queued(session, migration)


def test_a_case_in_which_something_breaks_is_named_and_holds_up_no_other(
    changed_at: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = changed_at("idea")
    some_ideas(world, 1)
    on_first(world, 1)
    migration = begin(world)
    whole = running.carry_over

    def broken(session: Session, site: Site, of: int, number: str, *rest: Any) -> MigrationCase:
        if number == world.number:
            with transaction(session, number):
                raise TypeError("what is kept cannot be read")
        return whole(session, site, of, number, *rest)

    monkeypatch.setattr(running, "carry_over", broken)
    with world.sessions() as session:
        running.queue_run(session, migration, person_by_email(session, MIRIAM), world.now)
    world.work()
    statuses = {row.case_id: row.status for row in world.rows(MigrationCase)}
    assert sorted(statuses.values()) == ["moved", "stayed"]
    (row,) = world.rows(MigrationCase, status="stayed")
    assert "what is kept cannot be read" in row.reasons[0][0]
    with world.sessions() as session:
        assert not running.queued(session, migration)


def test_the_worker_takes_many_back_a_few_at_a_time_and_leaves_what_went_on(
    changed_at: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AT_A_TIME", 2)
    world = changed_at("idea")
    first = world.number
    some_ideas(world, 3)
    on_first(world, 3)
    migration = begin(world)
    go_all(world, migration)
    fire(world, TOBIAS if offer(world, TOBIAS, "confirm_partnership").open else SABINE,
         "confirm_partnership")  # fmt: skip
    with world.sessions() as session:
        running.queue_back(session, migration, person_by_email(session, MIRIAM), world.now)
        assert running.queued(session, migration) == "back"
    world.work()
    assert {c.number for c in world.rows(Case) if c.definition_id == 2} == {first}
    with world.sessions() as session:
        assert running.queued(session, migration) == ""
        back = plans.results(session, migration, "back")
        assert len(back) == 3
        assert [r.id for r in plans.results(session, migration, "back", limit=1, offset=2)] == [
            back[2].id
        ]


def test_all_come_back_but_those_that_went_on(changed_at: Callable[[str], World]) -> None:
    world = changed_at("idea")
    first = world.number
    second = another_idea(world)
    on_first(world, 1)
    migration = begin(world)
    go_all(world, migration)
    fire(world, TOBIAS if offer(world, TOBIAS, "confirm_partnership").open else SABINE,
         "confirm_partnership")  # fmt: skip
    with world.sessions() as session:
        person = person_by_email(session, MIRIAM)
        ends = dict(
            running.take_all_back(session, world.site, migration, person, lambda: world.now)
        )
    assert ends[second] == "back"
    assert "gone on" in ends[first]


def test_of_two_migrations_of_a_workflow_one_is_open(changed_at: Callable[[str], World]) -> None:
    world = changed_at("in_review")
    give_role(world, JONAS, "admin")
    ends = at_once(lambda: begin(world), lambda: begin(world, PLAN_BACK, JONAS))
    assert sorted(type(e).__name__ for e in ends) == ["int", "str"]
    assert len(world.rows(Migration)) == 1


def test_two_administrators_press_at_once_and_the_case_goes_once(
    changed_at: Callable[[str], World],
) -> None:
    world = changed_at("in_review")
    give_role(world, JONAS, "admin")
    migration = begin(world)
    ends = at_once(lambda: go(world, migration), lambda: go(world, migration, JONAS))
    assert set(ends) <= {"moved", "Conflict"}
    assert "moved" in ends
    assert len([e for e in world.rows(Entry) if e.kind == "migration"]) == 1


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
