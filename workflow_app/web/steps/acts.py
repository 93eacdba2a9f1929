"""What somebody may do on a case: forms to fill, steps to take, and why others are closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from flask import url_for
from flask_babel import gettext as _

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Transition
from workflow_app.core.steps.offers import SENT, Offer, called_to_confirm
from workflow_app.services.cases.situations import Look, turn_is
from workflow_app.services.forms import submissions
from workflow_app.web.case.displayed import side_name
from workflow_app.web.language import language

ASKED, MAIN, NEW, STEP, AGAIN, ASIDE = range(6)
"""The order of what can be done: what one's task asks for, the first exit, forms still to fill,
other exits, changes, and at last what the workflow calls aside: giving up, handing over.
"""


UNMET = ("requirement", "undecided", "state")
"""Kinds of reasons that no confirmation lifts."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do, or one that is closed with its reasons."""

    text: str
    href: str | None
    reasons: tuple[str, ...] = ()
    rank: int = STEP
    does: tuple[str, ...] = ()
    """The exits and the form by which it is done."""


@dataclass(slots=True)
class Acts:
    """Everything that can be done from the state of a case, by whoever asks and by others."""

    open: list[Act] = field(default_factory=list)
    aside: list[Act] = field(default_factory=list)
    """What can be done, too, and is rarely the next step."""
    closed: list[Act] = field(default_factory=list)
    """Steps that are this person's, but something is missing."""
    blocked: bool = False
    """True if what this person is asked for is among those: the reasons are what counts now."""
    others: list[Act] = field(default_factory=list)
    """Steps that somebody else can take."""


def acts_of(seen: Look) -> Acts:
    """Return the acts: what is asked for first, then forms and steps in the order of the state."""
    found = Acts(open=[*_forms(seen), *_joint_forms(seen)])
    grouped = decisions(seen)
    main = seen.offers[0].transition.id if seen.offers else ""
    told: set[str] = set()
    for offer in seen.offers:
        t = offer.transition
        if t.form in grouped and offer in grouped[t.form]:
            if t.form not in told:
                told.add(t.form)
                found.open.append(_decision(seen, t.form, grouped[t.form]))
        elif t.sign_off and (offer.mine or offer.may_substitute or concerns_side(seen)):
            _sign_off(seen, offer, found)
        elif offer.open:
            rank = MAIN if t.id == main else _rank(t)
            found.open.append(_act(seen, offer, t.label(language()), rank))
        elif offer.mine:
            found.closed.append(Act(t.label(language()), None, reasons_of(offer), does=(t.id,)))
        else:
            found.others.append(Act(t.label(language()), None, reasons_of(offer)))
    return _in_order(found, [turn.step for turn in seen.turns if turn_is(turn, seen.actor)], main)


def _in_order(found: Acts, asked: list[str | None], main: str) -> Acts:
    """Return the acts in their order, with what is asked for first and what is aside by itself.

    A task that names no step is done by the `main` one.
    """
    wanted = {step or main for step in asked}
    held = [*(act for act in found.open if act.reasons), *found.closed]
    found.blocked = any(wanted & set(act.does) for act in held)
    found.closed.sort(key=lambda act: not wanted & set(act.does))
    ranked = [
        replace(act, rank=ASKED) if not act.reasons and set(asked) & set(act.does) else act
        for act in found.open
    ]
    ranked.sort(key=lambda act: act.rank)
    # What is not possible yet stands with its reasons, whatever its rank.
    found.open = [act for act in ranked if act.rank < ASIDE or act.reasons]
    found.aside = [act for act in ranked if act not in found.open]
    return found


def _act(seen: Look, offer: Offer, text: str, rank: int) -> Act:
    return Act(text, step_url(seen, offer), rank=rank, does=(offer.transition.id,))


def _rank(t: Transition) -> int:
    return ASIDE if t.aside else STEP


def reasons_of(offer: Offer) -> tuple[str, ...]:
    """Return the reasons why a step is closed, each once.

    What cannot be lifted here at all hides the rest; a missing sign-off is only told when there is
    something to sign.
    """
    reasons = offer.reasons
    if undecided := [r for r in reasons if r.kind == "undecided"]:
        reasons = tuple(undecided)
    elif offer.digest is None:
        reasons = tuple(r for r in reasons if r.kind != "sign_off")
    wanted = language()
    return tuple(dict.fromkeys(reason.text(wanted) for reason in reasons))


def step_url(seen: Look, offer: Offer) -> str:
    """Return the page on which a step is taken."""
    return url_for("transitions.step", number=seen.case.number, transition=offer.transition.id)


def concerns_side(seen: Look) -> bool:
    """Say whether the person stands for one of the two sides."""
    side = seen.actor.side
    return side is not None and seen.compiled.workflow.sides[side] in seen.actor.roles


def decisions(seen: Look) -> dict[str, list[Offer]]:
    """Return form → the steps between which the person decides with this one form."""
    found: dict[str, list[Offer]] = {}
    for offer in seen.offers:
        t = offer.transition
        if t.form and t.sign_off is None and offer.mine:
            found.setdefault(t.form, []).append(offer)
    return {form: offers for form, offers in found.items() if len(offers) > 1}


