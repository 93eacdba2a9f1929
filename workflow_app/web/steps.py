"""Filling a form of a case: drafts, files, rows, submission."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.errors import BadUpload, Conflict, Invalid
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import attachments, submissions
from workflow_app.services.forms.submissions import Page
from workflow_app.web import cases, context
from workflow_app.web.context import LANGUAGE, me, now, seen, session, site
from workflow_app.web.errors import refusal
from workflow_app.web.filters import moment
from workflow_app.web.form_builder import BoundForm, Builder
from workflow_app.web.form_fields import Choices

bp = Blueprint("steps", __name__, url_prefix="/projects/<number>/forms")
Answer = str | Response | tuple[str, int]


def chosen_from(choices: Mapping[str, Mapping[str, str]]) -> Choices:
    """Return what may be chosen as pairs, which is how the fields want it."""
    return {kind: list(names.items()) for kind, names in choices.items()}


def builder_of(look: Look, page: Page, transition: str = "") -> Builder:
    """Return a builder for the fields that the person may fill."""
    fields = submissions.fillable(page.form, look, transition) if transition else page.fillable
    return Builder.of(
        page.form, fields, chosen_from(page.choices), context.seal(look.case.number), LANGUAGE
    )


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


def given_draft() -> int:
    """Return the version of the draft that the page showed."""
    return context.number_in(request.form.get("draft", "")) or 0


def save(number: str, page: Page, bound: BoundForm) -> int:
    """Keep what was typed as a draft, and return its version.

    :raises Conflict: if somebody else saved in between.
    """
    return submissions.save_draft(
        session(), site(), number, page.form.id, page.slot, bound.raw(), me(), now(), given_draft()
    )


def overtaken(look: Look, page: Page, bound: BoundForm) -> BoundForm:
    """Return the form with the note that somebody else saved the same draft."""
    who = {"name": page.saved_by, "time": moment(page.saved_at) if page.saved_at else ""}
    shown = bound.builder.from_raw(bound.raw())
    shown.object(
        [
            _(
                "%(name)s hat diesen Entwurf inzwischen gespeichert (%(time)s). Ihre Eingaben "
                "stehen unten; speichern Sie erneut, wenn sie gelten sollen.",
                **who,
            )
        ]
    )
    return shown


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
        return _show(look, page, changed, given_draft())
    if bound.complaints:
        return _show(seen(number), page, bound, given_draft()), 422
    try:
        return _submit(number, page, bound) if action == "submit" else _keep(number, page, bound)
    except Conflict:
        look = seen(number)
        page = submissions.page(session(), look, form_id, slot)
        return _show(look, page, overtaken(look, page, bound)), 409
    except Invalid as invalid:
        shown = builder.from_raw(bound.raw()).show(invalid.problems)
        return _show(seen(number), page, shown, given_draft()), 422


def _keep(number: str, page: Page, bound: BoundForm) -> Response:
    save(number, page, bound)
    flash(_("Der Entwurf ist gespeichert."), "success")
    return redirect(_here(number, page), 303)


def _here(number: str, page: Page) -> str:
    slot = page.slot if page.form.per in ("entry", "side") else None
    return url_for(".form", number=number, form_id=page.form.id, slot=slot)


def _submit(number: str, page: Page, bound: BoundForm) -> Response:
    version = submissions.submit(
        session(), site(), number, page.form.id, page.slot, bound.raw(), me(), now(),
        key=context.given_key(), expected=given_draft() or None,
    )  # fmt: skip
    name = page.form.label(LANGUAGE)
    flash(_("„%(form)s“ liegt als Fassung %(version)s vor.", form=name, version=version), "success")
    for offer in seen(number).offers:
        t = offer.transition
        if t.sign_off and page.form.id in t.sign_off.of and offer.may_sign:
            return redirect(url_for("transitions.step", number=number, transition=t.id), 303)
    return redirect(url_for("projects.one", number=number), 303)


def _show(look: Look, page: Page, bound: BoundForm, draft: int | None = None) -> str:
    return render_template(
        "form.html",
        case=look.case,
        form=page.form,
        side=cases.side_name(page.slot) if page.form.per == "side" else None,
        page=page,
        bound=bound,
        complaints=bound.complaints,
        presented=cases.filled(look, page.form, page.start),
        draft=page.draft_version if draft is None else draft,
        confirmed_by=_confirmed_by(look, page),
        key=context.new_key(),
    )


def _confirmed_by(look: Look, page: Page) -> list[str]:
    """Return the sides whose confirmation would be void after a new version of this form."""
    signed: list[str] = []
    for offer in look.offers:
        if offer.transition.sign_off and page.form.id in offer.transition.sign_off.of:
            signed += [cases.side_name(side) for side in offer.signed]
    return list(dict.fromkeys(signed))
