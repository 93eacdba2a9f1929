"""The command `tandem`: every command has help, and an error says what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workflow_app import __version__, cli_migrations, cli_versions
from workflow_app.cli_frame import clear_errors, ready
from workflow_app.commands import explain, schema
from workflow_app.config import Settings, load
from workflow_app.core.errors import DefinitionError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tandem")
def main() -> None:
    """Tandem: workflow and case tracking for projects that two sides run as a pair.

    Settings are read from the environment (TANDEM_DATA, TANDEM_PORT …); see docs/settings.md.
    """


@main.command()
@click.option("--demo", is_flag=True, help="Load the example data first if the database is empty.")
@click.option("--no-worker", is_flag=True, help="Do not start a worker beside the pages.")
@clear_errors
def run(demo: bool, no_worker: bool) -> None:
    """Serve the pages, with a worker beside them, until Ctrl+C."""
    from workflow_app.serving import serve

    settings = load()
    ready(settings)
    cli_versions.take_in_now(settings)
    if demo:
        _load_demo(settings)
    serve(settings, with_worker=not no_worker)


@main.command()
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


@main.command()
@clear_errors
def doctor() -> None:
    """Examine definitions, history, access rows, files and outbox; exit 1 if something is wrong."""
    from datetime import UTC, datetime

    from workflow_app.installation import opened
    from workflow_app.services.doctor import examine

    settings = load()
    ready(settings)
    with opened(settings) as (sessions, site), sessions() as session:
        findings = examine(session, site, datetime.now(UTC))
    for f in findings:
        click.echo(f"{f.what}: {f.where}: {f.wrong} {f.mend}")
    click.echo("All is well." if not findings else f"{len(findings)} findings.")
    sys.exit(1 if findings else 0)


@main.command("demo-data")
@clear_errors
def demo_data() -> None:
    """Load fictional people, organisations and projects; twice is harmless."""
    settings = load()
    ready(settings)
    if not _load_demo(settings):
        click.echo("The example data is there already.")
        _print_logins(settings)


@main.command()
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


@main.group()
def workflow() -> None:
    """Workflow definitions."""


@workflow.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="en", help="Language of the sentences."
)
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


@workflow.command()
@click.argument("play")
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="en", help="Language of the sentences."
)
@clear_errors
def simulate(play: str, language: str) -> None:
    """Play a workflow with invented people: PLAY is a play's file, or the name of a workflow.

    A file is played to its end; exit 1 if one of its steps is not possible. A workflow is played by
    hand, step by step; what was played can be saved as a file for workflows/plays/, which
    `tandem workflow verify` then plays every time.
    """
    from workflow_app.config import content_folders
    from workflow_app.core.definition.source import Problems
    from workflow_app.core.simulation.play import parse_play
    from workflow_app.services.catalogue import Catalogue
    from workflow_app.simulating import by_hand, show

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


@workflow.command("import-plone")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write into; it is made if it is not there.",
)
@click.option("--careful", is_flag=True, help="Leave DCWorkflow's faults behind (docs/plone.md).")
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="en", help="Language of the sentences."
)
@clear_errors
def import_plone(source: Path, out: Path, careful: bool, language: str) -> None:
    """Bring workflows over from Plone: SOURCE is a definition.xml, or a folder with some in it.

    Each becomes a file in the folder OUT, or is refused with every reason. What somebody has to
    supply before publishing is listed here and in the file. Exit 1 if one is refused.
    """
    from workflow_app.plone_files import import_all

    sys.exit(0 if import_all(source, out, careful, language, click.echo) else 1)


@workflow.command("export-plone")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write into; it is made if it is not there.",
)
@click.option(
    "--language", type=click.Choice(["de", "en"]), default="en", help="Language of the sentences."
)
@clear_errors
def export_plone(source: Path, out: Path, language: str) -> None:
    """Write an imported workflow as Plone's definition.xml, in OUT/workflows/<its id>/."""
    from workflow_app.plone_files import export_one

    sys.exit(0 if export_one(source, out, language, click.echo) else 1)


for command in (*cli_versions.COMMANDS, *cli_migrations.COMMANDS):
    workflow.add_command(command)


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@clear_errors
def db_upgrade() -> None:
    """Bring the database to the newest schema; a new one is made."""
    from workflow_app.store.migrate import revision

    settings = load()
    ready(settings)
    click.echo(f"The database stands at {revision(settings.database_url)}.")


