"""What every page with a form does with what was typed, before it goes on to its own next step."""

from __future__ import annotations

from typing import Protocol

from flask import redirect, request
from werkzeug.wrappers import Response

from workflow_app.core.errors import BadUpload
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import attachments, submissions
from workflow_app.services.forms.drafts import Overtaken
from workflow_app.services.forms.submissions import Page
from workflow_app.web.context import me, now, seen, session, site
from workflow_app.web.errors import refusal
from workflow_app.web.forms.builder import BoundForm, Builder
from workflow_app.web.forms.drafts import overtaken, save, tell

Answer = str | Response | tuple[str, int]
ONWARD = ("check", "fire")
"""What the buttons say that do more than keeping what was typed."""


class Show(Protocol):
    """Makes the page of a form; `kept` says whether what it shows is kept."""

    def __call__(self, look: Look, page: Page, bound: BoundForm, *, kept: bool = True) -> str:
        """Return the page."""
        ...


def take(look: Look, page: Page, builder: Builder, show: Show, here: str) -> Answer | None:
    """Keep what was typed, and return the page that follows, or None if the form is to go on.

    A row more or less, a file that is refused, and an answer that somebody else changed meanwhile
    show the form again; `here` is its address, for a draft that was only to be kept.
    """
    number = look.case.number
    bound = builder.bind(request.form)
    _take_files(number, bound)
    action = request.form.get("action", "save")
    if (changed := builder.changed(bound, action)) is not None:
        return show(look, page, changed, kept=False)
    if bound.complaints:
        return show(seen(number), page, bound, kept=False), 422
    try:
        saved = save(number, page, bound, strict=action in ONWARD)
    except Overtaken as late:
        look = seen(number)
        page = submissions.page(session(), look, page.form.id, page.slot)
        return show(look, page, overtaken(page, bound, late.saved)), 409
    if action in ONWARD:
        return None
    tell(page, saved)
    return redirect(here, 303)


def _take_files(number: str, bound: BoundForm) -> None:
    """Keep the files that came with the request; a refused one is a problem of its question."""
    for question in bound.file_questions:
        for upload in request.files.getlist(question.upload_name):
            if not upload.filename:
                continue
            allowed = question.definition
            try:
                file = attachments.keep_upload(
                    session(), site(), number, bound.builder.form.id, upload.filename,
                    upload.read(), me(), now(),
                    types=allowed.file_types or attachments.TYPES,
                    max_bytes=allowed.max_bytes or attachments.MAX_BYTES,
                )  # fmt: skip
            except BadUpload as bad:
                bound.refuse(question, refusal(bad))
            else:
                question.keep(file)
