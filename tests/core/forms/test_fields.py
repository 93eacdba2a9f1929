"""What people type, as a value: German first, English too, and nothing hostile gets through."""

from __future__ import annotations

from typing import Any

import pytest

from workflow_app.core.definition.forms import Field, Option
from workflow_app.core.definition.model import Text
from workflow_app.core.forms.fields import FIELD_TYPES, REFERENCES
from workflow_app.core.forms.typed import Unreadable
from workflow_app.core.problems import Place

PLACE = Place("x.yaml", 1, 1)
LABEL = Text("Feld", "Field")
OPTIONS = (Option("a", LABEL), Option("b", LABEL))
SHA = "0" * 64


def read(kind: str, raw: Any) -> Any:
    """Return the value that a field of this type reads."""
    field = Field("f", kind, LABEL, PLACE, options=OPTIONS)
    return FIELD_TYPES[kind].read(raw, field)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "  Sabine\u00a0Kraus ", "Sabine\u00a0Kraus"),
        ("text", "   ", None),
        ("long_text", "eins\r\nzwei\rdrei", "eins\nzwei\ndrei"),
        ("integer", "1.250", 1250),
        ("integer", "36,0", 36),
        ("integer", " ", None),
        ("integer", 36, 36),
        ("decimal", "8.450", "8450"),
        ("decimal", "8450,5", "8450.5"),
        ("decimal", "8450.5", "8450.5"),
        ("decimal", "8,450", "8.45"),
        ("decimal", "0.500", "0.5"),
        ("decimal", "-1.234.567,5", "-1234567.5"),
        ("decimal", "1,234,567", "1234567"),
        ("decimal", "0,000", "0"),
        ("decimal", 123.456, "123.4560"),
        ("money", "8.450", "8450.00"),
        ("money", "8.450,00 €", "8450.00"),
        ("money", "8.450,- €", "8450.00"),
        ("money", "1.200,–", "1200.00"),
        ("integer", "\u22125", -5),
        ("text", "\u200b\u2060 \u3164", None),
        ("list", "eins\n\u200b\nzwei", ["eins", "zwei"]),
        ("money", "EUR 1,234.50", "1234.50"),
        ("money", "12 500,5", "12500.50"),
        ("money", "-0", "0.00"),
        ("money", 8450, "8450.00"),
        ("date", "1.2.2027", "2027-02-01"),
        ("date", "01/02/2027", "2027-02-01"),
        ("date", "2027-2-1", "2027-02-01"),
        ("date", ["1", "2", "2027"], "2027-02-01"),
        ("date", ["", "", ""], None),
        ("date", "29.2.2028", "2028-02-29"),
        ("date_time", "1.2.2027 17:00", "2027-02-01T17:00:00"),
        ("date_time", "1.2.2027, 17.30 Uhr", "2027-02-01T17:30:00"),
        ("date_time", "2027-02-01T09:05:00", "2027-02-01T09:05:00"),
        ("yes_no", "yes", True),
        ("yes_no", "no", False),
        ("yes_no", "", None),
        ("one_of", "a", "a"),
        ("several_of", ["b", "a", "b", ""], ["a", "b"]),
        ("several_of", [], None),
        ("checklist", {"a": "yes", "b": ""}, {"a": "yes"}),
        ("likert", {"b": "cannot_judge", "a": "5"}, {"a": "5", "b": "cannot_judge"}),
        ("list", "Salat\n\n Kohl ", ["Salat", "Kohl"]),
        ("reference", " 09274 ", "09274"),
        ("references", ["1", "2", "1"], ["1", "2"]),
        ("party", {"name": " Landkreis ", "address": ""}, {"name": "Landkreis"}),
        ("file", {"sha256": SHA, "name": "a.pdf", "x": 1}, {"sha256": SHA, "name": "a.pdf"}),
        ("files", [], None),
        ("computed", {}, None),
    ],
)
def test_what_is_typed_becomes_a_value(kind: str, raw: Any, value: Any) -> None:
    assert read(kind, raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "rule"),
    [
        ("text", "eine\nzweite", "one_line_only"),
        ("text", "\x00", "control_characters"),
        ("long_text", "a\x1bb", "control_characters"),
        ("text", 5, "not_text"),
        ("integer", "3,5", "not_a_whole_number"),
        ("integer", "viele", "not_a_number"),
        ("integer", 10**400, "number_too_long"),
        ("integer", True, "not_a_number"),
        ("decimal", "1e5", "not_a_number"),
        ("decimal", "NaN", "not_a_number"),
        ("decimal", float("inf"), "number_too_long"),
        ("decimal", "1.23.4", "not_a_number"),
        ("decimal", "1,00001", "too_many_decimals"),
        ("decimal", "9" * 5000, "number_too_long"),
        ("money", "1,005", "too_many_decimals"),
        ("money", {}, "not_a_number"),
        ("date", "30.2.2027", "no_such_day"),
        ("date", "1.2.27", "not_a_date"),
        ("date", "1.1.1066", "no_such_day"),
        ("date", "morgen", "not_a_date"),
        ("date", [1, 2, 2027], "not_text"),
        ("date_time", "1.2.2027", "not_a_time"),
        ("date_time", "1.2.2027 25:00", "not_a_time"),
        ("date_time", "T" * 100_000, "not_a_time"),
        ("yes_no", "vielleicht", "not_a_choice"),
        ("one_of", "c", "not_a_choice"),
        ("one_of", ["a"], "not_a_choice"),
        ("several_of", ["a", "c"], "not_a_choice"),
        ("several_of", 5, "not_a_choice"),
        ("checklist", {"a": "perhaps"}, "not_a_choice"),
        ("likert", {"c": "1"}, "not_a_choice"),
        ("likert", "1", "not_a_choice"),
        ("list", 5, "not_text"),
        ("list", ["a\nb"], "one_line_only"),
        ("reference", "x" * 201, "not_a_choice"),
        ("reference", {"id": 1}, "not_a_choice"),
        ("references", [["1"]], "not_a_choice"),
        ("party", "Landkreis", "not_text"),
        ("party", {"name": ["x"]}, "not_text"),
        ("file", {"sha256": "../../etc/passwd", "name": "a"}, "not_a_file"),
        ("file", {"sha256": SHA, "name": 5}, "not_a_file"),
        ("files", ["a.pdf"], "not_a_file"),
    ],
)
def test_what_cannot_be_read_says_why(kind: str, raw: Any, rule: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(kind, raw)

    assert refused.value.rule == rule


@pytest.mark.parametrize("typed", ["1,125", "-100,125", "999,999", "0,125", "1000,125", "12,5"])
def test_a_decimal_that_is_shown_again_is_read_as_the_same_number(typed: str) -> None:
    kept = read("decimal", typed)

    assert read("decimal", kept) == kept


def test_there_is_a_type_for_everything_that_is_asked() -> None:
    assert len(FIELD_TYPES) == 20
    assert len(set(REFERENCES)) == 14
