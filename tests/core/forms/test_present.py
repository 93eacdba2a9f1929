"""Rows of amounts as a reader sees them: a sum stands only where somebody gave an amount."""

from __future__ import annotations

from workflow_app.core.definition.forms import Field
from workflow_app.core.definition.model import Text
from workflow_app.core.forms import present
from workflow_app.core.problems import Place

HERE = Place("test.yaml", 1, 1)


def column(name: str, kind: str) -> Field:
    return Field(name, kind, Text(name, name), HERE)


CONTRIBUTIONS = Field(
    "contribution",
    "rows",
    Text("Beitrag", "contribution"),
    HERE,
    columns=(column("kind", "text"), column("hours", "integer"), column("amount", "money")),
)


def totals(*rows: dict[str, str]) -> list[str | None] | None:
    shown = present.rows(CONTRIBUTIONS, list(rows), "de", lambda kind, key: key)
    found: list[str | None] | None = shown["totals"]
    return found


def test_two_amounts_have_a_sum() -> None:
    rooms, material = {"kind": "Räume", "amount": "1200.00"}, {"kind": "Material", "amount": "0.50"}
    assert totals(rooms, material) == [None, None, "1.200,50\u00a0€"]


def test_hours_without_an_amount_have_no_sum() -> None:
    assert totals({"kind": "Arbeitszeit", "hours": "120"}, {"kind": "Räume"}) is None


def test_one_amount_among_rows_without_one_is_the_sum() -> None:
    assert totals({"kind": "Arbeitszeit"}, {"kind": "Räume", "amount": "1200.00"}) == [
        None,
        None,
        "1.200,00\u00a0€",
    ]


def test_an_amount_of_nothing_that_somebody_typed_is_a_sum() -> None:
    free = {"kind": "Räume", "amount": "0.00"}
    assert totals(free, free) == [None, None, "0,00\u00a0€"]


def test_a_single_row_needs_no_sum() -> None:
    assert totals({"kind": "Räume", "amount": "1200.00"}) is None
