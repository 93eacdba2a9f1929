"""People, definitions and cases of the tests of the core: Sabine and Tobias, and who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from workflow_app.core.cases.situation import (
    Actor,
    Organisation,
    Participant,
    Related,
    Situation,
    Submitted,
    Yes,
)
from workflow_app.core.definition.forms import Clause, Form
from workflow_app.core.definition.model import Workflow
from workflow_app.core.parsing.forms import parse_clauses, parse_form, parse_list
from workflow_app.core.parsing.likes import resolved
from workflow_app.core.parsing.workflows import parse_programme, parse_workflow
from workflow_app.core.problems import Problems
from workflow_app.core.steps.engine import Engine
from workflow_app.core.steps.sign_off import content_digest
from workflow_app.services.content.parsed import used_forms

ROOT = Path(__file__).resolve().parents[2]
GARDEN = Path(__file__).resolve().parent / "garden"
TODAY = date(2026, 3, 2)

AGENCY, COUNTY, MINISTRY = 11, 12, 13
SABINE = Actor(1, "Sabine Kraus", frozenset({"civic_partner"}), "civic", frozenset({AGENCY}))
TOBIAS = Actor(
    2, "Tobias Lindner", frozenset({"municipal_partner"}), "municipal", frozenset({COUNTY})
)
JONAS = Actor(3, "Dr. Jonas Reiter", frozenset({"supervisor"}), None, frozenset({MINISTRY}))
MIRIAM = Actor(4, "Miriam Vogt", frozenset({"coordinator"}), None, frozenset({MINISTRY}))
EMRE = Actor(9, "Emre Yilmaz", frozenset(), None, frozenset({99}))
"""An outsider: he has no role on the case."""
PEOPLE = (SABINE, TOBIAS, JONAS, MIRIAM, EMRE)

PARTICIPANTS = (
    Participant(1, "Sabine Kraus", "civic_partner", "civic", AGENCY),
    Participant(2, "Tobias Lindner", "municipal_partner", "municipal", COUNTY),
)
PROJECT = Related(
    "TP-1",
    "Sprachcafé unterwegs",
    "tandem_project",
    "active",
    "09274",
    PARTICIPANTS,
    ("2026-01-01", "2026-12-31"),
)
ORGANISATIONS = {
    AGENCY: Organisation(AGENCY, "Freiwilligenagentur", "fa", "Verein", frozenset({"09274"})),
    COUNTY: Organisation(COUNTY, "Landratsamt", "municipality", "Landkreis", frozenset({"09274"})),
}


@cache
def read(path: Path) -> str:
    """Return the text of a file."""
    return path.read_text("utf-8")


def texts(folder: Path = ROOT) -> dict[str, str]:
    """Return path → text of every definition that is shipped."""
    patterns = ("workflows/*.yaml", "workflows/plays/*.yaml", "forms/*.yaml", "forms/lists/*.yaml")
    found = {p.relative_to(folder).as_posix(): p for x in patterns for p in folder.glob(x)}
    return {name: read(path) for name, path in sorted(found.items())}


@cache
def garden() -> Engine:
    """Return the engine of the small workflow."""
    problems = Problems()
    workflow = parse_workflow(read(GARDEN / "workflow.yaml"), "workflow.yaml", problems)
    names = ("plan", "check", "visit", "view")
    forms = {n: parse_form(read(GARDEN / f"{n}.yaml"), n, {}, problems) for n in names}
    assert workflow is not None
    assert not problems
    return Engine(workflow, {n: f for n, f in forms.items() if f}, {"longest": 3})


@cache
def shipped() -> tuple[Workflow, Mapping[str, Form], Mapping[str, int | str], tuple[Clause, ...]]:
    """Return the definitions of a tandem project, as they are shipped."""
    problems = Problems()
    files = texts()
    lists = {
        found.id: found
        for path, text in files.items()
        if path.startswith("forms/lists/") and (found := parse_list(text, path, problems))
    }
    forms = {
        found.id: found
        for path, text in files.items()
        if path.startswith("forms/")
        and path.count("/") == 1
        and (found := parse_form(text, path, lists, problems))
    }
    tandem, programme = "workflows/tandem_project.yaml", "workflows/programme.yaml"
    workflow = parse_workflow(files[tandem], tandem, problems)
    numbers = parse_programme(files[programme], programme, problems)
    path = "templates/documents/agreement/clauses.yaml"
    clauses = parse_clauses(read(ROOT / path), path, problems)
    assert workflow is not None
    assert not problems, problems
    own = used_forms(workflow)
    forms = resolved(forms, problems)
    return workflow, {n: f for n, f in forms.items() if n in own}, numbers, clauses


@cache
def tandem() -> Engine:
    """Return the engine of the workflow that is shipped."""
    workflow, forms, programme, _ = shipped()
    return Engine(workflow, forms, programme)


def submitted(form: str, values: Mapping[str, Any], slot: str = "") -> Submitted:
    """Return a submission that counts."""
    return Submitted(1, form, slot, 1, values, "f0", 1, TODAY)


def case(state: str | None, **facts: Any) -> Situation:
    """Return a case that Sabine opened with Tobias; `forms` is form → values (or slot → values)."""
    forms = facts.pop("forms", {})
    given: dict[str, Any] = {
        "case": "GA-1",
        "workflow": "garden",
        "state": state,
        "today": TODAY,
        "entered_on": TODAY,
        "initiating_side": "civic",
        "participants": PARTICIPANTS,
        "organisations": ORGANISATIONS,
        "members_of": {1: frozenset({AGENCY}), 2: frozenset({COUNTY})},
        "submissions": {name: _all(name, values) for name, values in forms.items()},
    }
    return Situation(**{**given, **facts})


def _all(form: str, values: Mapping[str, Any]) -> tuple[Submitted, ...]:
    slots = values if values and all(isinstance(v, dict) for v in values.values()) else {"": values}
    return tuple(submitted(form, v, slot) for slot, v in slots.items())


def confirmed(engine: Engine, situation: Situation, transition: str, *who: Actor) -> Situation:
    """Return the situation in which these people have confirmed what is there now."""
    digest = content_digest(engine.workflow.transitions[transition], situation) or ""
    yeses = tuple(Yes(a.side or "", a.person, a.name, digest, TODAY) for a in who)
    return replace(situation, yeses={**situation.yeses, transition: yeses})


def closed_by(engine: Engine, situation: Situation, actor: Actor, transition: str) -> list[str]:
    """Return `kind:id` of every reason for which a transition is closed to a person."""
    offer = engine.offer(situation, actor, transition)
    return [f"{reason.kind}:{reason.id}" for reason in offer.reasons]
