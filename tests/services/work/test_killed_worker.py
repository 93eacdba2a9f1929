"""A worker that is killed in the middle loses nothing, and nothing happens twice."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import WorldAt
from tests.services.steps import confirm, fire
from tests.world import JONAS, SABINE, TOBIAS, World
from workflow_app.paths import shipped_content
from workflow_app.services.work.delivery import LEASE
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.outbox import Job

pytestmark = pytest.mark.slow


def started(world: World, *command: str) -> subprocess.Popen[bytes]:
    """Start a command of ours on the database of a world."""
    settings = world.settings
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "TANDEM_PORT": str(port),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(shipped_content()),
        "TANDEM_DATA": str(settings.data),
        "TANDEM_DATABASE_URL": settings.database_url,
        "TANDEM_SECRET_KEY": settings.secret_key,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "workflow_app", *command],
        env=environment,
        cwd=world.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def at_work(world: World) -> list[Job]:
    """Return the jobs that a worker has taken and not finished."""
    return [job for job in world.rows(Job) if job.leased_until and job.done_at is None]


def killed_at_work(world: World) -> Job:
    """Kill a worker as soon as it has begun something, and return the job that it was at."""
    worker = started(world, "worker")
    try:
        for _ in range(1500):
            if begun := at_work(world):
                return begun[0]
            assert worker.poll() is None, "the worker has ended by itself"
            time.sleep(0.01)
        raise AssertionError("the worker has begun nothing")
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()


def beside(pages: subprocess.Popen[bytes], but: int = 0) -> int:
    """Wait for a worker beside the pages that is not number `but`, and return its number."""
    for _ in range(300):
        threads = Path(f"/proc/{pages.pid}/task").glob("*/children")
        children = [int(child) for thread in threads for child in thread.read_text().split()]
        for child in (c for c in children if c != but):
            words = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            if b"worker" in words:
                return child
        time.sleep(0.1)
    raise AssertionError("there is no worker beside the pages")


def mails(world: World) -> list[str]:
    """Return the names of all mails that lie in the folder."""
    return sorted(path.name for path in (world.folder / "mail").glob("*.eml"))


def test_a_worker_killed_in_the_middle_loses_nothing_and_repeats_nothing(
    world_at: WorldAt,
) -> None:
    world = world_at("agreement_alignment")
    for partner in (SABINE, TOBIAS):
        confirm(world, partner, "release_for_signature")
    fire(world, JONAS, "release_for_signature")
    open_before = [job.id for job in world.rows(Job) if job.done_at is None]
    assert len(open_before) > 2
    victims = [killed_at_work(world).id for _ in range(2)]
    left = [job for job in world.rows(Job) if job.id in victims]
    later = datetime.now(UTC) + LEASE + timedelta(minutes=1)
    world.work(later)
    world.work(later + LEASE)

    jobs = world.rows(Job)
    assert all(job.done_at for job in jobs)
    assert {job.id for job in jobs} >= set(open_before)
    assert [job.id for job in left if job.done_at is None], "none was killed in the middle"
    assert mails(world) == [f"{job.id:06}.eml" for job in jobs if job.kind == "mail"]
    files = Counter((d.kind, d.version) for d in world.rows(Document))
    assert set(files.values()) == {1}
    assert list((world.folder / "mail").glob("*.tmp")) == []


def test_a_worker_that_is_killed_beside_the_pages_is_followed_by_another(
    world_at: WorldAt,
) -> None:
    pages = started(world_at("people"), "run")
    try:
        killed = beside(pages)
        os.kill(killed, signal.SIGKILL)
        following = beside(pages, but=killed)
    finally:
        pages.terminate()
        pages.wait(30)

    assert following != killed
    for _ in range(100):
        if not Path(f"/proc/{following}").exists():
            return
        time.sleep(0.1)
    raise AssertionError("the worker goes on after the pages")
