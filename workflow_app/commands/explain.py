"""`tandem workflow manual`, `… matrix`, `tandem person may`, `… reach`, `… missed`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workflow_app.commands.frame import LANGUAGE, clear_errors, prepared

OUT = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Where it is written; the ending says as what.",
)


@click.command()
@click.argument("name")
@OUT
@LANGUAGE
@clear_errors
def manual(name: str, out: Path, language: str) -> None:
    """Write the manual of the workflow NAME as PDF, with its picture."""
    from datetime import UTC, datetime

    from workflow_app.config import load
    from workflow_app.installation import site_of
    from workflow_app.services.drawing import laid_out
    from workflow_app.services.papers.explanations import manual_pdf

    site = site_of(load())
    compiled = site.catalogue.current(name)
    picture = laid_out(compiled.workflow, language)
    out.write_bytes(manual_pdf(site, compiled, language, picture, datetime.now(UTC)))
    click.echo(f"→ {out}")


@click.command()
@click.argument("name")
@OUT
@LANGUAGE
@clear_errors
def matrix(name: str, out: Path, language: str) -> None:
    """Write who may do what in each state of the workflow NAME, as .csv or .pdf."""
    from datetime import UTC, datetime

    from workflow_app.config import load
    from workflow_app.core.explanation.matrix import as_csv
    from workflow_app.installation import site_of
    from workflow_app.services.papers.explanations import matrix_pdf

    site = site_of(load())
    compiled = site.catalogue.current(name)
    if out.suffix == ".pdf":
        out.write_bytes(matrix_pdf(site, compiled, language, datetime.now(UTC)))
    else:
        # With a byte order mark spreadsheets take the umlauts for what they are.
        out.write_text(as_csv(compiled.workflow, language), encoding="utf-8-sig")
    click.echo(f"→ {out}")


@click.command()
@click.argument("email")
@click.argument("number")
@click.argument("action")
@LANGUAGE
@clear_errors
def may(email: str, number: str, action: str, language: str) -> None:
    """Say whether somebody may do ACTION (a right or a step) on the case NUMBER, and why.

    Exit 1 if not. The rule that decides comes first, with its place in the workflow file.
    """
    from datetime import UTC, datetime

    from workflow_app.services.access.reach import on_case
    from workflow_app.services.clock import day_of
    from workflow_app.services.people import person_by_email

    with prepared() as (session, site):
        person = person_by_email(session, email)
        found = on_case(session, site, number, person, day_of(datetime.now(UTC)))
        answers = {answer.action: answer for answer in found}
        if action not in answers:
            raise click.ClickException(f"Possible here: {', '.join(answers)}.")
        answer = answers[action]
        click.echo(f"{'yes' if answer.allowed else 'no'}: {answer.label(language)}")
        rest = [rule for rule in answer.rules if rule is not answer.decides]
        for rule in (answer.decides, *rest):
            click.echo(f"{'+' if rule.holds else '-'} {rule.text(language)}  {rule.place}")
    sys.exit(0 if answer.allowed else 1)


@click.command()
@click.argument("email")
@LANGUAGE
@clear_errors
def reach(email: str, language: str) -> None:
    """List every case that somebody may see, and what they may do there now."""
    from datetime import UTC, datetime

    from workflow_app.services.access.reach import reach as reached
    from workflow_app.services.clock import day_of
    from workflow_app.services.people import person_by_email

    with prepared() as (session, site):
        person = person_by_email(session, email)
        for one in reached(session, site, person, day_of(datetime.now(UTC))):
            click.echo(f"{one.number}  {one.title}  [{one.state(language)}]")
            click.echo(f"    {', '.join(right(language) for right in one.rights)}")
            for step in one.steps:
                click.echo(f"    → {step(language)}")


@click.command()
@click.argument("email")
@LANGUAGE
@clear_errors
def missed(email: str, language: str) -> None:
    """List what would stand still if somebody vanished today; exit 1 if anything would."""
    from datetime import UTC, datetime

    from workflow_app.services.access.reach import standing_still
    from workflow_app.services.clock import day_of
    from workflow_app.services.people import person_by_email

    with prepared() as (session, site):
        person = person_by_email(session, email)
        found = list(standing_still(session, site, person, day_of(datetime.now(UTC))))
        for still in found:
            due = f" ({still.due_on.isoformat()})" if still.due_on else ""
            click.echo(f"{still.number}  {still.title}  [{still.state(language)}]")
            click.echo(f"    {still.task(language)}{due}")
    click.echo("Nothing would stand still." if not found else f"{len(found)} cases would.")
    sys.exit(1 if found else 0)


OF_WORKFLOWS = (manual, matrix)
OF_PEOPLE = (may, reach, missed)
