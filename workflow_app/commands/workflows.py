"""`tandem workflow verify` and `… simulate`: definitions checked and played."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workflow_app.commands.frame import LANGUAGE, clear_errors
from workflow_app.core.errors import DefinitionError


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@LANGUAGE
@clear_errors
def verify(paths: tuple[Path, ...], language: str) -> None:
    """Check definitions: all problems at once, each with file:line:column.

    PATHS are content folders, or single workflow, form, list and clause files (or folders of them)
    that stand in for the installed ones of the same name; without PATHS the content of this
    installation is checked. Exit 1 if there is an error.
    """
    from workflow_app.config import content_folders
    from workflow_app.services.catalogue import content_with, verify_content

    candidate = content_with(paths, content_folders())
    problems = verify_content(candidate.files, candidate.documents)
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
