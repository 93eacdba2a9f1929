"""Every planted fault is found with its place; the small workflow and the shipped one are clean."""

from __future__ import annotations

import pytest

from tests.core.cases import GARDEN, ROOT, read, shipped
from workflow_app.core.definition.forms import Clause, Form
from workflow_app.core.parsing.forms import parse_clauses, parse_form
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.problems import Problems
from workflow_app.core.verification.checks.orphans import note_unused_forms
from workflow_app.core.verification.verify import verify

TOLD = (
    "announcements: [{{id: told, heading: {{de: A, en: A}}, text: {{de: B, en: B}}, {}}}]\n"
    "start: [begin]"
)
"""An announcement with what more it says, before what it takes the place of."""
FILES = {p.name: read(p) for p in sorted(GARDEN.glob("*.yaml"))}
PROGRAMME = {"longest": 3, "comment_on_assessment_days": 14}


def found(files: dict[str, str], programme: dict[str, int | str] | None = None) -> Problems:
    """Return every problem of a set of files."""
    problems = Problems()
    workflow = parse_workflow(files["workflow.yaml"], "workflow.yaml", problems)
    forms: dict[str, Form] = {}
    clauses: tuple[Clause, ...] = ()
    for name, text in files.items():
        if name == "clauses.yaml":
            clauses = parse_clauses(text, name, problems)
        elif name != "workflow.yaml" and (form := parse_form(text, name, {}, problems)):
            forms[form.id] = form
    assert workflow is not None
    numbers = PROGRAMME if programme is None else programme
    problems.include(verify(workflow, forms, numbers, clauses, {"letter"}))
    return problems


def changed(name: str, old: str, new: str) -> dict[str, str]:
    assert old in FILES[name], f"{name} does not say {old}"
    return {**FILES, name: FILES[name].replace(old, new, 1)}


def test_the_small_workflow_has_no_fault_and_lists_what_is_open() -> None:
    assert [(p.rule, p.severity, p.en) for p in found(FILES)] == [
        ("open", "open", "'buy_land': Land cannot be bought yet."),
    ]


def test_a_misspelt_target_hides_behind_nothing_that_follows_from_it() -> None:
    problems = found(changed("workflow.yaml", "to: checking", "to: cheking"))
    assert [p.rule for p in problems.errors] == ["unknown_name"]


