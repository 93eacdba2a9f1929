"""Playing a workflow on the command line: a play from a file, or step by step by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from workflow_app.core.definition.model import Text
from workflow_app.core.simulation.choices import HERE, Choice, with_step, without_last
from workflow_app.core.simulation.game import Game, Shown
from workflow_app.core.simulation.play import Play, Refused, Step, write_play
from workflow_app.core.simulation.rehearsal import said

HELP = {
    "de": "Nummer: diesen Schritt tun · tage N · warum · zurück · speichern DATEI · ende",
    "en": "number: take this step · days N · why · back · save FILE · quit",
}
ASSUME = {
    "de": "Annehmen, dass diese Voraussetzungen erfüllt sind?",
    "en": "Assume that these requirements are met?",
}
COMMANDS = {"tage": "days", "warum": "why", "zurück": "back", "speichern": "save", "ende": "quit"}


def show(game: Game, play: Play, language: str, echo: Callable[[str], None]) -> bool:
    """Print what happens in a play, and return whether every step was possible."""
    result = game.shown(play)
    _print_happened(result, language, echo)
    if result.failed is None or result.refused is None:
        return True
    step = result.failed
    echo(f"{step.place}: {step.who} {step.act} {step.target}: {said(result.refused)(language)}")
    return False


def by_hand(game: Game, language: str, echo: Callable[[str], None]) -> None:
    """Play with somebody who chooses each step, until they stop; plays can be saved."""
    play = game.new()
    told = 0
    while True:
        result = game.shown(play)
        if result.refused:
            echo(f"! {said(result.refused)(language)}")
            play = _assuming(play, result.refused, language)
            continue
        _print_happened(result, language, echo, told)
        told = len(result.happened)
        _print_choices(result, language, echo)
        word, _, rest = click.prompt(HELP[language], prompt_suffix="\n> ").strip().partition(" ")
        word = COMMANDS.get(word, word)
        if word == "quit":
            return
        if word == "back":
            play, told = without_last(play), 0
        elif word == "save":
            Path(rest or "play.yaml").write_text(write_play(play), encoding="utf-8")
            echo(f"→ {rest or 'play.yaml'}")
        elif word == "why":
            _print_closed(result.offered, language, echo)
        elif step := _chosen(word, rest, result.offered):
            play = with_step(play, step)


def _assuming(play: Play, refused: Refused, language: str) -> Play:
    """Return the play with its last step taking for met what refused it, or without that step."""
    last, known = play.steps[-1], set(play.steps[-1].assume)
    if not refused.ids or known >= set(refused.ids) or not click.confirm(ASSUME[language]):
        return without_last(play)
    assumed = replace(last, assume=tuple(sorted(known | set(refused.ids))))
    return with_step(without_last(play), assumed)


def _chosen(word: str, rest: str, offered: Sequence[Choice]) -> Step | None:
    if word == "days" and rest.isdecimal() and 0 < int(rest) < 3660:
        return Step("days", rest, HERE)
    if not word.isdecimal() or not 0 < int(word) <= len(offered):
        return None
    choice = offered[int(word) - 1]
    return choice.assuming if choice.assumable else choice.step


def _print_happened(
    result: Shown, language: str, echo: Callable[[str], None], told: int = 0
) -> None:
    for happened in result.happened[told:]:
        echo(f"{happened.day}  {happened.text(language)}  [{_state(happened.state, language)}]")


def _print_choices(result: Shown, language: str, echo: Callable[[str], None]) -> None:
    turns = dict.fromkeys(one.who(language) for one in result.waiting)
    echo(f"\n{result.today}  {_state(result.state, language)}  → {', '.join(turns) or '–'}")
    for number, choice in enumerate(result.offered, 1):
        mark = " " if not choice.reasons else "?" if choice.assumable else "×"
        echo(f"{number:3} {mark} {choice.player.name}: {choice.label(language)}")


def _print_closed(offered: Sequence[Choice], language: str, echo: Callable[[str], None]) -> None:
    for number, choice in enumerate(offered, 1):
        for reason in choice.reasons:
            echo(f"{number:3} {choice.label(language)}: {reason.text(language)} ({reason.id})")


def _state(state: Text | None, language: str) -> str:
    return state(language) if state else "–"
