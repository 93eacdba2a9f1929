"""What each effect of the closed table means in a play: the same change, by value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from workflow_app.core.canonical import digest
from workflow_app.core.cases import amending
from workflow_app.core.cases.situation import SIGNATORY, Actor, Amending, Participant, Situation
from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Workflow
from workflow_app.core.tables.partner_facts import contacts_on_resuming, side_handed_over
from workflow_app.core.tables.project_facts import scope_digest

SOURCE_PARTNER = "source_partner"


@dataclass(frozen=True, slots=True)
class Change:
    """What an effect works on."""

    workflow: Workflow
    situation: Situation
    actor: Actor | None
    forms: Mapping[str, Form]
    people: tuple[Participant, ...]
    """Everybody invented, with the side that they would stand for."""


Effect = Callable[[Change, str], Situation]


def _name_participants(change: Change, argument: str) -> Situation:
    """The contacts named take part, or else the first invented person of each side."""
    interest = change.situation.newest("interest") or {}
    found = []
    for side, role in change.workflow.sides.items():
        of_side = [p for p in change.people if p.side == side]
        named = [p for p in of_side if str(p.person) == str(interest.get(f"{side}_contact"))]
        found += [replace(p, role=role) for p in [*named, *of_side][:1]]
    return replace(
        change.situation,
        participants=tuple(found),
        initiating_side=change.actor.side if change.actor else None,
    )


def _change_contact(change: Change, argument: str) -> Situation:
    known = {str(p.person): p for p in change.people}
    if values := change.situation.acting.get("contact_change"):
        side = side_handed_over(change.situation) or ""
        deputy = known.get(str(values.get("deputy")))
        return _standing(change, side, known.get(str(values.get("new"))), deputy)
    situation = change.situation
    for side, person in (contacts_on_resuming(situation) or {}).items():
        there = situation.deputy(side)
        stays = there if there and there.person != person else None
        situation = _standing(
            replace(change, situation=situation), side, known.get(str(person)), stays
        )
    return situation


def _standing(
    change: Change, side: str, new: Participant | None, deputy: Participant | None
) -> Situation:
    """Let contact and deputy stand for a side; nothing changes if the play does not know them."""
    if new is None or side not in change.workflow.sides:
        return change.situation
    role = change.workflow.sides[side]
    others = [p for p in change.situation.participants if (p.side, p.role) != (side, role)]
    found = [replace(new, side=side, role=role)]
    if deputy is not None:
        found.append(replace(deputy, side=side, role=role, deputy=True))
    return replace(change.situation, participants=(*others, *found))


def _assign_supervisor(change: Change, argument: str) -> Situation:
    chosen = (change.situation.acting.get("assignment") or {}).get("supervisor")
    if not chosen:
        return change.situation
    assigned = {**change.situation.assigned, "supervisor": int(chosen)}
    return replace(change.situation, assigned=assigned)


def _source_partners(change: Change, argument: str) -> Situation:
    partners = tuple(p for p in change.people if p.role == SOURCE_PARTNER)
    return replace(change.situation, participants=partners)


def _signatories(change: Change, argument: str) -> Situation:
    """Those named take part, as far as the play knows them."""
    agreement = change.situation.newest("agreement") or {}
    others = tuple(p for p in change.situation.participants if p.role != SIGNATORY)
    named = {side: str(agreement.get(f"signatory_{side}")) for side in change.workflow.sides}
    signing = (
        replace(p, role=SIGNATORY)
        for p in change.people
        if p.side is not None and named.get(p.side) == str(p.person)
    )
    return replace(change.situation, participants=(*others, *signing))


def _accept_scope(change: Change, argument: str) -> Situation:
    scope = scope_digest(change.workflow.scope, change.situation)
    return replace(change.situation, accepted_scope=scope)


def _snapshot(change: Change, argument: str) -> Situation:
    values = {f: [s.values for s in rows] for f, rows in change.situation.submissions.items()}
    return replace(change.situation, agreement_digest=digest(values))


def _propose(change: Change, form: str) -> Situation:
    s = change.situation
    values = s.newest(form) or {}
    whole = amending.proposed(change.forms[form], values, s.agreed)
    asked = Amending(s.amending, form, "pending", s.today, whole)
    return replace(s, amendments=(*s.amendments, asked))


def _amendment(change: Change, status: str) -> Situation:
    """Let the open change have another status; one that is issued has a text to be signed."""
    s = change.situation
    if s.amendment is None:
        return s
    text = digest(s.amendment.proposed) if status == "issued" else s.amendment.digest
    closed = replace(s.amendment, status=status, digest=text)
    return replace(s, amendments=(*s.amendments[:-1], closed))


def _register_addendum(change: Change, argument: str) -> Situation:
    proposed = change.situation.amendment.proposed if change.situation.amendment else {}
    return amending.with_values(_amendment(change, "registered"), proposed)


def _variable(change: Change, name: str, on: bool) -> Situation:
    kept = change.situation.variables - {name}
    return replace(change.situation, variables=kept | {name} if on else kept)


def _nothing(change: Change, argument: str) -> Situation:
    return change.situation


EFFECTS: Mapping[str, Effect] = {
    "name_participants": _name_participants,
    "join_parent": _name_participants,
    "change_contact": _change_contact,
    "assign_supervisor": _assign_supervisor,
    "name_source_partners": _source_partners,
    "name_signatories": _signatories,
    "begin_round": lambda c, a: replace(c.situation, round=c.situation.round + 1),
    "accept_scope": _accept_scope,
    "supersede_approval": lambda c, a: replace(c.situation, accepted_scope=None),
    "snapshot_agreement": _snapshot,
    "void_agreement": lambda c, a: replace(c.situation, agreement_digest=None),
    "propose_amendment": _propose,
    "withdraw_amendment": lambda c, a: _amendment(c, "withdrawn"),
    "decline_amendment": lambda c, a: _amendment(c, "declined"),
    "void_open_amendment": lambda c, a: _amendment(c, "void"),
    "issue_addendum": lambda c, a: _amendment(c, "issued"),
    "register_addendum": _register_addendum,
    "cancel_children": lambda c, a: replace(c.situation, open_children=0),
    "set": lambda c, name: _variable(c, name, True),
    "clear": lambda c, name: _variable(c, name, False),
    "renew_deadline": _nothing,
    "log_activity_on_parent": _nothing,
    "release_agreement": _nothing,
    "register_agreement": _nothing,
    "issue": _nothing,
    "build_archive": _nothing,
    "tell_touched": _nothing,
}
"""Name → what follows in the play. Papers are only told of; `simulate` renews deadlines itself."""
