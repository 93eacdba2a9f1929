"""CPU time of whole process trees, medians, and how much is measured."""

from __future__ import annotations

import gc
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TICK = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    rounds: int
    """Rounds of which the median is told."""
    requests: int
    """Requests of one round."""
    cases: tuple[int, ...]
    """Sizes between which growth is measured."""
    states: tuple[int, ...]
    """States of the made-up workflows that are verified."""


FULL = Scale(rounds=5, requests=120, cases=(1_000, 100_000), states=(125, 250, 500, 1_000))
QUICK = Scale(rounds=3, requests=40, cases=(500, 5_000), states=(125, 250))


def tell(figure: str, **values: Any) -> None:
    """Print one result as a line of JSON."""
    shown = {k: round(v, 3) if isinstance(v, float) else v for k, v in values.items()}
    print(json.dumps({"figure": figure, **shown}, ensure_ascii=False), flush=True)


def here(rounds: int, work: Callable[[], object], times: int) -> float:
    """Return the CPU time of one `work()` in this process: milliseconds, median of the rounds."""
    found = []
    work()
    for _ in range(rounds):
        gc.collect()
        before = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - before) * 1000 / times)
    return statistics.median(found)


def cpu_of(pid: int) -> float:
    """Return the user and system time that a process and its living children have used: seconds."""
    used = 0.0
    for one in (pid, *_children(pid)):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) * TICK
    return used


def memory_of(pid: int) -> dict[int, float]:
    """Return process → its resident memory in MB, of a process and its living children."""
    return {
        one: int(Path(f"/proc/{one}/statm").read_text().split()[1]) * PAGE / 1e6
        for one in (pid, *_children(pid))
    }


def _children(pid: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            yield int(stat.parent.name)
            yield from _children(int(stat.parent.name))
