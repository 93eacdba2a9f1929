"""What is filled in already on the form that opens a case: one's own side."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.definition.forms import Form
from workflow_app.core.forms.fields import Value
from workflow_app.core.verification.site_people import SIDES_OF_KIND
from workflow_app.services.cases.situations import Look
from workflow_app.store.tables.organisations import Organisation


def own_side(session: Session, seen: Look, form: Form) -> dict[str, Value]:
    """Return the values that follow from who opens a case; all of them can be changed.

    They are the own organisation and oneself on the side for which one can stand, and the place if
    that organisation serves only one. Nothing, if one could stand for both sides or for none.
    """
    bodies = _bodies(session, seen)
    sides = {side for body in bodies for side in SIDES_OF_KIND.get(body.kind, ())}
    if len(sides) != 1:
        return {}
    (side,) = sides
    able = [body for body in bodies if side in SIDES_OF_KIND.get(body.kind, ())]
    found: dict[str, Value] = {}
    for field in form.fields:
        if field.side == side and field.to == "person":
            found[field.id] = str(seen.actor.person)
        elif field.side == side and field.to == "organisation" and len(able) == 1:
            found[field.id] = str(able[0].id)
    counties = {county for body in able for county in body.counties}
    place = seen.compiled.workflow.subject.place
    if found and len(counties) == 1 and place.startswith(f"{form.id}."):
        found[place.partition(".")[2]] = counties.pop()
    return found


def _bodies(session: Session, seen: Look) -> list[Organisation]:
    own = select(Organisation).where(Organisation.id.in_(seen.actor.organisations))
    return list(session.scalars(own.order_by(Organisation.id)))
