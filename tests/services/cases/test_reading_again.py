"""What an operation reads again after it has written is what a first reading would find."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import WorldAt
from tests.world import BEGINS, SABINE
from workflow_app.core.cases.situation import Situation
from workflow_app.services.cases import situations
from workflow_app.services.cases.related import as_related, related
from workflow_app.services.cases.situations import situation_of
from workflow_app.services.definitions import log
from workflow_app.services.steps import following
from workflow_app.store.db import begin_writing
from workflow_app.store.tables.cases import Participation
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Confirmation
from workflow_app.store.written import written


# The whole story with its documents is read twice at each step: once is enough, on one database.
@pytest.mark.only_on("sqlite")
@pytest.mark.slow
def test_through_the_whole_story_what_is_taken_over_is_what_would_be_read(
    world_at: WorldAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def both(*asked: Any, before: Situation | None = None) -> Situation:
        again, anew = situation_of(*asked, before=before), situation_of(*asked)
        if before is not None:
            compared.append(again)
            # Who acted is known beside those whom the case names.
            again = replace(again, members_of={p: again.members_of[p] for p in anew.members_of})
        assert again == anew
        return again

    world = world_at("people")
    monkeypatch.setattr(following, "situation_of", both)
    monkeypatch.setattr(
        situations,
        "situation_of",
        lambda session, compiled, case, day, person=None, before=None: both(
            session, compiled, case, day, person, before=before
        ),
    )
    assert [*world.story().chapters()][-1] == "archived"
    assert len(compared) > 20


def test_an_operation_knows_which_tables_it_has_written_to(world_at: WorldAt) -> None:
    with world_at("idea").sessions() as session:
        begin_writing(session)
        assert written(session) == frozenset()
        sabine = session.query(Person).filter_by(email=SABINE).one()
        sabine.phone = "0911 123"
        session.flush()
        assert written(session) == {Person}
        session.query(Confirmation).delete()
        session.query(Participation).update({"role": "civic_partner"})
        assert written(session) == {Person, Confirmation, Participation}
        begin_writing(session)
        assert written(session) == frozenset()


@pytest.mark.parametrize("state", ["idea", "active", "evaluated"])
def test_a_case_that_has_been_read_is_seen_by_others_as_one_that_is_looked_up(
    world_at: WorldAt, state: str
) -> None:
    world = world_at(state)
    with world.sessions() as session:
        seen = world.look(SABINE, session)
        day = seen.situation.today
        assert as_related(seen.case, seen.situation) == related(session, seen.case, day)


def test_the_version_in_force_is_found_with_what_was_ever_published(world_at: WorldAt) -> None:
    with world_at("idea").sessions() as session:
        there = log.current(session, "tandem_project")
        assert there is not None
        assert log.standing(session, "tandem_project") == (there.id, True)
        log.note(session, there, "retired", None, BEGINS)
        assert log.standing(session, "tandem_project") == (None, True)
        assert log.standing(session, "nothing_of_this_name") == (None, False)
