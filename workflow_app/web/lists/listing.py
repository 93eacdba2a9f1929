"""Cases in a list: one line each, with phase, state and deadline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from workflow_app.core.errors import NotAllowed
from workflow_app.services.cases import transitions
from workflow_app.services.cases.situations import Look
from workflow_app.store.queries import Listed
from workflow_app.web.case.cases import Due, PhaseShown, due, phases, place_in_track
from workflow_app.web.context import me, now, session, site, today
from workflow_app.web.language import language

PROJECT, EVENT, RECOMMENDATION = "tandem_project", "joint_event", "recommendation"
"""The workflows that have a page or a button of their own."""


@dataclass(frozen=True, slots=True)
class Line:
    """A case as a list shows it."""

    kind: str
    number: str
    title: str
    place: str
    phase: str
    state: str
    track: list[PhaseShown]
    position: str
    due: Due | None
    task: str


def counties() -> dict[str, str]:
    """Return key → name of every county, in the language of the page."""
    lists = site().catalogue.current(PROJECT).lists
    return {o.id: o.label(language()) for o in lists["counties"].options}


def line(listed: Listed) -> Line:
    """Return a case of a list with the words of its own workflow version."""
    # A line of a list names its version as a case does, and that is all that is asked for.
    compiled = site().catalogue.of(session(), cast(Any, listed))
    workflow, wanted = compiled.workflow, language()
    state = workflow.states[listed.state]
    track = phases(workflow, listed.state)
    counties = compiled.lists["counties"].options
    label = state.label(wanted)
    return Line(
        kind=workflow.label(wanted),
        number=listed.number,
        title=listed.title,
        place=next((o.label(wanted) for o in counties if o.id == listed.county), ""),
        phase=next((p.label(wanted) for p in workflow.phases if p.id == state.phase), ""),
        state=label,
        track=track,
        position=place_in_track(track, label),
        due=due(listed.due_on, today()),
        task=(listed.task_en if wanted == "en" else listed.task_de) or "",
    )


def opening(workflow: str = PROJECT, parent: str = "", above: Look | None = None) -> Look | None:
    """Return a look at the case that the person could open, or None if there is none.

    `above` is the person's look at the parent, if there is one already.

    :raises NotFound: if there is no such workflow or parent, or the parent is not to be known.
    """
    try:
        return transitions.start(session(), site(), workflow, me(), now(), parent, above)
    except NotAllowed:
        return None
