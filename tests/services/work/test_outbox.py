"""The outbox: nothing leaves before the commit, nothing is lost, nothing leaves twice."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.conftest import WorldAt
from tests.services.steps import (
    APPROVAL,
    FORMAL,
    WITHDRAWAL,
    case_of,
    fire,
    refused,
    submit,
    with_content,
)
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.services import people
from workflow_app.services.papers import archive
from workflow_app.services.work import retry
from workflow_app.services.work.delivery import LEASE, make_document
from workflow_app.services.work.outbox import GIVE_UP_AFTER
from workflow_app.store.tables.cases import Deadline
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.outbox import Job


def mails(world: World) -> list[EmailMessage]:
    """Return the mails that have left, the oldest first."""
    files = sorted((world.folder / "mail").glob("*.eml"))
    read = (message_from_bytes(f.read_bytes(), policy=policy.default) for f in files)
    return [mail for mail in read if isinstance(mail, EmailMessage)]


def since(world: World, before: int) -> dict[str, str]:
    """Return to whom a mail has left since then, with its subject."""
    return {str(m["To"]): str(m["Subject"]) for m in mails(world)[before:]}


@pytest.fixture
def checked(world_at: WorldAt) -> World:
    world = world_at("in_review")
    world.work()
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    world.work()
    return world


def test_what_has_to_be_signed_is_made_before_all_else_that_is_due(checked: World) -> None:
    fire(checked, JONAS, "approve", APPROVAL)
    (note,) = checked.rows(Document, kind="review_note")
    waiting = {job.id for job in checked.rows(Job, done_at=None)}

    assert make_document(checked.sessions, checked.site, note.id, checked.now)

    (made,) = checked.rows(Document, id=note.id)
    assert made.sha256 is not None
    left = {job.id for job in checked.rows(Job, done_at=None)}
    assert len(waiting - left) == 1, "nothing else was carried out"
    assert left, "the mails still wait"
    assert not make_document(checked.sessions, checked.site, note.id, checked.now)


# ── Mail ────────────────────────────────────────────────────────────────────────────────────────


def test_a_mail_leaves_only_after_the_commit(checked: World) -> None:
    before = len(mails(checked))
    with refused("by"):
        fire(checked, MIRIAM, "approve", APPROVAL)
    assert checked.work() == 0
    fire(checked, JONAS, "approve", APPROVAL)
    assert len(mails(checked)) == before
    checked.work()
    assert len(mails(checked)) == before + 2


def test_whose_turn_it_is_gets_a_mail_and_who_acted_gets_none(checked: World) -> None:
    before = len(mails(checked))
    fire(checked, JONAS, "approve", APPROVAL)
    checked.work()
    subject = f"Sie sind an der Reihe: {checked.number}"
    assert since(checked, before) == {SABINE: subject, TOBIAS: subject}


def test_a_decision_is_told_to_all_others(checked: World) -> None:
    before = len(mails(checked))
    fire(checked, SABINE, "withdraw", WITHDRAWAL)
    checked.work()
    assert set(since(checked, before)) == {TOBIAS, MIRIAM, JONAS}


def test_who_was_deactivated_gets_no_mail(checked: World) -> None:
    before = len(mails(checked))
    fire(checked, JONAS, "approve", APPROVAL)
    with checked.sessions() as session:
        people.deactivate(session, TOBIAS, checked.now)
    checked.work()
    assert set(since(checked, before)) == {SABINE}


def test_a_mail_names_the_task_and_nothing_personal_but_the_name(checked: World) -> None:
    fire(checked, JONAS, "approve", {**APPROVAL, "criteria_note": "Vertraulich: Frau Huber"})
    checked.work()
    mail = mails(checked)[-1]
    body = mail.get_content()
    assert "sind Sie an der Reihe: Vereinbarung entwerfen" in body
    assert f"http://localhost/projects/{checked.number}" in body
    (deadline,) = checked.rows(Deadline, closed_at=None)
    assert f"Frist: {deadline.due_on:%d.%m.%Y}" in body
    assert "Sprachcafé" not in body
    assert "Huber" not in body
    names = [n for n in ("Sabine Kraus", "Tobias Lindner", "Jonas Reiter") if n in body]
    assert len(names) == 1


def test_a_mail_asks_for_the_own_task_where_a_state_has_several(world_at: WorldAt) -> None:
    world = world_at("outline_draft")
    submit(world, SABINE, "outline", world.story().answers("outline"))
    world.story().both_confirm("submit_outline")
    world.work()
    (body,) = [m.get_content() for m in mails(world) if m["To"] == MIRIAM][-1:]
    assert "an der Reihe: Projektskizze formal prüfen" in body


# ── Jobs ────────────────────────────────────────────────────────────────────────────────────────


def test_a_job_is_done_once(checked: World) -> None:
    fire(checked, JONAS, "approve", APPROVAL)
    assert checked.work() == 3
    left = len(mails(checked))
    assert checked.work() == 0
    assert len(mails(checked)) == left
    assert all(job.attempts == 1 for job in checked.rows(Job))


def test_a_job_whose_worker_died_is_taken_again_when_its_lease_is_over(checked: World) -> None:
    fire(checked, JONAS, "approve", APPROVAL)
    with checked.sessions() as session:
        leased = {"leased_until": checked.now + LEASE, "attempts": 1}
        session.execute(update(Job).where(Job.done_at.is_(None)).values(**leased))
        session.commit()
    assert checked.work() == 0
    assert checked.work(checked.now + LEASE + timedelta(seconds=1)) == 3


def test_a_job_that_was_done_but_not_marked_does_no_harm(world_at: WorldAt) -> None:
    world = world_at("archived")
    world.work()
    before = (len(mails(world)), [(d.id, d.sha256) for d in world.rows(Document)])
    with world.sessions() as session:
        session.execute(update(Job).values(done_at=None))
        session.commit()
    assert world.work() == len(world.rows(Job))
    assert (len(mails(world)), [(d.id, d.sha256) for d in world.rows(Document)]) == before


def test_a_failing_job_is_tried_again_given_up_and_can_be_retried(
    checked: World, tmp_path: Path
) -> None:
    sound = checked.site
    broken = {"templates/documents/review_note/document.html": "<p>{{ nowhere.name }}</p>"}
    checked.site = with_content(checked, tmp_path / "own", broken)
    checked.site.catalogue = sound.catalogue
    fire(checked, JONAS, "approve", APPROVAL)
    for hour in range(GIVE_UP_AFTER + 2):
        checked.work(checked.now + timedelta(hours=hour))
    (job,) = checked.rows(Job, kind="render", done_at=None)
    assert job.attempts == GIVE_UP_AFTER
    assert "nowhere" in (job.failure or "")
    checked.site = sound
    with checked.sessions() as session:
        retry.try_again(session, checked.now + timedelta(days=1))
    assert checked.work(checked.now + timedelta(days=1)) == 1
    assert checked.rows(Job, done_at=None) == []


def test_one_failing_job_holds_up_no_other(checked: World, tmp_path: Path) -> None:
    broken = {"templates/documents/review_note/document.html": "<p>{{ nowhere.name }}</p>"}
    catalogue = checked.site.catalogue
    checked.site = with_content(checked, tmp_path / "own", broken)
    checked.site.catalogue = catalogue
    before = len(mails(checked))
    fire(checked, JONAS, "approve", APPROVAL)
    assert checked.work() == 2
    assert len(mails(checked)) == before + 2


# ── The archive bundle ──────────────────────────────────────────────────────────────────────────


def test_every_file_of_the_archive_bundle_is_what_its_sums_say(world_at: WorldAt) -> None:
    world = world_at("archived")
    world.work()
    (document,) = world.rows(Document, kind=archive.KIND)
    with zipfile.ZipFile(io.BytesIO(world.site.files.read(document.sha256))) as bundle:
        sums = bundle.read("SHA256SUMS").decode().splitlines()
        found = dict(line.split("  ")[::-1] for line in sums)
        assert set(found) | {"SHA256SUMS"} == set(bundle.namelist())
        for name, expected in found.items():
            assert hashlib.sha256(bundle.read(name)).hexdigest() == expected
        kinds = {name.split("/")[0] for name in found}
    assert {"case.json", "history.json", "submissions", "documents", "files"} <= kinds


def test_the_same_case_gives_the_same_bundle(world_at: WorldAt) -> None:
    world = world_at("archived")
    world.work()
    with world.sessions() as session:
        case = case_of(world, session)
        compiled = world.site.catalogue.of(session, case)
        one, other = (archive.bundle(session, world.site, compiled, case) for _ in range(2))
    assert one == other


def test_the_bundle_waits_for_documents_that_are_being_made(world_at: WorldAt) -> None:
    world = world_at("evaluated")
    world.work()
    with world.sessions() as session:
        session.execute(update(Document).where(Document.kind == "outline").values(sha256=None))
        session.commit()
        case = case_of(world, session)
        compiled = world.site.catalogue.of(session, case)
        with pytest.raises(archive.NotReady):
            archive.bundle(session, world.site, compiled, case)
