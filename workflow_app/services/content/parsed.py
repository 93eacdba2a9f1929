"""What a set of definition files says: workflows, forms, lists, clauses, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from workflow_app.core.definition.forms import Clause, Form, ValueList
from workflow_app.core.definition.model import Workflow
from workflow_app.core.parsing.forms import parse_clauses, parse_form, parse_list
from workflow_app.core.parsing.likes import resolved
from workflow_app.core.parsing.workflows import parse_programme, parse_workflow
from workflow_app.core.problems import Problems
from workflow_app.core.simulation.rehearsal import is_play
from workflow_app.core.steps.engine import Engine
from workflow_app.core.steps.imported import ImportedEngine
from workflow_app.services.clock import day_of
from workflow_app.services.content.files import CLAUSES, PROGRAMME

AGREEMENT_FORM = "agreement"

Content = tuple[tuple[str, str], ...]
"""Files as (path, text)."""


@dataclass(frozen=True)
class Parsed:
    """Everything that a set of files says, and what is wrong with it."""

    workflows: Mapping[str, Workflow]
    forms: Mapping[str, Form]
    lists: Mapping[str, ValueList]
    clauses: tuple[Clause, ...]
    programme: Mapping[str, int | str]
    paths: Mapping[str, str]
    """`workflow:id` and `form:id` → the path that defines it."""
    problems: Problems
    content: Content
    """The files themselves."""


def parse_all(files: Mapping[str, str]) -> Parsed:
    """Return what the files say; nothing is raised, problems are collected."""
    parsed = parsed_from(tuple(files.items()))
    # Whoever checks further adds problems of their own.
    return replace(parsed, problems=Problems(parsed.problems))


# The pages of a draft, its publication and the doctor ask for the same files again and again.
@lru_cache(maxsize=8)
def parsed_from(content: Content) -> Parsed:
    """Return what the files say, the same object for the same files: nobody may change it."""
    files = dict(content)
    problems = Problems()
    lists, forms, workflows = {}, {}, {}
    paths: dict[str, str] = {}
    for path, text in files.items():
        if path.startswith("forms/lists/") and (found := parse_list(text, path, problems)):
            lists[found.id] = found
    for path, text in files.items():
        if path.startswith("forms/") and not path.startswith("forms/lists/"):
            form = parse_form(text, path, lists, problems)
            if form:
                forms[form.id] = form
                paths[f"form:{form.id}"] = path
        elif path.startswith("workflows/") and path != PROGRAMME and not is_play(path):
            workflow = parse_workflow(text, path, problems)
            if workflow:
                workflows[workflow.id] = workflow
                paths[f"workflow:{workflow.id}"] = path
    programme = parse_programme(files[PROGRAMME], PROGRAMME, problems) if PROGRAMME in files else {}
    clauses = parse_clauses(files[CLAUSES], CLAUSES, problems) if CLAUSES in files else ()
    forms = resolved(forms, problems)
    return Parsed(workflows, forms, lists, clauses, programme, paths, problems, content)


def engine_of(
    workflow: Workflow, forms: Mapping[str, Form], programme: Mapping[str, int | str]
) -> Engine:
    """Return what answers for cases on the workflow, one of ours or imported."""
    if workflow.imported is not None:
        return ImportedEngine(workflow, workflow.imported, programme, day_of)
    return Engine(workflow, forms, programme)


def used_forms(workflow: Workflow) -> set[str]:
    """Return the forms that the workflow names."""
    forms = {
        f for s in workflow.states.values() for f in (*s.forms, *s.conceals, *s.shown_after_own)
    }
    forms |= {t.form for t in workflow.transitions.values() if t.form}
    return forms


def own_clauses(parsed: Parsed, forms: Mapping[str, Form]) -> tuple[Clause, ...]:
    """Return the clauses if the workflow makes agreements: then its forms have their fields."""
    return parsed.clauses if AGREEMENT_FORM in forms else ()


def own_files(parsed: Parsed, workflow: Workflow, files: Mapping[str, str]) -> dict[str, str]:
    """Return those of the files that a version of the workflow rests on."""
    forms = [form for form in parsed.forms if form in used_forms(workflow)]
    own = {parsed.paths[f"workflow:{workflow.id}"], *(parsed.paths[f"form:{f}"] for f in forms)}
    own |= {PROGRAMME, CLAUSES} if AGREEMENT_FORM in forms and parsed.clauses else {PROGRAMME}
    return {
        path: text for path, text in files.items() if path in own or path.startswith("forms/lists/")
    }


def own_forms(parsed: Parsed, workflow: Workflow) -> dict[str, Form]:
    """Return the forms that the workflow names, as far as they are there, by their ids."""
    return {n: f for n, f in parsed.forms.items() if n in used_forms(workflow)}
