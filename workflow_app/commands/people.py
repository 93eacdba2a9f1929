"""`tandem person`: accounts, standing roles and memberships."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from workflow_app.commands.frame import clear_errors, prepared, ready
from workflow_app.config import load

if TYPE_CHECKING:
    # Seen by mypy alone: a command that only shows its help imports nothing heavy.
    from sqlalchemy.orm import Session

    from workflow_app.services.site import Site

ROLE = "Standing role: coordinator, supervisor, reader, admin, auditor, or an imported one."


@click.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--role", help=ROLE)
@click.option("--organisation", help="Name of the organisation that the person belongs to.")
@click.password_option(help="Asked for if it is not given.")
@clear_errors
def person_add(
    email: str, name: str, role: str | None, organisation: str | None, password: str
) -> None:
    """Add somebody who can sign in."""
    from workflow_app.app import hashed
    from workflow_app.installation import opened
    from workflow_app.services.accounts import passwords, people

    settings = load()
    ready(settings)
    if complaint := passwords.complaint_about(password, name, email):
        raise click.ClickException(complaint("en"))
    with opened(settings) as (sessions, site), sessions() as session:
        people.add(session, name, email, hashed(settings, password), datetime.now(UTC))
        _place(session, site, email, role, organisation)
    click.echo(f"{email} can sign in.")


@click.command("invite")
@click.argument("email")
@click.option("--name", default="", help="What the person is called until they say so themselves.")
@click.option("--role", help=ROLE)
@click.option("--organisation", help="Name of the organisation that the person belongs to.")
@clear_errors
def person_invite(email: str, name: str, role: str | None, organisation: str | None) -> None:
    """Mail somebody a personal link, good once and for 14 days, to set a password."""
    from workflow_app.services.accounts import invitations

    with prepared() as (session, site):
        invitations.invite(session, email, name, datetime.now(UTC))
        _place(session, site, email, role, organisation)
    click.echo(f"{email} is invited; the worker sends the mail.")


@click.command("role")
@click.argument("email")
@click.argument("role")
@click.option("--county", default="", help="Only for cases of this county key.")
@clear_errors
def person_role(email: str, role: str, county: str) -> None:
    """Give somebody a standing role, for the whole site or for one county.

    ROLE is one of Tandem's own, or one of an imported workflow in force, such as Reviewer.
    """
    from workflow_app.services.accounts import people
    from workflow_app.services.accounts.imported_roles import imported_roles
    from workflow_app.services.people import person_by_email

    with prepared() as (session, site):
        one = person_by_email(session, email).id
        scope = "county" if county else "site"
        known = imported_roles(session, site)
        people.give_role(session, one, role, scope, county, datetime.now(UTC), imported=known)
    click.echo(f"{email} is {role}.")


@click.command("deactivate")
@click.argument("email")
@clear_errors
def person_deactivate(email: str) -> None:
    """Keep somebody out from now on and end all sign-ins; nothing of theirs is lost."""
    from workflow_app.services.accounts import people
    from workflow_app.services.people import person_by_email

    with prepared() as (session, site):
        one = person_by_email(session, email).id
        people.deactivate(session, site, one, datetime.now(UTC))
    click.echo(f"{email} can no longer sign in.")


def _place(
    session: Session, site: Site, email: str, role: str | None, organisation: str | None
) -> None:
    """Give somebody the role and the organisation that were named, if any; both go into the log."""
    from workflow_app.services.accounts import organisations, people
    from workflow_app.services.accounts.imported_roles import imported_roles
    from workflow_app.services.people import organisation_by_name, person_by_email

    one, now = person_by_email(session, email).id, datetime.now(UTC)
    if role:
        known = imported_roles(session, site)
        people.give_role(session, one, role, "site", "", now, imported=known)
    if organisation:
        body = organisation_by_name(session, organisation).id
        organisations.join(session, body, email, "", now)


COMMANDS = (person_add, person_invite, person_role, person_deactivate)
