"""Cases that were derived from others, and from which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow_app.store.asking import asked
from workflow_app.store.queries.seen import SEEN, ids
from workflow_app.store.tables.cases import Case


class Linked(NamedTuple):
    """A case to which a link leads."""

    number: str
    title: str
    ended: bool


LINKED = select(Case.number, Case.title, Case.ended)
ALL = LINKED.where(Case.derived_from_id == bindparam("case")).order_by(Case.id)
SHOWN = ALL.where(SEEN)
ONE = LINKED.where(Case.id == bindparam("case"), SEEN)


def derived(session: Session, principals: Sequence[str] | None, case: Case) -> list[Linked]:
    """Return the cases derived from this one, the first one first.

    Without principals all of them, else those that these principals may see.
    """
    if principals is None:
        return [Linked(*row) for row in asked(session, ALL, case=case.id)]
    found = asked(session, SHOWN, case=case.id, ids=ids(session, principals))
    return [Linked(*row) for row in found]


def derived_from(session: Session, principals: Sequence[str], case: Case) -> Linked | None:
    """Return the case from which this one was derived; None: from none that they may see."""
    if case.derived_from_id is None:
        return None
    found = asked(session, ONE, case=case.derived_from_id, ids=ids(session, principals))
    return Linked(*found[0]) if found else None
