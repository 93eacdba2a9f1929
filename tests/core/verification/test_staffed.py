"""A site's people are held against a workflow: what nobody, or one person alone, could do."""

from __future__ import annotations

import pytest

from tests.core.cases import GARDEN, garden, read, shipped
from workflow_app.core.problems import Problem, Problems
from workflow_app.core.verification.checks.staffed import check_staffed
from workflow_app.core.verification.site_people import SitePeople, parse_people

ENOUGH = """
people:
  jonas: {roles: [supervisor]}
  vera: {roles: [{role: supervisor, county: "09274"}]}
  miriam: {roles: [coordinator]}
  ines: {roles: [coordinator]}
  sabine: {organisations: [agency]}
  samir: {organisations: [agency]}
  tobias: {organisations: [office]}
  tilda: {organisations: [office]}
organisations:
  agency: {kind: fa, counties: ["09274"]}
  office: {sides: [municipal], counties: ["09274"]}
"""


def people(text: str) -> SitePeople:
    problems = Problems()
    found = parse_people(text, "people.yaml", problems)
    assert [str(p) for p in problems] == []
    return found


def found(text: str) -> list[Problem]:
    """Return what is said of the small workflow with these people."""
    problems = Problems()
    engine = garden()
    check_staffed(engine.workflow, engine.forms, people(text), problems)
    return problems


def told(text: str) -> set[tuple[str, str]]:
    """Return the rules with the names of what they speak of."""
    return {(p.rule, p.en.split("'")[1]) for p in found(text)}


def changed(old: str, new: str) -> str:
    assert old in ENOUGH
    return ENOUGH.replace(old, new)


def test_enough_people_draw_no_warning() -> None:
    assert found(ENOUGH) == []


def test_a_role_that_nobody_holds_closes_steps_and_keeps_a_state_waiting() -> None:
    problems = found(changed("coordinator", "reader"))
    [waiting] = problems
    line = read(GARDEN / "workflow.yaml").splitlines().index("  checking:") + 1
    assert (waiting.rule, waiting.place.line) == ("waits_for_absent", line)
    assert waiting.severity == "warning"
    assert "wartet der Vorgang auf coordinator" in waiting.de
    gone = changed("supervisor", "reader")
    assert {("nobody_here", "approve"), ("nobody_here", "finish"), ("nobody_here", "hurry")} < (
        told(gone)
    )
    assert ("waits_for_absent", "checking") in told(gone)
    # The partners can still close the comparison, so that nobody waits there for ever.
    assert ("waits_for_absent", "comparing") not in told(gone)


def test_the_only_one_is_named_with_the_role() -> None:
    problems = found(changed('vera: {roles: [{role: supervisor, county: "09274"}]}', "vera: {}"))
    assert {(p.rule, p.en.split("'")[1]) for p in problems} == {
        ("only_one", step) for step in ("approve", "hurry", "finish")
    }
    assert all("jonas (supervisor)" in p.en and "jonas (supervisor)" in p.de for p in problems)


def test_the_only_one_of_a_side_is_named_where_both_sides_confirm() -> None:
    problems = found(changed("samir: {organisations: [agency]}", "samir: {}"))
    # Only the side that did not open the case joins; that may be either.
    assert {p.en.split("'")[1] for p in problems} == {"submit", "close", "finish"}
    assert all("sabine (civic_partner)" in p.en for p in problems)


def test_supervisors_who_all_belong_to_a_side_are_told_as_excluded() -> None:
    text = changed("jonas: {roles: [supervisor]}", "jonas: {}").replace(
        'vera: {roles: [{role: supervisor, county: "09274"}]}',
        "vera: {roles: [supervisor], organisations: [office]}",
    )
    [problem] = [p for p in found(text) if p.rule == "all_excluded"]
    assert problem.en.startswith("Nobody could take 'approve'")
    assert problem.en.endswith("stand on a side: vera.")


def test_a_supervisor_of_one_county_is_missing_in_the_other() -> None:
    text = changed("jonas: {roles: [supervisor]}", "jonas: {}").replace(
        'counties: ["09274"]', 'counties: ["09274", "09161"]'
    )
    [problem] = [p for p in found(text) if (p.rule, "approve" in p.en) == ("nobody_here", True)]
    assert "1 of 2 combinations" in problem.en
    assert "county 09161" in problem.en


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: fa", "kind: ministry", "side 'civic'"),
        ('office: {sides: [municipal], counties: ["09274"]}', "office: {sides: []}", "'municipal'"),
        (
            'sides: [municipal], counties: ["09274"]',
            'sides: [municipal], counties: ["09161"]',
            "common county",
        ),
    ],
)
def test_a_side_that_no_organisation_can_stand_for_is_told(old: str, new: str, said: str) -> None:
    [problem] = found(changed(old, new))
    assert problem.rule == "nobody_for_side"
    assert said in problem.en


def test_the_shipped_lifecycle_has_enough_people_with_two_of_each() -> None:
    workflow, forms, *_ = shipped()
    problems = Problems()
    check_staffed(workflow, forms, people(ENOUGH), problems)
    assert [str(p) for p in problems] == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("[coordinator]", "[coordinater]", "unknown_word"),
        ("[agency]", "[agence]", "unknown_name"),
        ("kind: fa", "knd: fa", "unknown_key"),
        ("people:", "persons:", "missing_key"),
        ('county: "09274"', "organisation: nowhere", "unknown_name"),
    ],
)
def test_a_people_file_with_a_fault_is_refused_with_its_place(
    old: str, new: str, rule: str
) -> None:
    problems = Problems()
    parse_people(changed(old, new), "people.yaml", problems)
    assert rule in {p.rule for p in problems}
    assert all(p.place.line > 1 for p in problems if p.rule == rule and rule != "missing_key")