def decision_name(seen: Look, form_id: str, offers: list[Offer]) -> str:
    """Return what deciding is called: as the task that may ask for it, if there is one."""
    between = {form_id, *(offer.transition.id for offer in offers)}
    state = seen.compiled.workflow.states[seen.case.state]
    for waiting in state.waits_for:
        task = waiting.task or state.task
        if task and waiting.step in between and waiting.role in seen.actor.roles:
            return task(language())
    return _("Entscheiden: %(form)s", form=seen.compiled.forms[form_id].label(language()))


def _decision(seen: Look, form_id: str, offers: list[Offer]) -> Act:
    href = url_for("decisions.choose", number=seen.case.number, form_id=form_id)
    text = decision_name(seen, form_id, offers)
    if any(offer.open for offer in offers):
        does = (form_id, *(offer.transition.id for offer in offers))
        return Act(text, href, rank=MAIN, does=does)
    # Steps that are decided between mostly lack the same.
    reasons = dict.fromkeys(reason for offer in offers for reason in reasons_of(offer))
    return Act(text, href, tuple(reasons), does=(form_id,))


def _sign_off(seen: Look, offer: Offer, found: Acts) -> None:
    label = offer.transition.label(language())
    href = step_url(seen, offer)
    first = MAIN if offer is seen.offers[0] else _rank(offer.transition)
    if offer.may_sign:
        act = _act(seen, offer, sign_off_name(offer.transition), first)
        # It may be confirmed ahead of what is missing, but that is not the next thing to do.
        missing = tuple(r.text(language()) for r in offer.reasons if r.kind in UNMET)
        found.open.append(replace(act, reasons=missing))
    elif offer.may_substitute:
        text = _("Stellvertretend mitzeichnen: %(step)s", step=label)
        found.open.append(_act(seen, offer, text, _rank(offer.transition)))
    elif offer.open:
        found.open.append(_act(seen, offer, label, MAIN))
    elif concerns_side(seen) and seen.actor.side in offer.signed:
        name, does = signed_name(offer.transition), (offer.transition.id,)
        found.closed.append(Act(name, href, reasons_of(offer), does=does))
    else:
        found.closed.append(Act(label, None, reasons_of(offer), does=(offer.transition.id,)))


def sign_off_name(t: Transition) -> str:
    """Return what somebody does who confirms a joint step for a side."""
    return called_to_confirm(t)(language())


def signed_name(t: Transition) -> str:
    """Return what stands instead for somebody who has confirmed it."""
    if t.sign_off and t.sign_off.label:
        return _("Von Ihnen erledigt: %(step)s", step=t.sign_off.label(language()))
    return _("Von Ihnen mitgezeichnet: %(step)s", step=t.label(language()))


def _forms(seen: Look) -> Iterator[Act]:
    state = seen.compiled.workflow.states[seen.case.state]
    for form_id in state.forms:
        form = seen.compiled.forms[form_id]
        # A form that belongs to a step of this person is filled on the page of that step, and so is
        # one that the state does not offer yet.
        own = form_id in decisions(seen) or not submissions.offered(form_id, seen)
        if not own and submissions.fillable(form, seen):
            yield from _form(seen, form)


def _joint_forms(seen: Look) -> Iterator[Act]:
    """Yield the forms of joint steps that the state does not list, if only they are missing."""
    state = seen.compiled.workflow.states[seen.case.state]
    for offer in seen.offers:
        t, missing = offer.transition, {r.id for r in offer.reasons if r.kind != "sign_off"}
        if not (t.sign_off and offer.mine and t.form) or t.form in state.forms or offer.may_sign:
            continue
        if missing and missing <= {t.form, SENT}:
            for act in _form(seen, seen.compiled.forms[t.form]):
                # Begun by nobody yet, it is as rarely the next thing to do as its step.
                yield replace(act, rank=ASIDE) if t.aside and act.rank == NEW else act


def _form(seen: Look, form: Form) -> Iterator[Act]:
    label, number = form.label(language()), seen.case.number
    if form.per == "entry":
        href = url_for("steps.form", number=number, form_id=form.id)
        yield Act(_("Neu: %(form)s", form=label), href, rank=STEP, does=(form.id,))
    elif form.per in ("side", "amendment_side"):
        for side in seen.compiled.workflow.sides:
            if seen.actor.side in (None, side):
                slot = submissions.slot_for(form, seen, side)
                yield _slot(seen, form, slot, f"{label}, {side_name(side)}")
    else:
        yield _slot(seen, form, submissions.slot_for(form, seen), label)


def _done_with(seen: Look, form: Form) -> bool:
    """Say whether both sides have sent the form as it is, and nothing of it waits or is asked back.

    What the step sets says that it waits, what the step clears that it was asked for once more.
    """
    return any(
        SENT in {r.id for r in o.reasons}
        and not {e.argument for e in o.transition.effects} & seen.situation.variables
        for o in seen.offers
        if o.transition.form == form.id
    )


def _slot(seen: Look, form: Form, slot: str, label: str) -> Act:
    at = slot if form.per in ("side", "amendment_side") else None
    href = url_for("steps.form", number=seen.case.number, form_id=form.id, slot=at)
    if _done_with(seen, form):
        return Act(_("Neu: %(form)s", form=label), href, rank=AGAIN, does=(form.id,))
    if any(s.slot == slot for s in seen.situation.submissions.get(form.id, ())):
        return Act(_("Bearbeiten: %(form)s", form=label), href, rank=AGAIN, does=(form.id,))
    return Act(_("Ausfüllen: %(form)s", form=label), href, rank=NEW, does=(form.id,))
