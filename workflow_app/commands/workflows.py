"""`tandem workflow verify` and `… simulate`: definitions checked and played."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow_app.commands.frame import LANGUAGE, clear_errors, ready
from workflow_app.core.errors import DefinitionError

if TYPE_CHECKING:
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
    from workflow_app.services.catalogue import content_with, verify_content

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

    from workflow_app.config import load
    from workflow_app.core.definition.source import Problems
    from workflow_app.core.verification.site_people import parse_people
    from workflow_app.installation import opened
    from workflow_app.services.site_people import site_people

    if where == "database":
        settings = load()
        ready(settings)
        with opened(settings) as (sessions, _), sessions() as session:
            return site_people(session, datetime.now(UTC))
    if not Path(where).is_file():
        raise click.ClickException(f"There is no file {where}; give a file, or 'database'.")
    problems = Problems()
    people = parse_people(Path(where).read_text(encoding="utf-8"), where, problems)
    if problems:
        raise DefinitionError(problems)
    return people


@click.command()
@click.argument("play")
@LANGUAGE
@clear_errors
def simulate(play: str, language: str) -> None:
    """Play a workflow with invented people: PLAY is a play's file, or the name of a workflow.

    A file is played to its end; exit 1 if one of its steps is not possible. A workflow is played by
    hand, step by step; what was played can be saved as a file for workflows/plays/, which
    `tandem workflow verify` then plays every time.
    """
    from workflow_app.commands.simulating import by_hand, show
    from workflow_app.config import content_folders
    from workflow_app.core.definition.source import Problems
    from workflow_app.core.simulation.play import parse_play
    from workflow_app.services.catalogue import Catalogue

    catalogue = Catalogue(content_folders())
    if not Path(play).is_file():
        by_hand(catalogue.current(play).engine, language, click.echo)
        return
    problems = Problems()
    found = parse_play(Path(play).read_text(encoding="utf-8"), play, problems)
    if found is None or problems:
        raise DefinitionError(problems)
    sys.exit(
        0 if show(catalogue.current(found.workflow).engine, found, language, click.echo) else 1
    )


COMMANDS = (verify, simulate)
