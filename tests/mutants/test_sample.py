"""What the exploration calls faulty, verify finds; a sample of what `make mutants` tries."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants import conditions
from tests.mutants.campaign import WORKFLOWS, every, forms, judged, table, usual, workflow
from tests.mutants.faults import faults
from tests.mutants.kinds import KINDS, Mutant

HERE = Path(__file__).parent
JUDGES = ("conditions", "model", "live", "explore", "persons", "faults", "kinds")
ALL = every()
LARGEST = "tandem_project"
SMALL = [m for m in ALL if m.workflow != LARGEST][::6]
LARGE = [m for m in ALL if m.workflow == LARGEST][100::150]


@pytest.mark.parametrize("name", JUDGES)
def test_the_exploration_reads_for_itself(name: str) -> None:
    imports = [
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse((HERE / f"{name}.py").read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert [i for i in imports if i and i.startswith("workflow_app")] == []


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.slow] if n == LARGEST else []) for n in WORKFLOWS],
)
def test_both_call_what_is_shipped_sound(name: str) -> None:
    assert faults(workflow(name), forms()) == set()
    # Of a workflow that is looked at alone, the forms of the others are unused.
    assert {finding for finding in usual(name) if finding[1] != "unused_form"} == set()


def test_there_are_enough_mutants_of_every_kind() -> None:
    assert len(ALL) >= 400
    assert len({m.kind for m in ALL}) == len(KINDS) >= 15


MISSED_ONCE = [
    m
    for m in ALL
    if (m.kind, m.place) == ("drop_exit", "joint_reflection \N{MINUS SIGN} propose_unattended")
]
"""Where one side is gone, nobody can confirm in the place of the other."""


NOT_EXPLORED = {"error:unknown_name", "error:never_submitted"}
"""What `verify` also refuses: a name of what is gone, and a form that nobody can fill in."""


def test_what_was_missed_once_is_still_tried() -> None:
    assert len(MISSED_ONCE) == 1


@pytest.mark.parametrize(
    "mutant",
    [*SMALL, *(pytest.param(m, marks=pytest.mark.slow) for m in (*LARGE, *MISSED_ONCE))],
    ids=lambda m: f"{m.kind}: {m.place}"[:60],
)
def test_what_is_faulty_is_found(mutant: Mutant) -> None:
    result = judged(mutant)

    # What is too large to be judged counts neither way.
    if result["faulty"] is None:
        return
    assert result["found"] or not result["faulty"], result
    errors = {rule for rule in result["rules"] if rule.startswith("error")}
    refused = sorted(errors - NOT_EXPLORED)
    assert result["faulty"] or not refused, result


def test_the_table_counts_what_was_missed() -> None:
    results = [
        {"kind": "k", "faulty": True, "found": True, "rules": ["error:x"]},
        {"kind": "k", "faulty": True, "found": False, "rules": []},
        {"kind": "k", "faulty": False, "found": True, "rules": ["error:x"]},
        {"kind": "k", "faulty": False, "found": True, "rules": ["warning:x"]},
        {"kind": "k", "faulty": None, "found": True, "rules": ["warning:x"]},
    ]

    assert table(results).splitlines()[2] == "| `k` | 5 | 2 | 1 | 1 | 2 | 1 | 1 | 1 |"


@pytest.mark.parametrize(
    ("text", "known", "possible"),
    [
        ("a.x && b.x", {"a.x": True}, {"yes", "no"}),
        ("a.x && b.x", {"a.x": False}, {"no"}),
        ("!(a.x || b.x)", {"a.x": True}, {"no"}),
        ("!a.filled || a.x > 3", {"a.filled": False, "a.x > 3": "absent"}, {"yes"}),
        ("a.filled && a.x > 3", {"a.filled": True, "a.x > 3": "absent"}, {"absent"}),
        ("'a || b' in a.x", {}, {"yes", "no"}),
    ],
)
def test_a_condition_comes_to_what_it_can(
    text: str, known: dict[str, bool | str], possible: set[str]
) -> None:
    assert conditions.answers(text, known.get) == possible
