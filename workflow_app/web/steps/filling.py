"""Filling a form of a case: its page, and the way on to the last look at it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import submissions
from workflow_app.services.forms.submissions import Page
from workflow_app.services.papers import copies
from workflow_app.web import context
from workflow_app.web.case import displayed, overlaps, submitted
from workflow_app.web.context import seen, session
from workflow_app.web.forms import taking
from workflow_app.web.forms.builder import BoundForm
from workflow_app.web.forms.drafts import builder_of, carried
from workflow_app.web.forms.taking import Answer

bp = Blueprint("steps", __name__, url_prefix="/projects/<number>/forms")


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
    """Take what was typed: a row more or less, a draft, or what is looked at before submitting."""
    look = seen(number)
    page = submissions.page(session(), look, form_id, slot)
    builder = builder_of(look, page)
    answer = taking.take(look, page, builder, _show, _here(number, page))
    return _checked(number, page) if answer is None else answer


def address(number: str, page: Page) -> dict[str, Any]:
    """Return what stands in the address of a form, for `url_for`."""
    slot = page.slot if page.form.per in ("entry", "side", "amendment_side") else None
    return {"number": number, "form_id": page.form.id, "slot": slot}


def _here(number: str, page: Page) -> str:
    return url_for(".form", **address(number, page))


def _checked(number: str, page: Page) -> Answer:
    """Go on to the last look if the form, now kept, is in order; else show its problems."""
    look = seen(number)
    page = submissions.page(session(), look, page.form.id, page.slot)
    bound = builder_of(look, page).opened(page.start, page.typed)
    checked = submissions.check(session(), look, page.form, page.slot, bound.raw())
    if checked.problems:
        return _show(look, page, bound.show(checked.problems)), 422
    return redirect(url_for("form_reviews.shown", **address(number, page)), 303)


def _show(look: Look, page: Page, bound: BoundForm, *, kept: bool = True) -> str:
    return render_template(
        "form.html",
        case=look.case,
        form=page.form,
        side=displayed.side_name(page.slot.partition("_")[0])
        if page.form.per in ("side", "amendment_side")
        else None,
        page=page,
        bound=bound,
        complaints=bound.complaints,
        presented=displayed.filled(look, page.form, page.start),
        confirmed_by=submitted.confirmed_by(look, page.form.id),
        overlaps=overlaps.found(look) if overlaps.asked_in(page.form) else [],
        signed_text=copies.issued_text(session(), look.case, page.form.id),
        key=context.new_key(),
        typing=carried(look, page, bound, kept=kept),
    )
