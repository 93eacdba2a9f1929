"""What is different between two versions of a form: only the fields that changed, word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from workflow_app.core.definition.model import Field, Form
from workflow_app.core.forms import present
from workflow_app.core.forms.fields import Value
from workflow_app.services.cases.seeing import may_see
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms.references import References
from workflow_app.store import queries
from workflow_app.web import cases
from workflow_app.web.context import session
from workflow_app.web.language import language

DELETED = Markup('<del><span class="kern-sr-only">{}</span> {}</del>')
ADDED = Markup('<ins><span class="kern-sr-only">{}</span> {}</ins>')


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed, old and new with what is different marked."""

    label: str
    old: Markup
    new: Markup


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed in one form between two of its versions."""

    form: str
    old: Any
    """The submission before."""
    new: Any
    """The submission now."""
    changed: list[Change]
    asked: int
    """How many fields are filled in either version."""


def decided_at(look: Look) -> datetime | None:
    """Return when a decision was last made on the case, or None."""
    transitions = look.compiled.workflow.transitions
    for entry in queries.history(session(), look.case):
        t = transitions.get(entry.transition or "")
        if entry.kind == "transition" and t and t.decision:
            return entry.at
    return None


def names(look: Look) -> References:
    """Return what the values of a case refer to, by the names that a reader may see."""
    return cases.references(look)


def since(look: Look, moment: datetime | None, forms: Collection[str] = ()) -> list[Changes]:
    """Return what changed in the forms of the case (or in some of them) since then."""
    if moment is None:
        return []
    names, found = cases.references(look), []
    for newest in (s for rows in look.situation.submissions.values() for s in rows):
        if (forms and newest.form not in forms) or not may_see(look, newest):
            continue
        versions = queries.versions(session(), look.case, newest.form, newest.slot)
        before = [v for v in versions if v.at <= moment]
        if before and versions[-1].at > moment:
            form = look.compiled.forms[newest.form]
            found.append(compare(form, before[-1], versions[-1], names))
    return found


def compare(form: Form, old: Any, new: Any, names: References) -> Changes:
    """Return what differs between two submissions of `form`."""
    changed = [
        Change(f.label(language()), *marked(f, old.values.get(f.id), new.values.get(f.id), names))
        for f in form.fields
        if lines(f, old.values.get(f.id), names) != lines(f, new.values.get(f.id), names)
    ]
    asked = len({*old.values, *new.values})
    return Changes(form.label(language()), old, new, changed, asked)


def marked(field: Field, old: Value, new: Value, names: References) -> tuple[Markup, Markup]:
    """Return both values with their differences marked; texts word by word, others as a whole."""
    if field.type in ("text", "long_text"):
        return words(old or "", new or "")
    before, after = lines(field, old, names), lines(field, new, names)
    return (
        Markup("\n").join(escape(line) if line in after else _deleted(line) for line in before),
        Markup("\n").join(escape(line) if line in before else _added(line) for line in after),
    )


def _deleted(text: str) -> Markup:
    return DELETED.format(_("gelöscht:"), text)


def _added(text: str) -> Markup:
    return ADDED.format(_("neu:"), text)


def lines(field: Field, value: Value, names: References) -> list[str]:
    """Return a value as lines: one a row, choice or answer."""
    shown = present.value(field, value, language(), names.name)
    if isinstance(shown, Mapping):
        if "rows" in shown:
            return [" · ".join(cell for cell in row if cell) for row in shown["rows"]]
        if "items" in shown:
            return [f"{item['label']}: {item['value']}" for item in shown["items"]]
        return [text for text in shown.values() if text]
    if isinstance(shown, list):
        return shown
    return [shown] if shown else []


def words(old: str, new: str) -> tuple[Markup, Markup]:
    """Return both texts with the words that went and came marked."""
    a, b = (re.findall(r"\s+|\S+", text) for text in (old, new))
    before, after = Markup(), Markup()
    # Without autojunk frequent words are compared too, else long texts look wholly rewritten.
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        gone, come = "".join(a[i:j]), "".join(b[k:m])
        same = kind == "equal"
        before += escape(gone) if same or not gone.strip() else _deleted(gone)
        after += escape(come) if same or not come.strip() else _added(come)
    return before, after
