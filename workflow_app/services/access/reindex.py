"""The access rows of every case, written anew from the cases themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.services.access import rows
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.cases import Case


def reindex(
    session: Session, site: Site, tell: Callable[[int, int], None] = lambda done, all_: None
) -> int:
    """Make the rows of every case say what they must, a case a transaction; return how many.

    `tell` hears after each case how many are done, and how many there are.
    """
    numbers = session.scalars(select(Case.number).order_by(Case.id)).all()
    for done, number in enumerate(numbers, 1):
        with transaction(session, number):
            case = session.scalars(select(Case).where(Case.number == number)).one()
            rows.rewrite(session, site.catalogue.of(session, case), case, datetime.now(UTC))
        tell(done, len(numbers))
    return len(numbers)
