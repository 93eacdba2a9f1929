"""Mail by a real server: handed in once, tried again after growing pauses, given up visibly."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme

from tests.conftest import WorldAt
from tests.services.mail_server import PASSWORD, USER, Inbox, mail_server
from tests.services.steps import APPROVAL, FORMAL, fire, submit
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS, World
from workflow_app.config import load
from workflow_app.core.errors import TandemError
from workflow_app.services import doctor
from workflow_app.services.people import person_by_email
from workflow_app.services.work import delivery, post, retry
from workflow_app.services.work.delivery import LEASE, MAIL_PAUSES
from workflow_app.services.work.outbox import GIVE_UP_AFTER
from workflow_app.store.tables.outbox import Job


@pytest.fixture
def approved(world_at: WorldAt) -> World:
    """Return a project that has just been approved: a mail to each partner waits to leave."""
    world = world_at("in_review")
    submit(world, MIRIAM, "review", {"formal": FORMAL})
    world.work()
    fire(world, JONAS, "approve", APPROVAL)
    return world


@pytest.fixture
def server() -> Iterator[tuple[Inbox, int]]:
    with mail_server() as running:
        yield running


def by(world: World, address: str) -> None:
    """Let the mail of a world leave by the server of this setting."""
    settings = load({"TANDEM_DATA": str(world.folder), "TANDEM_MAIL": address})
    assert settings.mail
    world.site.post = settings.mail


def mail_jobs(world: World) -> list[Job]:
    return [j for j in world.rows(Job, kind="mail") if j.done_at is None]


def test_the_server_gets_each_mail_once(approved: World, server: tuple[Inbox, int]) -> None:
    inbox, port = server
    by(approved, f"smtp://localhost:{port}")
    approved.work()
    approved.work()
    assert sorted(str(m["To"]) for m in inbox.mails) == [SABINE, TOBIAS]
    assert list((approved.folder / "mail").glob("*")) != []  # Those from before, in the folder.


def test_a_mail_says_who_sent_it_that_no_person_did_and_what_it_belongs_to(
    approved: World, server: tuple[Inbox, int]
) -> None:
    inbox, port = server
    by(approved, f"smtp://localhost:{port}")
    approved.site.sender = "tandem@landkreis.example"
    approved.work()
    one, other = inbox.mails
    assert one["From"].addresses[0].addr_spec == "tandem@landkreis.example"
    assert one["From"].addresses[0].display_name == "Programmbüro (Test)"
    assert one["Auto-Submitted"] == "auto-generated"
    assert "tandem.landkreis.example" in one["List-Id"]
    assert one["References"] == other["References"]
    assert one["Message-ID"] != other["Message-ID"]
    assert one["Content-Language"] == "de"
    assert one.get_content_type() == "text/plain"
    assert "Guten Tag" in one.get_content()


def test_whoever_reads_english_gets_an_english_mail(
    approved: World, server: tuple[Inbox, int]
) -> None:
    inbox, port = server
    by(approved, f"smtp://localhost:{port}")
    with approved.sessions.begin() as session:
        person_by_email(session, SABINE).language = "en"
    approved.work()
    (hers,) = [m for m in inbox.mails if m["To"] == SABINE]
    assert "Dear Sabine Kraus" in hers.get_content()


def test_a_mail_that_was_sent_but_not_marked_leaves_under_the_same_name(
    approved: World, server: tuple[Inbox, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, port = server
    by(approved, f"smtp://localhost:{port}")
    job = mail_jobs(approved)[0]
    # The worker is killed after the server's yes: what it would have written never comes.
    with approved.sessions() as session:
        assert delivery.HANDLERS["mail"](session, approved.site, job, approved.now) is None
    approved.work(approved.now + LEASE + timedelta(seconds=1))
    names = [m["Message-ID"] for m in inbox.mails if m["To"] == inbox.mails[0]["To"]]
    assert len(names) == 2
    assert len(set(names)) == 1


def test_a_server_that_is_away_is_asked_again_after_growing_pauses(
    approved: World, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server() as (_, port):
        by(approved, f"smtp://localhost:{port}")
    start = approved.now
    waited = []
    with caplog.at_level(logging.ERROR):
        for _ in range(GIVE_UP_AFTER):
            approved.work(start)
            due = mail_jobs(approved)[0].due_at
            waited.append((due - start) / timedelta(minutes=1))
            start = due
    assert tuple(waited[: len(MAIL_PAUSES)]) == MAIL_PAUSES
    assert "is given up" in caplog.text
    with approved.sessions() as session:
        found = doctor.examine(session, approved.site, start)
    assert {f.what for f in found} == {"outbox"}
    assert "Connection refused" in found[0].wrong


def test_what_was_given_up_is_sent_when_it_is_asked_for_again(approved: World) -> None:
    with mail_server() as (_, port):
        by(approved, f"smtp://localhost:{port}")
    for _ in range(GIVE_UP_AFTER):
        approved.work(mail_jobs(approved)[0].due_at)
    with mail_server() as (inbox, port):
        by(approved, f"smtp://localhost:{port}")
        assert approved.work(approved.now + timedelta(days=9)) == 0
        with approved.sessions() as session:
            retry.try_again(session, approved.now)
        approved.work()
        assert len(inbox.mails) == 2


def test_an_address_that_the_server_refuses_is_given_up_at_once(
    approved: World, server: tuple[Inbox, int]
) -> None:
    inbox, port = server
    by(approved, f"smtp://localhost:{port}")
    with approved.sessions.begin() as session:
        person_by_email(session, TOBIAS).email = "unknown@example.org"
    approved.work()
    assert [str(m["To"]) for m in inbox.mails] == [SABINE]
    (job,) = mail_jobs(approved)
    assert job.attempts == GIVE_UP_AFTER
    assert "no such mailbox" in (job.failure or "")


def test_a_server_that_asks_to_come_again_is_asked_again(
    approved: World, server: tuple[Inbox, int]
) -> None:
    inbox, port = server
    by(approved, f"smtp://localhost:{port}")
    inbox.answers = ["451 try later", "451 try later"]
    approved.work()
    assert inbox.mails == []
    assert [j.attempts for j in mail_jobs(approved)] == [1, 1]
    approved.work(approved.now + timedelta(minutes=1))
    assert len(inbox.mails) == 2


# ── Encryption ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certified(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine trust the authority of the tests."""
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(bundle)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "smtps"])
@pytest.mark.usefixtures("trusted")
def test_password_and_mail_travel_encrypted(
    implicit: bool, approved: World, certified: ssl.SSLContext
) -> None:
    with mail_server(tls=certified, implicit=implicit) as (inbox, port):
        there = f"{USER}:{quote(PASSWORD)}@localhost:{port}"
        by(approved, f"smtps://{there}" if implicit else f"smtp://{there}/?starttls")
        approved.work()
        assert len(inbox.mails) == 2


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_no_fault_of_the_mail_and_is_tried_again(
    approved: World, certified: ssl.SSLContext
) -> None:
    with mail_server(tls=certified) as (inbox, port):
        by(approved, f"smtp://{USER}:falsch@localhost:{port}/?starttls")
        approved.work()
        (job, *_others) = mail_jobs(approved)
        assert (inbox.mails, job.attempts) == ([], 1)
        assert "535" in (job.failure or "")


def test_a_certificate_that_nobody_vouches_for_is_refused(
    approved: World, certified: ssl.SSLContext
) -> None:
    with mail_server(tls=certified) as (inbox, port):
        by(approved, f"smtp://{USER}:{quote(PASSWORD)}@localhost:{port}/?starttls")
        approved.work()
        assert inbox.mails == []
        assert "certificate verify failed" in (mail_jobs(approved)[0].failure or "")


def test_the_password_does_not_show_where_the_server_is_printed() -> None:
    server = post.MailServer("localhost", 25, "none", USER, PASSWORD)
    assert PASSWORD not in repr(replace(server, port=26))
    assert issubclass(post.Refused, TandemError)


def test_a_folder_keeps_the_mail_under_the_number_of_its_job(approved: World) -> None:
    numbers = [job.id for job in mail_jobs(approved)]
    approved.work()
    folder: Any = approved.site.post
    assert all(folder.file(number).is_file() for number in numbers)
