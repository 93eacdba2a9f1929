"""Taking a step: with or without a form, with a confirmation page before anything binding."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.definition.model import Transition
from workflow_app.core.errors import Conflict, Invalid, NotAllowed
from workflow_app.core.steps.offers import Offer
from workflow_app.services.access import supervisors
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import submissions
from workflow_app.services.forms.submissions import Page
from workflow_app.services.steps import transitions
from workflow_app.services.steps.transitions import Fired
from workflow_app.store import queries
from workflow_app.web import context
from workflow_app.web.case import displayed, overlaps
from workflow_app.web.context import me, now, seen, session, site
from workflow_app.web.forms import drafts as form_drafts
from workflow_app.web.forms import taking
from workflow_app.web.forms.builder import BoundForm
from workflow_app.web.forms.taking import Answer
from workflow_app.web.language import language
from workflow_app.web.steps import confirming, sign_offs, since
from workflow_app.web.steps.acts import reasons_of

bp = Blueprint("transitions", __name__, url_prefix="/projects/<number>/transitions/<transition>")


@bp.get("")
def step(number: str, transition: str) -> Answer:
    """Show the page of a step: its form, what both sides confirm, or the question whether to."""
    look = seen(number)
    offer = _offer(look, transition)
    if offer.transition.sign_off:
        return sign_offs.show(look, offer)
    if offer.transition.form is None:
        return confirming.show(look, offer, None)
    page = submissions.page(session(), look, offer.transition.form)
    builder = form_drafts.builder_of(look, page, transition)
    return _form_page(offer, look, page, builder.opened(page.start, page.typed))


@bp.post("")
def stepped(number: str, transition: str) -> Answer:
    """Take what was typed, a confirmation, or the step itself."""
    alone = _alone(number, transition)
    if alone is not None:
        return _at_once(number, alone)
    look = seen(number)
    offer = _offer(look, transition)
    if offer.transition.sign_off:
        return sign_offs.act(look, offer)
    return _fill(look, offer)


@bp.get("/confirm")
def confirm(number: str, transition: str) -> Answer:
    """Show once more what is about to happen."""
    look = seen(number)
    offer = _offer(look, transition)
    kept, problems = confirming.kept_form(look, offer)
    if problems or kept is None:
        return redirect(confirming.form_url(look, offer.transition), 303)
    offer = confirming.judged(look, offer, kept.page.form.id, kept.values)
    return confirming.show(look, offer, kept)


@bp.post("/confirm")
def confirmed(number: str, transition: str) -> Answer:
    """Take the step with the form as it was shown."""
    look = seen(number)
    offer = _offer(look, transition)
    kept, problems = confirming.kept_form(look, offer)
    if problems or kept is None:
        return redirect(confirming.form_url(look, offer.transition), 303)
    offer = confirming.judged(look, offer, kept.page.form.id, kept.values)
    if kept.page.draft_version != form_drafts.given_draft():
        return _overtaken(look, offer, kept)
    return _fire(look, offer, kept)


def _overtaken(look: Look, offer: Offer, kept: confirming.Filled | None) -> Answer:
    """Show the page of confirming as it is now, with what happened since and what was typed."""
    since.note(look)
    if kept:
        since.say(form_drafts.meanwhile(look, kept.page))
    return confirming.show(look, offer, kept, fresh=True), 409


def _offer(look: Look, transition: str) -> Offer:
    """Return the exit of the state.

    :raises NotAllowed: if it is not one, or this person has nothing to do with it.
    """
    offer = look.engine.offer(look.situation, look.actor, transition)
    side = look.actor.side is not None
    may_say_yes = offer.transition.sign_off and (side or offer.may_substitute)
    if not offer.mine and not may_say_yes:
        raise NotAllowed(transition, offer.reasons)
    return offer


def _fill(look: Look, offer: Offer) -> Answer:
    t, number = offer.transition, look.case.number
    page = submissions.page(session(), look, t.form or "")
    builder = form_drafts.builder_of(look, page, t.id)
    here = url_for(".step", number=number, transition=t.id)
    answer = taking.take(look, page, builder, partial(_form_page, offer), here)
    if answer is not None:
        return answer
    if request.form.get("action") == "fire" and not confirming.binding(t):
        return _fire_form(number, t.id)
    return _checked(number, t.id)


def _kept_form(number: str, transition: str) -> tuple[Look, Offer, Page, BoundForm]:
    """Return the form of a step as it was just kept."""
    look = seen(number)
    offer = _offer(look, transition)
    page = submissions.page(session(), look, offer.transition.form or "")
    builder = form_drafts.builder_of(look, page, transition)
    return look, offer, page, builder.opened(page.start, page.typed)


def _checked(number: str, transition: str) -> Answer:
    """Go on to the confirmation if the form, now kept, is in order; else show its problems."""
    look, offer, page, bound = _kept_form(number, transition)
    checked = submissions.check(session(), look, page.form, page.slot, bound.raw(), transition)
    if checked.problems:
        return _form_page(offer, look, page, bound.show(checked.problems)), 422
    return redirect(url_for(".confirm", number=number, transition=transition), 303)


def _fire_form(number: str, transition: str) -> Answer:
    """Take the step with its form as it was just kept."""
    _look, offer, page, bound = _kept_form(number, transition)
    try:
        fired = transitions.fire(
            session(), site(), number, transition, me(), now(),
            key=context.given_key(), version=context.given_version(), raw=bound.raw(),
        )  # fmt: skip
    except Invalid as invalid:
        return _form_page(offer, seen(number), page, bound.show(invalid.problems)), 422
    except Conflict:
        look, offer, page, bound = _kept_form(number, transition)
        since.note(look)
        return _form_page(offer, look, page, bound), 409
    except NotAllowed as closed:
        bound.object(reason.text(language()) for reason in closed.reasons)
        return _form_page(offer, seen(number), page, bound), 422
    return done(number, offer.transition, fired)


def _alone(number: str, transition: str) -> Transition | None:
    """Return the step if nothing goes with it: no form to fill, nothing for sides to confirm."""
    version = queries.version_of(session(), number)
    if version is None:
        return None
    t = site().catalogue.version(session(), version).workflow.transitions.get(transition)
    return t if t is not None and t.form is None and t.sign_off is None else None


def _at_once(number: str, t: Transition) -> Answer:
    """Take a step that stands alone: what it rests on is read once, under the lock of the case."""
    reason = request.form.get("reason", "")
    warnings_reason = request.form.get("warnings_reason", "")
    try:
        fired = transitions.fire(
            session(), site(), number, t.id, me(), now(),
            key=context.given_key(), version=context.given_version(),
            reason=reason, warnings_reason=warnings_reason,
        )  # fmt: skip
    except Conflict:
        look = seen(number)
        return _overtaken(look, _offer(look, t.id), None)
    except NotAllowed:
        look = seen(number)
        offer = _offer(look, t.id)
        missing = confirming.missing_words(offer, reason, warnings_reason)
        if not missing:
            raise
        return confirming.show(look, offer, None, missing), 422
    return done(number, t, fired)


def _fire(look: Look, offer: Offer, kept: confirming.Filled) -> Answer:
    number = look.case.number
    reason = request.form.get("reason", "")
    warnings_reason = request.form.get("warnings_reason", "")
    missing = confirming.missing_words(offer, reason, warnings_reason)
    if missing:
        return confirming.show(look, offer, kept, missing), 422
    try:
        fired = transitions.fire(
            session(), site(), number, offer.transition.id, me(), now(),
            key=context.given_key(), version=context.given_version(),
            raw=kept.raw, reason=reason, warnings_reason=warnings_reason,
        )  # fmt: skip
    except Conflict:
        look = seen(number)
        offer = _offer(look, offer.transition.id)
        again = confirming.kept_form(look, offer)[0]
        if again:
            offer = confirming.judged(look, offer, again.page.form.id, again.values)
        return _overtaken(look, offer, again)
    return done(number, offer.transition, fired)


def done(number: str, t: Transition, fired: Fired) -> Response:
    """Go back to the case, if it can still be seen, and say what was done."""
    step = t.label(language())
    flash(_("Erledigt: %(step)s.", step=step), "success")
    if fired.seen:
        return redirect(url_for("projects.one", number=number), 303)
    flash(_("Der Vorgang %(number)s ist für Sie nicht mehr sichtbar.", number=number), "info")
    return redirect(url_for("tasks.mine"), 303)


def _form_page(offer: Offer, look: Look, page: Page, bound: BoundForm, *, kept: bool = True) -> str:
    return render_template(
        "step.html",
        case=look.case,
        step=offer.transition,
        target=confirming.target(look, offer.transition),
        form=page.form,
        page=page,
        bound=bound,
        complaints=bound.complaints,
        presented=displayed.filled(look, page.form, page.start),
        binding=confirming.binding(offer.transition),
        reasons=reasons_of(offer),
        excluded=_excluded(look, page),
        overlaps=overlaps.found(look) if overlaps.asked_in(page.form) else [],
        key=context.new_key(),
        typing=form_drafts.carried(look, page, bound, kept=kept),
    )


def _excluded(look: Look, page: Page) -> list[tuple[str, str]]:
    """Return who cannot be chosen as supervisor here, each with the reason."""
    if all(field.to != "supervisor" for field in page.form.fields):
        return []
    found = supervisors.candidates(session(), look.situation)
    return [(c.name, c.excluded(language())) for c in found if c.excluded]
