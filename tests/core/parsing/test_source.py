"""YAML as a workflow author writes it: what is wrong is named with its place."""

from __future__ import annotations

import pytest

from tests.core.cases import GARDEN, read
from workflow_app.core.parsing.forms import parse_clauses, parse_form, parse_list
from workflow_app.core.parsing.source import MAX_BYTES
from workflow_app.core.parsing.source import read as read_yaml
from workflow_app.core.parsing.workflows import parse_programme, parse_workflow
from workflow_app.core.problems import Problems

WORKFLOW = read(GARDEN / "workflow.yaml")
PLAN = read(GARDEN / "plan.yaml")


def problems_of(text: str) -> list[str]:
    """Return `line:column rule` of every problem of a workflow."""
    problems = Problems()
    parse_workflow(text, "garden.yaml", problems)
    return [f"{p.place.line}:{p.place.column} {p.rule}" for p in problems]


def form_problems(text: str) -> list[str]:
    problems = Problems()
    parse_form(text, "plan.yaml", {}, problems)
    return [p.rule for p in problems]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_small_workflow_is_read_as_it_stands() -> None:
    problems = Problems()

    workflow = parse_workflow(WORKFLOW, "garden.yaml", problems)

    assert workflow is not None
    assert (workflow.id, workflow.version, problems) == ("garden", "1", [])
    assert workflow.states["planning"].exits == ("submit", "give_up", "buy_land")
    assert workflow.states["planning"].rights["edit"] == ("municipal_partner", "civic_partner")
    assert workflow.transitions["close"].sign_off.substitute_after == 2  # type: ignore[union-attr]
    assert workflow.side_of("civic_partner") == "civic"
    assert [s.id for s in workflow.phase_states("after")] == ["growing", "comparing"]


def test_two_planted_faults_are_both_found_with_line_and_column() -> None:
    text = WORKFLOW.replace("deadline: {days: 21}", "deadline: {days: soon}")
    text = text.replace("    waits_for: [other_side]", "    waits_for: other_side")

    assert problems_of(text) == [
        f"{line_of(text, 'waits_for: other_side')}:5 not_a_list",
        f"{line_of(text, 'days: soon')}:16 not_a_number",
    ]


@pytest.mark.parametrize("days", ["9" * 30, "9" * 5000, "36501", "-36501"])
def test_days_that_no_calendar_holds_are_refused_with_their_place(days: str) -> None:
    text = WORKFLOW.replace("deadline: {days: 21}", f"deadline: {{days: {days}}}")

    assert problems_of(text) == [f"{line_of(text, f'days: {days}')}:16 out_of_range"]


def test_an_unknown_key_is_refused_with_a_suggestion() -> None:
    problems = Problems()

    parse_workflow(WORKFLOW.replace("waits_for:", "wait_for:", 1), "garden.yaml", problems)

    assert [p.rule for p in problems] == ["unknown_key"]
    assert problems[0].de == "Unbekannter Schlüssel „wait_for“. Meinten Sie „waits_for“?"
    assert str(problems[0]).startswith("garden.yaml:32:5: unknown_key: Unknown key 'wait_for'.")


def test_a_missing_key_is_named() -> None:
    assert problems_of(WORKFLOW.replace('version: "1"\n', "")) == ["1:1 missing_key"]


def test_a_key_that_stands_there_twice_is_refused() -> None:
    text = WORKFLOW.replace("    phase: before", "    phase: before\n    phase: after", 1)

    assert problems_of(text) == [f"{line_of(text, 'phase: after')}:5 duplicate_key"]


@pytest.mark.parametrize(
    "text",
    [
        "workflow: &name garden\nversion: *name",
        "workflow: !!python/object/apply:os.system [ls]",
        "workflow: !secret garden",
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nworkflow: *c",
    ],
)
def test_anchors_aliases_and_tags_are_refused(text: str) -> None:
    assert [p.split()[1] for p in problems_of(text)] == ["anchor_or_tag"]


