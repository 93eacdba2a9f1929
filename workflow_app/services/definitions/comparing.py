"""Two versions of a workflow, compared in words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from workflow_app.core.changes.compare import compare
from workflow_app.core.changes.comparison import Change
from workflow_app.core.changes.contents import Contents
from workflow_app.core.errors import DefinitionError
from workflow_app.services.content.parsed import parse_all, used_forms
from workflow_app.services.definitions.versions import find
from workflow_app.store.tables.definitions import Definition


def contents(row: Definition) -> Contents:
    """Return what a version says, published or not.

    :raises DefinitionError: if its workflow cannot be read at all.
    """
    parsed = parse_all(row.files)
    workflow = parsed.workflows.get(row.workflow)
    if workflow is None:
        raise DefinitionError(parsed.problems.errors)
    forms = {n: f for n, f in parsed.forms.items() if n in used_forms(workflow)}
    return Contents(workflow, forms, parsed.lists, parsed.clauses, parsed.programme)


def differences(session: Session, workflow: str, before: int, after: int) -> list[Change]:
    """Return what is different in version `after`, as seen from version `before`.

    :raises NotFound: if there is no such version.
    :raises DefinitionError: if one of them cannot be read at all.
    """
    old, new = (find(session, workflow, number) for number in (before, after))
    return compare(contents(old), contents(new))
