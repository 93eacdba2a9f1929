"""What every command of `tandem` shares: errors as sentences, and a database that is ready."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from sqlalchemy.exc import OperationalError

from workflow_app.config import BadSetting, Settings
from workflow_app.core.errors import DefinitionError, Invalid, NotAllowed, NotFound, TandemError

Command = TypeVar("Command", bound=Callable[..., Any])
LANGUAGE = click.option(
    "--language", type=click.Choice(["de", "en"]), default="en", help="Language of the sentences."
)
"""The language in which a command says what it found."""
ACTOR = click.option(
    "--as", "email", required=True, metavar="EMAIL", help="Address of the administrator who acts."
)


def clear_errors(command: Command) -> Command:
    """Let a command end with a sentence and exit code 1 where it would show a traceback."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (BadSetting, TandemError, OperationalError) as error:
            raise click.ClickException(_said(error)) from error

    wrapped.clear = True  # type: ignore[attr-defined]  # so that a command without it is found
    return wrapped  # type: ignore[return-value]  # wraps() keeps the signature


def _said(error: Exception) -> str:
    """Return what an error says to whoever sits before a terminal."""
    match error:
        case DefinitionError():
            lines = "\n".join(str(problem) for problem in error.problems)
            return f"The definitions cannot be used:\n{lines}"
        case Invalid():
            return "\n".join(f"{p.path}: {p.text.en}" for p in error.problems)
        case NotAllowed():
            return "\n".join(r.text.en for r in error.reasons) or f"Not allowed: {error}"
        case NotFound():
            return f"There is no {error}."
        case OperationalError():
            return f"The database cannot be used (TANDEM_DATABASE_URL): {error.orig}"
    return str(error)


def ready(settings: Settings) -> None:
    """Bring the embedded database to the newest schema before it is used.

    The rows that follow from the cases are written anew then: a newer program may keep more.
    """
    from workflow_app.installation import opened
    from workflow_app.services.cases.reindex import reindex
    from workflow_app.store.migrate import HEAD, revision, upgrade

    before = revision(settings.database_url)
    if before == HEAD:
        return
    upgrade(settings.database_url)
    if before is not None:
        with opened(settings) as (sessions, site), sessions() as session:
            reindex(session, site)
