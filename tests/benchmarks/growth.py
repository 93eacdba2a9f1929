"""Whether more cases make anything slower that does not show more of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.measuring import Scale, tell
from tests.benchmarks.population import Population
from tests.benchmarks.serving import TOKEN, Browser, cpu_each, found, product
from tests.benchmarks.transition import STEP
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS

OWN = 20


def measure(scale: Scale, folder: Path) -> None:
    """Measure the same pages and the same step at each size, for who sees few or all of them."""
    population = Population(folder / "data")
    project = population.tell("idea", "in_review", "active")
    population.add(OWN, ("active", "idea"), of=(SABINE,))
    there = 0
    smallest: dict[str, float] = {}
    requests = min(scale.requests, max(20, scale.requests // 3))
    for size in scale.cases:
        begun = time.monotonic()
        population.add(size - there)
        there = size
        ideas = population.add(scale.rounds * requests + 6, ("idea",), of=(TOBIAS,))
        tell("population", cases=size, seconds=time.monotonic() - begun)
        population.world.close()
        with product(population.world) as (pid, port):
            for name, ask in _asks(port, project, iter(ideas)).items():
                each = cpu_each(pid, scale.rounds, requests, ask)
                smallest.setdefault(name, each)
                # So few requests may cost less than the kernel counts; then nothing can be said.
                times = each / smallest[name] if smallest[name] else None
                tell(f"growth_{name}", cases=size, ms=each, times=times)


def _asks(port: int, project: str, ideas: Iterator[str]) -> dict[str, Callable[[], object]]:
    sabine, jonas = Browser(port).sign_in(SABINE), Browser(port).sign_in(JONAS)
    tobias, miriam = Browser(port).sign_in(TOBIAS), Browser(port).sign_in(MIRIAM)
    token = found(TOKEN, tobias.page(f"/projects/{next(ideas)}/transitions/{STEP}"))

    def step() -> None:
        number = next(ideas)
        given = {"csrf_token": token, "key": f"growth-{number}"}
        status, text = tobias.ask(f"/projects/{number}/transitions/{STEP}", given)
        if status != 303:
            raise RuntimeError(f"{status} {text[:300]}")

    return {
        "worklist": lambda: sabine.page("/"),
        "worklist_supervisor": lambda: jonas.page("/"),
        "worklist_office": lambda: miriam.page("/"),
        "list": lambda: sabine.page("/projects"),
        "list_supervisor": lambda: jonas.page("/projects"),
        "list_office": lambda: miriam.page("/projects"),
        "state_supervisor": lambda: jonas.page("/projects?state=in_review"),
        "words_supervisor": lambda: jonas.page("/projects?words=nirgends"),
        "project_supervisor": lambda: jonas.page(f"/projects/{project}"),
        "project": lambda: sabine.page(f"/projects/{project}"),
        "transition": step,
    }
