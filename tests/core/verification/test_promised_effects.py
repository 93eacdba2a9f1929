"""No addendum changes what is agreed unless it was asked for, approved and signed as promised."""

from __future__ import annotations

import pytest

from tests.core.cases import ROOT, shipped, texts
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.problems import Problem, Problems
from workflow_app.core.verification.checks.promises import check_promises
from workflow_app.core.verification.checks.structure import check_structure
from workflow_app.core.verification.verify import verify

_, FORMS, NUMBERS, CLAUSES = shipped()
TEXT = texts()["workflows/tandem_project.yaml"]
DOCUMENTS = {p.name for p in (ROOT / "templates/documents").iterdir() if p.is_dir()}
ADDENDUM = "'register_addendum' never without"


def changed(step: str, old: str, new: str) -> str:
    """Return the text of the project with a step, or a state, that reads otherwise."""
    start = TEXT.rindex(f"\n  {step}:\n")
    place = TEXT.index(old, start)
    assert "\n\n" not in TEXT[start:place]
    return TEXT[:place] + new + TEXT[place + len(old) :]


def found(text: str) -> Problems:
    workflow = parse_workflow(text, "w.yaml", Problems())
    assert workflow is not None
    checks = (check_promises, check_structure)
    return verify(workflow, FORMS, NUMBERS, CLAUSES, DOCUMENTS, checks)


def broken(text: str) -> dict[str, Problem]:
    """Return mark → how the promise about addenda breaks without it."""
    told = [p for p in found(text) if ADDENDUM in p.en]
    assert {(p.rule, p.severity) for p in told} <= {("guarantee", "error")}
    return {p.en.rsplit(" ", 1)[1].strip("'."): p for p in told}


def test_the_shipped_project_keeps_it() -> None:
    assert broken(TEXT) == {}


@pytest.mark.parametrize(
    ("step", "old", "new", "missing"),
    [
        # One side asks alone, or both confirm something else than what is asked for.
        ("request_amendment", "    sign_off: {sides: both, of: [amendment]}\n", "", "open"),
        ("request_amendment", ", of: [amendment]", "", "open"),
        ("request_extension", "propose_amendment: extension", "propose_amendment: amendment", ""),
        # A supervisor in the place of a side that is silent.
        (
            "request_extension",
            "of: [extension]}",
            "of: [extension], substitute: {by: supervisor, after: 2}}",
            "open",
        ),
        # Nobody has compared the copies with what was issued.
        (
            "register_signed_amendment",
            "fact: addendum.checksums_match",
            "fact: children.ended",
            "checksums_match",
        ),
        # What is declined comes in force all the same.
        ("decline_amendment", "[decline_amendment]", "[register_addendum]", "both"),
    ],
)
@pytest.mark.slow
def test_a_way_past_it_is_told(step: str, old: str, new: str, missing: str) -> None:
    assert any(mark.endswith(missing) for mark in broken(changed(step, old, new)))


def test_the_path_ends_with_the_step_that_should_not_happen() -> None:
    text = changed("request_amendment", "    sign_off: {sides: both, of: [amendment]}\n", "")

    problem = broken(text)["sign_off.amendment.open"]
    assert problem.path[-6:] == (
        "register_signed",
        "request_amendment",
        "approve_amendment",
        "[addendum_signature (municipal)]",
        "[addendum_signature (civic)]",
        "register_signed_amendment",
    )
    assert "Auf diesem Weg geschieht es ohne „sign_off.amendment.open“" in problem.de


@pytest.mark.slow
def test_no_change_is_asked_for_beside_an_open_one() -> None:
    # The addendum is put aside without the change being closed; then something else is asked for.
    text = changed("void_amendment", "    effects: [void_open_amendment]\n", "")

    told = [p for p in found(text) if p.rule == "open_change"]
    assert [(p.severity, p.path[-2:]) for p in told] == [
        ("error", ("void_amendment", "request_amendment"))
    ]


def test_nothing_is_issued_of_a_change_that_nobody_asked_for() -> None:
    text = changed("request_extension", "    effects: [{propose_amendment: extension}]\n", "")

    told = {p.path[-1] for p in found(text) if p.rule == "open_change"}
    assert told == {"approve_amendment", "register_signed_amendment"}


def test_what_was_approved_before_the_request_counts_no_more() -> None:
    # Approving is possible at any time, and then a change is asked for and goes out at once.
    text = changed("request_amendment", "to: amendment_pending", "to: amendment_signature")
    old = "- request_amendment\n"
    text = text.replace(old, f"{old}      - approve_amendment\n").replace(
        "to: amendment_signature\n    by: [supervisor]", "to: stay\n    by: [supervisor]"
    )

    path = broken(text.replace("fact: addendum.checksums_match", "fact: children.ended"))[
        "fired.approve_amendment"
    ].path
    assert "approve_amendment" not in path[path.index("request_amendment") :]


def test_what_is_asked_for_is_not_changed_after_both_have_confirmed_it() -> None:
    text = changed("amendment_pending", "forms: [interim_report]", "forms: [amendment]")

    assert "[amendment]" in broken(text)["sign_off.amendment.open"].path[-6:]


def test_without_an_addendum_nothing_can_be_registered() -> None:
    told = found(changed("approve_amendment", "    effects: [issue_addendum]\n", ""))

    assert [p.rule for p in told if "'register_signed_amendment' can never" in p.en] == [
        "never_open"
    ]


@pytest.mark.slow
def test_what_an_addendum_changes_is_no_longer_what_both_confirmed_before() -> None:
    # Once it was submitted, nobody changes the outline but by an addendum.
    text = TEXT.replace(", interest, outline]\n    deadline", "]\n    deadline")
    promise = "  - never: {state: active, without: [sign_off.outline]}\n"
    told = [p for p in found(text + promise) if "'active' never without sign_off.outline" in p.en]

    assert [p.path[-1] for p in told] == ["register_signed_amendment"]


def test_a_promise_about_what_no_step_does_is_refused() -> None:
    text = changed("register_signed_amendment", "    effects: [register_addendum]\n", "")

    assert [p.en.endswith("No step has this effect.") for p in broken(text).values()] == [True]
