"""Plays as tests: each is played against its workflow, and the first step that fails is told."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.definition.model import Text
from workflow_app.core.problems import Problems
from workflow_app.core.simulation.game import game_of
from workflow_app.core.simulation.play import Play, Refused, parse_play
from workflow_app.core.steps.engine import Engine


def read_plays(files: Mapping[str, str], problems: Problems) -> list[Play]:
    """Return the plays among `files` (path → text); problems of reading are noted."""
    read = (parse_play(text, path, problems) for path, text in files.items() if is_play(path))
    return [play for play in read if play is not None]


def is_play(path: str) -> bool:
    """Return whether a file of the content holds a play."""
    return path.startswith("workflows/plays/")


def rehearse(play: Play, engine: Engine, problems: Problems, *beside: Engine) -> None:
    """Play `play` and note the first step that is not possible, with why.

    `beside` are the engines of further imported workflows on the same case.
    """
    result = game_of((engine, *beside)).shown(play)
    if result.failed is None or result.refused is None:
        return
    step, why = result.failed, said(result.refused)
    problems.add(
        step.place,
        "play",
        f"Im Spiel „{play.id}“ geht dieser Schritt nicht: {why.de}",
        f"In the play '{play.id}' this step is not possible: {why.en}",
    )


def said(refused: Refused) -> Text:
    """Return the reasons with their ids, in one line."""
    pairs = list(zip(refused.ids, refused.reasons, strict=False))
    return Text(
        " ".join(f"{text.de} ({name})" for name, text in pairs),
        " ".join(f"{text.en} ({name})" for name, text in pairs),
    )
