"""What a migration changes in the rows of a case; each function returns how they were."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.migrations.moving import Rewritten
from workflow_app.core.migrations.plan import Plan
from workflow_app.services.administering import ADMIN
from workflow_app.services.cases import record
from workflow_app.services.migrations.plans import Pair
from workflow_app.services.migrations.preview import Preview
from workflow_app.store.tables.cases import Case, Deadline
from workflow_app.store.tables.moving import Migration
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Submission

CARRIED = "carried_over"
"""Kind of the entry for answers under the names of another version."""


def rewrite_case(
    session: Session,
    migration: Migration,
    plan: Plan,
    versions: Pair,
    found: Preview,
    person: Person,
    now: datetime,
) -> dict[str, Any]:
    """Change the case's rows, and return how they were."""
    case, then = found.case, found.move.situation
    before: dict[str, Any] = {
        "state": case.state,
        "variables": list(case.variables),
        "accepted_scope": case.accepted_scope,
        "entered_at": case.entered_at.isoformat(),
        "deadline": _deadline(case, found, plan, now),
        "drafts": _drafts(plan, found),
        "roles": _roles(case, plan),
        "jobs": _jobs(session, case, found, versions),
        "submissions": [_carried(session, case, r, person, now) for r in found.move.rewritten],
    }
    case.definition_id = migration.target_id
    case.state = then.state or ""
    case.variables = sorted(then.variables)
    case.accepted_scope = then.accepted_scope
    if plan.clock == "restart":
        case.entered_at = now
    record.touch(case, now)
    session.flush()
    session.expire(case, ["definition"])
    return before


def _deadline(case: Case, found: Preview, plan: Plan, now: datetime) -> dict[str, Any] | None:
    """Move the running deadline, or close it, or begin one; return how it was."""
    then = found.move.situation
    running = [d for d in case.deadlines if d.closed_at is None]
    before = [
        {
            "id": d.id,
            "state": d.state,
            "due_on": d.due_on.isoformat(),
            "reminders": d.reminders,
            "reminded_on": d.reminded_on.isoformat() if d.reminded_on else None,
            "escalated_on": d.escalated_on.isoformat() if d.escalated_on else None,
        }
        for d in running
    ]
    for deadline in running:
        if then.due_on is None:
            deadline.closed_at = now
            continue
        if deadline.due_on != then.due_on:
            # It is a new day: whom it escalates to is told when that one has passed.
            deadline.escalated_on = None
        deadline.state, deadline.due_on = then.state or "", then.due_on
        if plan.clock == "restart":
            deadline.reminders, deadline.reminded_on, deadline.escalated_on = 0, None, None
    if then.due_on is not None and not running:
        case.deadlines.append(
            Deadline(state=then.state or "", due_on=then.due_on, created_at=now, reminders=0)
        )
    return before[-1] if before else None


def _drafts(plan: Plan, found: Preview) -> list[dict[str, Any]]:
    before = []
    for draft in found.drafts:
        row = draft.row
        kept = {"id": row.id, "form": row.form, "raw": row.raw, "changed": row.changed}
        if not draft.form:
            continue
        before.append(kept)
        marks = row.changed or {}
        names = {key: plan.field_name(f"{row.form}.{key}") for key in marks}
        row.changed = {
            after.split(".")[1]: marks[key] for key, after in names.items() if after
        } or None
        row.form, row.raw = draft.form, dict(draft.raw)
    return before


def _roles(case: Case, plan: Plan) -> dict[str, str]:
    before = {}
    for p in case.participations:
        if plan.roles.get(p.role, p.role) not in (p.role, "drop"):
            before[str(p.id)] = p.role
            p.role = plan.roles[p.role]
    return before


def _jobs(session: Session, case: Case, found: Preview, versions: Pair) -> dict[str, str]:
    """Let mails that wait to be sent speak of a state that there is."""
    before = {}
    waiting = select(Job).where(Job.case_id == case.id, Job.done_at.is_(None), Job.kind == "mail")
    for job in session.scalars(waiting):
        state = job.data.get("state")
        if state is not None and state not in versions.target.workflow.states:
            before[str(job.id)] = state
            job.data = {**job.data, "state": found.move.situation.state}
    return before


def _carried(
    session: Session, case: Case, rewritten: Rewritten, person: Person, now: datetime
) -> int:
    """Add the answers under their new names, and return the id of the submission as it was.

    Who answered, and when, stays: nobody has answered anything anew.
    """
    original = session.get_one(Submission, rewritten.before.id)
    after = rewritten.after
    add_version(
        session, case, original, after.form, dict(after.values), after.form_version, person, now
    )
    return original.id


def add_version(
    session: Session,
    case: Case,
    original: Submission,
    form: str,
    values: dict[str, Any],
    form_version: str,
    person: Person,
    now: datetime,
) -> None:
    """Add a next version of a form in the slot of `original`, by its author and of its day."""
    last = session.scalar(
        select(Submission.version)
        .where(
            Submission.case_id == case.id,
            Submission.form == form,
            Submission.slot == original.slot,
        )
        .order_by(Submission.version.desc())
        .limit(1)
    )
    row = Submission(
        case_id=case.id,
        form=form,
        slot=original.slot,
        version=(last or 0) + 1,
        values=values,
        digest=digest(values),
        form_version=form_version,
        author_id=original.author_id,
        at=original.at,
    )
    session.add(row)
    session.flush()
    record.append(
        session,
        case,
        CARRIED,
        now,
        actor_id=person.id,
        role=ADMIN,
        from_state=case.state,
        subject=form,
        content=row.digest,
    )
