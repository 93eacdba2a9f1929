"""Filling a form of a case: drafts, files, rows, submission."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.errors import BadUpload, Invalid
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import attachments, submissions
from workflow_app.services.forms.drafts import Overtaken
from workflow_app.services.forms.submissions import Page
from workflow_app.web import cases, context
from workflow_app.web.context import me, now, seen, session, site
from workflow_app.web.errors import refusal
from workflow_app.web.form_builder import BoundForm
from workflow_app.web.form_drafts import builder_of, carried, overtaken, save, tell
from workflow_app.web.language import language

bp = Blueprint("steps", __name__, url_prefix="/projects/<number>/forms")
Answer = str | Response | tuple[str, int]


def take_files(number: str, bound: BoundForm) -> None:
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


@bp.get("/<form_id>", defaults={"slot": ""})
@bp.get("/<form_id>/<slot>")
def form(number: str, form_id: str, slot: str) -> str:
    """Show a form to fill."""
    look = seen(number)
    page = submissions.page(session(), look, form_id, slot)
    return _show(look, page, builder_of(look, page).opened(page.start, page.typed))


@bp.post("/<form_id>", defaults={"slot": ""})
@bp.post("/<form_id>/<slot>")
def filled(number: str, form_id: str, slot: str) -> Answer:
    """Take what was typed: a row more or less, a draft, or a submission."""
    look = seen(number)
    page = submissions.page(session(), look, form_id, slot)
    builder = builder_of(look, page)
    bound = builder.bind(request.form)
    take_files(number, bound)
    action = request.form.get("action", "save")
    if (changed := builder.changed(bound, action)) is not None:
        return _show(look, page, changed, kept=False)
    if bound.complaints:
        return _show(seen(number), page, bound, kept=False), 422
    try:
        saved = save(number, page, bound, strict=action == "submit")
    except Overtaken as late:
        return _show_overtaken(number, form_id, slot, bound, late), 409
    if action != "submit":
        tell(page, saved)
        return redirect(_here(number, page), 303)
    return _submit(number, form_id, slot, saved.version)


def _show_overtaken(number: str, form_id: str, slot: str, bound: BoundForm, late: Overtaken) -> str:
    look = seen(number)
    page = submissions.page(session(), look, form_id, slot)
    return _show(look, page, overtaken(page, bound, late.saved))


def _here(number: str, page: Page) -> str:
    slot = page.slot if page.form.per in ("entry", "side", "amendment_side") else None
    return url_for(".form", number=number, form_id=page.form.id, slot=slot)


def _submit(number: str, form_id: str, slot: str, draft: int) -> Answer:
    """Submit the draft as it was just kept."""
    look = seen(number)
    page = submissions.page(session(), look, form_id, slot)
    bound = builder_of(look, page).opened(page.start, page.typed)
    try:
        version = submissions.submit(
            session(), site(), number, form_id, page.slot, bound.raw(), me(), now(),
            key=context.given_key(), expected=draft,
        )  # fmt: skip
    except Invalid as invalid:
        return _show(seen(number), page, bound.show(invalid.problems)), 422
    name = page.form.label(language())
    flash(_("„%(form)s“ liegt als Fassung %(version)s vor.", form=name, version=version), "success")
    for offer in seen(number).offers:
        t = offer.transition
        if t.sign_off and form_id in t.sign_off.of and offer.may_sign:
            return redirect(url_for("transitions.step", number=number, transition=t.id), 303)
    return redirect(url_for("projects.one", number=number), 303)


def _show(look: Look, page: Page, bound: BoundForm, *, kept: bool = True) -> str:
    return render_template(
        "form.html",
        case=look.case,
        form=page.form,
        side=cases.side_name(page.slot.partition("_")[0])
        if page.form.per in ("side", "amendment_side")
        else None,
        page=page,
        bound=bound,
        complaints=bound.complaints,
        presented=cases.filled(look, page.form, page.start),
        confirmed_by=_confirmed_by(look, page),
        key=context.new_key(),
        typing=carried(look, page, bound, kept=kept),
    )


def _confirmed_by(look: Look, page: Page) -> list[str]:
    """Return the sides whose confirmation would be void after a new version of this form."""
    signed: list[str] = []
    for offer in look.offers:
        if offer.transition.sign_off and page.form.id in offer.transition.sign_off.of:
            signed += [cases.side_name(side) for side in offer.signed]
    return list(dict.fromkeys(signed))
