"""`tandem person`: accounts, standing roles and memberships."""

from __future__ import annotations

import click

from workflow_app.commands.frame import clear_errors, ready
from workflow_app.config import load


@click.command("add")
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


@click.command("invite")
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


@click.command("role")
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


@click.command("deactivate")
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


COMMANDS = (person_add, person_invite, person_role, person_deactivate)
