"""What happened to a case since somebody opened the page from which they send something now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Flask, g, request
from flask_babel import gettext as _
from markupsafe import Markup

from workflow_app.services.access.seeing import may_see, sees_internals
from workflow_app.services.cases.situations import Look
from workflow_app.store import queries
from workflow_app.store.queries import Happened
from workflow_app.web import context
from workflow_app.web.case import changes, history
from workflow_app.web.case.changes import Change
from workflow_app.web.case.history import Told
from workflow_app.web.context import session

LONGEST = 300
"""Characters of both values together up to which they are shown; longer ones are only named."""
MOST = 12
"""So many events are told; a page that is older than that leads to the whole history."""


def mark(case: Any) -> int:
    """Return what a page carries, so that it can be told later what has happened since."""
    return queries.last_entry(session(), case)


def note(look: Look) -> list[Told]:
    """Let the next page say what happened since the page was opened that sent this request."""
    news = [*_news(look)] if (seen := context.number_in(request.form.get("seen", ""))) else []
    news = [one for one in news if one.sequence > (seen or 0)][:MOST]
    g.news = news
    return news


def say(sentences: list[str]) -> None:
    """Let the next page say what others have typed meanwhile, beside what happened."""
    g.news_in_draft = sentences


def _news(look: Look) -> Iterator[Told]:
    inside = sees_internals(look)
    for entry in queries.history(session(), look.case, MOST + 1):
        told = history.told(look, entry)
        words = [*told.words] if inside else []
        if entry.kind == "submission" and (changed := _changed(look, entry)):
            labels = ", ".join(_("„%(label)s“", label=change.label) for change in changed)
            words.append(_("Geändert: %(fields)s", fields=labels))
            words += [text for change in changed if (text := _values(change))]
        yield replace(told, words=words)


def _changed(look: Look, entry: Happened) -> list[Change]:
    """Return what a submission changed, as far as this person may see it."""
    form = look.compiled.forms.get(entry.subject or "")
    newest = [s for rows in look.situation.submissions.values() for s in rows if may_see(look, s)]
    for s in newest:
        if form is None or s.form != form.id:
            continue
        versions = queries.versions(session(), look.case, s.form, s.slot)
        at = next((n for n, v in enumerate(versions) if v.digest == entry.content), None)
        if at:
            compared = changes.compare(form, versions[at - 1], versions[at], look)
            return compared.changed
    return []


def _values(change: Change) -> str:
    """Return both values with their differences marked; an empty text if they are long."""
    if len(change.old.striptags()) + len(change.new.striptags()) > LONGEST:
        return ""
    old, new = (value or _("keine Angabe") for value in (change.old, change.new))
    return Markup("{}: {} → {}").format(change.label, old, new)


def register(app: Flask) -> None:
    """Make the mark known to the templates."""
    app.jinja_env.globals["seen_mark"] = mark
