"""Playing a workflow in the browser: the page carries the play, nothing is kept on the server."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from workflow_app.core.cases.engine import Engine
from workflow_app.core.definition.source import Problems
from workflow_app.core.simulation.choices import (
    HERE,
    Choice,
    choices,
    new_play,
    with_step,
    without_last,
)
from workflow_app.core.simulation.play import ACTS, Play, Step, parse_play, write_play
from workflow_app.core.simulation.simulate import Played, played
from workflow_app.web.case.documents import sent
from workflow_app.web.context import number_in, session, site
from workflow_app.web.language import language

bp = Blueprint("simulation", __name__, url_prefix="/workflows/<workflow>/simulation")

FILE = "spiel.yaml"


@bp.get("")
def begin(workflow: str) -> str:
    """Begin a play with somebody for each role."""
    engine = site().catalogue.published(session(), workflow).engine
    return _page(engine, new_play(engine.workflow, language()))


@bp.post("")
def go_on(workflow: str) -> str | Response | tuple[str, int]:
    """Take one step more, one back, or play what was typed; or send the play as a file."""
    engine = site().catalogue.published(session(), workflow).engine
    problems = Problems()
    text = request.form.get("play", "")
    play = parse_play(text, FILE, problems)
    if play is None or problems:
        return _page(engine, new_play(engine.workflow), text, problems), 422
    play = replace(play, workflow=engine.workflow.id)
    if request.form.get("action") == "save":
        return sent(write_play(play).encode(), "application/yaml", f"{play.id}.yaml")
    if request.form.get("action") == "back":
        play = without_last(play)
    if step := _asked(play):
        play = with_step(play, step)
    return _page(engine, play)


def _asked(play: Play) -> Step | None:
    """Return the step that a button asks for: `does sabine create`, perhaps with assumptions."""
    if request.form.get("action") == "days":
        days = number_in(request.form.get("days", "")) or 0
        rest = 3660 - sum(step.days for step in play.steps)
        return Step("days", str(days), HERE) if 0 < days <= rest else None
    act, who, target, assumed, *_rest = [*request.form.get("step", "").split(" "), "", "", "", ""]
    if act not in ACTS or play.player(who) is None or not target:
        return None
    known = next(a for a in ACTS if a == act)
    return Step(known, target, HERE, who, assume=tuple(filter(None, assumed.split(","))))


def _page(engine: Engine, play: Play, typed: str = "", problems: Problems | None = None) -> str:
    result = played(engine, play)
    refused, failed = result.refused, result.failed
    if refused and failed is play.steps[-1]:
        # The step is offered again, below what stands in its way.
        play = without_last(play)
        result = played(engine, play)
    return render_template(
        "simulation.html",
        workflow=engine.workflow,
        play=typed or write_play(play),
        problems=problems or (),
        refused=refused,
        failed=failed,
        again=_again(failed, refused.ids) if failed and refused else "",
        happened=result.simulation.happened,
        state=_state(engine, result),
        today=result.simulation.situation.today,
        waiting=_waiting(engine, result),
        offered=[_shown(choice) for choice in choices(result.simulation)],
        steps=len(play.steps),
    )


def _again(failed: Step, ids: tuple[str, ...]) -> str:
    """Return the same step with everything assumed that stood in its way."""
    if failed.act not in ("does", "submits", "confirms"):
        return ""
    assumed = ",".join(dict.fromkeys((*failed.assume, *ids)))
    return f"{failed.act} {failed.who} {failed.target} {assumed}"


def _shown(choice: Choice) -> dict[str, object]:
    step = choice.assuming if choice.reasons else choice.step
    value = f"{step.act} {step.who} {step.target} {','.join(step.assume)}".strip()
    return {
        "who": choice.player.name,
        "label": choice.label(language()),
        "value": value,
        "open": not choice.reasons,
        "assumable": choice.assumable,
        "reasons": [reason.text(language()) for reason in choice.reasons],
    }


def _state(engine: Engine, result: Played) -> str:
    state = result.simulation.situation.state
    return engine.workflow.states[state].label(language()) if state else _("noch nicht begonnen")


def _waiting(engine: Engine, result: Played) -> list[tuple[str, str]]:
    return [
        (engine.role_names([turn.role], language()), turn.task(language()))
        for turn in result.simulation.turns()
    ]
