"""When an interim report is due, and that every question of a shipped form explains itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.core.cases import case, shipped, tandem

YEAR = {"term_start": "2026-03-01", "term_end": "2027-02-28"}
HALF_YEAR = {"term_start": "2026-03-01", "term_end": "2026-08-31"}


def asked(day: date, agreement: dict[str, str], report: dict[str, Any] | None = None) -> set[str]:
    """Return what both sides are asked for on a day, by the first words of the task."""
    forms = {"agreement": agreement} | ({"interim_report": report} if report else {})
    situation = replace(case("active", forms=forms), today=day)
    tasks = [t.task.de for t in tandem().turns(situation) if t.side]
    assert len(tasks) == 2 * len(set(tasks)), "both sides alike"
    return {" ".join(task.split()[:3]) for task in tasks} - {"Aktivitäten dokumentieren"}


@pytest.mark.parametrize(
    ("day", "agreement", "wanted"),
    [
        (date(2026, 8, 29), YEAR, set()),
        (date(2026, 8, 30), YEAR, {"Zwischenbericht zur Halbzeit"}),
        (date(2026, 7, 30), HALF_YEAR, set()),
        (
            date(2027, 1, 4),
            YEAR,
            {"Zwischenbericht zur Halbzeit", "Zwischenbericht über das"},
        ),
        (date(2027, 2, 1), YEAR, {"Zwischenbericht zur Halbzeit"}),
    ],
)
def test_a_report_is_due_at_half_time_and_in_january(
    day: date, agreement: dict[str, str], wanted: set[str]
) -> None:
    assert asked(day, agreement) == wanted


def test_whoever_has_reported_is_not_asked_again() -> None:
    paragraphs = {f"cooperation_{side}": "Es läuft gut." for side in ("municipal", "civic")}
    report = {"period_from": "2026-03-01", "period_to": "2026-12-31", **paragraphs}
    assert asked(date(2027, 1, 4), YEAR, report) == set()
    earlier = {**report, "period_to": "2026-08-31"}
    assert asked(date(2026, 9, 30), YEAR, earlier) == set()


def test_every_question_explains_itself_in_both_languages() -> None:
    silent = [
        f"{form.id}.{field.id}"
        for form in shipped()[1].values()
        for field in form.fields
        if field.help is None or not (field.help.de and field.help.en and field.label.en)
    ]
    assert silent == []


def test_the_end_of_the_term_is_called_to_mind_ninety_and_sixty_days_before() -> None:
    rule = tandem().workflow.states["active"].deadline
    assert rule is not None
    assert (rule.after, rule.warn) == ("agreement.term_end", (-90, -60, 0))
