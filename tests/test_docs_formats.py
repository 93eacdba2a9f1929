"""The guides for workflow authors leave out nothing that can be written, and their samples work."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.core.rules.table import definitions
from workflow_app.core import expressions
from workflow_app.core.cases import rights
from workflow_app.core.definition import forms, formulas, model
from workflow_app.core.forms import fields
from workflow_app.core.parsing import forms as parse_forms
from workflow_app.core.parsing import formulas as parse_formulas
from workflow_app.core.parsing import guarantees as parse_guarantees
from workflow_app.core.parsing import imported as parse_imported
from workflow_app.core.parsing import source, states, transitions
from workflow_app.core.parsing import workflows as parse
from workflow_app.core.parsing.forms import parse_clauses, parse_form, parse_list
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.problems import Problems
from workflow_app.core.steps.engine import Engine
from workflow_app.core.tables.computed import COMPUTED
from workflow_app.core.tables.effects import EFFECTS
from workflow_app.core.tables.facts import FACTS
from workflow_app.core.tables.gathered import GATHERED
from workflow_app.core.verification import site_people
from workflow_app.core.verification.verify import verify

ROOT = Path(__file__).resolve().parent.parent
CORE = Path(source.__file__).parent.parent
WORKFLOWS = (ROOT / "docs/workflow-format.md").read_text("utf-8")
PLONE = (ROOT / "docs/plone.md").read_text("utf-8")
FORMS = (ROOT / "docs/form-format.md").read_text("utf-8")
PROOFS = (ROOT / "docs/verification.md").read_text("utf-8")

IN_WORKFLOWS: dict[str, Iterable[str]] = {
    "facts": FACTS,
    "effects": [k.name for k in EFFECTS.values() if k.argument is None],
    "rights": rights.PERMISSIONS,
    "computed roles": rights.COMPUTED_ROLES,
    "standing roles": rights.STANDING_ROLES,
    "triggers": transitions.TRIGGERS,
    "keys of a file": parse.WORKFLOW_KEYS,
    "keys of a state": states.STATE_KEYS,
    "keys of a transition": transitions.TRANSITION_KEYS,
    "keys of a requirement": transitions.REQUIREMENT_KEYS,
    "keys of a subject": parse.SUBJECT_KEYS,
    "keys of an announcement": parse.ANNOUNCEMENT_KEYS,
    "keys of waits_for": states.WAITING_KEYS,
    "keys of a deadline": states.DEADLINE_KEYS,
    "keys of a sign-off": transitions.SIGN_OFF_KEYS,
    "keys of notify": transitions.NOTIFY_KEYS,
    "forbidden functions": [f"{name}()" for name in expressions.FORBIDDEN],
    "stay": [model.STAY],
    "the operator's numbers": definitions().programme,
}
IN_FORMS: dict[str, Iterable[str]] = {
    "field types": fields.FIELD_TYPES,
    "references": fields.REFERENCES,
    "computations": COMPUTED,
    "gatherings": GATHERED,
    "parts of a party": fields.PARTY_KEYS,
    "answers of a checklist": fields.CHECKS,
    "keys of a form": parse_forms.FORM_KEYS,
    "keys of a part": parse_forms.PART_KEYS,
    "keys of a field": parse_forms.FIELD_KEYS,
    "keys of a rule": parse_forms.RULE_KEYS,
    "keys of an option": parse_forms.OPTION_KEYS,
    "keys of a list": parse_forms.LIST_KEYS,
    "keys of a clause": parse_forms.CLAUSE_KEYS,
    "keys of a variant": parse_forms.VARIANT_KEYS,
}


IN_IMPORTED: dict[str, Iterable[str]] = {
    "words": formulas.NAMES,
    "operations": formulas.OPERATIONS,
    "kinds": parse_formulas.KINDS,
    "keys of a file": parse_imported.IMPORTED_KEYS,
    "semantics": parse_imported.SEMANTICS,
    "keys of a guard": parse_imported.GUARD_KEYS,
    "keys of manages": parse_imported.MANAGES_KEYS,
    "keys of a state": parse_imported.IMPORTED_STATE_KEYS,
    "keys of a transition": parse_imported.IMPORTED_TRANSITION_KEYS,
    "keys of a variable": parse_imported.VARIABLE_KEYS,
    "keys of a worklist": parse_imported.WORKLIST_KEYS,
    "keys of an action": parse_imported.ACTION_KEYS,
    "keys of a script": parse_imported.SCRIPT_KEYS,
    "keys of a fact": parse_imported.FACT_KEYS,
    "keys of a role map": parse_imported.ROLE_MAP_KEYS,
    "else": ["else"],
}


def undescribed(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that do not stand in the text as `code`, alone or with what they take."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", prose)
    known = {word for span in spans for word in (span, *re.split(r"[^a-z0-9_.()]+", span))}
    return [name for name in names if name not in known]


@pytest.mark.parametrize("table", IN_WORKFLOWS)
def test_all_that_a_workflow_file_can_say_is_described(table: str) -> None:
    assert undescribed(WORKFLOWS, IN_WORKFLOWS[table]) == []


@pytest.mark.parametrize("table", IN_IMPORTED)
def test_all_that_an_imported_file_can_say_is_described(table: str) -> None:
    assert undescribed(PLONE, IN_IMPORTED[table]) == []


@pytest.mark.parametrize("table", IN_FORMS)
def test_all_that_a_form_file_can_say_is_described(table: str) -> None:
    assert undescribed(FORMS, IN_FORMS[table]) == []


@pytest.mark.parametrize("kind", parse_guarantees.GUARANTEE_KEYS)
def test_every_guarantee_and_what_it_may_say_is_described(kind: str) -> None:
    assert undescribed(PROOFS, [kind, *parse_guarantees.GUARANTEE_KEYS[kind]]) == []


def test_all_that_a_people_file_can_say_is_described() -> None:
    tables = (site_people.PEOPLE_KEYS, site_people.PERSON_KEYS, site_people.GRANT_KEYS)
    for keys in (*tables, site_people.BODY_KEYS):
        assert undescribed(PROOFS, keys) == []


def test_keys_inside_keys_are_described() -> None:
    assert undescribed(WORKFLOWS, ["substitute", "by", "after", "days"]) == []
    assert undescribed(FORMS, [*parse_forms.REQUIRED_KEYS, *forms.Per.__args__]) == []
    with_argument = [k.name for k in EFFECTS.values() if k.argument]
    assert [name for name in with_argument if f"`{name}: <" not in WORKFLOWS] == []
    assert [f for f in expressions.FUNCTIONS if f"`{f}(" not in WORKFLOWS] == []


CALLS = ("wrong", "add", "found")
"""How a problem is noted."""


def rules() -> set[str]:
    """Return every rule under which reading and verifying note a problem."""
    found = set()
    for room in [*(CORE / "definition").glob("*.py"), *(CORE / "verification").rglob("*.py")]:
        for node in ast.walk(ast.parse(room.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in CALLS:
                words = (a.value for a in node.args[:3] if isinstance(a, ast.Constant))
                found |= {w for w in words if isinstance(w, str) and re.fullmatch("[a-z_]+", w)}
    return found


def test_every_rule_and_severity_is_explained() -> None:
    assert len(rules()) > 35
    assert (
        undescribed(WORKFLOWS + FORMS + PLONE, sorted(rules() | {"error", "warning", "open"})) == []
    )


def sample(text: str, first: str) -> str:
    """Return the YAML sample that begins with a key."""
    [found] = [s for s in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if s.startswith(first)]
    return str(found)


def test_the_samples_are_one_garden_that_works() -> None:
    problems = Problems()
    form = parse_form(sample(FORMS, "form:"), "plan.yaml", {}, problems)
    workflow = parse_workflow(sample(WORKFLOWS, "workflow:"), "garden.yaml", problems)
    values = parse_list(sample(FORMS, "list:"), "soils.yaml", problems)
    clauses = parse_clauses(sample(FORMS, "clauses:"), "clauses.yaml", problems)
    assert form is not None
    assert workflow is not None
    assert values is not None

    found = verify(workflow, {"plan": form}, {}, clauses)

    assert [str(p) for p in (*problems, *found)] == []
    assert Engine(workflow, {"plan": form}, {}).forms["plan"].field("soil").by == ()


def test_every_sample_is_looked_at() -> None:
    assert len(re.findall(r"```yaml", WORKFLOWS)) == 1
    assert len(re.findall(r"```yaml", FORMS)) == 3
