"""The figures can still be measured; what they say is no matter of passing or failing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.__main__ import FIGURES

ROOT = Path(__file__).resolve().parent.parent
TOLD = {
    "engine": {"engine", "service"},
    "transition": {"transition"},
    "start": {"start"},
    "verify_large": {"verify_large"},
    "growth": {"population", "growth_worklist", "growth_list_supervisor", "growth_transition"},
}


@pytest.mark.slow
@pytest.mark.parametrize("figure", TOLD)
def test_a_figure_is_told_as_lines_of_json(figure: str) -> None:
    options = ["--rounds", "1", "--requests", "3", "--cases", "5,10", "--states", "9"]
    command = [sys.executable, "-m", "tests.benchmarks", figure, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["figure"] for line in lines} >= {"machine", *TOLD[figure]}


def test_every_figure_is_explained() -> None:
    guide = (ROOT / "docs/benchmarks.md").read_text("utf-8")
    assert [name for name in FIGURES if f"`{name}`" not in guide] == []
