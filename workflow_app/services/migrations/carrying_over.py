"""One case goes to the new version: one transaction, one entry in its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.changes.moving import Rewritten
from workflow_app.core.changes.plan import Plan
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotFound
from workflow_app.services.access import rows
from workflow_app.services.administering import ADMIN, admins_only
from workflow_app.services.cases import record
from workflow_app.services.clock import day_of
from workflow_app.services.migrations.plans import Pair, check, one, open_only
from workflow_app.services.migrations.preview import Preview, preview
from workflow_app.services.site import Site
from workflow_app.services.steps.following import follow
from workflow_app.services.transaction import transaction
from workflow_app.services.work import notices
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.cases import Case, Deadline
from workflow_app.store.tables.moving import Migration, MigrationCase
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Submission

MOVED, STAYED, BACK = "moved", "stayed", "back"
ENTRY = "migration"
"""Kind of the entry in a case's history."""
CARRIED = "carried_over"
"""Kind of the entry for answers under the names of another version."""


def carry_over(
    session: Session, site: Site, migration_id: int, number: str, person: Person, now: datetime
) -> MigrationCase:
    """Let one case go to the new version, or note why it stays; return what became of it.

    A case that has gone already is left alone, so that whoever goes on after an interruption, or
    at the same time as somebody else, does nothing twice.

    :raises NotAllowed: if the person may not, or the migration is closed.
    :raises NotFound: if the case is none of the version so far.
    :raises Conflict: if somebody else changes the case at the same time.
    """
    with transaction(session, number):
        admins_only(person)
        migration = one(session, migration_id)
        case = session.scalar(select(Case).where(Case.number == number))
        if case is None:
            raise NotFound(number)
        row = _row(session, migration, case)
        if row is not None and row.status == MOVED and case.definition_id == migration.target_id:
            return row
        open_only(migration)
        if case.definition_id != migration.source_id or case.ended:
            raise NotFound(number)
        plan, versions = check(session, site, migration.plan)
        found = preview(session, plan, versions, case, day_of(now))
        if row is None:
            row = MigrationCase(migration_id=migration.id, case_id=case.id, before={}, sequence=0)
            session.add(row)
        row.actor_id, row.at = person.id, now
        row.reasons = [[text.de, text.en] for text in found.move.blocked]
        row.status = MOVED if found.goes else STAYED
        if found.goes:
            row.before = _apply(session, migration, plan, versions, found, person, now)
            left = str(row.before["state"])
            row.sequence = _entry(session, migration, versions, found, left, person, now)
            _settle(session, site, plan, versions, found, now)
        session.flush()
    return row


def _row(session: Session, migration: Migration, case: Case) -> MigrationCase | None:
    return session.scalar(
        select(MigrationCase).where(
            MigrationCase.migration_id == migration.id, MigrationCase.case_id == case.id
        )
    )


def _apply(
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
        "submissions": [_rewrite(session, case, r, person, now) for r in found.move.rewritten],
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


def _rewrite(
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


def _entry(
    session: Session,
    migration: Migration,
    versions: Pair,
    found: Preview,
    old_state: str,
    person: Person,
    now: datetime,
) -> int:
    moved = found.move
    entry = record.append(
        session,
        found.case,
        ENTRY,
        now,
        words={
            "migration": migration.id,
            "from_version": versions.source.workflow.version,
            "to_version": versions.target.workflow.version,
            "left": [_pair(item.label) for item in moved.left],
            "void": [[*_pair(v.label), v.name] for v in moved.void],
            "approval_lost": moved.approval_lost,
        },
        actor_id=person.id,
        role=ADMIN,
        from_state=old_state,
        subject=str(migration.id),
        content=versions.target.fingerprint,
    )
    return entry.sequence


def _pair(text: Text) -> list[str]:
    return [text.de, text.en]


def _settle(
    session: Session, site: Site, plan: Plan, versions: Pair, found: Preview, now: datetime
) -> None:
    """Tell whoever has something new to do, make what follows by itself, and keep access."""
    case, told = found.case, found.forecast
    if plan.notify and told is not None:
        had = {(t.role, t.side, t.task.de) for t in told.turns}
        roles = [
            t.role
            for t in told.new_turns
            if (plan_role(plan, t.role), t.side, t.task.de) not in had
        ]
        for person in notices.people_in(session, versions.target, case, roles):
            data = {
                "template": "your_turn",
                "to": person.id,
                "transition": None,
                "state": case.state,
            }
            queue(session, "mail", case, data, now)
    rows.rewrite(session, versions.target, case, now)
    follow(session, site, versions.target, case, now)
    rows.rewrite(session, versions.target, case, now)


def plan_role(plan: Plan, role: str) -> str:
    """Return what a role of the new version was called so far."""
    return next((before for before, after in plan.roles.items() if after == role), role)
