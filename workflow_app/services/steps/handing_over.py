"""Somebody takes over for a side: from whom, with which entries begun, and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.services.steps.settling import settle
from workflow_app.services.work import notices
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.submissions import NEW_ENTRY, Draft


class Standing(NamedTuple):
    """Who stands for a side from now on."""

    side: str
    contact: int
    deputy: int | None


def hand_over(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    wanted: Standing,
    now: datetime,
    by: int | None,
) -> None:
    """Let contact and deputy stand for a side of the case and of its open child cases.

    `by` is who does it. Whoever stood for the side before can see the case no more, and is told so
    by a mail.
    """
    for gone in _replace(session, compiled, case, wanted, now):
        if gone.person_id != by:
            notices.handed_over(session, case, gone.person, now)
    children = select(Case).where(Case.parent_id == case.id, Case.ended.is_(False))
    for child in session.scalars(children):
        _replace(session, compiled, child, wanted, now)
        child.changed_at = now
        settle(session, site.catalogue.of(session, child), child, now, by)


def _replace(
    session: Session, compiled: Compiled, case: Case, wanted: Standing, now: datetime
) -> list[Participation]:
    """Return how those took part who stood for the side and do so no more, its contact first."""
    role = compiled.workflow.sides[wanted.side]
    standing = [
        p for p in case.participations if (p.side, p.role, p.until) == (wanted.side, role, None)
    ]
    contact = next((p for p in standing if not p.deputy), None)
    if contact is None:
        return []
    people = [(wanted.contact, False), *([(wanted.deputy, True)] if wanted.deputy else [])]
    there = {(p.person_id, p.deputy) for p in standing}
    for p in standing:
        if (p.person_id, p.deputy) not in people:
            # Who is new acts from now on; the day in the form is for the reader of the notice.
            p.until = day_of(now) - timedelta(days=1)
    for person, deputy in people:
        if (person, deputy) not in there:
            case.participations.append(
                Participation(
                    person_id=person,
                    organisation_id=contact.organisation_id,
                    role=role,
                    side=wanted.side,
                    since=day_of(now),
                    deputy=deputy,
                )
            )
    left = (p for p in standing if p.person_id not in (wanted.contact, wanted.deputy))
    gone = sorted(left, key=lambda p: p.deputy)
    for p in gone:
        _move_drafts(session, case, p.person_id, wanted.contact)
    return gone


def _move_drafts(session: Session, case: Case, former: int, new: int) -> None:
    """Let the new contact go on with the entries begun; what the new one began stays."""
    slots = {person: f"{NEW_ENTRY}:{person}" for person in (former, new)}
    begun = session.scalars(
        select(Draft).where(Draft.case_id == case.id, Draft.slot.in_(slots.values()))
    ).all()
    own = {draft.form for draft in begun if draft.slot == slots[new]}
    for draft in begun:
        if draft.slot == slots[former] and draft.form not in own:
            draft.slot = slots[new]
