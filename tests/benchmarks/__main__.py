"""`python -m tests.benchmarks`: measures all figures, or those named; a line of JSON each."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import (
    engine,
    growth,
    memory,
    pages,
    pdf,
    starting,
    transition,
    verify_large,
)
from tests.benchmarks.measuring import FULL, QUICK, Scale, tell

FIGURES: dict[str, Callable[[Scale, Path], None]] = {
    "engine": engine.measure,
    "transition": transition.measure,
    "pages": pages.measure,
    "pdf": pdf.measure,
    "start": starting.measure,
    "verify_large": verify_large.measure,
    "memory": memory.measure,
    "growth": growth.measure,
}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("figures", nargs="*", choices=[[], *FIGURES], help="default: all of them")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, requests and cases")
    parser.add_argument("--rounds", type=int, help="rounds of which the median is told")
    parser.add_argument("--requests", type=int, help="requests of one round")
    parser.add_argument("--cases", type=_sizes, help="sizes between which growth is measured")
    parser.add_argument("--states", type=_sizes, help="states of the workflows that are verified")
    given = parser.parse_args()
    scale = QUICK if given.quick else FULL
    wanted = {n: getattr(given, n) for n in ("rounds", "requests", "cases", "states")}
    scale = replace(scale, **{name: value for name, value in wanted.items() if value})
    tell("machine", python=platform.python_version(), cores=_cores(), rounds=scale.rounds)
    for name in given.figures or FIGURES:
        with TemporaryDirectory(prefix=f"tandem-bench-{name}-") as folder:
            FIGURES[name](scale, Path(folder))


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


def _cores() -> int:
    import os

    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
