"""The last look at a form before it is submitted: what it says, and what is new in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from workflow_app.core.errors import Invalid
from workflow_app.core.forms.fields import Value
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import submissions
from workflow_app.services.forms.submissions import Page
from workflow_app.services.papers import copies
from workflow_app.store import queries
from workflow_app.web import context
from workflow_app.web.case import changes, displayed
from workflow_app.web.case.submitted import confirmed_by, title
from workflow_app.web.context import me, now, seen, session, site
from workflow_app.web.forms.builder import BoundForm
from workflow_app.web.forms.drafts import builder_of, given_draft, marked, meanwhile
from workflow_app.web.forms.taking import Answer
from workflow_app.web.language import language
from workflow_app.web.steps import since
from workflow_app.web.steps.filling import address

bp = Blueprint("form_reviews", __name__, url_prefix="/projects/<number>/forms")


@dataclass(frozen=True, slots=True)
class Coming:
    """The version that is about to be, as it is compared with the one before."""

    values: dict[str, Value]
    version: int
    at: datetime


@bp.get("/<form_id>/review", defaults={"slot": ""})
@bp.get("/<form_id>/<slot>/review")
def shown(number: str, form_id: str, slot: str) -> Answer:
    """Show once more what is about to be submitted; a form with problems is shown to be filled."""
    look, page, bound = _kept(number, form_id, slot)
    return _page(look, page, bound)


@bp.post("/<form_id>/review", defaults={"slot": ""})
@bp.post("/<form_id>/<slot>/review")
def submitted(number: str, form_id: str, slot: str) -> Answer:
    """Submit the form as it was shown."""
    look, page, bound = _kept(number, form_id, slot)
    if page.draft_version != given_draft():
        since.say(meanwhile(look, page))
        return _page(look, page, bound, 409)
    try:
        version = submissions.submit(
            session(), site(), number, form_id, page.slot, bound.raw(), me(), now(),
            key=context.given_key(), expected=page.draft_version,
        )  # fmt: skip
    except Invalid:
        return redirect(url_for("steps.form", **address(number, page)), 303)
    look = seen(number)
    name = _called(look, page)
    flash(_("„%(form)s“ liegt als Fassung %(version)s vor.", form=name, version=version), "success")
    for offer in look.offers:
        t = offer.transition
        if t.sign_off and form_id in t.sign_off.of and offer.may_sign:
            return redirect(url_for("transitions.step", number=number, transition=t.id), 303)
    return redirect(url_for("projects.one", number=number), 303)


def _called(look: Look, page: Page) -> str:
    """Return what the submission is called now that it is there: with its side or its number."""
    there = look.situation.submissions.get(page.form.id, ())
    found = next((s for s in there if s.slot == page.slot), None)
    # An entry is called by what somebody has written into it; the form's name will do here.
    if found is None or page.form.per == "entry":
        return page.form.label(language())
    return title(look, page.form, found)


def _kept(number: str, form_id: str, slot: str) -> tuple[Look, Page, BoundForm]:
    """Return the form as it was typed and kept."""
    look = seen(number)
    page = submissions.page(session(), look, form_id, slot)
    return look, page, builder_of(look, page).opened(page.start, page.typed)


def _page(look: Look, page: Page, bound: BoundForm, status: int = 200) -> Answer:
    checked = submissions.check(session(), look, page.form, page.slot, bound.raw())
    if checked.problems:
        return redirect(url_for("steps.form", **address(look.case.number, page)), 303)
    versions = queries.versions(session(), look.case, page.form.id, page.slot)
    coming = Coming(dict(checked.values), len(versions) + 1, now())
    compared = [changes.compare(page.form, last, coming, look) for last in versions[-1:]]
    shown = render_template(
        "form_review.html",
        case=look.case,
        form=page.form,
        page=page,
        base=marked(page),
        presented=displayed.filled(look, page.form, checked.values),
        changes=compared,
        confirmed_by=confirmed_by(look, page.form.id),
        key=context.new_key() if request.method == "GET" else context.given_key(),
        doubts=copies.doubts(
            copies.issued_text(session(), look.case, page.form.id), checked.values
        ),
        back=url_for("steps.form", **address(look.case.number, page)),
    )
    return shown, status