def test_an_alias_bomb_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]

    assert [p.split()[1] for p in problems_of("\n".join(lines))] == ["anchor_or_tag"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("# nothing but a comment", "empty"),
        ("x: " + "a" * MAX_BYTES, "too_large"),
        ("- " * 5000, "too_deep"),
        ("[\n" * 2000, "too_deep"),
        ("a:\n" * 3 + "\tb", "syntax"),
        ("a: 'never closed", "syntax"),
        ("one: 1\n---\ntwo: 2", "syntax"),
        ("a: \x00", "syntax"),
    ],
)
def test_what_cannot_be_read_at_all_says_so(text: str, rule: str) -> None:
    problems = Problems()

    assert read_yaml(text, "x.yaml", problems) is None
    assert [p.rule for p in problems] == [rule]


def test_scalars_stay_text() -> None:
    problems = Problems()
    text = 'list: l\noptions:\n  - {id: 09274, label: {de: "no", en: no}}\n'

    found = parse_list(text, "l.yaml", problems)

    assert found is not None
    assert (found.options[0].id, found.options[0].label.en) == ("09274", "no")


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("type: money", "type: monney", "unknown_word"),
        ("type: list", "type: reference", "missing_key"),
        ("required: true, min", "required: yes, min", "not_a_boolean"),
        ("{de: Titel, en: Title}", "{de: Titel}", "missing_key"),
        ("{de: Titel, en: Title}", '{de: Titel, en: ""}', "empty_text"),
        ("id: title", "id: Title", "bad_name"),
        ("id: title", "id: cost", "duplicate"),
        ("type: decimal", "type: checklist", "type_in_rows"),
        ("to: county", "to: moon", "unknown_word"),
        ("type: list,", "type: several_of, list: herbs,", "unknown_list"),
        ('maximum: "5000"', "maximum: [1]", "not_a_text"),
    ],
)
def test_a_fault_in_a_form_is_found(old: str, new: str, rule: str) -> None:
    assert rule in form_problems(PLAN.replace(old, new, 1))


def test_a_form_that_asks_nothing_is_refused() -> None:
    assert form_problems("form: empty\nlabel: {de: Leer, en: Empty}") == ["no_fields"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("open: {de: Land", 'when: "true", open: {de: Land', "one_condition"),
        ("sides: both, of", "sides: all, of", "unknown_word"),
        ("rights: partners", "rights: partner", "unknown_rights"),
        ("effects: [{set: watered}]", "effects: [{set: watered, clear: watered}]", "one_effect"),
        ("substitute: {by: supervisor, after: 2}", "substitute: {by: supervisor}", "missing_key"),
        ("end: true", "end: yes", "not_a_boolean"),
        ("exits: [join, lapse]", "exits: {join: lapse}", "not_a_list"),
    ],
)
def test_a_fault_in_a_workflow_is_found(old: str, new: str, rule: str) -> None:
    assert rule in [p.split()[1] for p in problems_of(WORKFLOW.replace(old, new, 1))]


def test_the_operators_numbers_are_whole_numbers_and_words() -> None:
    problems = Problems()

    found = parse_programme("days: 60\nclass: no_funding\n", "programme.yaml", problems)

    assert found == {"days": 60, "class": "no_funding"}


def test_clauses_keep_their_order_and_places() -> None:
    problems = Problems()
    text = (
        "clauses:\n"
        "  - id: soil\n    number: 1\n    heading: {de: Boden, en: Soil}\n    mandatory: true\n"
        "    variants:\n      - {id: one, paragraphs: [Der Boden]}\n"
    )

    [clause] = parse_clauses(text, "clauses.yaml", problems)

    assert (clause.id, clause.number, clause.mandatory) == ("soil", 1, True)
    assert (clause.variants[0].when, clause.variants[0].place.line) == (None, 7)
