"""How long it takes from the command to the first answer, and what the next ones still cost."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from tests.benchmarks.measuring import Scale, cpu_of, tell
from tests.benchmarks.population import Population
from tests.benchmarks.serving import Browser, free_port, running, settings_of
from tests.world import SABINE


def measure(scale: Scale, folder: Path) -> None:
    """Measure `tandem run` over an installation that is there already."""
    population = Population(folder / "data")
    population.tell("idea")
    population.world.close()
    seconds: dict[str, list[float]] = {"answer": [], "answer_cpu": [], "worklist_cpu": []}
    for _ in range(scale.rounds):
        port = free_port()
        settings = settings_of(folder / "data", port)
        begun = time.monotonic()
        command = [sys.executable, "-m", "workflow_app", "run", "--no-worker"]
        with running(command, settings, port) as pid:
            browser = Browser(port)
            browser.page("/login")
            seconds["answer"].append(time.monotonic() - begun)
            seconds["answer_cpu"].append(cpu_of(pid))
            browser.sign_in(SABINE)
            before = cpu_of(pid)
            browser.page("/")
            seconds["worklist_cpu"].append(cpu_of(pid) - before)
    median = {name: statistics.median(each) for name, each in seconds.items()}
    tell(
        "start",
        first_answer_s=median["answer"],
        cpu_s=median["answer_cpu"],
        first_worklist_cpu_s=median["worklist_cpu"],
    )
