"""`tandem workflow`: the versions of a workflow, from the draft to the one in force."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from workflow_app.commands.frame import ACTOR, LANGUAGE, clear_errors, prepared
from workflow_app.config import Settings

WORDS = click.option("--note", "words", default="", help="Why; stands in the log.")


def take_in_now(settings: Settings) -> None:
    """Take in what the content folders say, and tell what came of it."""
    from workflow_app.installation import opened
    from workflow_app.services.definitions.taking_in import take_in

    with opened(settings) as (sessions, site), sessions() as session:
        taken = take_in(session, site, datetime.now(UTC))
    for found in taken:
        click.echo(f"{found.workflow}: version no. {found.number} from the content: {found.status}")


@click.command()
@click.argument("workflow", required=False)
@click.option("--log", "with_log", is_flag=True, help="Also who did what when.")
@clear_errors
def versions(workflow: str | None, with_log: bool) -> None:
    """List the versions of WORKFLOW (else of all), with the cases that run on each."""
    from workflow_app.services.definitions import log
    from workflow_app.services.definitions.versions import listed, workflows

    with prepared() as (session, site):
        for name in [workflow] if workflow else workflows(session, site):
            click.echo(name)
            for row in listed(session, name):
                kept = row.definition
                here = " <- new cases" if row.current else ""
                click.echo(
                    f"  {kept.number:>3}  version {kept.version!r:8} {row.status:10} "
                    f"{row.running} running, {row.ended} ended{here}"
                )
            for event in log.events(session, name) if with_log else ():
                who = event.actor.name if event.actor else "content folders"
                click.echo(
                    f"  {event.at:%Y-%m-%d %H:%M} UTC  no. {event.definition.number} {event.kind} "
                    f"by {who}" + (f": {event.note}" if event.note and event.actor else "")
                )


@click.command()
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--workflow", default="", help="The workflow, if no workflow file is among FILES.")
@ACTOR
@WORDS
@LANGUAGE
@clear_errors
def draft(paths: tuple[Path, ...], workflow: str, email: str, words: str, language: str) -> None:
    """Keep FILES as a new draft version; exit 1 if it has errors.

    FILES are workflow, form, list and clause files. What they leave out is as in the version in
    force.
    """
    from workflow_app.services.definitions import log
    from workflow_app.services.definitions.drafting import draft as keep
    from workflow_app.services.definitions.versions import read
    from workflow_app.services.people import person_by_email

    with prepared() as (session, site):
        person = person_by_email(session, email)
        sent = {path.name: path.read_bytes() for path in paths}
        now = datetime.now(UTC)
        row = keep(session, site, sent, person, now, workflow=workflow, words=words)
        problems = read(site, row.workflow, row.files)[1]
        for p in problems:
            click.echo(f"{p.place}: {p.severity}: {p.rule}: {p.de if language == 'de' else p.en}")
        click.echo(f"{row.workflow} no. {row.number}: {log.status_of(row)}")
    sys.exit(1 if problems.errors else 0)


@click.command()
@click.argument("workflow")
@click.argument("number", type=int)
@ACTOR
@WORDS
@clear_errors
def publish(workflow: str, number: int, email: str, words: str) -> None:
    """Put version NUMBER of WORKFLOW in force: new cases open on it, running ones keep theirs."""
    from workflow_app.services.definitions.publishing import publish as put_in_force
    from workflow_app.services.people import person_by_email

    with prepared() as (session, site):
        person = person_by_email(session, email)
        put_in_force(session, site, workflow, number, person, datetime.now(UTC), words=words)
    click.echo(f"{workflow} no. {number}: published")


@click.command()
@click.argument("workflow")
@click.argument("number", type=int)
@ACTOR
@WORDS
@clear_errors
def retire(workflow: str, number: int, email: str, words: str) -> None:
    """Let no new case open on version NUMBER of WORKFLOW; a draft is discarded."""
    from workflow_app.services.definitions import log, publishing
    from workflow_app.services.definitions.versions import find
    from workflow_app.services.people import person_by_email

    with prepared() as (session, _):
        person = person_by_email(session, email)
        status = log.status_of(find(session, workflow, number))
        end = publishing.discard if status in ("draft", "verified") else publishing.retire
        row = end(session, workflow, number, person, datetime.now(UTC), words=words)
        click.echo(f"{workflow} no. {number}: {log.status_of(row)}")


@click.command("take-in")
@click.option("--publish", "at_once", is_flag=True, help="Put it in force at once.")
@clear_errors
def take_in(at_once: bool) -> None:
    """Take in what the content folders say now: as drafts, or in force at once."""
    from workflow_app.services.definitions.taking_in import take_in as keep

    with prepared() as (session, site):
        taken = keep(session, site, datetime.now(UTC), publish=at_once)
    for found in taken:
        click.echo(f"{found.workflow} no. {found.number}: {found.status}")
    if not taken:
        click.echo("Nothing new.")


COMMANDS = (versions, draft, publish, retire, take_in)
