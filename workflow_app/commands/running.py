"""`tandem run`, `worker`, `doctor`, `demo-data`, `walkthrough`: the program at work."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workflow_app.commands.frame import between_pieces, clear_errors, prepared, ready
from workflow_app.commands.versions import take_in_now
from workflow_app.config import Settings, load


@click.command()
@click.option("--demo", is_flag=True, help="Load the example data first if the database is empty.")
@click.option("--no-worker", is_flag=True, help="Do not start a worker beside the pages.")
@clear_errors
def run(demo: bool, no_worker: bool) -> None:
    """Serve the pages, with a worker beside them, until Ctrl+C."""
    from workflow_app.serving import serve

    settings = load()
    ready(settings)
    take_in_now(settings)
    if demo:
        _load_demo(settings)
    serve(settings, with_worker=not no_worker)


@click.command()
@click.option("--once", is_flag=True, help="Work off what is due now, then stop.")
@click.option("--retry", is_flag=True, help="Try again what was given up.")
@click.option("--parent", type=int, help="Stop when this process is gone.")
@clear_errors
def worker(once: bool, retry: bool, parent: int | None) -> None:
    """Send mail, make documents and fire timers, until Ctrl+C."""
    from workflow_app.worker import run_worker

    settings = load()
    ready(settings)
    done = run_worker(settings, once=once, retry_all=retry, parent=parent)
    if once:
        click.echo(f"{done} done")


@click.command()
@clear_errors
def doctor() -> None:
    """Examine definitions, history, access rows, files and outbox; exit 1 if something is wrong."""
    from datetime import UTC, datetime

    from workflow_app.services.doctor import examine

    with prepared() as (session, site):
        findings = examine(session, site, datetime.now(UTC))
    for f in findings:
        click.echo(f"{f.what}: {f.where}: {f.wrong} {f.mend}")
    click.echo("All is well." if not findings else f"{len(findings)} findings.")
    sys.exit(1 if findings else 0)


@click.command("demo-data")
@clear_errors
def demo_data() -> None:
    """Load fictional people, organisations and projects; twice is harmless.

    Stopped with Ctrl+C, it ends after the project in hand; called again, it goes on.
    """
    settings = load()
    ready(settings)
    if not _load_demo(settings):
        click.echo("The example data is there already.")
        _print_logins(settings)


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the documents.",
)
@clear_errors
def walkthrough(out: Path) -> None:
    """Play a whole project on a fresh database; exit 0 only if everything is well."""
    from workflow_app.config import content_folders
    from workflow_app.walkthrough import play

    sys.exit(0 if play(content_folders(), out, click.echo) else 1)


def _load_demo(settings: Settings) -> bool:
    from workflow_app.demo.projects import load_examples

    with between_pieces() as stopped:
        if not load_examples(settings, click.echo, stopped):
            return False
    _print_logins(settings)
    return True


def _print_logins(settings: Settings) -> None:
    from workflow_app.demo.people import EVERYBODY, PASSWORD

    click.echo(f"\nSign in at {settings.base_url} with the password '{PASSWORD}' as:")
    for example in EVERYBODY:
        click.echo(f"  {example.email:32} {example.name}: {example.says}")


COMMANDS = (run, worker, doctor, demo_data, walkthrough)
