"""What is told before a case is brought to another version, and which plans are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.changed_lifecycle import PLAN
from tests.services.definitions.migrating import back, begin, every_row, go, seen, sound, standing
from tests.services.steps import FORMAL, submit
from tests.world import JONAS, MIRIAM, SABINE, World
from workflow_app.core.errors import DefinitionError, NotAllowed
from workflow_app.services.cases import situations
from workflow_app.services.clock import day_of
from workflow_app.services.migrations import plans
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.moving import Migration, MigrationCase
from workflow_app.store.tables.outbox import Job

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
