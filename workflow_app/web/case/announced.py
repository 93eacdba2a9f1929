"""What stands above everything else on the page of a case while it holds: a notice, a pause."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.core.definition.model import Announcement
from workflow_app.services.access.seeing import may_read
from workflow_app.services.cases.situations import Look
from workflow_app.web.filters import day
from workflow_app.web.language import language


@dataclass(frozen=True, slots=True)
class Announced:
    """One announcement as a reader sees it."""

    heading: str
    text: str


def announced(look: Look) -> list[Announced]:
    """Return what is announced on the case now, in the order of the workflow."""
    found = (_announced(look, told) for told in look.compiled.workflow.announcements)
    return [one for one in found if one is not None]


def _announced(look: Look, told: Announcement) -> Announced | None:
    engine = look.engine
    if told.states and look.case.state not in told.states:
        return None
    if told.when and not engine.condition(told.when).verdict(engine.values(look.situation)).holds:
        return None
    words = {}
    if told.day:
        form_id, _, field = told.day.partition(".")
        value = (look.situation.newest(form_id) or {}).get(field)
        if not value or not may_read(look, form_id):
            return None
        words = {"day": day(value)}
    wanted = language()
    return Announced(told.heading(wanted).format(**words), told.text(wanted).format(**words))