@db.command("check")
@clear_errors
def db_check() -> None:
    """Compare the database with the tables of the program; exit 1 if they differ."""
    from workflow_app.store.migrate import drift

    differences = drift(load().database_url)
    for difference in differences:
        click.echo(difference)
    click.echo("No difference." if not differences else f"{len(differences)} differences.")
    sys.exit(1 if differences else 0)


@db.command("reindex")
@clear_errors
def db_reindex() -> None:
    """Write the rows anew that say who may see a case and for whom it waits."""
    from workflow_app.installation import opened
    from workflow_app.services.cases.reindex import reindex

    settings = load()
    ready(settings)
    with opened(settings) as (sessions, site), sessions() as session:
        click.echo(f"{reindex(session, site)} cases")


@main.group()
def person() -> None:
    """People and their standing roles."""


@person.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--role", help="Standing role: coordinator, supervisor, reader, admin or auditor.")
@click.option("--organisation", help="Name of the organisation that the person belongs to.")
@click.password_option(help="Asked for if it is not given.")
@clear_errors
def person_add(
    email: str, name: str, role: str | None, organisation: str | None, password: str
) -> None:
    """Add somebody who can sign in."""
    from datetime import UTC, datetime

    from workflow_app.app import hashed
    from workflow_app.installation import opened
    from workflow_app.services import people

    settings = load()
    ready(settings)
    if len(password) < 12:
        raise click.ClickException("Use at least 12 characters for the password.")
    with opened(settings) as (sessions, _), sessions() as session:
        people.add_person(session, name, email, hashed(settings, password), datetime.now(UTC))
        if role:
            people.give_role(session, email, role)
        if organisation:
            people.join(session, email, organisation)
    click.echo(f"{email} can sign in.")


@person.command("invite")
@click.argument("email")
@click.option("--name", default="", help="What the person is called until they say so themselves.")
@click.option("--role", help="Standing role: coordinator, supervisor, reader, admin or auditor.")
@click.option("--organisation", help="Name of the organisation that the person belongs to.")
@clear_errors
def person_invite(email: str, name: str, role: str | None, organisation: str | None) -> None:
    """Mail somebody a personal link, good once and for 14 days, to set a password."""
    from datetime import UTC, datetime

    from workflow_app.installation import opened
    from workflow_app.services import people
    from workflow_app.services.accounts import invitations

    settings = load()
    ready(settings)
    with opened(settings) as (sessions, _), sessions() as session:
        invitations.invite(session, email, name, datetime.now(UTC))
        if role:
            people.give_role(session, email, role)
        if organisation:
            people.join(session, email, organisation)
    click.echo(f"{email} is invited; the worker sends the mail.")


@person.command("role")
@click.argument("email")
@click.argument("role")
@click.option("--county", default="", help="Only for cases of this county key.")
@clear_errors
def person_role(email: str, role: str, county: str) -> None:
    """Give somebody a standing role, for the whole site or for one county."""
    from workflow_app.installation import opened
    from workflow_app.services import people

    settings = load()
    ready(settings)
    with opened(settings) as (sessions, _), sessions() as session:
        people.give_role(session, email, role, "county" if county else "site", county)
    click.echo(f"{email} is {role}.")


@person.command("deactivate")
@click.argument("email")
@clear_errors
def person_deactivate(email: str) -> None:
    """Keep somebody out from now on and end all sign-ins; nothing of theirs is lost."""
    from datetime import UTC, datetime

    from workflow_app.installation import opened
    from workflow_app.services import people

    settings = load()
    ready(settings)
    with opened(settings) as (sessions, _), sessions() as session:
        people.deactivate(session, email, datetime.now(UTC))
    click.echo(f"{email} can no longer sign in.")


for _explaining in (explain.manual, explain.matrix, schema.schema):
    workflow.add_command(_explaining)
for _asking in (explain.may, explain.reach, explain.missed):
    person.add_command(_asking)


def _load_demo(settings: Settings) -> bool:
    from workflow_app.demo.projects import load_examples

    if not load_examples(settings, click.echo):
        return False
    _print_logins(settings)
    return True


def _print_logins(settings: Settings) -> None:
    from workflow_app.demo.people import PASSWORD, PEOPLE

    click.echo(f"\nSign in at {settings.base_url} with the password '{PASSWORD}' as:")
    for example in PEOPLE:
        click.echo(f"  {example.email:32} {example.name}: {example.says}")