FAULTS = [
    # Names.
    ("workflow.yaml", "reason: required\n  buy", "outcome: visit.wether\n  buy", "unknown_name"),
    ("workflow.yaml", "reason: required\n  buy", "outcome: visit.weather\n  buy", "outcome_field"),
    ("workflow.yaml", "title: plan.title", "title: plan.titel", "unknown_name"),
    ("workflow.yaml", "scope: [plan.beds", "scope: [plans.beds", "unknown_name"),
    ("workflow.yaml", "civic: civic_partner", "civic: civic_partnr", "unknown_name"),
    ("workflow.yaml", "sides: {municipal:", "sides: {town:", "unknown_name"),
    ("workflow.yaml", "start: [begin]", "start: [begn]", "unknown_name"),
    ("workflow.yaml", "phase: before", "phase: befor", "unknown_name"),
    ("workflow.yaml", "exits: [join, lapse]", "exits: [joyn, lapse]", "unknown_name"),
    ("workflow.yaml", "forms: [plan]", "forms: [plans]", "unknown_name"),
    ("workflow.yaml", "view: [member,", "view: [membre,", "unknown_name"),
    ("workflow.yaml", "    view: [member]", "    vew: [member]", "unknown_name"),
    ("workflow.yaml", "waits_for: [other_side]", "waits_for: [another_side]", "unknown_name"),
    (
        "workflow.yaml",
        "waits_for: [other_side]",
        "waits_for: [member_organisation]",
        "unknown_name",
    ),
    ("workflow.yaml", "escalate_to: [coordinator]", "escalate_to: [office]", "unknown_name"),
    ("workflow.yaml", "after: plan.harvest", "after: plan.sowing", "unknown_name"),
    ("workflow.yaml", "to: checking", "to: cheking", "unknown_name"),
    ("workflow.yaml", "by: [other_side]", "by: [other]", "unknown_name"),
    ("workflow.yaml", "not_by: [member, member_org", "not_by: [membr, member_org", "unknown_name"),
    ("workflow.yaml", "permission: [edit]", "permission: [edits]", "unknown_name"),
    ("workflow.yaml", "form: plan\n    requires", "form: plans\n    requires", "unknown_name"),
    ("workflow.yaml", "of: [plan]", "of: [plans]", "unknown_name"),
    ("workflow.yaml", "{by: supervisor, after", "{by: superviser, after", "unknown_name"),
    ("workflow.yaml", "effects: [{set: watered}]", "effects: [{sett: watered}]", "unknown_name"),
    ("workflow.yaml", "effects: [{set: watered}]", "effects: [{set: wet}]", "unknown_name"),
    ("workflow.yaml", "effects: [{set: watered}]", "effects: [{issue: lettr}]", "unknown_name"),
    ("workflow.yaml", "reason: required\n  buy", "notify: {decided: [x]}\n  buy", "unknown_name"),
    ("check.yaml", "by: [coordinator]", "by: [coordinators]", "unknown_name"),
    ("view.yaml", "seen_by: [municipal_", "seen_by: [munical_", "unknown_name"),
    ("plan.yaml", "{for: [begin]}", "{for: [bgin]}", "unknown_name"),
    ("plan.yaml", "at: cost", "at: costs", "unknown_name"),
    ("plan.yaml", "each: beds", "each: title", "unknown_name"),
    ("plan.yaml", "type: yes_no,", "type: yes_no, prefill: plan.fance,", "unknown_name"),
    ("plan.yaml", "type: yes_no,", "type: yes_no, prefill: differences,", "unknown_name"),
    ("plan.yaml", "type: yes_no,", "type: list, prefill: plan.beds.nam,", "unknown_name"),
    ("plan.yaml", "type: yes_no,", "type: computed, compute: costs,", "unknown_name"),
    # Conditions.
    ("workflow.yaml", "plan.cost < 1000.0", "plan.costs < 1000.0", "condition"),
    ("workflow.yaml", "plan.cost < 1000.0", "plan.cost", "condition"),
    ("workflow.yaml", "plan.cost < 1000.0", "plan.cost * 2.0 < 1000.0", "condition"),
    ("workflow.yaml", "when: variable.watered", "when: variable.wet", "condition"),
    ("workflow.yaml", '"!check.complete.filled"', '"!check.complet.filled"', "condition"),
    ("plan.yaml", "plan.fenced.filled && plan.fenced", "has(plan.fenced)", "condition"),
    ("plan.yaml", "row.width.filled ||", "row.with.filled ||", "condition"),
    ("plan.yaml", "plan.harvest <= today", "plan.harvest <= date('2026-02-30')", "condition"),
    ("visit.yaml", "visit.weather != 'rain'", "!('rain' in visit.weather)", "condition"),
    # What is announced.
    ("workflow.yaml", "start: [begin]", TOLD.format("states: [planing]"), "unknown_name"),
    ("workflow.yaml", "start: [begin]", TOLD.format("when: variable.wet"), "condition"),
    ("workflow.yaml", "start: [begin]", TOLD.format("day: plan.harvest"), "announcement"),
    (
        "workflow.yaml",
        "start: [begin]",
        TOLD.format("when: variable.watered, day: plan.title"),
        "no_day",
    ),
    # The graph.
    (
        "workflow.yaml",
        "exits: [visit, water, show, compare,",
        "exits: [visit, water, show,",
        "unused",
    ),
    (
        "workflow.yaml",
        "exits: [visit, water, show, compare,",
        "exits: [visit, water, show,",
        "unreachable",
    ),
    ("workflow.yaml", "exits: [close, finish]", "exits: [water]", "no_way_to_an_end"),
    ("workflow.yaml", "    end: true\n", "", "end_and_exits"),
    ("workflow.yaml", "exits: [close, finish]", "exits: []", "end_and_exits"),
    ("workflow.yaml", "    to: idea\n", "    to: stay\n", "start_stays"),
    # What nobody could do, or nothing would do.
    ("workflow.yaml", "    waits_for: [other_side]\n", "", "waits_for_nobody"),
    (
        "workflow.yaml",
        "    waits_for: [other_side]\n",
        "    waits_for: [{role: other_side, deadline: {days: 9}}]\n",
        "deadline_without_when",
    ),
    ("workflow.yaml", "    by: [other_side]\n", "", "nobody"),
    ("workflow.yaml", "    by: [other_side]\n", "    group: [gardeners]\n", "group"),
    ("workflow.yaml", "    after: {days: 60}\n", "", "timer"),
    ("workflow.yaml", "conceals: [view]", "conceals: [plan]", "conceals"),
    ("workflow.yaml", "conceals: [view]", "shown_after_own: [plan]", "conceals"),
    ("workflow.yaml", "effects: [{set: watered}]", "effects: [set]", "effect_argument"),
    ("workflow.yaml", "[{set: watered}]", "[{begin_round: watered}]", "effect_argument"),
    ("workflow.yaml", "civic: civic_partner}", "}", "no_sides"),
    # Fields.
    ("plan.yaml", "id: volunteers", "id: municipal", "reserved_name"),
    ("plan.yaml", "id: volunteers", "id: continue", "reserved_name"),
    ("plan.yaml", "id: width", "id: sum", "reserved_name"),
    ("plan.yaml", 'maximum: "5000"', "maximum: much", "limit"),
    ("plan.yaml", 'maximum: "5000"', "maximum: NaN", "limit"),
    ("plan.yaml", "minimum: today", "minimum: tomorrow", "limit"),
    ("plan.yaml", 'maximum: "2030-12-31"', 'maximum: "2030-02-30"', "limit"),
    ("plan.yaml", "type: yes_no,", "type: yes_no, must_be: maybe,", "limit"),
    ("plan.yaml", "type: list,", "type: list, must_be: yes,", "limit"),
    ("plan.yaml", "Name}, required: true", "Name}, required: {for: [begin]}", "column_required"),
]


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"), FAULTS, ids=[f"{f[3]}: {f[2].strip()[:40]}" for f in FAULTS]
)
def test_a_planted_fault_is_found_in_its_file(name: str, old: str, new: str, rule: str) -> None:
    problems = [p for p in found(changed(name, old, new)) if p.rule == rule]

    assert problems
    assert {p.place.file for p in problems} == {name}
    assert all(p.severity == "error" and p.de and p.en for p in problems)


