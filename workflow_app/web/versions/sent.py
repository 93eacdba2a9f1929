"""What the page of a plan sends: answers, a text or a file, and which of them counts.

The page carries digests of its answers and its text as it showed them, so that it is known which of
both somebody changed. Nothing that was typed in the one is put aside for the other in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from workflow_app.core.canonical import digest
from workflow_app.core.migrations.plan import Plan
from workflow_app.core.parsing.source import MAX_BYTES
from workflow_app.web import context

KINDS = ("states", "forms", "fields", "values", "defaults", "roles", "variables")
ALONE = ("clock", "notify")


@dataclass(frozen=True)
class Sent:
    """One request of the page."""

    action: str
    text: str
    given: Mapping[str, str]
    """Key of a question → answer."""
    source: int
    target: int
    uploaded: bool
    unreadable: bool
    """The uploaded file is no text in UTF-8, or too large."""
    was_text: str
    """Digest of the text as the page showed it; empty: there was no page."""
    was_form: str
    previewed: str
    """Digest of the plan that the preview on the page is of; empty: it showed none."""
    page: int

    @property
    def text_changed(self) -> bool:
        """Say whether somebody changed the text or uploaded one."""
        return self.uploaded or digest_of_text(self.text) != self.was_text

    @property
    def form_changed(self) -> bool:
        """Say whether somebody changed an answer."""
        return bool(self.was_form) and digest_of(self.given) != self.was_form

    @property
    def by_text(self) -> bool:
        """Say whether the text counts; otherwise the answers do."""
        asked = self.action == "text" or self.uploaded
        return asked or not self.was_form or (self.text_changed and not self.form_changed)

    @property
    def torn(self) -> bool:
        """Say whether both were changed and nobody said which counts."""
        return self.action != "text" and self.text_changed and self.form_changed

    def base(self, workflow: str) -> Plan:
        """Return the plan between the two versions of the page, with nothing in it yet."""
        return Plan(workflow, self.source, self.target)


def sent() -> Sent:
    """Return what this request sends."""
    form = request.form
    file = request.files.get("file")
    data = file.read(MAX_BYTES + 1) if file and file.filename else None
    text, unreadable = _lines(form.get("plan", "")), False
    if data is not None:
        try:
            text = _lines(data.decode("utf-8-sig"))
            unreadable = len(data) > MAX_BYTES or "\0" in text
        except UnicodeDecodeError:
            unreadable = True
    given = {k: _lines(v) for k, v in form.items() if k.partition(".")[0] in KINDS or k in ALONE}
    return Sent(
        action=form.get("action", "preview"),
        text=text,
        given=given,
        source=context.number_in(form.get("from", "")) or 0,
        target=context.number_in(form.get("to", "")) or 0,
        uploaded=data is not None,
        unreadable=unreadable,
        was_text=form.get("was_text", ""),
        was_form=form.get("was_form", ""),
        previewed=form.get("previewed", ""),
        page=max(1, context.number_in(form.get("page", "")) or 1),
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def digest_of_text(text: str) -> str:
    """Return what tells this plan's text from another; blanks at its ends do not count."""
    return digest(text.strip())


def digest_of(answers: Mapping[str, str]) -> str:
    """Return what tells these answers from others; one that is empty is none."""
    return digest({k: _lines(a).strip() for k, a in sorted(answers.items()) if a.strip()})
