"""Every mutant judged twice, by the exploration and by `verify`: one JSON line each, then a table.

`python -m tests.mutants.campaign [--every N] [--out FILE]`; what FILE holds already is not judged
anew, so delete it after a change.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.mutants.explore import TooManyError
from tests.mutants.faults import faults
from tests.mutants.kinds import KINDS, Mutant, changed, mutants
from workflow_app.services.content.files import document_kinds, read_content
from workflow_app.services.content.verified import verify_content

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ("joint_event", "recommendation", "tandem_project")
IN_THE_WAY = ("workflows/plays/",)
"""What `verify` looks at and is not judged here: plays would find some faults by themselves."""


@cache
def reading() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.width = 10_000
    return yaml


@cache
def workflow(name: str) -> dict[str, Any]:
    """Return a shipped workflow as its YAML says it."""
    return dict(reading().load((ROOT / "workflows" / f"{name}.yaml").read_text("utf-8")))


@cache
def forms() -> dict[str, dict[str, Any]]:
    """Return the shipped forms as their YAML says them."""
    found = (reading().load(p.read_text("utf-8")) for p in sorted(ROOT.glob("forms/*.yaml")))
    return {form["form"]: form for form in found}


@cache
def content() -> dict[str, str]:
    """Return what is shipped, but for other workflows and plays."""
    return {
        path: text
        for path, text in read_content([ROOT]).items()
        if not path.startswith(IN_THE_WAY)
        and path.removeprefix("workflows/").removesuffix(".yaml") not in WORKFLOWS
    }


@cache
def documents() -> Any:
    return document_kinds([ROOT])


@cache
def usual(name: str) -> frozenset[tuple[str, str, str]]:
    """Return what `verify` says of the shipped workflow itself."""
    return frozenset(_told(name, workflow(name)))


def _told(name: str, tree: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    text = io.StringIO()
    reading().dump(tree, text)
    files = {**content(), f"workflows/{name}.yaml": text.getvalue()}
    for problem in verify_content(files, documents()):
        if problem.severity != "open":
            yield problem.severity, problem.rule, problem.en


def judged(mutant: Mutant) -> dict[str, Any]:
    """Return what both say of one mutant."""
    tree = changed(workflow(mutant.workflow), mutant)
    try:
        wrong = sorted(faults(tree, forms()))
    except TooManyError:
        wrong = None
    said = sorted(set(_told(mutant.workflow, tree)) - usual(mutant.workflow))
    return {
        "workflow": mutant.workflow,
        "kind": mutant.kind,
        "place": mutant.place,
        "faulty": None if wrong is None else bool(wrong),
        "found": bool(said),
        "faults": (wrong or [])[:5],
        "rules": sorted({f"{severity}:{rule}" for severity, rule, _ in said}),
    }


def every(step: int = 1, names: Sequence[str] = WORKFLOWS) -> list[Mutant]:
    """Return every `step`-th mutant of these workflows."""
    return [m for name in names for m in mutants(name, workflow(name))][::step]


def _counts(r: dict[str, Any]) -> list[str]:
    """Return the columns in which one mutant counts."""
    if r["faulty"] is None:
        return ["unjudged"]
    if r["faulty"]:
        return ["faulty", "found" if r["found"] else "missed"]
    refused = any(rule.startswith("error") for rule in r["rules"])
    return ["harmless", *(["refused" if refused else "remarked"] if r["found"] else [])]


def table(results: list[dict[str, Any]]) -> str:
    """Return the figures by kind as a table."""
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for r in results:
        for key in (r["kind"], "all"):
            by_kind[key].update(["mutants", *_counts(r)])
    heads = ("mutants", "faulty", "found", "missed", "harmless", "refused", "remarked", "unjudged")
    lines = [f"| kind | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    for kind, counts in by_kind.items():
        if kind != "all":
            lines.append(f"| `{kind}` | {' | '.join(str(counts[h]) for h in heads)} |")
    lines.append(f"| **all** | {' | '.join(str(by_kind['all'][h]) for h in heads)} |")
    return "\n".join(lines)


def _key(r: dict[str, Any]) -> tuple[str, str, str]:
    return r["workflow"], r["kind"], r["place"]


def _kept(out: Path | None) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return what an earlier run, which was stopped, has written already."""
    if out is None or not out.exists():
        return {}
    lines = out.read_text("utf-8").splitlines(keepends=True)
    # A line without its end was being written when the run was stopped.
    found = (json.loads(line) for line in lines if line.endswith("\n"))
    return {_key(r): r for r in found}


def main() -> int:
    """Judge the mutants; exit 1 if one that is faulty was not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every n-th mutant")
    parser.add_argument("--workflow", choices=WORKFLOWS, action="append", help="only this one")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument(
        "--out", type=Path, help="file for the JSON lines, where a stopped run is taken up again"
    )
    given = parser.parse_args()
    kept = _kept(given.out)
    chosen = every(given.every, given.workflow or WORKFLOWS)
    coming = [m for m in chosen if (m.workflow, m.kind, m.place) not in kept]
    results = [r for r in kept.values() if r["workflow"] in (given.workflow or WORKFLOWS)]
    to = given.out.open("w", encoding="utf-8") if given.out else sys.stdout
    with to, ProcessPoolExecutor(given.processes) as pool:
        to.writelines(json.dumps(r, ensure_ascii=False) + "\n" for r in kept.values())
        for waiting in as_completed([pool.submit(judged, mutant) for mutant in coming]):
            results.append(waiting.result())
            to.write(json.dumps(results[-1], ensure_ascii=False) + "\n")
            to.flush()
            print(f"{len(results)} of {len(chosen)}", end="\r", file=sys.stderr, flush=True)
    results.sort(key=lambda r: list(KINDS).index(r["kind"]))
    print("\n" + table(results), file=sys.stderr)
    return int(any(r["faulty"] and not r["found"] for r in results))


if __name__ == "__main__":
    sys.exit(main())
