"""Conditions: only a plain yes opens."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.core.cases import TODAY, case, garden
from workflow_app.core.cases.visible import row_names, seen, seen_entries, seen_row
from workflow_app.core.errors import ExpressionError
from workflow_app.core.expressions import Names, add_months, midnight

NAMES = Names(
    {
        "plan.title": "STRING",
        "plan.fenced": "BOOL",
        "plan.cost": "DOUBLE",
        "plan.harvest": "TIMESTAMP",
        "plan.volunteers": "INT",
        "plan.plants": "LIST STRING",
        "today": "TIMESTAMP",
    }
)
SEEN = {
    "plan.title": "Beete",
    "plan.fenced": True,
    "plan.cost": 12.5,
    "plan.harvest": midnight(date(2026, 9, 30)),
    "plan.volunteers": 7,
    "plan.plants": ["Salat", "Kohl"],
    "today": midnight(TODAY),
}


@pytest.mark.parametrize(
    "text",
    [
        "plan.title == 'Beete'",
        "plan.fenced",
        "plan.cost == 12.5 && plan.volunteers >= 7",
        "'Kohl' in plan.plants",
        "plan.plants.all(one, one != 'Rose')",
        "plan.harvest == date('2026-09-30')",
        "plan.harvest - days(30) > today",
        "add_months(today, 6) < plan.harvest",
        "plan . title == 'Beete'",
        "plan.title != 'has(nothing)' // it's a comment",
        "plan.title in ['Beete', 'für b']",
    ],
)
def test_a_plain_yes_opens(text: str) -> None:
    assert NAMES.compile(text).verdict(SEEN).holds


@pytest.mark.parametrize("text", ["!plan.fenced", "plan.cost > 12.5", "plan.harvest < today"])
def test_a_plain_no_stays_closed_and_is_an_answer(text: str) -> None:
    verdict = NAMES.compile(text).verdict(SEEN)

    assert (verdict.holds, verdict.answered) == (False, True)


def test_a_field_that_is_not_filled_closes_and_is_named() -> None:
    for text in ("plan.fenced", "!plan.fenced", "plan.title != 'Beete'", "!('x' in plan.plants)"):
        condition = NAMES.compile(text)
        verdict = condition.verdict({"today": midnight(TODAY)})
        assert not verdict.holds
        assert {verdict.absent} == set(condition.names)


@pytest.mark.parametrize("wrong", ["True", 1, 1.0, None, [], object()])
def test_a_value_that_is_no_boolean_never_opens(wrong: object) -> None:
    verdict = NAMES.compile("plan.fenced").verdict({"plan.fenced": wrong})

    assert not verdict.holds
    assert verdict.broken or verdict.absent


@pytest.mark.parametrize(
    "text",
    [
        "plan.volunteers / 0 > 1",
        "plan.plants[9] == 'Kohl'",
        "add_months(today, 999999) > today",
        "today + days(999999999999) > today",
        "plan.title.matches('[')",
    ],
)
def test_an_error_of_any_other_kind_is_logged_and_closed(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    verdict = NAMES.compile(text).verdict(SEEN)

    assert not verdict.holds
    assert verdict.broken
    assert text in caplog.text


def test_what_is_already_decided_needs_no_absent_field() -> None:
    values = {"plan.fenced": False}

    assert NAMES.compile("plan.fenced && plan.title == 'x'").verdict(values).answered
    assert NAMES.compile("!plan.fenced || plan.title == 'x'").verdict(values).holds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("has(plan.title)", "has() is not used here"),
        ("timestamp('2026-01-01T00:00:00Z') < today", "timestamp() is not used here"),
        ("plan.titel == 'x'", "undeclared reference"),
        ("plan.title", "not yes or no"),
        ("plan.volunteers > 2.0", "no matching overload"),
        ("plan.fenced == null", "no matching overload"),
        ("plan.title in ['x', 1]", "texts or numbers"),
        ("today < date('2026-02-30')", "no day '2026-02-30'"),
        ("plan.title == r'x'", "plain quotation marks"),
        ("plan.title == '''x'''", "plain quotation marks"),
        ("1 / 0 == 1", "divide by zero"),
        ("plan.title == ", "Syntax error"),
        ("true || " * 300 + "true", "longer than"),
    ],
)
def test_what_could_only_go_wrong_does_not_compile(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        NAMES.compile(text)

    assert message in refused.value.message


def test_a_misspelt_name_is_refused_with_its_place() -> None:
    with pytest.raises(ExpressionError) as refused:
        NAMES.compile("plan.fenced && plan.titel == 'x'")

    assert refused.value.column == 20


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2028, 1, 31), 1, (2028, 2, 29)),
        ((2026, 12, 31), 2, (2027, 2, 28)),
        ((2026, 3, 31), -1, (2026, 2, 28)),
        ((2024, 2, 29), 12, (2025, 2, 28)),
        ((2026, 1, 15), 36, (2029, 1, 15)),
    ],
)
def test_months_end_on_the_last_day_where_there_is_no_such_day(
    day: tuple[int, int, int], months: int, later: tuple[int, int, int]
) -> None:
    assert add_months(datetime(*day, tzinfo=UTC), months) == datetime(*later, tzinfo=UTC)


def test_a_form_is_seen_by_field_and_rows_by_column() -> None:
    form = garden().forms["plan"]
    beds = [{"_id": "1", "name": "Ost", "width": "1.1", "price": "0.10"}, {"_id": "2", "name": "W"}]
    beds.append({"_id": "3", "name": "Süd", "width": "2.2", "price": "0.20"})

    found = seen(form, {"title": "Beete", "harvest": "2026-09-30", "fenced": False, "beds": beds})

    assert found["plan.title"] == "Beete"
    assert found["plan.harvest"] == datetime(2026, 9, 30, tzinfo=UTC)
    assert (found["plan.fenced"], found["plan.fenced.filled"]) == (False, True)
    assert (found["plan.beds.count"], found["plan.beds.name"]) == (3, ["Ost", "W", "Süd"])
    assert (found["plan.beds.width"], found["plan.beds.width.sum"]) == ([1.1, 2.2], 3.3)
    # Added as floats it would be 0.30000000000000004.
    assert found["plan.beds.price.sum"] == 0.3
    assert "plan.cost" not in found
    assert found["plan.cost.filled"] is False


def test_entries_are_seen_by_column_and_a_row_by_its_cells() -> None:
    engine = garden()

    entries = seen_entries(engine.forms["visit"], [{"weather": "sun", "guests": 3}, {"guests": 4}])
    row = seen_row(engine.forms["plan"].field("beds"), {"width": "1.5"})

    assert (entries["visit.count"], entries["visit.guests.sum"]) == (2, 7)
    assert entries["visit.weather"] == ["sun"]
    assert (row["row.width"], row["row.width.filled"], row["row.name.filled"]) == (1.5, True, False)
    assert row_names(engine.forms["plan"].field("beds")).compile("row.name == 'x'")


def test_a_case_in_which_nothing_is_filled_says_no_and_zero() -> None:
    values = garden().values(case(None))

    assert values["plan.filled"] is False
    assert (values["plan.beds.count"], values["plan.beds.width.sum"]) == (0, 0.0)
    assert (values["view.municipal.filled"], values["visit.weather"]) == (False, [])
    assert (values["variable.watered"], values["programme.longest"]) == (False, 3)
    assert "plan.title" not in values


def test_each_side_is_seen_under_its_own_name() -> None:
    situation = case("growing", forms={"view": {"civic": {"mood": {"A1": "5", "A2": "1"}}}})
    half = case("growing", forms={"view": {"civic": {"mood": {"A1": "5"}}}})

    values = garden().values(situation)

    assert values["view.civic.mood.filled"] is True
    assert garden().values(half)["view.civic.mood.filled"] is False
    assert values["view.municipal.filled"] is False


def test_a_form_of_an_earlier_round_is_not_seen() -> None:
    situation = case("checking", round=2, forms={"check": {"r1": {"why": "Gut"}}})

    assert garden().values(situation)["check.filled"] is False
    assert situation.newest("check") is None
    assert situation.newest("check", "r1") == {"why": "Gut"}
