"""Deciding: several steps that share a form, side by side, with nothing chosen beforehand."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _

from workflow_app.core.errors import NotAllowed
from workflow_app.core.steps.offers import Offer
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import submissions
from workflow_app.services.forms.submissions import Page
from workflow_app.store import queries
from workflow_app.web import context
from workflow_app.web.case import amendments, changes, displayed, overlaps, progress, submitted
from workflow_app.web.case.overlaps import HitShown
from workflow_app.web.context import seen, session, today
from workflow_app.web.forms import drafts as form_drafts
from workflow_app.web.forms import taking
from workflow_app.web.forms.builder import BoundForm, Builder, Complaint
from workflow_app.web.forms.taking import Answer
from workflow_app.web.language import language
from workflow_app.web.steps import acts, confirming
from workflow_app.web.steps.acts import reasons_of

bp = Blueprint("decisions", __name__, url_prefix="/projects/<number>/decisions")


@bp.get("/<form_id>")
def choose(number: str, form_id: str) -> Answer:
    """Show what is to be decided, and between what."""
    look = seen(number)
    offers = _offers(look, form_id)
    page = submissions.page(session(), look, form_id)
    bound = _builder(look, page, offers).opened(page.start, page.typed)
    return _show(offers, look, page, bound)


@bp.post("/<form_id>")
def chosen(number: str, form_id: str) -> Answer:
    """Keep what was typed; if a decision is chosen and the form does, go on to confirming it."""
    look = seen(number)
    offers = _offers(look, form_id)
    page = submissions.page(session(), look, form_id)
    show = partial(_show, offers)
    here = url_for(".choose", number=number, form_id=form_id)
    answer = taking.take(look, page, _builder(look, page, offers), show, here)
    return _checked(number, form_id) if answer is None else answer


def _checked(number: str, form_id: str) -> Answer:
    look = seen(number)
    offers = _offers(look, form_id)
    page = submissions.page(session(), look, form_id)
    decision = request.form.get("decision", "")
    offer = next((o for o in offers if o.transition.id == decision), None)
    shown = _builder(look, page, offers).opened(page.start, page.typed)
    if offer is None:
        first = f"decision-{offers[0].transition.id}"
        shown.complaints.append(Complaint(_("Bitte wählen Sie, wie Sie entscheiden."), first))
        return _show(offers, look, page, shown), 422
    checked = submissions.check(session(), look, page.form, page.slot, shown.raw(), decision)
    if checked.problems:
        return _show(offers, look, page, shown.show(checked.problems)), 422
    judged = confirming.judged(look, offer, form_id, checked.values)
    if not judged.open:
        shown.object(reasons_of(judged))
        return _show(offers, look, page, shown), 422
    return redirect(url_for("transitions.confirm", number=number, transition=decision), 303)


def _offers(look: Look, form_id: str) -> list[Offer]:
    """Return the steps to decide between.

    :raises NotAllowed: if there is nothing to decide for this person now.
    """
    offers = acts.decisions(look).get(form_id)
    if not offers:
        raise NotAllowed(form_id)
    return offers


def _builder(look: Look, page: Page, offers: list[Offer]) -> Builder:
    steps = {o.transition.id: o.transition.label(language()) for o in offers}
    return form_drafts.builder_of(look, page, offers[0].transition.id, steps)


def _show(
    offers: list[Offer], look: Look, page: Page, bound: BoundForm, *, kept: bool = True
) -> str:
    case = look.case
    hits = overlaps.found(look) if overlaps.asked_in(page.form) else []
    return render_template(
        "decision.html",
        case=case,
        form=page.form,
        heading=acts.decision_name(look, page.form.id, offers),
        page=page,
        choices=[_choice(look, offer) for offer in offers],
        decision=request.form.get("decision", ""),
        bound=bound,
        complaints=bound.complaints,
        facts=displayed.facts(look),
        findings=_findings(hits, offers),
        due=progress.due(queries.deadline(session(), case), today()),
        presented=displayed.filled(look, page.form, page.start),
        changes=changes.since(look, changes.decided_at(look)),
        amendment=amendments.open_one(look),
        asked=amendments.request_shown(look),
        overlaps=hits,
        new_overlaps=overlaps.new(look),
        submitted=[s for s in submitted.submitted(look) if s.form.id != page.form.id],
        documents=queries.documents(session(), case),
        key=context.new_key(),
        typing=form_drafts.carried(look, page, bound, kept=kept),
    )


def _findings(hits: list[HitShown], offers: list[Offer]) -> list[str]:
    """Return what was found without anybody having looked: overlaps, and notes on the steps."""
    found = [f"{hit.level}: {hit.title} ({hit.number})" for hit in hits]
    notes = (w.text(language()) for offer in offers for w in offer.warnings)
    return [*found, *dict.fromkeys(notes)]


def _choice(look: Look, offer: Offer) -> dict[str, Any]:
    t = offer.transition
    return {
        "id": t.id,
        "label": t.label(language()),
        "help": t.help(language()) if t.help else "",
        "target": confirming.target(look, t),
        "reasons": reasons_of(offer),
    }
