"""Made-up definitions with recorded walks of the real DCWorkflow: the same happens here."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.plone.replay import main, read_traces, replay

FOLDER = Path(__file__).parent / "definitions"
DEFINITIONS = sorted(FOLDER.glob("*.xml"))
TRACES = FOLDER / "traces.jsonl.gz"
DIGESTS = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in DEFINITIONS}
RECORDED = {trace["sha256"]: trace for trace in read_traces(TRACES, set(DIGESTS.values()))}


def recorded(path: Path) -> dict[str, Any]:
    return RECORDED[DIGESTS[path]]


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_what_dcworkflow_did_happens_here(path: Path) -> None:
    result = replay(path.read_bytes(), recorded(path))

    assert result["first"] == []
    assert ("refused" in result) == ("error" in recorded(path))


def test_the_recorded_walks_meet_what_is_rare() -> None:
    """Refusals on import, errors on the way, automatic steps, hidden actions, worklists."""
    told = json.dumps(list(RECORDED.values()))
    automatic = [s for t in RECORDED.values() for e in t["episodes"] for s in e["steps"]]

    assert {"error", "listed_differs", "worklists", "refused", "guard_expr"} <= {
        key for step in automatic for key in step
    }
    assert any(len(step.get("after", {}).get("fired", ())) > 1 for step in automatic)
    assert all(word in told for word in ("LoopError", "KeyError", "BadRequest", "AttributeError"))


def changed(trace: dict[str, Any], what: str) -> dict[str, Any]:
    """Return the trace with one thing told wrongly, in the first step that tells it."""
    other = copy.deepcopy(trace)
    step = next(s for e in other["episodes"] for s in e["steps"] if "after" in s)
    after = step["after"]
    if what == "available":
        step["available"] = {}
    elif what == "state":
        after["state"] = "elsewhere"
    elif what == "history":
        after["history_added"][0]["review_state"] = "elsewhere"
    elif what == "maps":
        other["permission_maps"][after["permissions"]]["View"] = {"acquired": True, "roles": ["X"]}
    elif what == "roles":
        after["local_roles"] = {"somebody": ["Owner"]}
    elif what == "catalogue":
        after["catalog"]["more"] = 1
    return other


@pytest.mark.parametrize("what", ["available", "state", "history", "maps", "roles", "catalogue"])
def test_a_trace_that_tells_something_else_is_a_divergence(what: str) -> None:
    path = FOLDER / "made_20015.xml"

    result = replay(path.read_bytes(), changed(recorded(path), what))

    assert result["divergences"] > 0
    assert "DCWorkflow" in result["first"][0]


def test_without_a_trace_nothing_is_said_to_be_the_same() -> None:
    source = (FOLDER / "made_20015.xml").read_bytes()

    assert replay(source, None)["divergences"] == 1


def test_a_replay_that_breaks_off_is_a_divergence_and_stops_no_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = FOLDER / "made_20015.xml"
    torn = {**recorded(path), "episodes": [{"creator": "nobody", "now": 1, "created": {}}]}
    traces = tmp_path / "traces.jsonl"
    traces.write_text(json.dumps(torn) + "\n", encoding="utf-8")

    assert main([str(path), str(tmp_path / "missing.xml"), "--traces", str(traces)]) == 1

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["divergences"] for line in lines] == [1, 1]
    assert "broke off" in lines[0]["first"][0]


def test_each_definition_gets_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(path) for path in DEFINITIONS[:3]]

    assert main([*paths, "--traces", str(TRACES)]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["definition"] for line in lines] == paths
    assert all({"steps", "divergences", "first"} <= set(line) for line in lines)
