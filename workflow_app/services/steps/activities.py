"""An event that was recorded becomes an activity of the project it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Actor, Situation, Values
from workflow_app.services.forms import versions
from workflow_app.services.site import Site
from workflow_app.services.steps.settling import settle
from workflow_app.store.tables.cases import Case

FORM = "activity"
UNCONFIRMED = "unconfirmed"
NOTE = " (Von einer Seite nicht bestätigt.)"
"""Stands behind the result if one side has not confirmed the record."""
LONGEST_RESULT = 500


def log_event(
    session: Session, site: Site, event: Case, situation: Situation, actor: Actor, now: datetime
) -> None:
    """Add the event to the activities of its project; the event's number is the entry's key.

    A project that has ended in the meantime is closed; then the record stays with the event alone.
    """
    project = session.get(Case, event.parent_id) if event.parent_id else None
    if project is None or project.ended:
        return
    compiled = site.catalogue.of(session, project)
    plan, held = situation.newest("event_plan") or {}, situation.newest("event_record") or {}
    # The step that records an event without one side is the one that sets the variable.
    values = activity(plan, held, confirmed=UNCONFIRMED not in event.variables)
    versions.add(session, project, compiled.forms[FORM], event.number, values, actor, now)
    project.changed_at = now
    settle(session, compiled, project, now, actor.person)


def activity(plan: Values, held: Values, *, confirmed: bool) -> dict[str, Any]:
    """Return what the activity form says of an event."""
    result = str(held["result"])
    if not confirmed:
        result = result[: LONGEST_RESULT - len(NOTE)] + NOTE
    values: Mapping[str, Any] = {
        "kind": "event",
        "title": plan["title"],
        "status": "held",
        "date": plan["date"][:10],
        "place": plan["place"],
        "place_mode": plan["place_mode"],
        "led_by": plan["lead"],
        "participants": held["participants"],
        "participants_estimated": held["estimated"],
        "volunteers": held["volunteers"],
        "new_volunteers": held.get("new_volunteers"),
        "volunteer_hours": held["hours"],
        "result": result,
        "costs": held["costs"],
    }
    return {name: value for name, value in values.items() if value is not None}
