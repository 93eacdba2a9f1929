"""The ids of rows: each keeps its own through all versions, and none is given twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from workflow_app.core.definition.forms import Form
from workflow_app.core.forms.fields import Value

_ROW_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def id_of(row: Mapping[str, Any]) -> str:
    """Return the id that a row says it has; an empty text if it says none that could be one."""
    said = row.get("_id")
    return said if isinstance(said, str) and _ROW_ID.fullmatch(said) else ""


def used_ids(form: Form, versions: Iterable[Mapping[str, Value]]) -> dict[str, set[str]]:
    """Return rows field → the ids of all rows in these versions of a submission of `form`."""
    ids: dict[str, set[str]] = {f.id: set() for f in form.fields if f.type == "rows"}
    for values in versions:
        for name, known in ids.items():
            known.update(id_of(row) for row in values.get(name) or [])
    return ids
