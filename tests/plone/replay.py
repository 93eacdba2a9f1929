"""Replay what the real DCWorkflow did, step by step, with Tandem's importer and engine.

    python tests/plone/replay.py DEFINITION.xml… --traces TRACES.jsonl[.gz]

For each definition one JSON line is printed: the file, the steps compared, the number of
divergences and the first three in words. Traces are found by the SHA-256 of the definition. The
exit code is 0 if nothing differs.

Inputs of the experiment are taken from the trace: people, places, who acts, with which comment;
the value of a named fact (an expression that is not translated); and that of an expression which
the recording had to replace because it failed there (`stubs`).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.plone.comparing import Replay
from workflow_app.core.plone.importing import import_plone

FIRST = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each definition; return 0 if none differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("definitions", nargs="+", type=Path, metavar="DEFINITION.xml")
    parser.add_argument("--traces", required=True, type=Path)
    options = parser.parse_args(arguments)
    sources = {path: read(path) for path in options.definitions}
    digests = {p: hashlib.sha256(source).hexdigest() for p, source in sources.items() if source}
    traces = {t["sha256"]: t for t in read_traces(options.traces, set(digests.values()))}
    clean = True
    for path, source in sources.items():
        result = guarded(source, traces.get(digests.get(path, "")))
        clean = clean and not result["divergences"]
        print(json.dumps({"definition": str(path), **result}, ensure_ascii=False), flush=True)
    return 0 if clean else 1


def read(path: Path) -> bytes | None:
    """Return what stands in a file, or None if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def guarded(source: bytes | None, trace: dict[str, Any] | None) -> dict[str, Any]:
    """Return the result of a replay; one that breaks off is a divergence and stops no other."""
    if source is None:
        return {"steps": 0, "divergences": 1, "first": ["the file cannot be read"]}
    try:
        return replay(source, trace)
    except Exception as error:
        said = f"the replay broke off: {type(error).__name__}: {error}"
        return {"steps": 0, "divergences": 1, "first": [said]}


def read_traces(path: Path, wanted: set[str]) -> Iterator[dict[str, Any]]:
    """Yield the traces of the definitions with these digests."""
    open_text = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                trace = json.loads(line)
                if trace.get("sha256") in wanted:
                    yield trace


def replay(source: bytes, trace: dict[str, Any] | None) -> dict[str, Any]:
    """Return steps, divergences and the first of them for one definition."""
    found = import_plone(source, "definition.xml")
    reasons = [reason.en for reason in found.reasons]
    episodes = (trace or {}).get("episodes") or []
    if found.workflow is None or found.workflow.imported is None:
        # DCWorkflow refused it too if the trace says so, or if there is nothing to replay.
        refused_there = not episodes
        first = [] if refused_there else [f"refused: {reason}" for reason in reasons][:FIRST]
        steps = sum(len(episode["steps"]) for episode in episodes)
        return {"steps": steps, "divergences": len(episodes), "first": first, "refused": reasons}
    if trace is None:
        return {"steps": 0, "divergences": 1, "first": ["there is no trace with this sha256"]}
    if not episodes:
        said = trace.get("error") or trace.get("refused") or "the trace has no episode"
        return {"steps": 0, "divergences": 1, "first": [f"accepted here, but: {said}"]}
    run = Replay(found.workflow.imported, trace)
    run.play()
    return {
        "steps": run.steps,
        "divergences": len(run.differences),
        "first": run.differences[:FIRST],
    }


if __name__ == "__main__":
    raise SystemExit(main())