WARNED = [
    ("workflow.yaml", "roles:\n", "roles:\n  guest: {de: Gast, en: Guest}\n", "unused_role"),
    ("workflow.yaml", "variables:\n", "variables:\n  dry: {de: D, en: D}\n", "unused_variable"),
    ("workflow.yaml", "rights:\n", "rights:\n  spare:\n    view: [member]\n", "unused_rights"),
    ("workflow.yaml", "    deadline: {days: 14}\n", "", "no_deadline"),
    ("plan.yaml", "{for: [begin]}", "{for: [visit]}", "never_asked"),
    ("plan.yaml", "at: cost", "at: cost\n    only_for: [water]", "never_asked"),
]


@pytest.mark.parametrize(("name", "old", "new", "rule"), WARNED)
def test_what_is_only_odd_is_a_warning(name: str, old: str, new: str, rule: str) -> None:
    problems = found(changed(name, old, new))

    assert [(p.rule, p.place.file) for p in problems if p.severity == "warning"] == [(rule, name)]
    assert problems.errors == []


def test_the_place_is_that_of_the_requirement_or_the_state() -> None:
    files = changed("workflow.yaml", "plan.beds.width.sum >= 4.0", "plan.beds.widths.sum >= 4.0")
    text = files["workflow.yaml"]
    line = text[: text.index("plan.beds.widths.sum")].count("\n") + 1

    [problem] = found(files).errors

    assert (problem.place.line, problem.place.column) == (line, 9)
    assert problem.en.startswith("The condition 'plan.beds.widths.sum >= 4.0' is not valid")


