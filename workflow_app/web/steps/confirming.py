"""What a step is confirmed with: its form as it was kept, what it leads to, what must be said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from workflow_app.core.definition.model import STAY, Transition
from workflow_app.core.folding import visible
from workflow_app.core.steps.offers import Offer
from workflow_app.services.cases.situations import Look, with_acting
from workflow_app.services.forms import submissions
from workflow_app.services.forms.submissions import Page
from workflow_app.web.case import displayed
from workflow_app.web.context import session
from workflow_app.web.forms import drafts as form_drafts
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language


@dataclass(frozen=True, slots=True)
class Filled:
    """The form of a step as it would be submitted with it."""

    page: Page
    raw: Mapping[str, Any]
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
    return Filled(page, raw, presented), bool(checked.problems)


def judged(look: Look, offer: Offer, kept: Filled) -> Offer:
    """Return the exit as it is with the form counted in."""
    t = offer.transition
    checked = submissions.check(session(), look, kept.page.form, kept.page.slot, kept.raw, t.id)
    situation, engine = with_acting(session(), look, kept.page.form.id, checked.values)
    return engine.offer(situation, look.actor, t.id)


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
