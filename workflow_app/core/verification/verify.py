"""Is a set of definitions fit to run? Every problem at once, each with its place.

A list of checks looks at the same definitions one after the other. What is proved, by what method,
and what is not: docs/verification.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from workflow_app.core.definition.forms import Clause, Form
from workflow_app.core.definition.model import Workflow
from workflow_app.core.problems import Problems
from workflow_app.core.verification.checking import Checking
from workflow_app.core.verification.checks.conditions import check_conditions
from workflow_app.core.verification.checks.data import check_data
from workflow_app.core.verification.checks.form_rules import check_form_rules
from workflow_app.core.verification.checks.graph import check_graph
from workflow_app.core.verification.checks.orphans import check_orphans
from workflow_app.core.verification.checks.people import check_people
from workflow_app.core.verification.checks.promises import check_promises
from workflow_app.core.verification.checks.structure import check_structure
from workflow_app.core.verification.imported import verify_imported
from workflow_app.core.verification.names.forms import check_clause, check_form
from workflow_app.core.verification.names.transitions import check_transition
from workflow_app.core.verification.names.workflow import check_workflow

Check = Callable[[Checking], None]

CHECKS: Sequence[Check] = (
    check_structure,
    check_people,
    check_data,
    check_conditions,
    check_form_rules,
    check_promises,
    check_orphans,
)
"""What is asked of a workflow in which every name is known and every condition is valid."""

UNREADABLE = ("unknown_name", "condition")
"""Rules by which a definition says nothing that could be proved or refuted."""


def verify(
    workflow: Workflow,
    forms: Mapping[str, Form],
    programme: Mapping[str, int | str],
    clauses: Sequence[Clause] = (),
    documents: Iterable[str] | Mapping[str, Collection[str]] = (),
    checks: Sequence[Check] = CHECKS,
) -> Problems:
    """Return every problem of `workflow` with its forms and clauses; errors forbid its use.

    `documents` are the ids of the documents that can be issued, or id → the fields that it prints.
    The answer depends on nothing but what is given.
    """
    problems = Problems()
    if workflow.imported is not None:
        verify_imported(workflow.imported, workflow.place, problems)
        return problems
    check = Checking(workflow, forms, programme, problems, clauses, documents)
    kinds = frozenset(documents)
    check_workflow(check)
    for transition in workflow.transitions.values():
        check_transition(check, transition, kinds)
    for form in forms.values():
        check_form(check, form)
    for clause in clauses:
        check_clause(check, clause)
    check_graph(check)
    readable = not any(problem.rule in UNREADABLE for problem in problems)
    for one in checks if readable else ():
        one(check)
    return problems
