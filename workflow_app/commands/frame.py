"""What every command of `tandem` shares: errors as sentences, and a database that is ready."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeVar

import click
from sqlalchemy.exc import OperationalError

from workflow_app.config import BadSetting, Settings
from workflow_app.core.errors import DefinitionError, Invalid, NotAllowed, NotFound, TandemError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workflow_app.services.site import Site

Command = TypeVar("Command", bound=Callable[..., Any])
LANGUAGE = click.option(
    "--language", type=click.Choice(["de", "en"]), default="en", help="Language of the sentences."
)
"""The language in which a command says what it found."""
INTERRUPTED = 130
ACTOR = click.option(
    "--as", "email", required=True, metavar="EMAIL", help="Address of the administrator who acts."
)


def clear_errors(command: Command) -> Command:
    """Let a command end with a sentence and exit code 1 where it would show a traceback.

    Ctrl+C ends it with 130, as a shell says it. Every case, person and job is a transaction of its
    own, so that the same command goes on with what is left.
    """

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (BadSetting, TandemError, OperationalError) as error:
            raise click.ClickException(_said(error)) from error
        except KeyboardInterrupt:
            click.echo("Stopped. What was done stays done; the same command goes on.", err=True)
            sys.exit(INTERRUPTED)

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
    from workflow_app.services.access.reindex import reindex
    from workflow_app.store.migrate import HEAD, revision, upgrade

    before = revision(settings.database_url)
    if before == HEAD:
        return
    upgrade(settings.database_url)
    if before is not None:
        with opened(settings) as (sessions, site), sessions() as session:
            reindex(session, site)


@contextmanager
def prepared() -> Iterator[tuple[Session, Site]]:
    """Yield a session and the installation that the settings describe, its database ready.

    :raises BadSetting: if a setting cannot be used.
    """
    from workflow_app.config import load
    from workflow_app.installation import opened

    settings = load()
    ready(settings)
    with opened(settings) as (sessions, site), sessions() as session:
        yield session, site


@contextmanager
def between_pieces() -> Iterator[Callable[[], bool]]:
    """Let Ctrl+C wait for the piece of work in hand; yield what says whether to stop then.

    A second Ctrl+C does not wait.

    :raises KeyboardInterrupt: at the end, if it was asked for.
    """
    asked = False

    def ask(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        click.echo("Stopping after this one; Ctrl+C again stops at once.", err=True)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt
