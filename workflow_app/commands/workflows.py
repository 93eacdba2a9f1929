"""`tandem workflow verify` and `… simulate`: definitions checked and played."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow_app.commands.frame import LANGUAGE, clear_errors, prepared
from workflow_app.core.errors import DefinitionError

if TYPE_CHECKING:
    from workflow_app.core.simulation.game import Game
    from workflow_app.core.verification.site_people import SitePeople


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@LANGUAGE
@click.option(
    "--people",
    "site_people",
    metavar="FILE|database",
    default="",
    help="Also check whether these people are enough: a file of people, or those of the database.",
)
@clear_errors
def verify(paths: tuple[Path, ...], language: str, site_people: str) -> None:
    """Check definitions: all problems at once, each with file:line:column.

    PATHS are content folders, or single workflow, form, list and clause files (or folders of them)
    that stand in for the installed ones of the same name; without PATHS the content of this
    installation is checked. Exit 1 if there is an error.
    """
    from workflow_app.config import content_folders
    from workflow_app.services.content.files import content_with
    from workflow_app.services.content.verified import verify_content

    candidate = content_with(paths, content_folders())
    people = _people_of(site_people) if site_people else None
    problems = verify_content(candidate.files, candidate.documents, people)
    for p in sorted(problems, key=lambda p: (p.place.file, p.place.line, p.place.column)):
        where = f"{candidate.shown.get(p.place.file, p.place.file)}:{p.place.line}:{p.place.column}"
        click.echo(f"{where}: {p.severity}: {p.rule}: {p.de if language == 'de' else p.en}")
        if p.path:
            click.echo(f"    {' → '.join(p.path)}")
    counts = {s: sum(p.severity == s for p in problems) for s in ("error", "warning", "open")}
    click.echo(f"{counts['error']} errors, {counts['warning']} warnings, {counts['open']} open")
    for what, number in problems.counted.items():
        click.echo(f"{number} {what}")
    sys.exit(1 if counts["error"] else 0)


def _people_of(where: str) -> SitePeople:
    """Return the people of a file, or of this installation's database.

    :raises DefinitionError: if the file says something that is no people file.
    """
    from datetime import UTC, datetime

    from workflow_app.core.problems import Problems
    from workflow_app.core.verification.site_people import parse_people
    from workflow_app.services.site_people import site_people

    if where == "database":
        with prepared() as (session, _):
            return site_people(session, datetime.now(UTC))
    if not Path(where).is_file():
        raise click.ClickException(f"There is no file {where}; give a file, or 'database'.")
    problems = Problems()
    people = parse_people(Path(where).read_text(encoding="utf-8"), where, problems)
    if problems:
        raise DefinitionError(problems)
    return people


@click.command()
@click.argument("plays", nargs=-1, required=True)
@LANGUAGE
@clear_errors
def simulate(plays: tuple[str, ...], language: str) -> None:
    """Play a workflow with invented people: PLAYS is a play's file, or names of workflows.

    A file is played to its end; exit 1 if one of its steps is not possible. A workflow is played by
    hand, step by step; what was played can be saved as a file for workflows/plays/, which
    `tandem workflow verify` then plays every time. Several names of imported workflows, or files of
    them, lie on one case together.
    """
    from workflow_app.commands.simulating import by_hand, show
    from workflow_app.core.problems import Problems
    from workflow_app.core.simulation.play import parse_play

    files = [Path(name) for name in plays if Path(name).is_file()]
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    played = [path for path in files if re.search(r"^play:", texts[path], re.MULTILINE)]
    beside = [path for path in files if path not in played]
    if not played:
        by_hand(_game(plays, beside), language, click.echo)
        return
    problems = Problems()
    found = parse_play(texts[played[0]], str(played[0]), problems)
    if found is None or problems:
        raise DefinitionError(problems)
    sys.exit(0 if show(_game(found.workflows, beside), found, language, click.echo) else 1)


def _game(names: Sequence[str], files: Sequence[Path]) -> Game:
    """Return the game of workflows by name or file; `files` stand in for installed ones.

    :raises click.ClickException: if one of ours is to lie on a case with others.
    """
    from workflow_app.config import content_folders
    from workflow_app.core.simulation.game import game_of
    from workflow_app.services.content.verified import engines_of

    try:
        return game_of(engines_of(names, files, content_folders()))
    except ValueError as error:
        raise click.ClickException("Only imported workflows lie on a case together.") from error


COMMANDS = (verify, simulate)
