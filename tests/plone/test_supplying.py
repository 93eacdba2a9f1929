"""What an import left open is supplied in the file: as conditions, formulas, and named effects."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workflow_app.core.chain.chain import Chain
from workflow_app.core.chain.people import ChainCase, Container, Locals, Person
from workflow_app.core.chain.reading import Unreadable
from workflow_app.core.chain.supplied import SuppliedByFile, due_after, names_of
from workflow_app.core.definition.imported import Imported, SuppliedEffect
from workflow_app.core.definition.write_imported import write_imported
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.problems import Problems
from workflow_app.core.verification.verify import verify

DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
KRAUS = Person("kraus", frozenset({"Authenticated"}))
LINDNER = Person("lindner", frozenset({"Authenticated", "Reviewer"}), ("Landratsamt",))

FILE = """\
workflow: tasks
version: "1"
label: Aufgaben
semantics: dcworkflow
state_variable: review_state
initial: open
{supplied}
states:
  open:
    label: Offen
    exits: [finish, keep]
  done:
    label: Fertig
    exits: []
transitions:
  finish:
    label: Erledigen
    to: done
    trigger: person
    when: {guard}
    after: notify
  keep: {{label: Behalten, to: stay, trigger: person}}
variables:
  assignee: {{history: true, catalogue: false, always_new: false, value: actor}}
  rounds: {{history: true, catalogue: false, always_new: true, value: {{count: history}}}}
  mixed: {{history: true, catalogue: false, always_new: true, value: {{fact: who}}}}
"""
SUPPLIED = """\
facts:
  mine:
    tales: here/mine
    when: {when}
  who:
    tales: here/who
    value: actor
scripts:
  notify:
    type: Script (Python)
    effects: [{{tell: [Owner]}}, build_archive]
"""
OPEN = """\
facts:
  mine:
    tales: here/mine
  who:
    tales: here/who
