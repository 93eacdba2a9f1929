"""What is read has been asked for on every path; somebody can act wherever a case waits."""

from __future__ import annotations

import pytest

from tests.core.verification.test_verify import changed, found
from workflow_app.core.problems import Problem


def told(old: str, new: str) -> list[Problem]:
    return [p for p in found(changed("workflow.yaml", old, new)) if p.severity != "open"]


READS_VIEW = "when: \"view.municipal.mood == 'good'\""


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        # A step that needs what only a later state asks for.
        (
            "when: variable.watered",
            "when: \"variable.watered && visit.filled && 'rain' in visit.weather\"",
            None,
        ),
        ("when: variable.watered", "when: check.complete.filled", None),
        (
            "deadline: {days: 28, warn: [14], escalate_to: [coordinator]}",
            "deadline: {days: 28, after: check.seen_on}",
            None,
        ),
    ],
)
def test_what_is_no_fault(old: str, new: str, path: None) -> None:
    assert "unasked" not in {p.rule for p in told(old, new)}


def test_a_form_that_one_path_leaves_out_is_found_with_that_path() -> None:
    old = "    form: check\n    decision: true"
    files = changed("workflow.yaml", old, "    decision: true")
    text = files["workflow.yaml"].replace("    forms: [check]\n", "")
    text = text.replace(
        "    by: [supervisor]\n    sign_off",
        "    by: [supervisor]\n    when: check.why == 'x'\n    sign_off",
    )

    problems = found({**files, "workflow.yaml": text})

    assert "never_offered" in {p.rule for p in problems}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (
            "waits_for: [municipal_partner, civic_partner]\n    task",
            "waits_for: [supervisor]\n    task",
            "waits_in_vain",
        ),
        (
            "{role: supervisor, when: check.complete.filled,",
            "{role: supervisor, when: variable.watered && check.complete.filled,",
            "nobodys_turn",
        ),
        ("not_by: [member, member_organisation]\n    form: check", "form: check", "self_approval"),
        (
            "sides: {municipal: municipal_partner, civic: civic_partner}",
            "sides: {municipal: municipal_partner, civic: municipal_partner}",
            "one_for_both",
        ),
    ],
)
def test_where_nobody_or_the_wrong_one_could_act(old: str, new: str, rule: str) -> None:
    assert rule in {p.rule for p in told(old, new)}
