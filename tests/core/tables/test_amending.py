"""What holds on a day, what a change proposes, and days that do not count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.core.cases import TODAY, case, shipped, tandem
from tests.core.tables.amendment_cases import ending, resumed
from workflow_app.core.cases.amending import differences, proposed, with_values
from workflow_app.core.cases.in_force import in_force, upcoming
from workflow_app.core.cases.pauses import days_later, paused_days
from workflow_app.core.cases.situation import Submitted
from workflow_app.core.tables.computed import COMPUTED

FIRST = Submitted(1, "outline", "", 1, {"volunteers_planned": 16}, "f", 1, TODAY)
LATER = replace(FIRST, id=2, version=2, effective_from=TODAY + timedelta(days=30))
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
PAUSES = st.lists(st.tuples(DAYS, st.integers(0, 60)), max_size=3).map(
    lambda found: [(day, day + timedelta(days=n)) for day, n in found][:1]
)


def test_an_amended_value_holds_from_its_day_on() -> None:
    assert in_force([FIRST, LATER], TODAY + timedelta(days=29)) == FIRST
    assert in_force([FIRST, LATER], TODAY + timedelta(days=30)) == LATER
    assert in_force([FIRST, LATER], TODAY - timedelta(days=1)) is None


def test_what_is_agreed_for_a_later_day_is_known_before() -> None:
    assert upcoming([FIRST, LATER], TODAY) == LATER
    assert upcoming([FIRST, LATER], TODAY + timedelta(days=30)) is None


def test_an_extension_moves_both_ends_and_adds_to_the_costs() -> None:
    forms = shipped()[1]
    known = {
        "agreement": {"term_end": "2026-12-31"},
        "outline": {"end_date": "2026-12-31", "costs": [{"_id": "1", "amount_eur": "100.00"}]},
    }
    asked = {"new_end": "2027-03-31", "costs": [{"_id": "1", "amount_eur": "50.00"}]}
    whole = proposed(forms["extension"], asked, known.get)
    assert whole["agreement"]["term_end"] == whole["outline"]["end_date"] == "2027-03-31"
    assert [r["_id"] for r in whole["outline"]["costs"]] == ["1", "2"]
    assert [d.field for d in differences(forms["extension"], asked, known.get)] == [
        "term_end", "end_date", "costs",
    ]  # fmt: skip


def test_rows_that_were_only_numbered_anew_are_no_change() -> None:
    form = shipped()[1]["amendment"]
    known = {"outline": {"goals": [{"_id": "1", "goal": "Treffen"}]}}
    same = {"goals": [{"_id": "7", "goal": "Treffen"}]}
    assert differences(form, same, known.get) == []


def test_a_field_of_another_form_keeps_its_question_and_its_limits() -> None:
    taken = shipped()[1]["amendment"].field("volunteers_planned")
    source = shipped()[1]["outline"].field("volunteers_planned")
    assert (taken.label, taken.maximum, taken.type) == (source.label, source.maximum, source.type)
    assert taken.prefill == "outline.volunteers_planned"


def test_conditions_see_what_would_hold() -> None:
    situation = case("active", forms={"outline": {"end_date": "2026-12-31"}})
    changed = with_values(situation, {"outline": {"end_date": "2027-03-31"}})
    asked = tandem().condition("outline.end_date == date('2027-03-31')")
    assert asked.verdict(tandem().values(changed)).holds
    assert not asked.verdict(tandem().values(situation)).holds


def test_paused_days_push_a_deadline_and_age_nothing() -> None:
    pause = [(date(2026, 3, 1), date(2026, 3, 31))]
    assert days_later(date(2026, 2, 20), 20, pause) == date(2026, 4, 11)
    assert days_later(date(2026, 2, 1), 20, pause) == date(2026, 2, 21), "over before it began"
    assert paused_days(pause, date(2026, 3, 11), date(2026, 5, 1)) == 20


@given(DAYS, st.integers(0, 200), PAUSES)
def test_counted_days_are_those_that_were_not_paused(
    start: date, days: int, pauses: list[tuple[date, date | None]]
) -> None:
    due = days_later(start, days, pauses)
    assert (due - start).days - paused_days(pauses, start, due) == days


def test_the_last_day_to_ask_for_an_extension_is_before_the_end_or_soon_after_a_pause() -> None:
    computed, numbers = COMPUTED["last_day_to_extend"], shipped()[2]
    late = ending(40, pauses=resumed(5))

    assert computed.follows(ending(60), numbers) == (TODAY + timedelta(days=30)).isoformat()
    assert computed.follows(late, numbers) == (TODAY + timedelta(days=25)).isoformat()
    assert computed.follows(case("active"), numbers) is None
