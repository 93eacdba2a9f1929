"""How much memory the pages hold after many requests, and the worker at its most."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from tests.benchmarks.measuring import Scale, memory_of, tell
from tests.benchmarks.population import Population
from tests.benchmarks.serving import Browser, free_port, product, settings_of
from tests.world import SABINE, World
from workflow_app.demo.projects import load_examples
from workflow_app.store.migrate import upgrade
from workflow_app.store.tables.outbox import Job

REQUESTS = 1_000
GIVES_UP_AFTER = 300.0


def measure(scale: Scale, folder: Path) -> None:
    """Measure the process that answers, and a worker that makes the documents of the examples."""
    population = Population(folder / "data")
    world = population.world
    number = population.tell("archived")
    paths = ("/", "/projects", f"/projects/{number}", f"/projects/{number}/history")
    with product(world) as (pid, port):
        browser = Browser(port).sign_in(SABINE)
        for index in range(REQUESTS):
            browser.page(paths[index % len(paths)])
        largest = max(memory_of(pid).values())
    tell("memory_web", requests=REQUESTS, mb=largest)
    world.close()
    _worker(folder / "examples")


def _worker(folder: Path) -> None:
    folder.mkdir()
    world = World(folder)
    upgrade(world.settings.database_url)
    # The example data leave their mails and documents to the worker.
    load_examples(world.settings, lambda line: None)
    waiting = select(func.count()).where(Job.done_at.is_(None))
    with world.sessions() as session:
        jobs = session.scalar(waiting)
    command = [sys.executable, "-m", "workflow_app", "worker"]
    environment = {**os.environ, **settings_of(folder, free_port())}
    peak = 0.0
    with subprocess.Popen(command, env=environment) as worker:
        until, left = time.monotonic() + GIVES_UP_AFTER, jobs
        while left and time.monotonic() < until:
            time.sleep(0.1)
            peak = max(peak, *memory_of(worker.pid).values())
            with world.sessions() as session:
                left = session.scalar(waiting)
        worker.terminate()
    world.close()
    tell("memory_worker", jobs=jobs, jobs_left=left, peak_mb=peak)
