"""What a reader sees of values: words, names for what they point to, links to files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask import g, url_for

from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.forms import present
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms.references import References
from workflow_app.services.papers.snapshots import SIDE_LABELS
from workflow_app.store import queries
from workflow_app.web.context import session
from workflow_app.web.filters import TYPED, typed
from workflow_app.web.language import language


def side_name(side: str) -> str:
    """Return what a side is called."""
    return SIDE_LABELS[side](language()) if side in SIDE_LABELS else side


def references(seen: Look) -> References:
    """Return the names of what the case's values point to."""
    made: dict[int, tuple[Look, References]] = g.setdefault("references", {})
    if id(seen) not in made:
        found = References(session(), seen.compiled, seen.situation, language(), seen.actor.person)
        # The look is kept beside it, so that its id is nobody else's while the request lasts.
        made[id(seen)] = (seen, found)
    return made[id(seen)][1]


def facts(seen: Look) -> list[tuple[str, str]]:
    """Return (label, value) of what is to be seen at a glance, as far as it is filled in."""
    names, workflow = references(seen), seen.compiled.workflow
    found = []
    for name in workflow.subject.glance or workflow.scope:
        form_id, _dot, field_id = name.partition(".")
        form = seen.compiled.forms.get(form_id)
        value = (seen.situation.newest(form_id) or {}).get(field_id)
        if form is None or value is None:
            continue
        field = form.field(field_id)
        text = total(field, value) if field.type == "rows" else _plain(field, value, names)
        if field.type in TYPED:
            text = typed(text)
        if text:
            found.append((field.label(language()), text))
    return found


def _plain(field: Field, value: Any, names: References) -> str:
    shown = present.value(field, value, language(), names.name)
    return shown if isinstance(shown, str) else ""


def total(field: Field, rows: list[Mapping[str, Any]]) -> str:
    """Return the sum of the first money column, or an empty text if there is none."""
    column = next((c.id for c in field.columns if c.type == "money"), None)
    if column is None:
        return ""
    cells = (Decimal(row[column]) for row in rows if row.get(column) is not None)
    return present.money(str(sum(cells, Decimal("0.00"))), language())


def filled(
    seen: Look,
    form: Form,
    values: Mapping[str, Any],
    names: References | None = None,
    kept: Iterable[Any] | None = None,
) -> dict[str, Any]:
    """Return field → what a reader sees, for the fields that are filled in; files with links.

    `kept` are the attachments of the case, if they have been looked up already.
    """
    shown = present.form(form, values, language(), (names or references(seen)).name)
    asked = [f for f in form.fields if f.type in ("file", "files") and values.get(f.id)]
    if asked and kept is None:
        kept = queries.attachments(session(), seen.case)
    for f in asked:
        given = values[f.id]
        files = given if isinstance(given, list) else [given]
        shown[f.id] = [_file(seen, form, file, kept or ()) for file in files]
    return {field: value for field, value in shown.items() if value}


def value_shown(field: Field, value: Any, names: References) -> Any:
    """Return one value as a reader sees it."""
    return present.value(field, value, language(), names.name)


def _file(seen: Look, form: Form, file: Mapping[str, Any], kept: Iterable[Any]) -> dict[str, Any]:
    same = (a for a in kept if (a.sha256, a.form) == (file["sha256"], form.id))
    found = next(same, None)
    number = seen.case.number
    href = found and url_for("documents.attachment", number=number, attachment_id=found.id)
    return {"name": file["name"], "size": file.get("size", 0), "href": href}
