"""Make up definitions, record them with the real DCWorkflow, replay them with Tandem.

    python tests/plone/fuzz.py [--count N] [--first SEED] [--steps N] [--folder FOLDER]

DCWorkflow runs in a virtual environment of its own in FOLDER (made once, from the package index;
the default is `.fuzz` in the checkout, which git ignores). Each definition that goes another way
is kept there and named with its first divergences; the last line sums up. Exit code 1 if any did.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[2]))

from tests.plone.making import make  # noqa: E402 - a script finds its neighbours first
from tests.plone.replay import replay  # noqa: E402

PACKAGES = ("Products.DCWorkflow==4.0", "Products.PluggableAuthService")
BATCH = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; return 0 if nothing differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--steps", type=int, default=15)
    parser.add_argument("--folder", type=Path, default=HERE.parents[2] / ".fuzz")
    options = parser.parse_args(arguments)
    python = environment(options.folder)
    sums = {"definitions": 0, "refused": 0, "steps": 0, "divergences": 0, "diverging": 0}
    for start in range(options.first, options.first + options.count, BATCH):
        seeds = range(start, min(start + BATCH, options.first + options.count))
        for path, trace in recorded(seeds, options.folder, python, options.steps):
            result = replay(path.read_bytes(), trace)
            count(sums, result)
            if result["divergences"]:
                print(json.dumps({"definition": str(path), **result}, ensure_ascii=False))
            else:
                path.unlink()
    print(json.dumps(sums), flush=True)
    return 1 if sums["divergences"] else 0


def environment(folder: Path) -> Path:
    """Return the Python that has DCWorkflow, installed if it is not there yet."""
    home = folder / "dcworkflow"
    python = home / "bin" / "python"
    ready = home / "ready"
    if not ready.exists():
        venv.create(home, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PACKAGES]
        subprocess.run(install, check=True)
        ready.touch()
    return python


def recorded(
    seeds: range, folder: Path, python: Path, steps: int
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each definition with its trace."""
    paths = []
    for seed in seeds:
        path = folder / f"made_{seed:06}.xml"
        path.write_bytes(make(seed))
        paths.append(path)
    out = folder / "traces.jsonl"
    recorder = HERE.with_name("record.py")
    command = [str(python), str(recorder), *map(str, paths), "--out", str(out)]
    subprocess.run([*command, "--steps", str(steps)], check=True)
    with out.open(encoding="utf-8") as lines:
        yield from zip(paths, map(json.loads, lines), strict=True)
    out.unlink()


def count(sums: dict[str, int], result: dict[str, Any]) -> None:
    sums["definitions"] += 1
    sums["refused"] += "refused" in result
    sums["steps"] += result["steps"]
    sums["divergences"] += result["divergences"]
    sums["diverging"] += bool(result["divergences"])


if __name__ == "__main__":
    raise SystemExit(main())
