"""A form that nobody could ever submit is refused, with the rules that exclude each other."""

from __future__ import annotations

import pytest

from tests.core.verification.test_verify import FILES, changed, found
from workflow_app.core.problems import Problem


def ruled(name: str, *rules: tuple[str, str, str], **more: str) -> list[Problem]:
    """Return what is found in a form of the garden that has more rules: (id, condition, field)."""
    lines = [
        f'  - {{id: {rule}, when: "{when}", unmet: {{de: Nein., en: No.}}, at: {at}'
        + "".join(f", {key}: {value}" for key, value in more.items())
        + "}\n"
        for rule, when, at in rules
    ]
    return told({**FILES, name: FILES[name] + "".join(lines)})


def told(files: dict[str, str]) -> list[Problem]:
    mine = ("never_submitted", "never_required", "never_fails")
    return [p for p in found(files) if p.rule in mine]


def test_the_forms_of_the_garden_can_be_submitted_and_their_rules_say_something() -> None:
    assert told(FILES) == []


def test_two_rules_that_exclude_each_other_are_named_and_no_others() -> None:
    rules = (("dear", "plan.cost > 100.0", "cost"), ("cheap", "plan.cost < 50.0", "cost"))

    [problem] = ruled("plan.yaml", *rules)

    assert (problem.rule, problem.severity, problem.place.file) == (
        "never_submitted",
        "error",
        "plan.yaml",
    )
    assert problem.de == (
        "Das Formular „plan“ kann niemand einreichen; zugleich nicht erfüllbar: "
        "die Regel „dear“, die Regel „cheap“."
    )
    assert problem.en == (
        "Nobody can submit the form 'plan'; not to be fulfilled together: "
        "the rule 'dear', the rule 'cheap'."
    )


@pytest.mark.parametrize(
    ("rule", "named"),
    [
        # A cost of more than 5000 is not accepted.
        (("dear", "plan.cost > 6000.0", "cost"), ["'dear'", "'plan.cost'"]),
        # The title is a required field.
        (("no_title", "!plan.title.filled", "title"), ["'plan.title'", "'no_title'"]),
        # Where there is a fence, its kind must be said.
        (
            ("silent_fence", "plan.fenced && !plan.fence.filled", "fence"),
            ["'plan.fence'", "'silent_fence'"],
        ),
        (("nowhere", "plan.fenced && !plan.fenced", "fenced"), ["'nowhere'"]),
    ],
)
def test_required_fields_and_limits_count_among_them(
    rule: tuple[str, str, str], named: list[str]
) -> None:
    [problem] = ruled("plan.yaml", rule)

    assert problem.severity == "error"
    assert sorted(part.split(" ")[-1] for part in problem.en[:-1].split(": ")[1].split(", ")) == (
        sorted(named)
    )


@pytest.mark.parametrize(
    "rules",
    [
        # What an unknown rule leaves open, another one need not exclude.
        [("far", "plan.harvest > today + days(9)", "harvest")],
        [("cheap", "plan.cost < 50.0", "cost"), ("even", "plan.volunteers == 2", "volunteers")],
        [("dear", "!plan.volunteers.filled || plan.cost > 100.0", "cost")],
        # Absent is not no: without an answer about the fence nothing is asked of it.
        [("bare", "!plan.fence.filled", "fence")],
        # Asked once only, and with one step only.
        [("new", "plan.cost < 50.0 || plan.volunteers > 3", "cost")],
    ],
)
def test_what_can_be_fulfilled_is_no_conflict(rules: list[tuple[str, str, str]]) -> None:
    assert ruled("plan.yaml", *rules) == []


def test_what_one_role_cannot_answer_is_told_of_that_role() -> None:
    text = FILES["check.yaml"] + (
        "rules:\n  - {id: mute, when: '!check.why.filled', unmet: {de: Nein., en: No.}, at: why}\n"
    )
    [problem] = told({**FILES, "check.yaml": text})

    assert problem.en.startswith("Nobody with the role 'supervisor' can submit the form 'check'")


def test_a_step_with_which_the_form_cannot_be_sent_is_told() -> None:
    rule = ("rakeless", "!plan.rake.filled", "rake")

    [problem] = ruled("plan.yaml", rule)

    assert problem.en == (
        "Nobody can send the form 'plan' with the step 'begin'; not to be fulfilled together: "
        "the required field 'plan.rake', the rule 'rakeless'."
    )


def test_a_rule_and_the_condition_of_a_step_can_exclude_each_other() -> None:
    problems = ruled("plan.yaml", ("dear", "plan.cost >= 1000.0", "cost"))

    assert [p.en.rpartition(": ")[2] for p in problems] == [
        "the rule 'dear', the condition 'cheap'.",
        "the rule 'dear', the condition 'cheap'.",
    ]
    assert ["'begin'" in p.en for p in problems] == [True, False]
    assert ["'submit'" in p.en for p in problems] == [False, True]


def test_a_row_that_nobody_could_fill_in_is_a_warning_where_rows_may_be_left_out() -> None:
    [problem] = ruled("plan.yaml", ("unnamed", "!row.name.filled", "beds"), each="beds")

    assert (problem.severity, "In 'beds' nobody can fill in a row" in problem.en) == (
        "warning",
        True,
    )


def test_limits_that_contradict_each_other_leave_no_value() -> None:
    files = changed("plan.yaml", 'maximum: "5000"', 'maximum: "-1"')

    assert [p.en.rpartition(": ")[2] for p in told(files) if p.rule == "never_submitted"] == [
        "the required field 'plan.cost', the limits of 'plan.cost'."
    ]


def test_a_field_that_is_never_required_and_a_rule_that_never_fails_are_remarked_upon() -> None:
    never = changed(
        "plan.yaml", 'if: "plan.fenced.filled && plan.fenced"', 'if: "plan.volunteers < 0"'
    )
    [field] = told(never)
    [rule] = ruled("plan.yaml", ("paid", "plan.cost >= 0.0", "cost"))

    assert (field.rule, field.severity) == ("never_required", "warning")
    assert (rule.rule, rule.severity) == ("never_fails", "warning")


def test_a_rule_over_a_field_that_may_be_empty_fails_where_it_is() -> None:
    assert ruled("plan.yaml", ("asked", "plan.volunteers >= 0", "volunteers")) == []


def test_what_is_not_decided_is_counted() -> None:
    counted = found(FILES).counted

    assert counted["form rules"] == 4
    # "soon" compares a day with another one.
    assert counted["form rules not decided"] == 1
