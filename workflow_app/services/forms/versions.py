"""The next version of what stands in a form, with its entry in the history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.cases.situation import Actor
from workflow_app.core.definition.forms import Form
from workflow_app.core.forms.fields import Value
from workflow_app.services.cases import record
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.submissions import Submission


def add(
    session: Session,
    case: Case,
    form: Form,
    slot: str,
    values: Mapping[str, Value],
    actor: Actor,
    now: datetime,
    role: str | None = None,
    effective_from: date | None = None,
) -> Submission:
    """Add the next version of a form in a slot, and note it in the history; return it.

    With `effective_from` it comes in force on that day, and not with its submission.
    """
    last = session.scalar(
        select(Submission.version)
        .where(Submission.case_id == case.id, Submission.form == form.id, Submission.slot == slot)
        .order_by(Submission.version.desc())
        .limit(1)
    )
    row = Submission(
        case_id=case.id,
        form=form.id,
        slot=slot,
        version=(last or 0) + 1,
        values=dict(values),
        digest=digest(dict(values)),
        form_version=form.fingerprint,
        author_id=actor.person,
        at=now,
        effective_from=effective_from,
    )
    session.add(row)
    session.flush()
    record.append(
        session,
        case,
        "submission",
        now,
        actor_id=actor.person,
        role=role,
        side=actor.side,
        from_state=case.state,
        subject=form.id,
        content=row.digest,
    )
    return row
