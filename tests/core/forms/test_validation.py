"""A form that Sabine fills in: types, limits, required fields, rows and rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.core.cases import TODAY, case, garden
from workflow_app.core.cases.rights import may_fill
from workflow_app.core.cases.situation import Actor
from workflow_app.core.forms.fillable import fillable_fields, missing_fields
from workflow_app.core.forms.row_ids import used_ids
from workflow_app.core.forms.validation import Check, Checked

PLAN = {"title": "Beete", "cost": "50,00", "harvest": "30.9.2026"}


def checked(raw: Mapping[str, Any], form: str = "plan", **facts: Any) -> Checked:
    """Return what comes of `raw`, filled in by somebody who may fill every field."""
    engine = garden()
    definition = engine.forms[form]
    given: dict[str, Any] = {
        "form": definition,
        "today": TODAY,
        "fillable": frozenset(f.id for f in definition.fields),
        "before": {},
        "others": engine.values(case("planning")),
        "condition": lambda text: engine.form_condition(form, text),
        "row_condition": lambda rows, text: engine.row_condition(form, rows, text),
        "known": lambda kind, key: key == "09274",
    }
    return Check(**{**given, **facts}).run(raw)


def problems(raw: Mapping[str, Any], form: str = "plan", **facts: Any) -> list[tuple[str, str]]:
    return [(p.path, p.rule) for p in checked(raw, form, **facts).problems]


def test_a_plan_that_is_complete_becomes_typed_values() -> None:
    found = checked({**PLAN, "county": "09274", "volunteers": "", "unknown": "x"})

    assert found.problems == ()
    assert found.values == {
        "title": "Beete",
        "county": "09274",
        "cost": "50.00",
        "harvest": "2026-09-30",
    }


def test_every_problem_is_named_at_once_with_a_sentence() -> None:
    found = checked({"title": "B", "cost": "viel", "volunteers": "-1"})

    assert [(p.path, p.rule) for p in found.problems] == [
        ("title", "too_short"),
        ("cost", "not_a_number"),
        ("volunteers", "too_small"),
        ("harvest", "required"),
    ]
    assert [p.text.de for p in found.problems[:3]] == [
        "„Titel“ ist zu kurz: 1 Zeichen, mindestens 3 sind nötig.",
        "„Kosten“: „viel“ ist keine Zahl. Schreiben Sie sie zum Beispiel so: 1.250,50.",
        "„Ehrenamtliche“: „-1“ ist zu wenig; mindestens 0 sind nötig.",
    ]
    assert found.problems[3].text.en == "Please fill in 'Harvest'."


def test_a_problem_in_a_table_says_in_which_entry_it_is() -> None:
    found = checked(
        {**PLAN, "beds": [{"name": "Ost", "width": "2"}, {"name": "", "width": "breit"}]}
    )

    assert [(p.path, p.told("de")) for p in found.problems] == [
        (
            "beds.1.width",
            "Beete, Eintrag 2: „Breite“: „breit“ ist keine Zahl. "
            "Schreiben Sie sie zum Beispiel so: 1.250,50.",
        ),
        ("beds.1.name", "Beete, Eintrag 2: Bitte füllen Sie „Name“ aus."),
    ]


def test_a_sentence_repeats_what_was_typed_but_not_a_whole_page_of_it() -> None:
    (problem,) = checked({**PLAN, "cost": "<b>viel</b>\n" * 500}).problems

    assert problem.text.de.count("viel") <= 4
    assert "\n" not in problem.text.de


@pytest.mark.parametrize(
    ("field", "raw", "rule"),
    [
        ("title", "x" * 41, "too_long"),
        ("cost", "5000,01", "too_large"),
        ("cost", "-0,01", "too_small"),
        ("harvest", "1.3.2026", "too_early"),
        ("harvest", "1.1.2031", "too_late"),
        ("plants", "a\nb\nc\nd", "too_many"),
        ("plants", "x" * 501, "too_long"),
        ("county", "09999", "unknown_reference"),
        ("beds", [{"name": "x", "width": "1"}] * 5, "too_many"),
        ("beds", "no rows", "not_text"),
        ("beds", {"name": "x"}, "not_text"),
        ("beds", [5], "not_text"),
        ("beds", [{"name": "x", "width": "1"}] * 201, "too_many"),
    ],
)
def test_limits_are_kept(field: str, raw: Any, rule: str) -> None:
    assert (field, rule) in problems({**PLAN, field: raw})


def test_the_last_day_and_the_largest_amount_are_allowed() -> None:
    assert problems({**PLAN, "cost": "5000", "harvest": TODAY.isoformat()}) == []


def test_a_day_that_was_ahead_may_pass_before_the_next_version() -> None:
    late = {**PLAN, "harvest": "1.3.2026"}

    assert problems(late, first=True) == [("harvest", "too_early")]
    assert problems(late, first=False) == []


def test_a_field_may_be_required_under_a_condition() -> None:
    assert problems({**PLAN, "fenced": "yes"}) == [("fence", "required")]
    assert problems({**PLAN, "fenced": "no"}) == []
    assert problems(PLAN) == []


def test_a_field_may_be_required_for_one_transition() -> None:
    assert problems(PLAN, transition="begin") == [("rake", "required")]
    assert problems(PLAN, transition="submit") == []
    assert problems(PLAN) == []


def test_a_cell_is_required_in_each_row_that_is_there() -> None:
    rows = [{"name": "Ost", "width": "1"}, {"name": "", "width": ""}, {"width": "2"}]

    assert problems({**PLAN, "beds": rows}) == [("beds.2.name", "required")]


def test_rows_that_are_empty_are_dropped() -> None:
    found = checked({**PLAN, "beds": [{"name": " "}, {"name": "Ost", "width": "1"}, {}]})

    assert found.values["beds"] == [{"_id": "1", "name": "Ost", "width": "1"}]


def test_rows_keep_their_ids_when_one_before_them_goes() -> None:
    first = checked({**PLAN, "beds": [{"name": n, "width": "1"} for n in ("A", "B", "C")]}).values
    again = [first["beds"][2], first["beds"][0], {"name": "D", "width": "1"}]

    second = checked({**PLAN, "beds": again}, before=first).values

    assert [(r["_id"], r["name"]) for r in second["beds"]] == [("3", "C"), ("1", "A"), ("4", "D")]


def test_the_id_of_a_row_that_went_is_never_given_to_another() -> None:
    form = garden().forms["plan"]
    first = checked({**PLAN, "beds": [{"name": n, "width": "1"} for n in ("A", "B")]}).values
    second = checked({**PLAN, "beds": first["beds"][:1]}, before=first).values
    new = {**PLAN, "beds": [*second["beds"], {"name": "C", "width": "1"}]}

    third = checked(new, before=second, used_ids=used_ids(form, (first, second))).values

    assert [(r["_id"], r["name"]) for r in third["beds"]] == [("1", "A"), ("3", "C")]


def test_two_rows_with_the_same_id_are_two_rows() -> None:
    rows = [{"_id": "1", "name": n, "width": "1"} for n in ("A", "B")]
    hostile = [
        {"_id": {"x": 1}, "name": "C", "width": "1"},
        {"_id": "<b>", "name": "D", "width": 1},
    ]

    found = checked({**PLAN, "beds": [*rows, *hostile]}).values

    assert [r["_id"] for r in found["beds"]] == ["1", "2", "3", "4"]


def test_a_rule_for_each_row_is_shown_at_the_row_as_it_was_typed() -> None:
    rows = [{"name": "Ost", "width": "1"}, {"name": ""}, {"name": "West"}]

    found = checked({**PLAN, "beds": rows})

    assert [(p.path, p.rule) for p in found.problems] == [("beds.2.price", "measured")]
    assert found.problems[0].text.de == "Breite oder Preis fehlt."


def test_a_rule_across_fields_is_shown_where_the_form_says() -> None:
    rows = [{"name": n, "width": "1"} for n in "ABCD"]

    assert problems({**PLAN, "beds": rows}) == [("cost", "fits")]
    assert problems({**PLAN, "beds": rows, "cost": "100,01"}) == []


def test_a_rule_is_told_beside_what_is_missing_elsewhere() -> None:
    rows = [{"name": n, "width": "1"} for n in "ABCD"]

    assert problems({**PLAN, "beds": rows, "title": ""}) == [
        ("title", "required"),
        ("cost", "fits"),
    ]
    # What it reads is missing or wrong: that is told, and not the rule beside it.
    assert problems({**PLAN, "beds": rows, "cost": "viel"}) == [("cost", "not_a_number")]


def test_a_rule_for_the_first_submission_is_not_asked_again() -> None:
    far = {**PLAN, "harvest": "1.6.2027"}

    assert problems(far, first=True) == [("harvest", "soon")]
    assert problems(far, first=False) == []


def test_a_field_that_is_emptied_counts_no_more() -> None:
    before = {"fenced": True, "fence": "Holz"}
    others = garden().values(case("planning", forms={"plan": {**before, "title": "Beete"}}))

    found = checked({**PLAN, "fenced": ""}, before=before, others=others)

    assert (found.problems, "fenced" in found.values) == ((), False)


def test_miriam_fills_her_part_and_the_part_of_jonas_stays() -> None:
    form = garden().forms["check"]
    miriam = Actor(4, "Miriam Vogt", frozenset({"coordinator"}))
    hers = fillable_fields(form, lambda by: may_fill(by, miriam, case("checking")))
    raw = {"complete": {"map": "yes", "soil": "no"}, "why": "Miriam writes into Jonas's part"}

    found = checked(raw, "check", fillable=hers, before={"why": "Gut begründet"})

    assert hers == {"complete"}
    assert found.problems == ()
    assert found.values == {"complete": {"map": "yes", "soil": "no"}, "why": "Gut begründet"}


def test_a_required_grid_wants_an_answer_to_every_line() -> None:
    assert problems({"complete": {"map": "yes"}, "why": "x"}, "check") == [
        ("complete", "unanswered")
    ]
    assert problems({"mood": {"A1": "5"}}, "view") == [("mood", "unanswered")]
    assert problems({"mood": {"A1": "5", "A2": "cannot_judge"}}, "view") == []


def test_the_rules_of_an_entry_see_its_own_values() -> None:
    assert problems({"weather": "rain", "guests": "3"}, "visit") == [("guests", "dry")]
    assert problems({"weather": "sun", "guests": "3"}, "visit") == []


def test_the_required_fields_that_are_still_empty_are_found() -> None:
    form = garden().forms["plan"]

    missing = missing_fields(form, {"title": "Beete"}, ("title", "cost", "fence"))

    assert [f.id for f in missing] == ["cost"]
