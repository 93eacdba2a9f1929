"""How much memory the pages hold after many requests, and the worker at its most."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from tests.benchmarks.measuring import Scale, memory_of, peak_of, tell
from tests.benchmarks.population import Population
from tests.benchmarks.serving import Browser, product, settings_of
from tests.world import SABINE
from workflow_app.store.outbox import Job

REQUESTS = 1_000
GIVES_UP_AFTER = 300.0


def measure(scale: Scale, folder: Path) -> None:
    """Measure the process that answers, and a worker that makes all documents of a project."""
    population = Population(folder / "data")
    world = population.world
    # The story works off no outbox of its own here: all documents are left to the worker.
    number = population.tell("archived")
    paths = ("/", "/projects", f"/projects/{number}", f"/projects/{number}/history")
    with product(world) as (pid, port):
        browser = Browser(port).sign_in(SABINE)
        for index in range(REQUESTS):
            browser.page(paths[index % len(paths)])
        largest = max(memory_of(pid).values())
    tell("memory_web", requests=REQUESTS, mb=largest)
    command = [sys.executable, "-m", "workflow_app", "worker"]
    environment = {**settings_of(world.folder, port), "PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen(command, env=environment) as worker:
        until, left = time.monotonic() + GIVES_UP_AFTER, 1
        while left and time.monotonic() < until:
            time.sleep(0.5)
            with world.sessions() as session:
                left = session.scalar(select(func.count()).where(Job.done_at.is_(None))) or 0
        peak = peak_of(worker.pid)
        worker.terminate()
    world.close()
    tell("memory_worker", jobs_left=left, peak_mb=peak)
