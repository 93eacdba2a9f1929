"""A worker that is killed in the middle loses nothing, and nothing happens twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import WorldAt
from tests.services.steps import confirm, fire
from tests.world import JONAS, SABINE, TOBIAS, World
from workflow_app.paths import shipped_content
from workflow_app.services.work.delivery import LEASE
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.outbox import Job

pytestmark = pytest.mark.slow


def worker(world: World) -> subprocess.Popen[bytes]:
    """Start a worker of its own on the database of a world."""
    settings = world.settings
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(shipped_content()),
        "TANDEM_DATA": str(settings.data),
        "TANDEM_DATABASE_URL": settings.database_url,
        "TANDEM_SECRET_KEY": settings.secret_key,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "workflow_app", "worker"],
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
    started = worker(world)
    try:
        for _ in range(1500):
            if begun := at_work(world):
                return begun[0]
            assert started.poll() is None, "the worker has ended by itself"
            time.sleep(0.01)
        raise AssertionError("the worker has begun nothing")
    finally:
        started.send_signal(signal.SIGKILL)
        started.wait()


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
