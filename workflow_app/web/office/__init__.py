"""Pages of the programme office and of administrators: people, organisations, log, mails sent."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask
from flask_login import current_user

from workflow_app.core.errors import NotAllowed
from workflow_app.core.steps.offers import Reason
from workflow_app.services.accounts.administration import ADMINISTRATORS_ONLY, check
from workflow_app.services.administering import administers
from workflow_app.web.context import me
from workflow_app.web.office import messages, organisations, people, protocol


def office_only() -> None:
    """Refuse whoever may not administer, before any page of the office does anything."""
    if current_user.is_authenticated:
        check(me())


def administrators_only() -> None:
    """Refuse whoever may not read the log and the mails."""
    if current_user.is_authenticated and not administers(me()):
        raise NotAllowed("administration", [Reason("who", "admin", ADMINISTRATORS_ONLY)])


GUARDS: tuple[tuple[Blueprint, Callable[[], None]], ...] = (
    (people.bp, office_only),
    (organisations.bp, office_only),
    (protocol.bp, administrators_only),
    (messages.bp, administrators_only),
)
for _blueprint, _guard in GUARDS:
    _blueprint.before_request(_guard)


def register(app: Flask) -> None:
    """Add the pages, each behind its guard."""
    for blueprint, _ in GUARDS:
        app.register_blueprint(blueprint)
