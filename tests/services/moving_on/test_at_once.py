"""What happens when two do something in the same instant: on every database the same."""

from __future__ import annotations

from threading import Barrier, Event
from time import sleep

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.conftest import WorldAt
from tests.services.at_once import at_once
from tests.services.steps import case_of, confirm, fire, offer, save, submit
from tests.world import SABINE, TOBIAS, Databases, World
from workflow_app.services.cases import comments, record
from workflow_app.services.cases.numbers import next_number
from workflow_app.services.people import person_by_email
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.services.work import delivery
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job, Request
from workflow_app.store.tables.people import Person, SignIn
from workflow_app.store.tables.submissions import Draft


@pytest.fixture
def outlined(world_at: WorldAt) -> World:
    """The outline is written and nobody has confirmed it yet."""
    world = world_at("outline_draft")
    submit(world, SABINE, "outline", world.story().answers("outline"))
    return world


def sound(world: World) -> bool:
    """Return whether the history of the project has no gap and no broken link."""
    with world.sessions() as session:
        return list(record.broken_links(session, case_of(world, session).id)) == []


def test_no_number_is_given_twice_not_even_the_first(world_at: WorldAt) -> None:
    world = world_at("people")

    def take() -> str:
        with world.sessions() as session, transaction(session):
            return next_number(session, "TP-2031")

    numbers = at_once(*[take] * 6) + at_once(*[take] * 6)
    assert sorted(numbers) == [f"TP-2031-{n:04d}" for n in range(1, 13)]


def test_when_both_partners_confirm_at_once_the_step_is_made(outlined: World) -> None:
    digest = offer(outlined, SABINE, "submit_outline").digest
    outcomes = at_once(
        lambda: confirm(outlined, SABINE, "submit_outline", digest=digest).fired,
        lambda: confirm(outlined, TOBIAS, "submit_outline", digest=digest).fired,
    )
    assert sorted(outcomes) == [False, True]
    assert outlined.state == "in_review"
    assert sound(outlined)


def test_comments_at_once_are_all_kept(outlined: World) -> None:
    def comment(email: str, words: str) -> None:
        with outlined.sessions() as session:
            person = person_by_email(session, email)
            site, number = outlined.site, outlined.number
            comments.comment(session, site, number, words, person, outlined.now)

    before = len(outlined.rows(Entry))
    at_once(
        lambda: comment(SABINE, "Ich rufe an."),
        lambda: comment(TOBIAS, "Ich auch."),
        lambda: comment(SABINE, "Erledigt."),
    )
    assert len(outlined.rows(Entry)) == before + 3
    assert sound(outlined)


def test_of_two_who_save_the_same_draft_at_once_one_is_told(outlined: World) -> None:
    saved = at_once(
        lambda: save(outlined, SABINE, "outline", {"summary": "Von Sabine"}, 0),
        lambda: save(outlined, TOBIAS, "outline", {"summary": "Von Tobias"}, 0),
    )
    assert set(saved) == {1, "Conflict"}
    assert len(outlined.rows(Draft, form="outline")) == 1


def test_a_double_click_is_answered_twice_and_acts_once(outlined: World) -> None:
    withdrawn = {"reason": "Die Stelle ist nicht mehr besetzt."}

    def click() -> str:
        return fire(outlined, SABINE, "withdraw", withdrawn, key="one page")

    assert at_once(click, click, click) == ["withdrawn"] * 3
    assert outlined.history.count("withdraw") == 1


def test_a_double_click_finds_its_answer_also_where_there_is_no_case_yet(
    world_at: WorldAt,
) -> None:
    world = world_at("people")

    def click() -> str:
        with world.sessions() as session, transaction(session):
            person = person_by_email(session, SABINE)
            if answer := answered(session, "one page", person):
                return str(answer["number"])
            number = next_number(session, "TP-2031")
            remember(session, "one page", person, {"number": number}, world.now)
            return number

    assert at_once(*[click] * 4) == ["TP-2031-0001"] * 4
    assert len(world.rows(Request)) == 1


