"""Who asks, as the database knows them, and what they see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from workflow_app.store.asking import asked
from workflow_app.store.tables.access import Access, Principal
from workflow_app.store.tables.cases import Case

KNOWN = "principals"
"""Where a session keeps the ids of principals that it has looked up in its present transaction."""
KEYS: Any = bindparam("keys", expanding=True)
IDS = select(Principal.id).where(Principal.key.in_(KEYS))
MINE: Any = Access.principal_id.in_(bindparam("ids", expanding=True))
VISIBLE = select(Access.case_id).where(MINE)
SEEN = select(Access.case_id).where(MINE, Access.case_id == Case.id).exists()
"""The same asked of one case: where a list walks the cases instead of what somebody sees."""
SEES = (
    select(Case.id)
    .join(Access, Access.case_id == Case.id)
    .join(Principal, Principal.id == Access.principal_id)
    .where(Case.number == bindparam("number"), Principal.key.in_(KEYS))
    .limit(1)
)


def visible(session: Session, principals: Sequence[str]) -> Select[int]:
    """Return the question which cases these principals may see."""
    return select(Access.case_id).where(Access.principal_id.in_(ids(session, principals)))


def sees(session: Session, principals: Sequence[str], number: str) -> bool:
    """Say whether these principals may see the case called `number`."""
    return bool(asked(session, SEES, keys=tuple(principals), number=number))


def ids(session: Session, principals: Sequence[str]) -> list[int]:
    """Return the ids of the principals: with them a database can tell how much each one sees.

    A page asks for several lists of the same person; within a transaction an id stays what it is.
    """
    begun, known = session.info.get(KNOWN, (None, {}))
    if begun is None or begun is not session.get_transaction():
        known = {}
    keys = tuple(principals)
    if keys in known:
        return list(known[keys])
    found = [row.id for row in asked(session, IDS, keys=keys)]
    # A principal that is not there yet may come in the same transaction.
    if len(found) == len(set(keys)):
        session.info[KNOWN] = (session.get_transaction(), {**known, keys: found})
    return found
