"""Values of every type as a reader sees them, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.cases import garden
from workflow_app.core.definition.forms import Field, Option
from workflow_app.core.definition.model import Text
from workflow_app.core.forms import present
from workflow_app.core.problems import Place

LABEL = Text("Feld", "Field")
OPTIONS = (Option("a", Text("Apfel", "Apple")), Option("b", Text("Birne", "Pear")))


def shown(kind: str, given: Any, language: str = "de", **facts: Any) -> Any:
    options = () if kind == "computed" else OPTIONS
    field = Field("f", kind, LABEL, Place("x", 1, 1), options=options, to="county", **facts)
    return present.value(field, given, language, lambda kind, key: f"{kind} {key}")


@pytest.mark.parametrize(
    ("kind", "given", "german", "english"),
    [
        ("text", "Sabine", "Sabine", "Sabine"),
        ("text", None, "", ""),
        ("integer", 1250, "1.250", "1,250"),
        ("decimal", "8450.5", "8.450,5", "8,450.5"),
        ("decimal", "1.1250", "1,125", "1.125"),
        ("decimal", "-100", "-100", "-100"),
        ("money", "8450.00", "8.450,00\u00a0€", "€8,450.00"),
        ("date", "2026-11-04", "04.11.2026", "4 November 2026"),
        ("date_time", "2026-11-04T17:05:00", "04.11.2026, 17:05 Uhr", "4 November 2026, 17:05"),
        ("yes_no", True, "ja", "yes"),
        ("yes_no", False, "nein", "no"),
        ("one_of", "a", "Apfel", "Apple"),
        ("one_of", "gone", "gone", "gone"),
        ("several_of", ["a", "b"], ["Apfel", "Birne"], ["Apple", "Pear"]),
        ("list", ["eins"], ["eins"], ["eins"]),
        ("reference", "09274", "county 09274", "county 09274"),
        ("references", ["1", "2"], ["county 1", "county 2"], ["county 1", "county 2"]),
        ("file", {"name": "a.pdf"}, "a.pdf", "a.pdf"),
        ("files", [{"name": "a.pdf"}], ["a.pdf"], ["a.pdf"]),
        (
            "likert",
            {"a": "5", "b": "cannot_judge"},
            {
                "items": [
                    {"label": "Apfel", "value": "trifft voll zu"},
                    {"label": "Birne", "value": "kann ich nicht beurteilen"},
                ]
            },
            {
                "items": [
                    {"label": "Apple", "value": "fully applies"},
                    {"label": "Pear", "value": "I cannot judge"},
                ]
            },
        ),
    ],
)
def test_a_value_is_shown_in_both_languages(
    kind: str, given: Any, german: Any, english: Any
) -> None:
    assert shown(kind, given) == german
    assert shown(kind, given, "en") == english


def test_computed_values_are_shown_as_what_they_are() -> None:
    assert shown("computed", "15.30", compute="activity_costs") == "15,30\u00a0€"
    assert shown("computed", 1042, compute="activity_participants") == "1.042"
    assert shown("computed", {"held": 2, "cancelled": 1}, compute="activity_summary") == (
        "2 durchgeführt, 1 abgesagt"
    )


def test_a_party_shows_every_line() -> None:
    assert shown("party", {"name": "Landkreis"})["represented_by"] == ""


def test_a_table_adds_up_its_money() -> None:
    beds = garden().forms["plan"].field("beds")
    rows = [{"_id": "1", "name": "Ost", "width": "2.5", "price": "1000.10"}]

    one = present.rows(beds, rows, "de", lambda kind, key: key)
    two = present.rows(beds, [*rows, {"_id": "2", "name": "West"}], "de", lambda kind, key: key)

    assert one["rows"] == [["Ost", "2,5", "1.000,10\u00a0€"]]
    assert (one["totals"], two["totals"]) == (None, [None, None, "1.000,10\u00a0€"])
    assert [c["numeric"] for c in one["columns"]] == [False, True, True]


def test_a_form_shows_every_field() -> None:
    form = garden().forms["plan"]

    found = present.form(form, {"title": "Beete"}, "de", lambda kind, key: key)

    assert (found["title"], found["cost"]) == ("Beete", "")
    assert set(found) == {f.id for f in form.fields}
