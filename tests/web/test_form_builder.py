"""What Sabine and Tobias type comes in as typed, is shown again, and only then is judged."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeSerializer
from werkzeug.datastructures import MultiDict

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Text
from workflow_app.core.expressions import Condition
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.core.forms.validation import Check
from workflow_app.services.content.files import read_content
from workflow_app.services.content.parsed import parse_all
from workflow_app.web.forms.builder import BoundForm, Builder

FORMS = parse_all(read_content([Path(__file__).parents[2]])).forms
SEAL = URLSafeSerializer("secret", "upload:TP-2026-0001:1")
CHOICES = {
    "county": [("09374", "Neustadt a.d. Waldnaab"), ("09363", "Weiden i.d. OPf.")],
    "organisation": [("1", "Landratsamt Neustadt"), ("2", "Freiwilligenagentur Neustadt")],
    "person": [("1", "Tobias Lindner"), ("2", "Sabine Kraus")],
}
SCAN = {"sha256": "a" * 64, "name": "Scan.pdf", "size": 1200, "media_type": "application/pdf"}


def builder(form: str, *only: str) -> Builder:
    """Return a builder for a form of which all fields, or only some, are to be filled."""
    definition = FORMS[form]
    return Builder.of(definition, only or [f.id for f in definition.fields], CHOICES, SEAL)


def sent(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict(list(pairs))


def check(form: Form, raw: dict[str, Any], fields: set[str]) -> list[FieldProblem]:
    """Judge what was typed by the types and limits of the fields; rules are another matter."""

    def nothing(*text: str) -> Condition:
        raise AssertionError(text)

    return list(
        Check(
            form=form,
            today=date(2026, 11, 24),
            fillable=frozenset(fields),
            before={},
            others={"today": None},
            condition=nothing,
            row_condition=nothing,
            known=lambda kind, key: key in dict(CHOICES[kind]),
        )
        .run(raw)
        .problems
    )


def test_sabines_words_come_in_as_she_typed_them() -> None:
    bound = builder("interest").bind(
        sent(
            ("title", "  Sprachcafé "),
            ("planned_start", "1.2.27"),
            ("topics", "language"),
            ("topics", "encounter"),
            ("county", "09374"),
        )
    )

    raw = bound.raw()

    assert raw["title"] == "  Sprachcafé "
    assert raw["planned_start"] == "1.2.27"
    assert raw["topics"] == ["language", "encounter"]
    assert raw["county"] == "09374"
    assert raw["further_counties"] == []


def test_a_field_that_is_not_hers_is_not_taken_from_the_request() -> None:
    bound = builder("interest", "title").bind(sent(("title", "Sprachcafé"), ("need", "viel")))

    assert bound.raw() == {"title": "Sprachcafé"}


def test_the_rows_of_a_table_come_in_with_their_ids_and_without_the_empty_ones() -> None:
    bound = builder("outline", "goals").bind(
        sent(
            ("goals-0-row_id", "3"),
            ("goals-0-goal", "Acht Freiwillige gewinnen"),
            ("goals-0-target", "8"),
            ("goals-1-row_id", ""),
            ("goals-1-goal", ""),
            ("goals-4-goal", "Jede Woche ein Treffen"),
            ("goals-4-target", "sechsunddreißig"),
        )
    )

    first, second = bound.raw()["goals"]

    assert (first["_id"], first["goal"], first["target"]) == ("3", "Acht Freiwillige gewinnen", "8")
    assert (second["_id"], second["target"]) == ("", "sechsunddreißig")


def test_what_is_wrong_in_a_row_stands_beside_that_very_cell() -> None:
    form = builder("outline", "goals")
    typed = sent(
        ("goals-0-goal", ""),
        ("goals-1-goal", "Jede Woche ein Treffen"),
        ("goals-1-indicator", "Zahl der Treffen"),
        ("goals-1-unit", "Treffen"),
        ("goals-1-target", "ca. 36"),
    )
    raw = form.bind(typed).raw()

    shown = form.from_raw(raw).show(check(form.form, raw, {"goals"}))

    [complaint] = shown.complaints
    assert complaint.target == "goals-0-target"
    assert cell(shown, 0, "target").typed == "ca. 36"
    [beside] = cell(shown, 0, "target").errors
    assert complaint.text == f"Ziele mit Indikator, Eintrag 1: {beside}"


def cell(bound: BoundForm, row: int, column: str) -> Any:
    found = bound["goals"].cell(row, column)  # type: ignore[attr-defined]
    assert found is not None
    return found


def test_a_row_more_and_a_row_less_keep_what_was_typed() -> None:
    form = builder("outline", "summary", "goals")
    bound = form.bind(sent(("summary", "Kurz"), ("goals-0-goal", "Eins"), ("goals-1-goal", "Zwei")))

    more = form.changed(bound, "add:goals")
    assert more is not None
    assert len(more["goals"].rows) == 3  # type: ignore[attr-defined]
    assert more.fresh == "goals-2-goal"

    less = form.changed(more, "remove:goals:0")
    assert less is not None
    assert less.raw()["summary"] == "Kurz"
    assert [row["goal"] for row in less.raw()["goals"]] == ["Zwei"]


@pytest.mark.parametrize("action", ["save", "add:nothing", "add:summary", "submit", "remove"])
def test_any_other_button_changes_no_row(action: str) -> None:
    form = builder("outline", "summary", "goals")

    assert form.changed(form.bind(sent(("summary", "Kurz"))), action) is None


def test_a_row_that_is_not_there_cannot_be_removed() -> None:
    form = builder("outline", "goals")
    bound = form.bind(sent(("goals-0-goal", "Eins")))

    kept = form.changed(bound, "remove:goals:7")

    assert kept is not None
    assert [row["goal"] for row in kept.raw()["goals"]] == ["Eins"]


def test_no_more_rows_are_offered_than_the_form_allows() -> None:
    form = builder("outline", "goals")
    bound = form.bind(sent(*((f"goals-{n}-goal", f"Ziel {n}") for n in range(5))))

    more = form.changed(bound, "add:goals")

    assert more is not None
    assert len(more.raw()["goals"]) == 5
    assert len(more["goals"].rows) == 5  # type: ignore[attr-defined]


def test_kept_values_are_shown_as_a_person_would_type_them() -> None:
    form = builder("outline", "start_date", "costs", "volunteers_planned")

    bound = form.from_values(
        {
            "start_date": "2027-02-01",
            "volunteers_planned": 8,
            "costs": [{"_id": "1", "amount_eur": "8450.00", "type": "rooms"}],
        }
    )

    assert bound.raw()["start_date"] == "01.02.2027"
    assert bound.raw()["volunteers_planned"] == "8"
    assert bound.raw()["costs"][0]["amount_eur"] == "8450,00"
    assert bound.raw()["costs"][0]["_id"] == "1"


def test_what_a_draft_says_is_shown_letter_by_letter() -> None:
    bound = builder("outline", "costs").from_raw({"costs": [{"amount_eur": "8.450", "_id": "1"}]})

    assert bound.raw()["costs"][0]["amount_eur"] == "8.450"


def test_the_answers_of_a_self_evaluation_come_in_by_statement() -> None:
    items = [o.id for o in FORMS["self_evaluation"].field("items").options]
    bound = builder("self_evaluation", "items").bind(
        sent((f"items-{items[0]}", "4"), (f"items-{items[1]}", "cannot_judge"))
    )

    assert bound.raw()["items"] == {items[0]: "4", items[1]: "cannot_judge"}
    assert bound.question("items").first_id == f"items-{items[2]}-1"  # type: ignore[union-attr]


def test_a_party_comes_in_by_its_details() -> None:
    field = next(f for f in FORMS["agreement"].fields if f.type == "party")
    bound = builder("agreement", field.id).bind(sent((f"{field.id}-name", "Landkreis Neustadt")))

    assert bound.raw()[field.id]["name"] == "Landkreis Neustadt"


def test_a_file_kept_before_is_named_by_a_sealed_reference_only() -> None:
    form = builder("signature", "file")

    [(_, sealed)] = form.from_raw({"file": SCAN})["file"].sealed  # type: ignore[attr-defined]

    assert form.bind(sent(("file", sealed))).raw()["file"] == SCAN


def test_a_file_of_another_project_cannot_be_named() -> None:
    foreign = URLSafeSerializer("secret", "upload:TP-2026-0002:1").dumps(SCAN)

    assert builder("signature", "file").bind(sent(("file", str(foreign)))).raw()["file"] is None


def test_a_new_single_file_replaces_the_old_one_and_can_be_removed() -> None:
    form = builder("signature", "file")
    bound = form.from_raw({"file": SCAN})
    [question] = bound.file_questions

    question.keep({**SCAN, "name": "Neu.pdf"})
    assert bound.raw()["file"]["name"] == "Neu.pdf"

    without = form.changed(bound, "remove:file:0")
    assert without is not None
    assert without.raw()["file"] is None


def test_a_choice_no_longer_offered_is_still_shown() -> None:
    bound = builder("interest", "municipal_org").from_raw({"municipal_org": "99"})
    question = bound.question("municipal_org")

    assert question is not None
    assert ("99", "99") in question.offered


def test_a_problem_of_a_field_that_is_not_asked_stands_in_the_list_without_a_link() -> None:
    bound = builder("interest", "title").from_raw({})

    bound.show([FieldProblem("county", "required", Text("Landkreis fehlt.", "County missing."))])

    assert [(c.text, c.target) for c in bound.complaints] == [("Landkreis fehlt.", None)]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_form_can_be_asked_and_read_back(form: str) -> None:
    blank = builder(form).from_raw({})

    assert set(blank.raw()) == {f.id for f in FORMS[form].fields if f.type != "computed"}
    assert all(question.first_id for question in blank.questions)
