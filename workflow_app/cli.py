"""The command `tandem`: every command has help, and an error says what to do."""

from __future__ import annotations

import click

from workflow_app import __version__
from workflow_app.commands import (
    database,
    explain,
    migrations,
    people,
    plone,
    running,
    schema,
    versions,
    workflows,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tandem")
def main() -> None:
    """Tandem: workflow and case tracking for projects that two sides run as a pair.

    Settings are read from the environment (TANDEM_DATA, TANDEM_PORT …); see docs/settings.md.
    """


@main.group()
def workflow() -> None:
    """Workflow definitions."""


@main.group()
def db() -> None:
    """The database."""


@main.group()
def person() -> None:
    """People and their standing roles."""


for _group, _commands in (
    (main, running.COMMANDS),
    (workflow, workflows.COMMANDS),
    (workflow, plone.COMMANDS),
    (workflow, versions.COMMANDS),
    (workflow, migrations.COMMANDS),
    (workflow, explain.OF_WORKFLOWS),
    (workflow, (schema.schema,)),
    (db, database.COMMANDS),
    (person, people.COMMANDS),
    (person, explain.OF_PEOPLE),
):
    for _command in _commands:
        _group.add_command(_command)
