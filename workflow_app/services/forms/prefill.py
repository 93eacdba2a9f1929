"""What a form offers when it is opened first: what is known already need not be typed again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.forms.fields import PARTY_KEYS, Value
from workflow_app.core.tables.gathered import GATHERED
from workflow_app.services.forms.references import ENTRIES
from workflow_app.store.tables.organisations import Organisation


def prefilled(
    session: Session, form: Form, situation: Situation, sees: Callable[[str], bool]
) -> dict[str, Value]:
    """Return the values offered when a form is opened first; without a source there is none.

    `sees` says of which forms whoever opens it may read what was submitted.
    """
    found: dict[str, Value] = {}
    for f in form.fields:
        source, value = _source(f, situation, sees)
        if f.type == "rows" and value:
            value = [_row(f, row, source) for row in value]
        elif f.type == "party" and isinstance(value, str):
            value = _party(session, value)
        if value is not None:
            found[f.id] = value
    return found


def _source(
    f: Field, situation: Situation, sees: Callable[[str], bool]
) -> tuple[tuple[str, str], Value]:
    """Return form and field from which a field is filled, and the value there, None if none is."""
    wanted = f.prefill or ""
    if (gathered := GATHERED.get(wanted)) is not None:
        rows = gathered.rows(situation) if sees(gathered.form) else None
        return (gathered.form, wanted), rows
    source, _, name = wanted.partition(".")
    if not name or not sees(source):
        return (source, name), None
    if f.type == "list" and "." in name:
        return (source, name), _lines(situation, source, name)
    # What amends something begins with what is agreed, even if its day is still ahead.
    known = situation.agreed(source) if f.amends else situation.newest(source)
    return (source, name), (known or {}).get(name)


def _lines(situation: Situation, source: str, name: str) -> list[str] | None:
    """Return the texts of a column, one line for each of its cells that says something else."""
    rows, _, column = name.partition(".")
    cells = [row.get(column) for row in (situation.newest(source) or {}).get(rows) or []]
    return list(dict.fromkeys(str(cell) for cell in cells if cell)) or None


def _row(field: Field, row: dict[str, Any], source: tuple[str, str]) -> dict[str, Any]:
    """Return a row of the source as a row of this field.

    Equal columns are copied, and those that name another one; a column that refers to rows of the
    source names this row.
    """
    columns = {c.id: c.prefill or c.id for c in field.columns}
    copied = {"_id": row["_id"], **{c: row[of] for c, of in columns.items() if of in row}}
    naming = (c.id for c in field.columns if ENTRIES.get(c.to or "", ())[:2] == source)
    return {**copied, **dict.fromkeys(naming, row["_id"])}


def _party(session: Session, key: str) -> dict[str, str] | None:
    """Return an organisation as a party to an agreement, under its legal entity's name."""
    body = session.get(Organisation, int(key)) if key.isdecimal() else None
    if body is None:
        return None
    known = {
        "name": body.carrier or body.name,
        **{k: getattr(body, k) for k in PARTY_KEYS if k != "name"},
    }
    return {k: text for k, text in known.items() if text}
