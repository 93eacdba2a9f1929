"""Somebody takes over for a side: from whom, with which entries begun, and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.services.steps.settling import settle
from workflow_app.services.work import notices
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.submissions import NEW_ENTRY, Draft


def hand_over(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    side: str,
    person: int,
    now: datetime,
    by: int | None,
) -> None:
    """Let a person stand for a side of the case and of its open child cases.

    `by` is who does it. The former contact can see the case no more, and is told so by a mail.
    """
    former = _replace(session, compiled, case, side, person, now)
    if former is not None and former.person_id != by:
        notices.handed_over(session, case, former.person, now)
    children = select(Case).where(Case.parent_id == case.id, Case.ended.is_(False))
    for child in session.scalars(children):
        _replace(session, compiled, child, side, person, now)
        child.changed_at = now
        settle(session, site.catalogue.of(session, child), child, now, by)


def _replace(
    session: Session, compiled: Compiled, case: Case, side: str, person: int, now: datetime
) -> Participation | None:
    """Return how the former contact took part; None if nobody did, or it is the same person."""
    role = compiled.workflow.sides[side]
    current = next(
        (p for p in case.participations if (p.side, p.role, p.until) == (side, role, None)), None
    )
    if current is None or current.person_id == person:
        return None
    # The new contact acts from now on; the day in the form is for the reader of the notice.
    current.until = day_of(now) - timedelta(days=1)
    case.participations.append(
        Participation(
            person_id=person,
            organisation_id=current.organisation_id,
            role=role,
            side=side,
            since=day_of(now),
        )
    )
    _move_drafts(session, case, current.person_id, person)
    return current


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
