"""What is different between two versions of a form: only the fields that changed, word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.forms import present
from workflow_app.core.forms.fields import Value
from workflow_app.services.access.seeing import may_see, readable
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms.references import References
from workflow_app.store import queries
from workflow_app.web.case import displayed, submitted
from workflow_app.web.context import session
from workflow_app.web.filters import typed
from workflow_app.web.language import language

DELETED = Markup('<del><span class="kern-sr-only" lang="{}">{}</span> {}</del>')
ADDED = Markup('<ins><span class="kern-sr-only" lang="{}">{}</span> {}</ins>')

MOST_COMPARISONS = 4_000_000
"""Words times words; two texts that are longer are shown as a whole, not word by word."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed, old and new with what is different marked."""

    label: str
    kind: str
    """What became of it: changed, added, removed or in another order, in a word."""
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
    href: str | None = None
    """Page on which any two versions are compared; None: this is the one."""


def decided_at(look: Look) -> datetime | None:
    """Return when a decision was last made on the case, or None."""
    transitions = look.compiled.workflow.transitions
    for entry in queries.history(session(), look.case):
        t = transitions.get(entry.transition or "")
        if entry.kind == "transition" and t and t.decision:
            return entry.at
    return None


def since(look: Look, moment: datetime | None, forms: Collection[str] = ()) -> list[Changes]:
    """Return what changed in the forms of the case (or in some of them) since then."""
    if moment is None:
        return []
    found = []
    for newest in (s for rows in look.situation.submissions.values() for s in rows):
        if (forms and newest.form not in forms) or not may_see(look, newest):
            continue
        versions = queries.versions(session(), look.case, newest.form, newest.slot)
        before = [v for v in versions if v.at <= moment]
        if before and versions[-1].at > moment:
            form = look.compiled.forms[newest.form]
            compared = compare(form, before[-1], versions[-1], look)
            href = submitted.versions_url(look, newest.form, newest.slot)
            found.append(replace(compared, href=href))
    return found


def compare(form: Form, old: Any, new: Any, look: Look) -> Changes:
    """Return what differs between two submissions of `form`, as far as whoever asks may read it."""
    changed, names = [], displayed.references(look)
    earlier, later = (readable(look, form, version.values) for version in (old, new))
    for f in form.fields:
        before, after = earlier.get(f.id), later.get(f.id)
        was, now = lines(f, before, names), lines(f, after, names)
        if was != now:
            change = Change(f.label(language()), _kind(was, now), *marked(f, before, after, names))
            changed.append(change)
    asked = len({*earlier, *later})
    return Changes(form.label(language()), old, new, changed, asked)


def _kind(was: list[str], now: list[str]) -> str:
    """Return in a word what became of an answer."""
    if not was:
        return _("hinzugefügt")
    if not now:
        return _("entfernt")
    return _("andere Reihenfolge") if sorted(was) == sorted(now) else _("geändert")


def one(field: Field, old: Value, new: Value, names: References) -> Change:
    """Return what became of one field whose value differs."""
    kind = _kind(lines(field, old, names), lines(field, new, names))
    return Change(field.label(language()), kind, *marked(field, old, new, names))


def texts(label: str, old: str, new: str) -> Change:
    """Return what became of a text of a document, word by word."""
    kind = _kind([old] if old else [], [new] if new else [])
    return Change(label, kind, *words(old, new))


def marked(field: Field, old: Value, new: Value, names: References) -> tuple[Markup, Markup]:
    """Return both values with their differences marked; texts word by word, others as a whole."""
    if field.type in ("text", "long_text"):
        was, now = words(old or "", new or "")
        return typed(was), typed(now)
    if field.type == "rows":
        return _rows(field, old or [], new or [], names)
    before, after = lines(field, old, names), lines(field, new, names)
    return (
        Markup("\n").join(escape(line) if line in after else _deleted(line) for line in before),
        Markup("\n").join(escape(line) if line in before else _added(line) for line in after),
    )


def _rows(field: Field, old: Value, new: Value, names: References) -> tuple[Markup, Markup]:
    """Return both tables, entry by entry as they are known by their ids, wherever they stand."""
    was = dict(zip((r["_id"] for r in old), lines(field, old, names), strict=True))
    now = dict(zip((r["_id"] for r in new), lines(field, new, names), strict=True))
    before = [
        words(line, now[key])[0] if key in now else _deleted(line) for key, line in was.items()
    ]
    after = [words(was[key], line)[1] if key in was else _added(line) for key, line in now.items()]
    return Markup("\n").join(before), Markup("\n").join(after)


def _deleted(text: str) -> Markup:
    return DELETED.format(language(), _("gelöscht:"), text)


def _added(text: str) -> Markup:
    return ADDED.format(language(), _("neu:"), text)


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
    if old == new:
        return escape(old), escape(new)
    if len(a) * len(b) > MOST_COMPARISONS:
        return _deleted(old) if old else Markup(), _added(new) if new else Markup()
    before, after = Markup(), Markup()
    # Without autojunk frequent words are compared too, else long texts look wholly rewritten.
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        gone, come = "".join(a[i:j]), "".join(b[k:m])
        same = kind == "equal"
        before += escape(gone) if same or not gone.strip() else _deleted(gone)
        after += escape(come) if same or not come.strip() else _added(come)
    return before, after