def test_an_unknown_name_comes_with_the_nearest_known_one() -> None:
    [problem] = [
        p
        for p in found(changed("workflow.yaml", "to: checking", "to: cheking"))
        if p.rule == "unknown_name"
    ]

    assert problem.de == "Den Zustand „cheking“ gibt es nicht. Meinten Sie „checking“?"


def test_several_faults_are_found_at_once() -> None:
    files = changed("workflow.yaml", "to: checking", "to: cheking")
    files["plan.yaml"] = files["plan.yaml"].replace("at: cost", "at: costs")

    assert [p.place.file for p in found(files) if p.rule == "unknown_name"] == [
        "workflow.yaml",
        "plan.yaml",
    ]


def test_sums_of_money_may_be_compared() -> None:
    files = changed("workflow.yaml", "plan.cost < 1000.0", "plan.beds.price.sum <= plan.cost")

    assert found(files).errors == []


def with_fact(fact: str) -> dict[str, str]:
    requirement = f"requires: [{{id: x, fact: {fact}, unmet: {{de: Nein, en: Never}}}}]"
    return changed("workflow.yaml", "    reason: required\n  buy", f"    {requirement}\n  buy")


def test_a_fact_needs_the_operators_number() -> None:
    files = with_fact("assessment.comments_awaited")

    [missing] = found(files, {"longest": 3}).errors

    assert found(files).errors == []
    assert "comment_on_assessment_days" in missing.en
    [word] = found(files, {"longest": 3, "comment_on_assessment_days": "fourteen"}).errors
    assert word.rule == "whole_number"


def test_an_unknown_fact_is_found() -> None:
    [problem] = found(with_fact("sides.difer")).errors

    assert problem.en == "There is no fact 'sides.difer'. Did you mean 'sides.differ'?"


def test_whoever_may_take_a_step_must_see_the_case() -> None:
    files = changed("workflow.yaml", "view: [member, coordinator, supervisor]", "view: [member]")

    assert "nobody_sees" in {p.rule for p in found(files)}


CLAUSES = """
clauses:
  - id: fence
    number: 1
    heading: {de: Zaun, en: Fence}
    mandatory: true
    variants:
      - {id: with, when: "plan.fenced.filled && plan.fenced", paragraphs: ["{{ plan.fence }}"]}
      - {id: without, when: "!plan.fenced.filled || !plan.fenced", paragraphs: [Kein Zaun]}
"""


def test_a_clause_prints_what_there_is() -> None:
    [problem] = found({**FILES, "clauses.yaml": CLAUSES.replace("fence }", "fense }")}).errors

    assert found({**FILES, "clauses.yaml": CLAUSES}).errors == []
    assert (problem.rule, problem.place.file) == ("unknown_name", "clauses.yaml")


def test_the_condition_of_a_clause_must_be_valid() -> None:
    text = CLAUSES.replace("plan.fenced.filled && plan.fenced", "plan.fenced.filed")

    [problem] = found({**FILES, "clauses.yaml": text}).errors

    assert (problem.rule, problem.place.file, problem.place.line) == (
        "condition",
        "clauses.yaml",
        8,
    )


def documents() -> set[str]:
    return {p.parent.name for p in ROOT.glob("templates/documents/*/document.html")}


def test_what_is_shipped_has_no_error() -> None:
    workflow, forms, programme, clauses = shipped()

    problems = verify(workflow, forms, programme, clauses, documents())

    assert [str(p) for p in problems.errors] == []


def test_nothing_that_is_shipped_is_left_open() -> None:
    workflow, forms, programme, clauses = shipped()

    problems = verify(workflow, forms, programme, clauses, documents())

    assert [str(p) for p in problems if p.severity == "open"] == []
    assert not [t.id for t in workflow.transitions.values() for r in t.requires if r.undecided]


def test_a_form_that_no_workflow_uses_and_no_form_takes_from_is_told() -> None:
    forms = {
        name: parse_form(FILES[f"{name}.yaml"], name, {}, Problems()) for name in ("plan", "view")
    }
    problems = Problems()
    note_unused_forms({name: form for name, form in forms.items() if form}, {"plan"}, problems)

    assert [(p.rule, p.place.file, p.severity) for p in problems] == [
        ("unused_form", "view", "warning")
    ]
