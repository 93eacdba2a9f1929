"""How each effect of the closed table is carried out, inside the transition's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import SIGNATORY, Actor, Participant, Situation
from workflow_app.core.tables.partner_facts import contacts_on_resuming, side_handed_over
from workflow_app.core.tables.project_facts import scope_digest
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.papers import agreements, archive, papers
from workflow_app.services.site import Site
from workflow_app.services.steps import activities, amendments, handing_over
from workflow_app.services.work import due, touched
from workflow_app.store.tables.cases import Case, Participation

SOURCE_PARTNER = "source_partner"
"""The role of whoever takes part in a project on which a recommendation rests."""


@dataclass(frozen=True)
class Change:
    """What an effect works on."""

    session: Session
    site: Site
    compiled: Compiled
    case: Case
    situation: Situation
    actor: Actor | None
    now: datetime


def _name_participants(change: Change, argument: str | None) -> None:
    interest = change.situation.newest("interest") or {}
    # Before a case is opened only somebody invited takes part, called by the address.
    invited = {p.person: p.name for p in change.situation.participants}
    for side, role in change.compiled.workflow.sides.items():
        person, body = int(interest[f"{side}_contact"]), int(interest[f"{side}_org"])
        change.case.participations.append(
            Participation(
                person_id=person,
                organisation_id=body,
                role=role,
                side=side,
                since=day_of(change.now),
                invited_as=invited.get(person),
            )
        )
        if change.actor and person == change.actor.person:
            change.case.initiating_side = side


def _change_contact(change: Change, argument: str | None) -> None:
    by = change.actor.person if change.actor else None
    for wanted in _standing_from_now_on(change.situation):
        handing_over.hand_over(
            change.session, change.site, change.compiled, change.case, wanted, change.now, by
        )


def _standing_from_now_on(situation: Situation) -> Iterator[handing_over.Standing]:
    """Yield who stands for the sides that change, by the change sent or by the resumption."""
    if said := situation.acting.get("contact_change"):
        side = side_handed_over(situation)
        if side is not None:
            deputy = int(said.get("deputy") or 0) or None
            yield handing_over.Standing(side, int(said["new"]), deputy)
        return
    for side, person in (contacts_on_resuming(situation) or {}).items():
        there = situation.deputy(side)
        stays = there.person if there and there.person != person else None
        yield handing_over.Standing(side, person, stays)


def _assign_supervisor(change: Change, argument: str | None) -> None:
    change.case.supervisor_id = int(change.situation.acting["assignment"]["supervisor"])


def _join_parent(change: Change, argument: str | None) -> None:
    parent, sides = change.situation.parent, change.compiled.workflow.sides
    for partner in parent.partners if parent else ():
        if partner.role in sides.values():
            _let_take_part(change, partner, partner.role)
    change.case.initiating_side = change.actor.side if change.actor else None


def _let_take_part(change: Change, who: Participant, role: str) -> None:
    change.case.participations.append(
        Participation(
            person_id=who.person,
            organisation_id=who.organisation,
            role=role,
            side=who.side,
            since=day_of(change.now),
            deputy=who.deputy,
        )
    )


def _name_source_partners(change: Change, argument: str | None) -> None:
    """Let exactly the partners of the source projects take part; some may already do."""
    source = change.situation.newest("rec_source") or {}
    projects = [change.situation.related[number] for number in source.get("projects") or []]
    wanted = {(p.person, p.organisation): p for project in projects for p in project.partners}
    for present in change.case.participations:
        if present.role == SOURCE_PARTNER and present.until is None:
            key = (present.person_id, present.organisation_id)
            if wanted.pop(key, None) is None:
                present.until = day_of(change.now) - timedelta(days=1)
    for partner in wanted.values():
        _let_take_part(change, partner, SOURCE_PARTNER)


def _name_signatories(change: Change, argument: str | None) -> None:
    """Let exactly those take part who are to sign and belong to the organisation of their side."""
    agreement = change.situation.newest("agreement") or {}
    wanted: dict[tuple[int, str], int | None] = {}
    for side in change.compiled.workflow.sides:
        named = int(agreement.get(f"signatory_{side}") or 0)
        partner = change.situation.participant(side)
        if partner and partner.organisation in change.situation.members_of.get(named, frozenset()):
            wanted[named, side] = partner.organisation
    for present in change.case.participations:
        if present.role == SIGNATORY and present.until is None:
            key = (present.person_id, present.side or "")
            if key in wanted:
                del wanted[key]
            else:
                present.until = day_of(change.now) - timedelta(days=1)
    for (person, side), body in wanted.items():
        signing = Participant(person, "", SIGNATORY, side, body)
        _let_take_part(change, signing, SIGNATORY)


def _log_activity_on_parent(change: Change, argument: str | None) -> None:
    if change.actor:
        activities.log_event(
            change.session, change.site, change.case, change.situation, change.actor, change.now
        )


def _renew_deadline(change: Change, argument: str | None) -> None:
    due.renew(change.session, change.compiled, change.case, change.now)


def _begin_round(change: Change, argument: str | None) -> None:
    change.case.round += 1


def _accept_scope(change: Change, argument: str | None) -> None:
    scope = change.compiled.workflow.scope
    change.case.accepted_scope = scope_digest(scope, change.situation)


def _supersede_approval(change: Change, argument: str | None) -> None:
    change.case.accepted_scope = None


def _set(change: Change, argument: str | None) -> None:
    change.case.variables = sorted({*change.case.variables, argument or ""})


def _clear(change: Change, argument: str | None) -> None:
    change.case.variables = [v for v in change.case.variables if v != argument]


def _snapshot_agreement(change: Change, argument: str | None) -> None:
    agreements.snapshot(
        change.session, change.site, change.compiled, change.case, change.situation, change.now
    )


def _void_agreement(change: Change, argument: str | None) -> None:
    agreements.void(change.session, change.compiled, change.case, change.now)


def _release_agreement(change: Change, argument: str | None) -> None:
    agreements.release(change.session, change.case, change.now)


def _register_agreement(change: Change, argument: str | None) -> None:
    by = change.actor.name if change.actor else ""
    agreements.register(
        change.session, change.site, change.compiled, change.case, change.situation, by, change.now
    )


def _issue(change: Change, argument: str | None) -> None:
    papers.issue(
        change.session,
        change.site,
        change.compiled,
        change.case,
        change.situation,
        argument or "",
        change.now,
    )


def _propose_amendment(change: Change, argument: str | None) -> None:
    amendments.propose(
        change.session,
        change.site,
        change.compiled,
        change.case,
        change.situation,
        argument or "",
        change.now,
    )


def _withdraw_amendment(change: Change, argument: str | None) -> None:
    amendments.close(change.session, change.case, "withdrawn", change.now)


def _decline_amendment(change: Change, argument: str | None) -> None:
    amendments.close(change.session, change.case, "declined", change.now)


def _void_open_amendment(change: Change, argument: str | None) -> None:
    amendments.close(change.session, change.case, "void", change.now)


def _issue_addendum(change: Change, argument: str | None) -> None:
    amendments.issue(
        change.session, change.site, change.compiled, change.case, change.situation, change.now
    )


def _register_addendum(change: Change, argument: str | None) -> None:
    if change.actor:
        amendments.register(
            change.session,
            change.site,
            change.compiled,
            change.case,
            change.situation,
            change.actor,
            change.now,
        )


def _tell_touched(change: Change, argument: str | None) -> None:
    touched.tell(change.session, change.site, change.case, change.situation, change.now)


def _build_archive(change: Change, argument: str | None) -> None:
    archive.order(change.session, change.case, change.now)


EFFECTS: Mapping[str, Callable[[Change, str | None], None]] = {
    "name_participants": _name_participants,
    "change_contact": _change_contact,
    "assign_supervisor": _assign_supervisor,
    "join_parent": _join_parent,
    "name_source_partners": _name_source_partners,
    "name_signatories": _name_signatories,
    "log_activity_on_parent": _log_activity_on_parent,
    "renew_deadline": _renew_deadline,
    "begin_round": _begin_round,
    "accept_scope": _accept_scope,
    "supersede_approval": _supersede_approval,
    "snapshot_agreement": _snapshot_agreement,
    "void_agreement": _void_agreement,
    "release_agreement": _release_agreement,
    "register_agreement": _register_agreement,
    "issue": _issue,
    "set": _set,
    "clear": _clear,
    "propose_amendment": _propose_amendment,
    "withdraw_amendment": _withdraw_amendment,
    "decline_amendment": _decline_amendment,
    "issue_addendum": _issue_addendum,
    "register_addendum": _register_addendum,
    "void_open_amendment": _void_open_amendment,
    "build_archive": _build_archive,
    "tell_touched": _tell_touched,
}
"""Name → how it is done; a test holds it against `core.tables.effects`."""
