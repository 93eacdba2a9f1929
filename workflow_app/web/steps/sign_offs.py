"""Joint sign-off: exactly what is confirmed, who has, and the buttons to say or take back yes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.definition.model import Transition
from workflow_app.core.errors import Conflict
from workflow_app.core.folding import visible
from workflow_app.core.steps.offers import Offer
from workflow_app.core.steps.sign_off import AGREEMENT, valid_yeses
from workflow_app.services.access.seeing import may_see
from workflow_app.services.cases.situations import Look
from workflow_app.services.papers import compared as comparing
from workflow_app.services.steps import sign_off, transitions
from workflow_app.store import queries
from workflow_app.web import context
from workflow_app.web.case import amendments, changes, submitted
from workflow_app.web.case.displayed import side_name
from workflow_app.web.case.submitted import SubmissionShown
from workflow_app.web.context import me, now, seen, session, site
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language
from workflow_app.web.steps import since
from workflow_app.web.steps.acts import sign_off_name, signed_name

Answer = str | Response | tuple[str, int]


def show(
    look: Look, offer: Offer, complaints: list[Complaint] | None = None, *, fresh: bool = False
) -> str:
    """Return the page of a step that both sides confirm."""
    t = offer.transition
    named = t.sign_off.of if t.sign_off else ()
    void = [
        row
        for row in queries.confirmations(session(), look.case, t.id)
        if row.digest != offer.digest
    ]
    unmet = [r for r in offer.reasons if r.kind not in ("sign_off", "who")]
    target = look.compiled.workflow.states.get(t.to)
    return render_template(
        "sign_off.html",
        case=look.case,
        state=look.compiled.workflow.states[look.case.state],
        step=t,
        heading=_heading(look, offer),
        taken_by="" if offer.mine else look.engine.role_names(t.by, language()),
        silent=[(side, side_name(side)) for side in offer.may_substitute],
        said={side: request.form.get(f"reason-{side}", "") for side in offer.may_substitute},
        target=target.label(language()) if target else "",
        offer=offer,
        content=_content(look, offer),
        agreement=AGREEMENT in named,
        # The agreement is known by its own checksum, which stands in the footer of its pages.
        checksum=look.situation.agreement_digest if AGREEMENT in named else offer.digest,
        sides=_sides(look, offer),
        mine=_own_yes(look, offer),
        void=[row.person.name for row in void],
        changes=changes.since(look, _before(look, void, named), named),
        text=_text(look, t) if AGREEMENT in named and offer.digest else None,
        amended=amendments.asked_with(look, named),
        unmet=[r.text(language()) for r in unmet],
        warnings=[w.text(language()) for w in offer.warnings],
        ask_reason=bool(offer.to_be_justified) and (offer.open or _completes(look, offer)),
        complaints=complaints or [],
        warnings_reason=request.form.get("warnings_reason", ""),
        form_href=_form_href(look, offer),
        key=context.new_key() if fresh else context.given_key() or context.new_key(),
    )


def act(look: Look, offer: Offer) -> Answer:
    """Say yes, take it back, or take the step that both sides have confirmed."""
    action = request.form.get("action", "")
    words = request.form.get("warnings_reason", "")
    asked = offer.to_be_justified and (offer.open or _completes(look, offer))
    if action not in ("take_back", "substitute") and asked and not visible(words):
        text = _("Bitte begründen Sie, warum Sie trotz des Hinweises fortfahren.")
        return show(look, offer, [Complaint(text, "warnings_reason")]), 422
    try:
        return _act(look, offer, action, words)
    except Conflict:
        now_seen = seen(look.case.number)
        since.note(now_seen)
        t = offer.transition.id
        now_offered = now_seen.engine.offer(now_seen.situation, now_seen.actor, t)
        return show(now_seen, now_offered, fresh=True), 409


def _act(look: Look, offer: Offer, action: str, words: str) -> Answer:
    number, t, key = look.case.number, offer.transition, context.given_key()
    if action == "take_back":
        sign_off.take_back(session(), site(), number, t.id, me(), now(), key=key)
        flash(_("Ihre Mitzeichnung ist zurückgenommen."), "success")
        return redirect(url_for("transitions.step", number=number, transition=t.id), 303)
    if action == "substitute":
        return _stand_in(look, offer)
    if action == "fire":
        transitions.fire(
            session(), site(), number, t.id, me(), now(),
            key=key, version=context.given_version(), warnings_reason=words,
        )  # fmt: skip
        flash(_("Erledigt: %(step)s.", step=t.label(language())), "success")
        return redirect(url_for("projects.one", number=number), 303)
    outcome = sign_off.confirm(
        session(), site(), number, t.id, request.form.get("digest", ""), me(), now(),
        key=key, warnings_reason=words,
    )  # fmt: skip
    return _confirmed(look, offer, outcome, _("Sie haben für Ihre Seite mitgezeichnet."))


def _stand_in(look: Look, offer: Offer) -> Answer:
    """Say yes in the place of a silent side; this takes words."""
    side = request.form.get("side", "")
    reason = request.form.get(f"reason-{side}", "")
    if side in offer.may_substitute and not visible(reason):
        text = _("Bitte begründen Sie, warum Sie für diese Seite mitzeichnen.")
        return show(look, offer, [Complaint(text, f"reason-{side}")]), 422
    outcome = sign_off.substitute(
        session(), site(), look.case.number, offer.transition.id, side,
        request.form.get("digest", ""), reason, me(), now(), key=context.given_key(),
    )  # fmt: skip
    words = _("Sie haben stellvertretend mitgezeichnet: %(side)s.", side=side_name(side))
    return _confirmed(look, offer, outcome, words)


def _confirmed(look: Look, offer: Offer, outcome: sign_off.Outcome, words: str) -> Response:
    """Go back to the case and say what the yes led to."""
    if outcome.fired:
        step = offer.transition.label(language())
        words = _("Beide Seiten haben mitgezeichnet. Erledigt: %(step)s.", step=step)
    flash(words, "success")
    return redirect(url_for("projects.one", number=look.case.number), 303)


def _heading(look: Look, offer: Offer) -> str:
    """Return what the page is for: to sign off, or to take the step that was signed off."""
    step = offer.transition.label(language())
    if offer.may_sign:
        return sign_off_name(offer.transition)
    if offer.may_substitute:
        return _("Stellvertretend mitzeichnen: %(step)s", step=step)
    if offer.open:
        return step
    if _own_yes(look, offer):
        return signed_name(offer.transition)
    return _("Mitzeichnung: %(step)s", step=step)


def _content(look: Look, offer: Offer) -> list[SubmissionShown]:
    """Return the submissions that are confirmed, as they stand."""
    forms = offer.transition.sign_off.of if offer.transition.sign_off else ()
    found = [s for form in forms for s in look.situation.current(form) if may_see(look, s)]
    return submitted.all_shown(look, found)


def _sides(look: Look, offer: Offer) -> list[dict[str, Any]]:
    yeses = valid_yeses(offer.transition, look.situation)
    return [
        {"name": side_name(side), "yes": yeses.get(side)} for side in look.compiled.workflow.sides
    ]


def _before(look: Look, void: list[Any], forms: Collection[str]) -> datetime | None:
    """Return since when changes are told: since a yes that counts no more, else since the own last.

    None if nobody of the own side has confirmed these forms yet.
    """
    if void:
        first: datetime = min(row.at for row in void)
        return first
    steps = look.compiled.workflow.transitions.values()
    alike = [t.id for t in steps if t.sign_off and set(t.sign_off.of) & set(forms)]
    return queries.last_yes(session(), look.case, alike, look.actor.side)


def _text(look: Look, t: Transition) -> dict[str, Any] | None:
    """Return what reads otherwise in the agreement since this side signed it off or saw it."""
    compared = comparing.since_seen(session(), look, t, look.actor.side)
    if compared is None:
        return None
    told = [changes.texts(d.label, d.old, d.new) for d in compared.differences]
    return {"old": compared.old, "confirmed": compared.confirmed, "changes": told}


def _own_yes(look: Look, offer: Offer) -> bool:
    yeses = valid_yeses(offer.transition, look.situation)
    return any(yes.person == look.actor.person for yes in yeses.values())


def _completes(look: Look, offer: Offer) -> bool:
    """Say whether this person's yes would be the last thing missing."""
    missing = [r for r in offer.reasons if r.kind == "sign_off"]
    return offer.may_sign and len(offer.reasons) == len(missing) == 1


def _form_href(look: Look, offer: Offer) -> str | None:
    """Return where the form of the step is filled, if it has one."""
    form = offer.transition.form
    if form is None:
        return None
    return url_for("steps.form", number=look.case.number, form_id=form)
