"""The list of projects: found by words, phase, state, place and kind, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from flask import render_template, request
from flask_babel import gettext as _

from workflow_app.core.definition.model import Workflow
from workflow_app.services.access.rows import principals_of
from workflow_app.store import queries
from workflow_app.web.case import imported
from workflow_app.web.context import me, number_in, session, site
from workflow_app.web.language import language
from workflow_app.web.lists import listing

PAGE = 25
"""Projects on one page of the list."""
ENDED = {"": None, "no": False, "yes": True}
"""What is chosen → whether a case has ended; None: either."""


@dataclass(frozen=True)
class Sought:
    """What somebody looks for; all of it stands in the address, so that it can be kept and sent."""

    words: str = ""
    phase: str = ""
    state: str = ""
    county: str = ""
    kind: str = ""
    mine: str = ""
    ended: str = ""

    @classmethod
    def from_address(cls) -> Sought:
        """Return what this request looks for."""
        given = {name: request.args.get(name, "").strip()[:100] for name in asdict(cls())}
        given["ended"] = given["ended"] if given["ended"] in ENDED else ""
        return cls(**given)

    @property
    def in_address(self) -> dict[str, str]:
        """Return what stands in the address of the next page."""
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def more(self) -> bool:
        """Say whether anything is chosen beside the words."""
        return any(value for name, value in self.in_address.items() if name != "words")


def listed() -> str:
    """Show the projects that the person may see."""
    sought = Sought.from_address()
    page = number_in(request.args.get("page", "")) or 1
    person = me()
    workflows = site().catalogue.in_force(session())
    phases, states = _phases_and_states(workflows)
    found = queries.projects(
        session(),
        principals_of(person),
        words=sought.words,
        state=sought.state,
        states=phases.get(sought.phase, (sought.phase, ()))[1] if sought.phase else None,
        county=sought.county,
        mine=f"person:{person.id}" if sought.mine else "",
        ended=ENDED[sought.ended],
        workflow=sought.kind,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    return render_template(
        "projects.html",
        lines=listing.lines(found[:PAGE]),
        more=len(found) > PAGE,
        page=page,
        sought=sought,
        phases=[(phase, label) for phase, (label, _states) in phases.items()],
        states=list(states.items()),
        kinds=[(w.id, w.label(language())) for w in workflows],
        counties=listing.counties().items(),
        ended=[("no", _("nur laufende")), ("yes", _("nur beendete"))],
        may_open=listing.opening() is not None,
        openable=imported.openable(),
    )


def _phases_and_states(
    workflows: Iterable[Workflow],
) -> tuple[dict[str, tuple[str, list[str]]], dict[str, str]]:
    """Return phase → (label, its states), and state → label, over all these workflows."""
    phases: dict[str, tuple[str, list[str]]] = {}
    states: dict[str, str] = {}
    for workflow in workflows:
        for phase in workflow.phases:
            _label, members = phases.setdefault(phase.id, (phase.label(language()), []))
            members += [state.id for state in workflow.phase_states(phase.id)]
        for state in workflow.states.values():
            states.setdefault(state.id, state.label(language()))
    return phases, states
