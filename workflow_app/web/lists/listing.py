"""Cases in a list: one line each, with phase, state and deadline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from workflow_app.core.errors import NotAllowed
from workflow_app.services.cases.situations import Look
from workflow_app.services.catalogue import Compiled
from workflow_app.services.steps.opening import start
from workflow_app.store.queries import Listed
from workflow_app.web.case.progress import Due, PhaseShown, due, phases, place_in_track
from workflow_app.web.context import me, now, session, site, today
from workflow_app.web.language import language

PROJECT, EVENT, RECOMMENDATION = "tandem_project", "joint_event", "recommendation"
"""The workflows that have a page or a button of their own."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a list says of a state of one workflow version."""

    kind: str
    phase: str
    state: str
    track: Sequence[PhaseShown]
    position: str


_known: dict[tuple[str, str, str], Standing] = {}
"""Fingerprint of a version, state and language → what a list says of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A case as a list shows it."""

    kind: str
    number: str
    title: str
    place: str
    phase: str
    state: str
    track: Sequence[PhaseShown]
    position: str
    due: Due | None
    task: str


def counties() -> dict[str, str]:
    """Return key → name of every county, in the language of the page, by name."""
    lists = site().catalogue.current(PROJECT).lists
    named = {o.id: o.label(language()) for o in lists["counties"].options}
    # "Landkreis Landshut" and "Stadt Landshut" are looked for under the same letter.
    return dict(sorted(named.items(), key=lambda pair: pair[1].partition(" ")[::-1]))


def lines(cases: Iterable[Listed]) -> list[Line]:
    """Return cases of a list with the words of their own workflow versions."""
    day, wanted = today(), language()
    return [_line(listed, day, wanted) for listed in cases]


def _line(listed: Listed, day: date, wanted: str) -> Line:
    compiled = site().catalogue.version(session(), listed.definition_id)
    stands = _standing(compiled, listed.state, wanted)
    counties = compiled.lists["counties"].options
    return Line(
        kind=stands.kind,
        number=listed.number,
        title=listed.title,
        place=next((o.label(wanted) for o in counties if o.id == listed.county), ""),
        phase=stands.phase,
        state=stands.state,
        track=stands.track,
        position=stands.position,
        due=due(listed.due_on, day),
        task=(listed.task_en if wanted == "en" else listed.task_de) or "",
    )


def _standing(compiled: Compiled, state_id: str, wanted: str) -> Standing:
    """Return what a list says of a state; a version never changes, so it is worked out once."""
    key = (compiled.fingerprint, state_id, wanted)
    if key not in _known:
        workflow = compiled.workflow
        state, track = workflow.states[state_id], phases(workflow, state_id)
        label = state.label(wanted)
        phase = next((p.label(wanted) for p in workflow.phases if p.id == state.phase), "")
        position = place_in_track(track, label)
        _known[key] = Standing(workflow.label(wanted), phase, label, tuple(track), position)
    return _known[key]


def opening(workflow: str = PROJECT, parent: str = "", above: Look | None = None) -> Look | None:
    """Return a look at the case that the person could open, or None if there is none.

    `above` is the person's look at the parent, if there is one already.

    :raises NotFound: if there is no such workflow or parent, or the parent is not to be known.
    """
    try:
        return start(session(), site(), workflow, me(), now(), parent, above)
    except NotAllowed:
        return None
