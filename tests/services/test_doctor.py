"""The doctor: finds each thing that can be wrong, and nothing where all is well."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests.conftest import WorldAt
from tests.services.steps import changed, save, shipped, with_content
from tests.world import SABINE, World
from workflow_app.services import doctor
from workflow_app.services.access.reindex import reindex
from workflow_app.services.forms.attachments import attach
from workflow_app.services.people import person_by_email
from workflow_app.services.work.deadlines import fire_due
from workflow_app.services.work.outbox import GIVE_UP_AFTER
from workflow_app.store.tables.access import Access
from workflow_app.store.tables.cases import Case, Deadline
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.documents import Attachment, Document, StoredFile
from workflow_app.store.tables.footprints import Footprint, FootprintCounty, FootprintTopic
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.submissions import Draft, Submission

WORKFLOW = "workflows/tandem_project.yaml"


@pytest.fixture
def world(world_at: WorldAt) -> World:
    world = world_at("active")
    world.work()
    return world


def found(world: World, change: Callable[[Session], object] | None = None) -> set[str]:
    """Return what the doctor finds after somebody changed the database."""
    with world.sessions() as session:
        if change:
            change(session)
            session.commit()
        findings = doctor.examine(session, world.site, world.now)
    assert all(f.where and f.wrong and f.mend for f in findings)
    return {f.what for f in findings}


def test_where_all_is_well_nothing_is_found(world: World) -> None:
    assert found(world) == set()


def test_a_changed_history_is_found(world: World) -> None:
    statement = update(Entry).where(Entry.sequence == 4).values(role="admin")
    assert found(world, lambda s: s.execute(statement)) == {"history"}


def test_a_history_that_was_cut_off_at_the_end_is_found(world: World) -> None:
    last = world.rows(Entry)[-1]
    assert found(world, lambda s: s.execute(delete(Entry).where(Entry.id == last.id))) == {
        "history"
    }


def test_a_state_that_was_changed_by_hand_is_found(world: World) -> None:
    statement = update(Case).values(state="closing")
    assert "history" in found(world, lambda s: s.execute(statement))


def test_changed_answers_are_found(world: World) -> None:
    def forge(session: Session) -> None:
        row = session.query(Submission).filter_by(form="outline").one()
        row.values = {**row.values, "volunteers_planned": 99}

    assert found(world, forge) == {"submissions"}


def test_answers_changed_with_their_digest_are_found_by_the_history(world: World) -> None:
    statement = update(Submission).where(Submission.form == "outline").values(digest="0" * 64)
    assert found(world, lambda s: s.execute(statement)) == {"submissions"}


def test_a_changed_snapshot_is_found(world: World) -> None:
    statement = update(Document).where(Document.kind == "agreement").values(snapshot="{}")
    assert found(world, lambda s: s.execute(statement)) == {"documents"}


def test_a_text_changed_with_its_digest_is_found_by_what_the_sides_signed_off(
    world: World,
) -> None:
    def forge(session: Session) -> None:
        row = session.query(Document).filter_by(kind="agreement").one()
        row.snapshot = row.snapshot.replace("Sprachcafé", "Tanzcafé")
        row.digest = hashlib.sha256(row.snapshot.encode()).hexdigest()

    assert found(world, forge) == {"documents"}


def test_a_document_that_nobody_will_make_is_found(world: World) -> None:
    statement = update(Document).where(Document.kind == "agreement").values(sha256=None)
    assert found(world, lambda s: s.execute(statement)) == {"documents"}


def test_an_attachment_that_is_gone_is_found(world: World) -> None:
    with world.sessions() as session:
        sabine = person_by_email(session, SABINE)
        photo = io.BytesIO()
        Image.new("RGB", (8, 8)).save(photo, "PNG")
        attach(session, world.site, world.number, "foto.png", photo.getvalue(), sabine, world.now)
    assert found(world) == set()
    assert found(world, lambda s: s.execute(delete(Attachment))) == {"files"}


def test_a_title_that_the_form_does_not_say_is_found(world: World) -> None:
    assert "cases" in found(world, lambda s: s.execute(update(Case).values(title="Anders")))


def test_a_project_that_overlaps_would_miss_is_found_and_mended(world: World) -> None:
    def hide(session: Session) -> None:
        session.execute(delete(FootprintTopic))
        session.execute(delete(FootprintCounty))
        session.execute(delete(Footprint))

    assert found(world, hide) == {"footprints"}
    with world.sessions() as session:
        reindex(session, world.site)
    assert found(world) == set()


def test_wrong_access_rows_are_found(world: World) -> None:
    assert found(world, lambda s: s.execute(update(Access).values(waits=False))) == {"access"}


@pytest.mark.parametrize("wrong", [{"nearest_on": date(2025, 1, 1)}, {"closed": True}], ids=str)
def test_a_row_that_lists_would_show_in_the_wrong_place_is_found_and_mended(
    world: World, wrong: dict[str, Any]
) -> None:
    assert found(world, lambda s: s.execute(update(Access).values(wrong))) == {"access"}
    with world.sessions() as session:
        reindex(session, world.site)
    assert found(world) == set()


def test_missing_access_rows_are_found(world: World) -> None:
    assert found(world, lambda s: s.execute(delete(Access))) == {"access"}


def path_of(world: World) -> Path:
    file = world.rows(StoredFile)[0].sha256
    return world.folder / "files" / file[:2] / file[2:]


def test_a_changed_file_is_found(world: World) -> None:
    path_of(world).write_bytes(b"%PDF-1.7 etwas anderes")
    assert found(world) == {"files"}


def test_a_missing_file_is_found(world: World) -> None:
    path_of(world).unlink()
    assert found(world) == {"files"}


def test_a_job_that_was_given_up_is_found(world: World) -> None:
    values = {"done_at": None, "attempts": GIVE_UP_AFTER, "failure": "Platte voll"}
    last = world.rows(Job)[-1].id
    assert found(
        world, lambda s: s.execute(update(Job).where(Job.id == last).values(**values))
    ) == {"outbox"}


def test_a_job_that_nobody_does_is_found(world: World) -> None:
    last = world.rows(Job)[-1].id
    late = update(Job).where(Job.id == last).values(done_at=None, due_at=world.now)
    assert found(world, lambda s: s.execute(late)) == set()
    world.begins += timedelta(hours=2)
    assert found(world) == {"outbox"}


def test_a_broken_definition_is_found_with_its_place(world: World, tmp_path: Path) -> None:
    broken = changed(shipped(WORKFLOW), "    rights: archive_only", "    rights: archive_onli")
    world.site = with_content(world, tmp_path / "own", {WORKFLOW: broken})
    with world.sessions() as session:
        (finding, *_) = doctor.examine(session, world.site, world.now)
    line = broken.splitlines().index("    rights: archive_onli") + 1
    assert finding.what == "definitions"
    assert finding.where.startswith(f"{WORKFLOW}:{line}:")


def test_a_kept_definition_that_was_changed_is_found(world: World) -> None:
    def spoil(session: Session) -> None:
        kept = session.query(Definition).one()
        kept.files = {**kept.files, WORKFLOW: "workflow: tandem_project"}

    assert found(world, spoil) == {"definitions"}


def test_a_deadline_of_a_state_long_left_is_found(world: World) -> None:
    statement = update(Deadline).values(state="in_review", closed_at=None)
    assert "deadlines" in found(world, lambda s: s.execute(statement))


def test_a_deadline_that_is_gone_is_found(world_at: WorldAt) -> None:
    world = world_at("in_review")
    world.work()
    assert found(world) == set()
    assert found(world, lambda s: s.execute(delete(Deadline))) == {"access", "deadlines"}


def test_a_timer_that_nobody_looked_at_is_found_and_mended_by_the_worker(
    world_at: WorldAt,
) -> None:
    world = world_at("idea")
    world.work()
    world.later(60)
    assert "timers" not in found(world), "today it may still be on its way"
    world.later(2)
    assert "timers" in found(world)
    fire_due(world.sessions, world.site, world.now)
    world.work()
    assert found(world) == set()


def test_what_is_typed_for_a_field_that_does_not_exist_is_found(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    world.work()
    save(world, SABINE, "outline", {"summary": "Ein Anfang"}, 0)
    assert found(world) == set()

    def spoil(session: Session) -> None:
        session.query(Draft).one().raw = {"no_such_field": "verloren"}

    assert found(world, spoil) == {"drafts"}
