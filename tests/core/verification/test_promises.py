"""A promise that does not hold is refused, with a shortest path that breaks it."""

from __future__ import annotations

import pytest

from tests.core.verification.test_verify import FILES, changed, found
from workflow_app.core.problems import Problem

TEXT = FILES["workflow.yaml"]


def promising(line: str, old: str = "", new: str = "") -> list[Problem]:
    """Return what is found in the garden, perhaps changed, once it promises something."""
    files = changed("workflow.yaml", old, new) if old else FILES
    files = {**files, "workflow.yaml": f"{files['workflow.yaml']}guarantees:\n  - {line}\n"}
    return [p for p in found(files) if p.severity != "open"]


APPROVED = "never: {state: growing, without: [fired.approve]}"
ARCHIVED = "never: {state: done, without: [effect.build_archive]}"
PLANNED = "never: {state: checking, without: [sign_off.plan]}"
FOUR_EYES = "different_people: {steps: [approve], wrote: [plan]}"
OUTSIDERS = "outsiders: [approve]"
ENDS = "ends: {also_without: [any_person, any_side]}"
BOTH = "never: {state: comparing, without: [view.both]}"

KEPT = [PLANNED, OUTSIDERS, ENDS, BOTH, "different_people: {steps: [join], made: [begin]}"]


@pytest.mark.parametrize("line", KEPT)
def test_what_the_garden_may_promise(line: str) -> None:
    assert promising(line) == []


BROKEN = [
    # Whoever hurries does not approve.
    (APPROVED, "", "", ("begin", "join", "submit", "send_back", "submit", "hurry")),
    # A plan that was changed after both signed it off is no longer what they signed off.
    (
        "never: {state: growing, without: [sign_off.plan]}",
        "forms: [check]",
        "forms: [check, plan]",
        ("begin", "join", "submit", "[check]", "[plan]", "approve"),
    ),
    (PLANNED, "sides: both, of: [plan]}\n    requires", "sides: both}\n    requires", None),
    (PLANNED, "    sign_off: {sides: both, of: [plan]}\n    req", "    req", None),
    # Nobody who takes part approves: without `not_by` Sabine could, being a supervisor as well.
    (OUTSIDERS, "not_by: [member, member_organisation]\n    form: check", "form: check", None),
    (
        OUTSIDERS,
        "by: [supervisor]\n    not_by: [member, member_organisation]",
        "by: [civic_partner]",
        None,
    ),
    ("different_people: {steps: [join], made: [begin]}", "by: [other_side]", "by: [member]", None),
    # A side that never answers must not hold the other one.
    (ENDS, "exits: [submit, give_up, buy_land]", "exits: [submit, buy_land]", ("begin", "join")),
    (
        ENDS,
        "    after: {days: 60}",
        "    after: {days: 60}\n    when: view.civic.filled",
        ("begin",),
    ),
    (BOTH, "view.municipal.filled && view.civic.filled", "view.municipal.filled", None),
    ("waits: bounded", "", "", ()),
]


@pytest.mark.parametrize(("line", "old", "new", "path"), BROKEN)
def test_a_broken_promise_is_refused_with_its_place(
    line: str, old: str, new: str, path: tuple[str, ...] | None
) -> None:
    broken = [p for p in promising(line, old, new) if p.rule == "guarantee"]

    assert broken
    assert {p.severity for p in broken} == {"error"}
    assert {(p.place.file, p.place.column) for p in broken} == {("workflow.yaml", 5)}
    if path is not None:
        assert path in [p.path for p in broken]


@pytest.mark.parametrize(("steps", "kept"), [(("close", "finish"), True), (("close",), False)])
def test_what_happens_on_every_way_to_an_end_can_be_promised(
    steps: tuple[str, ...], kept: bool
) -> None:
    text = TEXT
    for step in steps:
        start = text.index("    sign_off:", text.index(f"  {step}:\n"))
        text = f"{text[:start]}    effects: [build_archive]\n{text[start:]}"
    files = {**FILES, "workflow.yaml": f"{text}guarantees:\n  - {ARCHIVED}\n"}
    told = [p for p in found(files) if p.rule == "guarantee"]

    assert ({p.path[-1] for p in told} == set()) is kept
    assert {p.path[-1] for p in told} <= {"finish"}


def test_a_person_who_left_the_organisation_of_a_side_is_told_with_the_whole_path() -> None:
    found = promising(FOUR_EYES, "not_by: [member, member_organisation]\n    form", "form")
    [problem] = [p for p in found if p.rule == "guarantee"]

    assert problem.path == ("begin*", "join", "submit", "approve*")
    assert "the same person" in problem.en


@pytest.mark.parametrize(
    ("timer", "told"),
    [
        ("to: gone\n    trigger: timer\n    after: {days: 30}", False),
        # Every thirty days something happens, and the case waits on all the same.
        ("to: stay\n    trigger: timer\n    after: {days: 30}", True),
    ],
)
def test_a_timer_ends_the_waiting_only_if_it_leaves_the_state(timer: str, told: bool) -> None:
    old = TEXT[TEXT.index("to: gone", TEXT.index("  wither:")) : TEXT.index("  close:\n")]
    broken = promising("waits: bounded", old, f"{timer}\n")

    assert any("'growing'" in p.en for p in broken if p.rule == "guarantee") is told


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("never: {state: grown, without: [fired.approve]}", "unknown_name"),
        ("never: {state: growing, without: [fired.aprove]}", "unknown_name"),
        ("never: {state: growing, without: [plan.both]}", "unknown_name"),
        ("never: {state: growing, without: [effect.begin_rounds]}", "unknown_name"),
        ("never: {state: growing}", "missing_key"),
        ("outsiders: [aprove]", "unknown_name"),
        ("ends: {also_without: [everybody]}", "unknown_word"),
        ("different_people: {steps: [approve]}", "missing_key"),
        ("neither: {state: growing}", "unknown_key"),
        ("waits", "not_a_mapping"),
    ],
)
def test_a_promise_that_cannot_be_read_is_refused(line: str, rule: str) -> None:
    assert rule in {p.rule for p in promising(line)}
