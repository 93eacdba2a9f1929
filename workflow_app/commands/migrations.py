"""`tandem workflow`: two versions compared, and running cases brought from one to the other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workflow_app.commands.frame import ACTOR, LANGUAGE, clear_errors, prepared, ready
from workflow_app.config import load

if TYPE_CHECKING:
    # Seen by mypy alone: a command that only shows its help imports nothing heavy.
    from sqlalchemy.orm import Session

    from workflow_app.services.migrations.preview import Preview
    from workflow_app.services.site import Site


@click.command()
@click.argument("workflow")
@click.argument("before", type=int)
@click.argument("after", type=int)
@LANGUAGE
@clear_errors
def compare(workflow: str, before: int, after: int, language: str) -> None:
    """Say in words what is different in version AFTER of WORKFLOW, seen from version BEFORE."""
    from workflow_app.services.definitions.comparing import differences

    with prepared() as (session, _):
        found = differences(session, workflow, before, after)
    for change in found:
        click.echo(f"{change.kind:8} {change.text(language)}")
    if not found:
        click.echo("No difference.")


@click.command()
@click.argument("workflow")
@click.argument("before", type=int)
@click.argument("after", type=int)
@clear_errors
def plan(workflow: str, before: int, after: int) -> None:
    """Print a plan by which cases go from version BEFORE to AFTER; correct what is guessed."""
    from workflow_app.services.migrations.plans import suggested

    with prepared() as (session, site):
        click.echo(suggested(session, site, workflow, before, after), nl=False)


@click.command()
@click.argument("plan_file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would become of each case.")
@click.option("--case", "numbers", multiple=True, metavar="NUMBER", help="Only this case.")
@click.option("--back", is_flag=True, help="Take back the cases that this plan has moved.")
@ACTOR
@LANGUAGE
@clear_errors
def migrate(
    plan_file: Path, dry_run: bool, numbers: tuple[str, ...], back: bool, email: str, language: str
) -> None:
    """Bring the running cases of one version to another, by PLAN_FILE; exit 1 if one stays.

    Called again after an interruption, it goes on with the cases that are left.
    """
    from workflow_app.installation import opened
    from workflow_app.services.migrations import plans
    from workflow_app.services.people import person_by_email

    settings = load()
    ready(settings)
    text = plan_file.read_text(encoding="utf-8")
    with opened(settings) as (sessions, site), sessions() as session:
        if dry_run:
            sys.exit(_show(session, site, text, str(plan_file), numbers, language))
        person = person_by_email(session, email)
        parsed, _ = plans.check(session, site, text, str(plan_file))
        migration = _migration(session, parsed.workflow, text, back=back)
        if migration is None and back:
            raise click.ClickException("No case was moved by this plan.")
        found = migration or plans.begin(session, site, text, person, datetime.now(UTC))
        sys.exit(_run(session, site, found, email, numbers, back=back))


def _migration(session: Session, workflow: str, text: str, *, back: bool) -> int | None:
    """Return the id of the migration that this very plan has begun, or None."""
    from workflow_app.services.migrations import plans

    for row in plans.listed(session, workflow):
        if row.plan == text and (back or row.closed_at is None):
            return row.id
    return None


def _run(
    session: Session,
    site: Site,
    migration: int,
    email: str,
    numbers: tuple[str, ...],
    *,
    back: bool,
) -> int:
    from workflow_app.services.migrations import plans, running
    from workflow_app.services.migrations.carrying_over import BACK, MOVED, carry_over
    from workflow_app.services.migrations.taking_back import take_back
    from workflow_app.services.people import person_by_email

    def clock() -> datetime:
        return datetime.now(UTC)

    person = person_by_email(session, email)
    if numbers:
        act = take_back if back else carry_over
        rows = (act(session, site, migration, n, person, clock()) for n in numbers)
        ends: Iterator[tuple[str, str]] = ((row.case.number, row.status) for row in rows)
    elif back:
        ends = running.take_all_back(session, site, migration, person, clock)
    else:
        ends = running.run(session, site, migration, person, clock)
    wanted, left = (BACK if back else MOVED), 0
    for number, status in ends:
        left += status != wanted
        click.echo(f"{number}: {status}" + _reasons(session, migration, number, status))
    done = plans.progress(session, plans.one(session, migration))
    click.echo(
        f"Migration {migration}: {done.moved} moved, {done.stayed} stayed, {done.back} taken back, "
        f"{done.waiting} waiting."
    )
    return 1 if left else 0


def _reasons(session: Session, migration: int, number: str, status: str) -> str:
    from workflow_app.services.migrations.carrying_over import STAYED
    from workflow_app.services.migrations.plans import result

    row = result(session, migration, number) if status == STAYED else None
    return "".join(f"\n  {english}" for _, english in row.reasons) if row else ""


def _show(
    session: Session, site: Site, text: str, file: str, numbers: tuple[str, ...], language: str
) -> int:
    """Tell for each case what would become of it; return 1 if one would stay."""
    from workflow_app.services.clock import day_of
    from workflow_app.services.migrations import plans
    from workflow_app.services.migrations.preview import previews

    parsed, versions = plans.check(session, site, text, file)
    stay = 0
    for found in previews(session, parsed, versions, day_of(datetime.now(UTC)), numbers):
        stay += not found.goes
        for line in _told(found, language):
            click.echo(line)
    click.echo(f"{stay} would stay." if stay else "All of them can go.")
    return 1 if stay else 0


def _told(found: Preview, language: str) -> list[str]:
    case, told = found.case, found.forecast
    lines = [f"{case.number} {case.title}"]
    if told is None:
        return lines + [f"  stays: {text(language)}" for text in found.move.blocked]
    lines.append(f"  {told.state(language)} -> {told.new_state(language)}")
    lines += [f"  {text(language)}" for text in (*told.rights, *told.unmet, *told.follows)]
    if told.due_on != told.new_due_on:
        lines.append(f"  deadline: {told.due_on} -> {told.new_due_on}")
    turns = ", ".join(f"{turn.role}: {turn.task(language)}" for turn in told.new_turns)
    lines.append(f"  waits for: {turns}")
    lines += [f"  left behind: {item.label(language)}: {item.value}" for item in found.move.left]
    lines += [f"  sign-off void: {v.label(language)}, {v.name}" for v in found.move.void]
    if found.move.approval_lost:
        lines.append("  the approval counts no more")
    for draft in found.drafts:
        lines.append(f"  draft carried over: {draft.label(language)}")
        lines += [f"    typed for nothing: {label(language)}" for label in draft.lost]
    return lines


COMMANDS = (compare, plan, migrate)
