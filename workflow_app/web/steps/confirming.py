"""The page on which a step is confirmed: its form as it was kept, what it leads to and rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from workflow_app.core.cases.situation import Values
from workflow_app.core.definition.model import STAY, Transition
from workflow_app.core.folding import visible
from workflow_app.core.steps.offers import Offer
from workflow_app.services.access.seeing import visible as visible_to
from workflow_app.services.cases.situations import Look, with_acting
from workflow_app.services.forms import submissions
from workflow_app.services.forms.submissions import Page
from workflow_app.web import context
from workflow_app.web.case import displayed, submitted
from workflow_app.web.context import session
from workflow_app.web.forms import drafts as form_drafts
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language
from workflow_app.web.steps import consequences
from workflow_app.web.steps.acts import decisions, reasons_of


@dataclass(frozen=True, slots=True)
class Filled:
    """The form of a step as it would be submitted with it."""

    page: Page
    raw: Mapping[str, Any]
    values: Values
    """What was typed, as values; where it has problems, as far as it could be read."""
    presented: Mapping[str, Any]


def kept_form(look: Look, offer: Offer) -> tuple[Filled | None, bool]:
    """Return the form of the step as it was typed and kept, and whether it has problems."""
    t = offer.transition
    if t.form is None or t.sign_off:
        return None, False
    page = submissions.page(session(), look, t.form)
    raw = form_drafts.builder_of(look, page, t.id).opened(page.start, page.typed).raw()
    checked = submissions.check(session(), look, page.form, page.slot, raw, t.id)
    presented = displayed.filled(look, page.form, checked.values)
    return Filled(page, raw, checked.values, presented), bool(checked.problems)


def judged(look: Look, offer: Offer, form_id: str, values: Values) -> Offer:
    """Return the exit as it is with these values of its form, already checked, counted in."""
    situation, engine = with_acting(session(), look, form_id, values)
    return engine.offer(situation, look.actor, offer.transition.id)


def binding(t: Transition) -> bool:
    """Say whether a step gets a page of its own for confirming it."""
    return t.decision or t.confirm or t.to != STAY or t.reason is not None


def missing_words(offer: Offer, reason: str, warnings_reason: str) -> list[Complaint]:
    """Return what still has to be said before the step."""
    missing = []
    if offer.transition.reason == "required" and not visible(reason):
        missing.append(Complaint(_("Bitte begründen Sie diesen Schritt."), "reason"))
    if offer.to_be_justified and not visible(warnings_reason):
        text = _("Bitte begründen Sie, warum Sie trotz des Hinweises fortfahren.")
        missing.append(Complaint(text, "warnings_reason"))
    return missing


def target(look: Look, t: Transition) -> str:
    """Return the label of the state that the step leads to, or an empty text if it stays."""
    return "" if t.to == STAY else look.compiled.workflow.states[t.to].label(language())


def form_url(look: Look, t: Transition) -> str:
    """Return the page on which the form of a step is filled: its own, or that of a decision."""
    number = look.case.number
    if t.form in decisions(look):
        return url_for("decisions.choose", number=number, form_id=t.form)
    return url_for("transitions.step", number=number, transition=t.id)


def _rests_on(look: Look, t: Transition) -> list[submitted.SubmissionShown]:
    """Return what was submitted and a step without a form is about.

    That is what the forms of the state say, and the request or answer that the step settles; of
    a step that takes back a change of the agreement it is the request for that change.
    """
    change = look.situation.amendment
    if change and any(e.name == "withdraw_amendment" for e in t.effects):
        slot = f"n{change.number}"
        asked = [s for s in visible_to(look) if s.form == change.form and s.slot == slot]
        return submitted.all_shown(look, asked)
    state = look.compiled.workflow.states[look.case.state]
    about = {name for name in state.forms if submissions.offered(name, look)} | _settled(look, t)
    return submitted.all_shown(look, [s for s in visible_to(look) if s.form in about])


def _settled(look: Look, t: Transition) -> set[str]:
    """Return the forms of the steps that set what this step clears, as far as it is set."""
    cleared = {e.argument for e in t.effects if e.name == "clear"} & look.situation.variables
    steps = look.compiled.workflow.transitions.values()
    return {
        step.form
        for step in steps
        if step.form and any(e.name == "set" and e.argument in cleared for e in step.effects)
    }


def show(
    look: Look,
    offer: Offer,
    kept: Filled | None,
    complaints: list[Complaint] | None = None,
    *,
    fresh: bool = False,
) -> str:
    """Return the page on which a step is confirmed; `fresh` asks for a request key of its own."""
    t = offer.transition
    return render_template(
        "confirm.html",
        case=look.case,
        step=t,
        target=target(look, t),
        kept=kept,
        rests_on=[] if kept else _rests_on(look, t),
        follows=consequences.follows(look, t),
        reasons=reasons_of(offer),
        warnings=[w.text(language()) for w in offer.warnings],
        ask_reason=bool(offer.to_be_justified),
        complaints=complaints or [],
        reason=request.form.get("reason", ""),
        warnings_reason=request.form.get("warnings_reason", ""),
        back=form_url(look, t) if kept else None,
        draft=kept.page.draft_version if kept else 0,
        base=form_drafts.marked(kept.page) if kept else "",
        key=context.new_key() if fresh else context.given_key() or context.new_key(),
    )
