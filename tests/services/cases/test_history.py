"""The history: every change to it is found, and a text may be erased."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests.conftest import WorldAt
from tests.services.steps import case_of
from tests.world import World
from workflow_app.services.cases.record import broken_links
from workflow_app.store.tables.history import Entry, EntryText


@pytest.fixture
def world(world_at: WorldAt) -> World:
    return world_at("assessment")


def broken(world: World, change: Callable[[Session], object] = lambda session: None) -> set[str]:
    """Return what is wrong with the chain after somebody changed the database."""
    with world.sessions() as session:
        change(session)
        session.commit()
    with world.sessions() as session:
        return {wrong for _, wrong in broken_links(session, case_of(world, session).id)}


def test_a_whole_history_fits_together(world: World) -> None:
    assert len(world.rows(Entry)) > 30
    assert broken(world) == set()


@pytest.mark.parametrize(
    "change",
    [{"to_state": "rejected"}, {"actor_id": 5}, {"role": "admin"}, {"content": "0" * 64}],
    ids=lambda change: next(iter(change)),
)
def test_an_entry_that_was_changed_is_found(world: World, change: dict[str, object]) -> None:
    statement = update(Entry).where(Entry.sequence == 5).values(**change)
    assert broken(world, lambda session: session.execute(statement)) == {"hash"}


def test_an_entry_that_was_taken_out_is_found(world: World) -> None:
    def take_out(session: Session) -> None:
        session.execute(delete(Entry).where(Entry.sequence == 7))

    assert broken(world, take_out) == {"missing", "previous"}


def test_closing_the_gap_hides_nothing(world: World) -> None:
    def take_out(session: Session) -> None:
        session.execute(delete(Entry).where(Entry.sequence == 7))
        for sequence in range(8, len(world.rows(Entry)) + 2):
            statement = update(Entry).where(Entry.sequence == sequence)
            session.execute(statement.values(sequence=sequence - 1))

    assert {"previous", "hash"} <= broken(world, take_out)


def test_entries_that_changed_places_are_found(world: World) -> None:
    def swap(session: Session) -> None:
        for old, new in ((8, 999), (9, 8), (999, 9)):
            session.execute(update(Entry).where(Entry.sequence == old).values(sequence=new))

    assert {"previous", "hash"} <= broken(world, swap)


def test_words_that_were_changed_are_found(world: World) -> None:
    def put_into_the_mouth(session: Session) -> None:
        text = session.query(EntryText).first()
        assert text is not None
        text.words = {**text.words, "comment": "Das habe ich nie gesagt."}

    assert broken(world, put_into_the_mouth) == {"text"}


def test_words_that_were_put_beside_an_entry_without_any_are_found(world: World) -> None:
    (first, *_) = world.rows(Entry, commitment=None)

    def add(session: Session) -> None:
        session.add(EntryText(entry_id=first.id, salt=b"0" * 16, words={"comment": "Neu"}))

    assert broken(world, add) == {"text"}


def test_erasing_a_text_with_its_salt_leaves_the_chain_whole(world: World) -> None:
    assert broken(world, lambda session: session.execute(delete(EntryText))) == set()


def test_the_chain_holds_no_words(world: World) -> None:
    with world.sessions() as session:
        said = session.query(EntryText).first()
        assert said is not None
        assert "Räume" in said.words["comment"]
        sealed = str([vars(e) for e in session.query(Entry)])
    assert "Räume" not in sealed
