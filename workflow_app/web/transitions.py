"""Taking a step: with or without a form, with a confirmation page before anything binding."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.cases.offers import Offer
from workflow_app.core.definition.model import Transition
from workflow_app.core.errors import Conflict, Invalid, NotAllowed
from workflow_app.services.cases import transitions
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import submissions
from workflow_app.services.forms.submissions import Page
from workflow_app.web import cases, confirming, context, sign_offs, steps
from workflow_app.web.acts import decisions, reasons_of
from workflow_app.web.context import LANGUAGE, me, now, seen, session, site
from workflow_app.web.form_builder import BoundForm, Complaint
from workflow_app.web.steps import Answer

bp = Blueprint("transitions", __name__, url_prefix="/projects/<number>/transitions/<transition>")


@bp.get("")
def step(number: str, transition: str) -> Answer:
    """Show the page of a step: its form, what both sides confirm, or the question whether to."""
    look = seen(number)
    offer = _offer(look, transition)
    if offer.transition.sign_off:
        return sign_offs.show(look, offer)
    if offer.transition.form is None:
        return _confirm_page(look, offer, None)
    page = submissions.page(session(), look, offer.transition.form)
    builder = steps.builder_of(look, page, transition)
    return _form_page(look, offer, page, builder.opened(page.start, page.typed))


@bp.post("")
def stepped(number: str, transition: str) -> Answer:
    """Take what was typed, a confirmation, or the step itself."""
    look = seen(number)
    offer = _offer(look, transition)
    if offer.transition.sign_off:
        return sign_offs.act(look, offer)
    if offer.transition.form is None:
        return _fire(look, offer, None)
    return _fill(look, offer)


@bp.get("/confirm")
def confirm(number: str, transition: str) -> Answer:
    """Show once more what is about to happen."""
    look = seen(number)
    offer = _offer(look, transition)
    kept, problems = confirming.kept_form(look, offer)
    if problems or kept is None:
        return redirect(form_url(look, offer.transition), 303)
    return _confirm_page(look, confirming.judged(look, offer, kept), kept)


@bp.post("/confirm")
def confirmed(number: str, transition: str) -> Answer:
    """Take the step with the form as it was shown."""
    look = seen(number)
    offer = _offer(look, transition)
    kept, problems = confirming.kept_form(look, offer)
    if problems or kept is None:
        return redirect(form_url(look, offer.transition), 303)
    if kept.page.draft_version != steps.given_draft():
        raise Conflict(number, steps.given_draft(), kept.page.draft_version)
    return _fire(look, confirming.judged(look, offer, kept), kept)


def _offer(look: Look, transition: str) -> Offer:
    """Return the exit of the state.

    :raises NotAllowed: if it is not one, or this person has nothing to do with it.
    """
    offer = look.engine.offer(look.situation, look.actor, transition)
    side = look.actor.side is not None
    if not offer.mine and not (offer.transition.sign_off and side):
        raise NotAllowed(transition, offer.reasons)
    return offer


def _fill(look: Look, offer: Offer) -> Answer:
    t, number = offer.transition, look.case.number
    page = submissions.page(session(), look, t.form or "")
    builder = steps.builder_of(look, page, t.id)
    bound = builder.bind(request.form)
    steps.take_files(number, bound)
    action = request.form.get("action", "save")
    if (changed := builder.changed(bound, action)) is not None:
        return _form_page(look, offer, page, changed, steps.given_draft())
    if bound.complaints:
        return _form_page(seen(number), offer, page, bound, steps.given_draft()), 422
    try:
        if action == "fire" and not confirming.binding(t):
            return _fire_form(look, offer, bound)
        steps.save(number, page, bound)
    except Conflict:
        look = seen(number)
        page = submissions.page(session(), look, page.form.id)
        return _form_page(look, offer, page, steps.overtaken(look, page, bound)), 409
    except Invalid as invalid:
        shown = builder.from_raw(bound.raw()).show(invalid.problems)
        return _form_page(seen(number), offer, page, shown, steps.given_draft()), 422
    if action == "save":
        flash(_("Der Entwurf ist gespeichert."), "success")
        return redirect(url_for(".step", number=number, transition=t.id), 303)
    return checked_form(number, t.id, bound)


def checked_form(number: str, transition: str, bound: BoundForm) -> Answer:
    """Go on to the confirmation if the form, now kept, is in order; else show its problems."""
    look = seen(number)
    offer = _offer(look, transition)
    page = submissions.page(session(), look, bound.builder.form.id)
    raw = bound.raw()
    checked = submissions.check(session(), look, page.form, page.slot, raw, transition)
    if checked.problems:
        shown = bound.builder.from_raw(raw).show(checked.problems)
        return _form_page(look, offer, page, shown), 422
    return redirect(url_for(".confirm", number=number, transition=transition), 303)


def _fire_form(look: Look, offer: Offer, bound: BoundForm) -> Answer:
    number = look.case.number
    try:
        transitions.fire(
            session(), site(), number, offer.transition.id, me(), now(),
            key=context.given_key(), version=context.given_version(), raw=bound.raw(),
        )  # fmt: skip
    except NotAllowed as closed:
        look = seen(number)
        page = submissions.page(session(), look, bound.builder.form.id)
        shown = bound.builder.from_raw(bound.raw())
        shown.object(reason.text(LANGUAGE) for reason in closed.reasons)
        return _form_page(look, offer, page, shown, steps.given_draft()), 422
    return done(number, offer)


def _fire(look: Look, offer: Offer, kept: confirming.Filled | None) -> Answer:
    number = look.case.number
    reason = request.form.get("reason", "")
    warnings_reason = request.form.get("warnings_reason", "")
    missing = confirming.missing_words(offer, reason, warnings_reason)
    if missing:
        return _confirm_page(look, offer, kept, missing), 422
    transitions.fire(
        session(), site(), number, offer.transition.id, me(), now(),
        key=context.given_key(), version=context.given_version(),
        raw=kept.raw if kept else None, reason=reason, warnings_reason=warnings_reason,
    )  # fmt: skip
    return done(number, offer)


def done(number: str, offer: Offer) -> Response:
    """Go back to the case and say what was done."""
    step = offer.transition.label(LANGUAGE)
    flash(_("Erledigt: %(step)s.", step=step), "success")
    return redirect(url_for("projects.one", number=number), 303)


def _form_page(
    look: Look, offer: Offer, page: Page, bound: BoundForm, draft: int | None = None
) -> str:
    return render_template(
        "step.html",
        case=look.case,
        step=offer.transition,
        target=confirming.target(look, offer.transition),
        form=page.form,
        page=page,
        bound=bound,
        complaints=bound.complaints,
        presented=cases.filled(look, page.form, page.start),
        binding=confirming.binding(offer.transition),
        reasons=reasons_of(offer),
        draft=page.draft_version if draft is None else draft,
        key=context.new_key(),
    )


def form_url(look: Look, t: Transition) -> str:
    """Return the page on which the form of a step is filled: its own, or that of a decision."""
    number = look.case.number
    if t.form in decisions(look):
        return url_for("decisions.choose", number=number, form_id=t.form)
    return url_for(".step", number=number, transition=t.id)


def _confirm_page(
    look: Look,
    offer: Offer,
    kept: confirming.Filled | None,
    complaints: list[Complaint] | None = None,
) -> str:
    t = offer.transition
    return render_template(
        "confirm.html",
        case=look.case,
        step=t,
        target=confirming.target(look, t),
        kept=kept,
        reasons=reasons_of(offer),
        warnings=[w.text(LANGUAGE) for w in offer.warnings],
        complaints=complaints or [],
        reason=request.form.get("reason", ""),
        warnings_reason=request.form.get("warnings_reason", ""),
        back=form_url(look, t) if kept else None,
        draft=kept.page.draft_version if kept else 0,
        key=context.given_key() or context.new_key(),
    )
