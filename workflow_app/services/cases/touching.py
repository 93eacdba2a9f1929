"""The projects that touch one, for whoever looks at it while something can be done about it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Overlap
from workflow_app.services.cases.overlaps import COMPARED_FORMS, overlaps_of
from workflow_app.services.cases.situations import Look, overlaps_asked
from workflow_app.store.tables.organisations import Organisation

WEIGHED_IN = ("proposal", "agreement", "joint_activity")
"""The phases in which one can still do something about an overlap."""


def touching(session: Session, seen: Look) -> tuple[Overlap, ...]:
    """Return the projects that touch this one, the highest level first.

    They are shown to whoever may see the project while it is prepared, decided on or carried out.
    What no step asks for is looked for here alone, so that no other page pays for it.
    """
    if overlaps_asked(seen.compiled, seen.situation):
        return seen.situation.overlaps
    state = seen.compiled.workflow.states[seen.case.state]
    if seen.case.ended or state.phase not in WEIGHED_IN:
        return ()
    if not all(form in seen.compiled.forms for form in COMPARED_FORMS):
        return ()
    return overlaps_of(session, seen.case, seen.situation)


def offices(session: Session, hits: Iterable[Overlap]) -> dict[str, str]:
    """Return id → name and address of the organisations behind these projects.

    Whoever wants to talk to one turns to its office; people are not disclosed.
    """
    ids = {int(key) for hit in hits for key in hit.offices if key.isdecimal()}
    if not ids:
        return {}
    rows = session.execute(
        select(Organisation.id, Organisation.name, Organisation.address)
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.id)
    )
    return {str(row.id): ", ".join(filter(None, (row.name, row.address))) for row in rows}