def test_of_two_workers_each_job_is_done_by_one(world_at: WorldAt) -> None:
    world = world_at("people")
    with world.sessions() as session, transaction(session):
        for n in range(12):
            session.add(Job(kind="count", data={"n": n}, created_at=world.now, due_at=world.now))
    done: list[int] = []
    handlers = {"count": lambda session, site, job, now: done.append(job.data["n"])}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "HANDLERS", handlers)
        counts = at_once(world.work, world.work)
    assert sorted(done) == list(range(12))
    assert sum(n for n in counts if isinstance(n, int)) == 12
    assert [job.attempts for job in world.rows(Job)] == [1] * 12


def test_a_page_is_read_as_of_one_instant(outlined: World) -> None:
    entries = select(func.count()).select_from(Entry)
    with outlined.sessions() as session:
        before = session.scalar(entries)
        confirm(outlined, TOBIAS, "submit_outline")
        assert session.scalar(entries) == before
        session.rollback()
        assert session.scalar(entries) == (before or 0) + 1


# ── What only PostgreSQL can do to us: SQLite lets one writer in after the other ────────────────


@pytest.mark.only_on("postgres")
def test_of_two_histories_that_go_on_differently_one_is_refused(outlined: World) -> None:
    noted = Event()
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    # Without the number of the case neither waits before reading how the history ends.
    def first() -> str:
        with outlined.sessions() as session, transaction(session):
            record.append(session, case_of(outlined, session), "comment", outlined.now)
            noted.set()
            while session.scalar(waiting) == 0:
                sleep(0.01)
        return "noted"

    def second() -> str:
        noted.wait()
        with outlined.sessions() as session, transaction(session):
            record.append(session, case_of(outlined, session), "comment", outlined.now)
        return "noted"

    assert at_once(first, second) == ["noted", "Conflict"]
    assert sound(outlined)


@pytest.mark.only_on("postgres")
def test_of_two_who_change_what_both_have_read_one_is_refused(outlined: World) -> None:
    begun = Barrier(2)

    def rename(title: str) -> str:
        with outlined.sessions() as session, transaction(session):
            case = case_of(outlined, session)
            begun.wait()
            case.title = title
        return title

    results = at_once(lambda: rename("Eins"), lambda: rename("Zwei"))
    assert results.count("Conflict") == 1
    assert [outlined.rows(Case)[0].title] == [r for r in results if r != "Conflict"]


@pytest.mark.only_on("postgres")
def test_of_two_who_wait_for_each_other_one_is_refused(outlined: World) -> None:
    begun = Barrier(2)

    def rename(first: str, second: str) -> str:
        with outlined.sessions() as session, transaction(session):
            person_by_email(session, first).name = "Erste"
            session.flush()
            begun.wait()
            person_by_email(session, second).name = "Zweite"
        return "done"

    results = at_once(lambda: rename(SABINE, TOBIAS), lambda: rename(TOBIAS, SABINE))
    assert sorted(results) == ["Conflict", "done"]


@pytest.mark.only_on("postgres")
def test_a_mistake_of_ours_is_no_conflict(outlined: World) -> None:
    def sign_in_nobody() -> None:
        with outlined.sessions() as session, transaction(session):
            now = outlined.now
            session.add(SignIn(id="x" * 64, person_id=999, created_at=now, seen_at=now))

    with pytest.raises(IntegrityError, match="foreign key"):
        sign_in_nobody()


def test_after_a_restart_of_the_database_the_next_request_works(
    world_at: WorldAt, databases: Databases
) -> None:
    world = world_at("people")
    people = select(func.count()).select_from(Person)
    with world.sessions() as session:
        before = session.scalar(people)
    databases.disconnect_all(world.settings.database_url)
    with world.sessions() as session:
        assert session.scalar(people) == before
    databases.disconnect_all(world.settings.database_url)
    assert world.work() == 0
