"""Whoever comes from the first release keeps everything and goes on where the work was left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.conftest import SignedIn
from tests.services.steps import confirm, fire
from tests.store import released
from tests.world import JONAS, SABINE, TOBIAS, Databases, World
from workflow_app.app import hashed
from workflow_app.demo.people import PASSWORD
from workflow_app.services.access.reindex import reindex
from workflow_app.services.cases.record import broken_links
from workflow_app.services.doctor import examine
from workflow_app.store.migrate import HEAD, drift, revision, upgrade
from workflow_app.store.tables.access import Access
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import StoredFile
from workflow_app.store.tables.people import Person

RELEASE = "0001_first_schema"
LEFT = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
"""Minutes after the last thing that was done in the installation."""

ADDED = {"principal": 1}
"""Table → the rows that every database has since then: the principal of whoever is signed in."""


@pytest.fixture
def left(databases: Databases, tmp_path: Path) -> Iterator[World]:
    """The installation as the first release left it."""
    world = World(tmp_path, databases.make(tmp_path), begins=LEFT)
    released.load(RELEASE, world.settings.database_url, tmp_path)
    yield world
    world.close()
    databases.drop(world.url)


@pytest.fixture
def upgraded(left: World) -> World:
    """The same at the newest schema."""
    upgrade(left.settings.database_url)
    return left


def test_every_row_and_every_value_is_kept(left: World) -> None:
    url = left.settings.database_url
    assert revision(url) == RELEASE
    before = released.rows(url)
    upgrade(url)
    after = released.rows(url)
    assert {table: len(rows) + ADDED.get(table, 0) for table, rows in before.items()} == {
        table: len(after[table]) for table in before
    }
    for table, rows in before.items():
        for old, new in zip(rows, after[table], strict=table not in ADDED):
            assert set(map(repr, old)) <= set(map(repr, new)), table


def test_it_stands_at_the_newest_schema_as_if_it_had_been_made_by_it(upgraded: World) -> None:
    url = upgraded.settings.database_url
    assert (revision(url), drift(url)) == (HEAD, [])


def test_lists_say_the_same_days_as_after_the_rows_are_written_anew(upgraded: World) -> None:
    def days() -> dict[tuple[int, int], tuple[object, ...]]:
        rows = upgraded.rows(Access)
        return {(a.principal_id, a.case_id): (a.nearest_on, a.closed) for a in rows}

    before = days()
    assert len({day for day, _closed in before.values()}) > 2
    assert {closed for _day, closed in before.values()} == {True, False}
    with upgraded.sessions() as session:
        reindex(session, upgraded.site)
    after = days()
    assert {row for row in before if after.get(row, before[row]) != before[row]} == set()


def test_every_chain_holds_and_the_doctor_misses_only_the_files(upgraded: World) -> None:
    with upgraded.sessions() as session:
        # New releases may give new access rows; this is what the operator is told to run.
        reindex(session, upgraded.site)
        for case in session.scalars(select(Case)):
            assert list(broken_links(session, case.id)) == []
        findings = examine(session, upgraded.site, upgraded.now)
        assert [f for f in findings if f.what != "files"] == []
        # The bytes of files lie beside the database, and no release has touched them.
        kept = session.scalar(select(func.count()).select_from(StoredFile))
        assert len(findings) == kept == 18


@pytest.mark.slow
def test_every_page_of_every_case_opens(upgraded: World, signed_in: SignedIn) -> None:
    with upgraded.sessions() as session:
        # The password is salted with the key of the installation, which is not in its database.
        session.execute(update(Person).values(password=hashed(upgraded.settings, PASSWORD)))
        session.commit()
    opened = 0
    for email in (SABINE, TOBIAS, JONAS):
        browser = signed_in(upgraded, email)
        assert {browser.get(page).status_code for page in ("/", "/projects")} == {200}
        for case in upgraded.rows(Case):
            pages = (f"/projects/{case.number}{page}" for page in ("", "/history", "/workflow"))
            answers = {browser.get(page).status_code for page in pages}
            assert answers in ({200}, {404}), (email, case.number)
            opened += answers == {200}
    assert opened >= 12


def test_the_work_goes_on_where_it_was_left(upgraded: World) -> None:
    (case,) = upgraded.rows(Case, state="agreement_alignment")
    upgraded.number = case.number
    for email in (SABINE, TOBIAS):
        confirm(upgraded, email, "release_for_signature")
    assert fire(upgraded, JONAS, "release_for_signature") == "signature_pending"
    with upgraded.sessions() as session:
        assert list(broken_links(session, case.id)) == []