"""


def read(
    when: str = '"true"', guard: str = "{fact: mine}", supplied: str = SUPPLIED
) -> tuple[Imported, Problems]:
    """Return the workflow of tasks with this condition in the place of its fact."""
    problems = Problems()
    text = FILE.format(supplied=supplied.format(when=when), guard=guard)
    workflow = parse_workflow(text, "tasks.yaml", problems)
    assert workflow is not None
    assert workflow.imported is not None
    problems.include(verify(workflow, {}, {}))
    return workflow.imported, problems


def told(problems: Problems) -> list[str]:
    return [f"{p.place.line} {p.rule} {p.severity}" for p in problems]


def opened(workflow: Imported) -> tuple[Chain, ChainCase]:
    chain = Chain([workflow], ("Owner", "Reviewer"), SuppliedByFile(workflow, datetime.date))
    case = ChainCase("task", Container("site"), locals=Locals({"kraus": ("Owner",)}))
    return chain, chain.open(case, KRAUS, DAY)[0]


def test_what_is_missing_is_open_at_its_own_line_until_it_is_supplied() -> None:
    assert [t for t in told(read(supplied=OPEN)[1]) if "open" in t] == [
        "8 to_supply open",
        "10 to_supply open",
        "1 to_supply open",
    ]
    assert [t for t in told(read()[1]) if "warning" not in t] == []


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("\"state == 'open' && actor == opened_by\"", (True, False)),
        ("\"'Reviewer' in roles && 'Landratsamt' in groups\"", (False, True)),
        ('"variable.assignee == actor"', (True, False)),
        ('"variable.rounds == 0 && entries == 1 && entered == today"', (True, True)),
        ("\"transition == 'finish'\"", (True, True)),
    ],
)
def test_a_fact_is_a_condition_over_the_case_and_who_asks(
    when: str, answer: tuple[bool, bool]
) -> None:
    workflow, problems = read(when)
    chain, case = opened(workflow)

    assert problems.errors == []
    assert (
        chain.supports(case, KRAUS, "finish", DAY),
        chain.supports(case, LINDNER, "finish", DAY),
    ) == answer


@pytest.mark.parametrize(
    ("when", "rule"),
    [
        ('"variable.assigne == actor"', "condition"),
        ('"actor"', "condition"),
        ('"variable.mixed == actor"', "condition"),
        ('"entries == actor"', "condition"),
    ],
)
def test_a_condition_over_what_a_case_does_not_have_is_an_error_at_its_line(
    when: str, rule: str
) -> None:
    assert [t for t in told(read(when)[1]) if "error" in t] == [f"10 {rule} error"]


def test_an_unanswered_condition_opens_nothing_behind_a_not_either() -> None:
    """The comment is not there as long as the step is only offered."""
    workflow, _ = read("\"comment == 'nein'\"", guard="{negation: {fact: mine}}")
    chain, case = opened(workflow)

    with pytest.raises(Unreadable):
        chain.supports(case, KRAUS, "finish", DAY)
    assert chain.supports(case, KRAUS, "finish", DAY, {"comment": "ja"})
    assert not chain.supports(case, KRAUS, "finish", DAY, {"comment": "nein"})


def test_a_step_says_what_is_due_in_the_place_of_its_script_and_values_come_by_formula() -> None:
    workflow, _ = read()
    chain, case = opened(workflow)

    moved, fired = chain.fire(case, LINDNER, "finish", DAY)

    assert list(due_after(workflow, [f.transition for f in fired])) == [
        SuppliedEffect("tell", ("Owner",)),
        SuppliedEffect("build_archive"),
    ]
    assert moved.status("tasks")["mixed"] == "lindner"


def test_conditions_read_only_variables_of_one_kind() -> None:
    names = names_of(read()[0]).types

    assert names["variable.assignee"] == "STRING"
    assert names["variable.rounds"] == "INT"
    assert "variable.mixed" not in names


@pytest.mark.parametrize(
    ("supplied", "wrong"),
    [
        (SUPPLIED.replace("value: actor", "value: actor\n    when: 'true'"), "one_supply"),
        (SUPPLIED.replace("value: actor", "value: {{fact: mine}}"), "fact_in_fact"),
        (SUPPLIED.replace("[{{tell: [Owner]}}, build_archive]", "[tell]"), "effect_roles"),
        (SUPPLIED.replace("build_archive", "build_arcive"), "unknown_word"),
        (SUPPLIED.replace("{{tell: [Owner]}}", "{{tell: Owner, take_on: A}}"), "one_effect"),
        (SUPPLIED.replace("effects: [{{tell: [Owner]}}, build_archive]", "none: ' '"), "no_reason"),
    ],
    ids=["twice", "a fact in a fact", "no roles", "unknown", "two in one", "no reason"],
)
def test_what_is_supplied_wrongly_is_an_error(supplied: str, wrong: str) -> None:
    assert [p.rule for p in read(supplied=supplied)[1].errors] == [wrong]


def test_what_was_supplied_is_written_and_read_back_as_it_is() -> None:
    workflow, _ = read("\"'Reviewer' in roles\"")
    problems = Problems()
    again = parse_workflow(write_imported(workflow, "1"), "tasks.yaml", problems)

    assert not problems
    assert again is not None
    assert again.imported == workflow


def test_verify_names_permissions_that_only_manager_holds_and_cases_that_all_see() -> None:
    site = "site:\n  View: [Anonymous]\n  Approve: [Manager]\n"
    guarded = FILE.replace("when: {guard}", "permission: [Approve]")
    for text, wanted in (
        (guarded.format(supplied=site), ["managers_only", "seen_by_all"]),
        (
            guarded.format(
                supplied="site: {Approve: [Reviewer]}\nmanages: {permissions: [View]}\n"
            ),
            [],
        ),
    ):
        workflow = parse_workflow(text, "tasks.yaml", Problems())
        assert workflow is not None
        found = verify(workflow, {}, {})
        assert [p.rule for p in found if p.severity == "warning"] == wanted
