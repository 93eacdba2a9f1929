"""A transition over HTTP: Tandem, and beside it the least possible, and the least honest one."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import select

from tests.benchmarks.measuring import Scale, cpu_of, tell
from tests.benchmarks.population import Population
from tests.benchmarks.serving import (
    GUNICORN,
    KEY,
    TOKEN,
    Browser,
    found,
    free_port,
    product,
    running,
)
from tests.world import TOBIAS
from workflow_app.store.tables.cases import Case

STEP = "confirm_partnership"
WARM_UP = 10

Ask = Callable[[], None]


def measure(scale: Scale, folder: Path) -> None:
    """Measure all three in turn, round by round, so that a noisy machine is noisy for all."""
    wanted = scale.rounds * scale.requests + WARM_UP + 1
    used: dict[str, list[float]] = {}
    with ExitStack() as opened:
        servers = {
            "tandem": opened.enter_context(_tandem(folder, wanted)),
            "floor": opened.enter_context(_floor(folder / "a.db", wanted, honest=False)),
            "honest_floor": opened.enter_context(_floor(folder / "b.db", wanted, honest=True)),
        }
        for _, ask in servers.values():
            for _ in range(WARM_UP):
                ask()
        for _ in range(scale.rounds):
            for name, (pid, ask) in servers.items():
                before = cpu_of(pid)
                for _ in range(scale.requests):
                    ask()
                each = (cpu_of(pid) - before) * 1000 / scale.requests
                used.setdefault(name, []).append(each)
    ms = {name: statistics.median(each) for name, each in used.items()}
    tell(
        "transition",
        **{f"{name}_ms": value for name, value in ms.items()},
        # So few requests may cost less than the kernel counts; then nothing can be said.
        times_floor=ms["tandem"] / ms["floor"] if ms["floor"] else None,
        times_honest_floor=ms["tandem"] / ms["honest_floor"] if ms["honest_floor"] else None,
    )


@contextmanager
def _tandem(folder: Path, wanted: int) -> Iterator[tuple[int, Ask]]:
    population = Population(folder / "data")
    world = population.world
    population.tell("idea")
    numbers = iter(population.add(wanted, ("idea",), of=(TOBIAS,)))
    with world.sessions() as session:
        version = str(session.scalars(select(Case.version)).first())
    world.close()
    with product(world) as (pid, port):
        browser = Browser(port).sign_in(TOBIAS)

        def ask() -> None:
            number = next(numbers)
            # The key of a page is fresh for each; the token holds for the whole session.
            given = {**form, "key": f"{form['key'][:12]}{number}"}
            address = f"/projects/{number}/transitions/{STEP}"
            status, text = browser.ask(address, given, keeps=False)
            if status != 303:
                raise RuntimeError(f"{number}: {status} {text[:300]}")

        page = browser.page(f"/projects/{next(numbers)}/transitions/{STEP}")
        form = {"csrf_token": found(TOKEN, page), "key": found(KEY, page), "version": version}
        yield pid, ask


@contextmanager
def _floor(file: Path, wanted: int, *, honest: bool) -> Iterator[tuple[int, Ask]]:
    environment = {"FLOOR_DB": str(file), "FLOOR_HONEST": "1" if honest else "0"}
    fill = [sys.executable, "-m", "tests.benchmarks.floor", str(wanted)]
    subprocess.run(fill, env={**environment, "PYTHONPATH": ":".join(sys.path)}, check=True)
    port = free_port()
    command = [*GUNICORN, "-b", f"127.0.0.1:{port}", "tests.benchmarks.floor:create()"]
    with running(command, environment, port) as pid:
        browser = Browser(port)
        form = json.loads(browser.page("/sign-in"))
        numbers = iter(range(1, wanted + 1))

        def ask() -> None:
            status, text = browser.ask(f"/item/{next(numbers)}", form)
            if status != 200:
                raise RuntimeError(f"{status} {text[:300]}")

        yield pid, ask
