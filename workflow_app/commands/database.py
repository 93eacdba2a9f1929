"""`tandem db`: the schema, and the rows that follow from the cases."""

from __future__ import annotations

import sys

import click

from workflow_app.commands.frame import clear_errors, prepared, ready
from workflow_app.config import load

EVERY = 50
"""So many cases lie between two signs of life."""


@click.command("upgrade")
@clear_errors
def db_upgrade() -> None:
    """Bring the database to the newest schema; a new one is made."""
    from workflow_app.store.migrate import revision

    settings = load()
    ready(settings)
    click.echo(f"The database stands at {revision(settings.database_url)}.")


@click.command("check")
@clear_errors
def db_check() -> None:
    """Compare the database with the tables of the program; exit 1 if they differ."""
    from workflow_app.store.migrate import drift

    differences = drift(load().database_url)
    for difference in differences:
        click.echo(difference)
    click.echo("No difference." if not differences else f"{len(differences)} differences.")
    sys.exit(1 if differences else 0)


@click.command("reindex")
@clear_errors
def db_reindex() -> None:
    """Write the rows anew that say who may see a case and for whom it waits.

    Stopped with Ctrl+C, the cases done so far stay done.
    """
    from workflow_app.services.access.reindex import reindex

    with prepared() as (session, site):
        click.echo(f"{reindex(session, site, _tell)} cases")


def _tell(done: int, of: int) -> None:
    if done % EVERY == 0 or done == of:
        click.echo(f"{done} of {of}", err=True)


COMMANDS = (db_upgrade, db_check, db_reindex)
