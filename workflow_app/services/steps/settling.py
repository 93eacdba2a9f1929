"""The end of every operation on a case: who sees it, for whom it waits, and who is told so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Situation
from workflow_app.services.access import rows
from workflow_app.services.catalogue import Compiled
from workflow_app.services.work import notices
from workflow_app.store.tables.cases import Case


def settle(
    session: Session,
    compiled: Compiled,
    case: Case,
    now: datetime,
    by: int | None = None,
    *,
    situation: Situation | None = None,
) -> rows.Asked:
    """Keep who may see the case and for whom it waits, tell whose turn it has become, return it.

    `by` is who acted and needs no telling; None: the system. `situation` is the case as it stands
    now, if that has just been read.
    """
    asked = rows.rewrite(session, compiled, case, now, situation)
    notices.your_turn(session, case, asked, now, by)
    return asked
