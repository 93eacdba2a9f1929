"""How a project ended, and until when it is kept: nobody is asked, it follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.core.cases import TODAY, case, submitted
from tests.core.rules.table import definitions
from workflow_app.core.tables.computed import COMPUTED


@pytest.mark.parametrize(
    ("fired", "marked", "outcome"),
    [
        ((), (), "completed"),
        (("terminate_on_notice",), ("one_sided",), "terminated"),
        ((), ("one_sided",), "one_sided"),
        ((), ("unattended", "one_sided"), "unattended"),
    ],
)
def test_how_a_project_ended_follows_from_its_way(
    fired: tuple[str, ...], marked: tuple[str, ...], outcome: str
) -> None:
    ended = case("evaluated", last_fired=dict.fromkeys(fired, TODAY), variables=frozenset(marked))
    assert COMPUTED["case_outcome"].follows(ended, {}) == outcome


@pytest.mark.parametrize(
    ("answers", "end"),
    [
        ({"retention_class": "no_funding"}, "2031-12-31"),
        # The final report was handed in on the last day of February.
        ({"retention_class": "funded_5y"}, "2033-02-28"),
        ({"retention_class": "books_10y"}, "2039-12-31"),
        ({"retention_class": "custom", "retention_custom_until": "2030-05-01"}, "2030-05-01"),
        ({"retention_class": "custom"}, None),
        ({}, None),
    ],
)
def test_until_when_a_project_is_kept(answers: dict[str, str], end: str | None) -> None:
    report = replace(submitted("final_report", {}), on=date(2028, 2, 29))
    ended = case("evaluated", today=date(2028, 6, 1), acting={"archive": answers})
    ended = replace(ended, submissions={"final_report": (report,)})
    computed = COMPUTED["retention_end"]
    assert computed.follows(ended, definitions().programme) == end
    # Cases of a version that was published before the years could be set are kept as they were.
    assert computed.follows(ended, {}) == end


def test_for_how_many_years_a_project_is_kept_is_the_operators_number() -> None:
    ended = case("evaluated", today=date(2028, 6, 1))
    kept = {
        name: COMPUTED["retention_end"].follows(
            replace(ended, acting={"archive": {"retention_class": name}}),
            {"keep_no_funding_years": 1, "keep_funded_years": 2, "keep_books_years": 6},
        )
        for name in ("no_funding", "funded_5y", "books_10y")
    }
    assert kept == {
        "no_funding": "2029-12-31",
        "funded_5y": "2030-06-01",
        "books_10y": "2035-12-31",
    }
