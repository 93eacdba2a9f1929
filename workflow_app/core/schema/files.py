"""All schemas, by the name of the file in which an editor finds them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from workflow_app.core.schema import forms, programme, workflows
from workflow_app.core.schema.pieces import Schema

SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "workflow.schema.json": workflows.workflow,
    "form.schema.json": forms.form,
    "list.schema.json": forms.value_list,
    "clauses.schema.json": forms.clauses,
    "programme.schema.json": programme.programme,
}


def texts() -> dict[str, str]:
    """Return file name → the schema as it is written."""
    return {
        name: json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
        for name, schema in SCHEMAS.items()
    }
