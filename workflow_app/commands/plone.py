"""`tandem workflow import-plone` and `… export-plone`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workflow_app.commands.frame import LANGUAGE, clear_errors


@click.command("import-plone")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write into; it is made if it is not there.",
)
@click.option("--careful", is_flag=True, help="Leave DCWorkflow's faults behind (docs/plone.md).")
@LANGUAGE
@clear_errors
def import_plone(source: Path, out: Path, careful: bool, language: str) -> None:
    """Bring workflows over from Plone: SOURCE is a definition.xml, or a folder with some in it.

    Each becomes a file in the folder OUT, or is refused with every reason. What somebody has to
    supply before publishing is listed here and in the file. Exit 1 if one is refused.
    """
    from workflow_app.commands.plone_files import import_all

    sys.exit(0 if import_all(source, out, careful, language, click.echo) else 1)


@click.command("export-plone")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write into; it is made if it is not there.",
)
@LANGUAGE
@clear_errors
def export_plone(source: Path, out: Path, language: str) -> None:
    """Write an imported workflow as Plone's definition.xml, in OUT/workflows/<its id>/."""
    from workflow_app.commands.plone_files import export_one

    sys.exit(0 if export_one(source, out, language, click.echo) else 1)


COMMANDS = (import_plone, export_plone)
