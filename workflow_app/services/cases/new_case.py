"""A case that begins: its row and its number; the first step puts it into a state."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow_app.services.cases.numbers import next_number
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.store.tables.cases import Case


def new_case(
    session: Session,
    site: Site,
    compiled: Compiled,
    title: str,
    now: datetime,
    *,
    county: str | None = None,
    parent_id: int | None = None,
    derived_from_id: int | None = None,
) -> Case:
    """Return the row of a new case in no state yet; its version of the workflow is kept."""
    definition = site.catalogue.keep(session, compiled, now)
    case = Case(
        number=next_number(session, f"{compiled.workflow.subject.number}-{day_of(now).year}"),
        definition_id=definition.id,
        title=title,
        county=county,
        parent_id=parent_id,
        derived_from_id=derived_from_id,
        state="",
        ended=False,
        round=0,
        variables=[],
        entered_at=now,
        created_at=now,
        changed_at=now,
    )
    session.add(case)
    session.flush()
    return case
