"""Playing a workflow in the browser: the page carries the play, nothing is kept on the server."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, unquote

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from workflow_app.core.problems import Problems
from workflow_app.core.simulation.choices import HERE, Choice, with_step, without_last
from workflow_app.core.simulation.game import Game, game_of
from workflow_app.core.simulation.play import ACTS, Play, Step, parse_play, write_play
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions import versions
from workflow_app.web.case.documents import sent
from workflow_app.web.context import me, number_in, session, site
from workflow_app.web.language import language

bp = Blueprint("simulation", __name__, url_prefix="/workflows/<workflow>/simulation")

FILE = "spiel.yaml"


@bp.get("")
def begin(workflow: str) -> str:
    """Begin a play with somebody for each role."""
    game = _game(workflow)
    return _page(game, game.new(language()))


@bp.post("")
def go_on(workflow: str) -> str | Response | tuple[str, int]:
    """Take one step more, one back, or play what was typed; or send the play as a file."""
    game = _game(workflow)
    problems = Problems()
    text = request.form.get("play", "")
    play = parse_play(text, FILE, problems)
    if play is None or problems:
        return _page(game, game.new(), text, problems), 422
    play = replace(play, workflow=game.workflows[0], beside=())
    if request.form.get("action") == "save":
        return sent(write_play(play).encode(), "application/yaml", f"{play.id}.yaml")
    if request.form.get("action") == "back":
        play = without_last(play)
    if step := _asked(play):
        play = with_step(play, step)
    return _page(game, play, wrong_days=step is None and request.form.get("action") == "days")


def _game(workflow: str) -> Game:
    """Return the game of the version in force, or for administrators of any other one."""
    if number := _version():
        admins_only(me())
        row = versions.find(session(), workflow, number)
        return game_of([versions.engine_to_play(site(), row)])
    return game_of([site().catalogue.published(session(), workflow).engine])


def _version() -> int:
    """Return the number of the version that is wanted; 0: the one in force."""
    return number_in(request.values.get("version", "")) or 0


def _asked(play: Play) -> Step | None:
    """Return the step that a button asks for: `does sabine create`, perhaps with assumptions."""
    if request.form.get("action") == "days":
        days = number_in(request.form.get("days", "")) or 0
        return Step("days", str(days), HERE) if 0 < days <= _days_left(play) else None
    act, who, target, assumed, *_rest = [*request.form.get("step", "").split(" "), "", "", "", ""]
    if act not in ACTS or play.player(who) is None or not target:
        return None
    known = next(a for a in ACTS if a == act)
    return Step(known, unquote(target), HERE, who, assume=tuple(filter(None, assumed.split(","))))


def _days_left(play: Play) -> int:
    return 3660 - sum(step.days for step in play.steps)


def _page(
    game: Game,
    play: Play,
    typed: str = "",
    problems: Problems | None = None,
    *,
    wrong_days: bool = False,
) -> str:
    result = game.shown(play)
    refused, failed = result.refused, result.failed
    if refused and failed is play.steps[-1]:
        # The step is offered again, below what stands in its way.
        play = without_last(play)
        result = game.shown(play)
    return render_template(
        "simulation.html",
        workflow=game,
        name=game.workflows[0],
        version=_version(),
        play=typed or write_play(play),
        problems=problems or (),
        refused=refused,
        failed=failed,
        again=_again(failed, refused.ids) if failed and refused else "",
        happened=result.happened,
        state=result.state(language()) if result.state else _("noch nicht begonnen"),
        today=result.today,
        waiting=[(w.who(language()), w.task(language()), w.due_on) for w in result.waiting],
        offered=[_shown(choice) for choice in result.offered],
        steps=len(play.steps),
        days_left=_days_left(play),
        days=request.form.get("days", "7"),
        wrong_days=wrong_days,
    )


def _again(failed: Step, ids: tuple[str, ...]) -> str:
    """Return the same step with everything assumed that stood in its way."""
    if failed.act not in ("does", "submits", "confirms"):
        return ""
    assumed = ",".join(dict.fromkeys((*failed.assume, *ids)))
    return f"{failed.act} {failed.who} {quote(failed.target)} {assumed}"


def _shown(choice: Choice) -> dict[str, object]:
    step = choice.assuming if choice.reasons else choice.step
    value = f"{step.act} {step.who} {quote(step.target)} {','.join(step.assume)}".strip()
    return {
        "who": choice.player.name,
        "label": choice.label(language()),
        "value": value,
        "open": not choice.reasons,
        "wanted": choice.wanted,
        "assumable": choice.assumable,
        "reasons": [reason.text(language()) for reason in choice.reasons],
    }
