"""A case that went to another version is taken back: state, answers and deadlines as before."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotAllowed, NotFound
from workflow_app.core.steps.offers import Reason
from workflow_app.services.access import rows
from workflow_app.services.administering import ADMIN, admins_only
from workflow_app.services.cases import record
from workflow_app.services.migrations.carrying_over import BACK, MOVED
from workflow_app.services.migrations.plans import one
from workflow_app.services.migrations.rewriting import add_version
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.moving import Migration, MigrationCase
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Draft, Submission

ENTRY = "migration_back"
"""Kind of the entry in a case's history."""
HARMLESS = ("comment", "attachment", "document")
"""Entries that do not move a case."""
WENT_ON = Text(
    "Der Vorgang ist seit der Umstellung weitergegangen. Er kommt nur mit einem Plan in "
    "umgekehrter Richtung zurück.",
    "The case has gone on since the migration. It only comes back by a plan in the other "
    "direction.",
)
TYPED_SINCE = Text(
    "Seit der Umstellung hat jemand an einem Formular geschrieben. Der Vorgang kommt nur mit einem "
    "Plan in umgekehrter Richtung zurück.",
    "Somebody has been writing in a form since the migration. The case only comes back by a plan "
    "in the other direction.",
)


def why_not(session: Session, migration: Migration, row: MigrationCase) -> Text | None:
    """Return why a case can no longer be taken back, or None if it can."""
    if row.status != MOVED or row.case.definition_id != migration.target_id:
        return WENT_ON
    since = session.scalar(
        select(Entry.id)
        .where(
            Entry.case_id == row.case_id,
            Entry.sequence > row.sequence,
            Entry.kind.not_in(HARMLESS),
        )
        .limit(1)
    )
    if since is not None:
        return WENT_ON
    typed = session.scalar(
        select(Draft.id).where(Draft.case_id == row.case_id, Draft.saved_at > row.at).limit(1)
    )
    return TYPED_SINCE if typed is not None else None


def take_back(
    session: Session, site: Site, migration_id: int, number: str, person: Person, now: datetime
) -> MigrationCase:
    """Bring a case back to the version it came from, and return what became of it.

    Nothing is deleted, and the history says so.

    :raises NotAllowed: if the person may not, or the case has moved since.
    :raises NotFound: if the migration has not moved such a case.
    """
    with transaction(session, number):
        admins_only(person)
        migration = one(session, migration_id)
        row = session.scalar(
            select(MigrationCase)
            .join(Case, Case.id == MigrationCase.case_id)
            .where(MigrationCase.migration_id == migration.id, Case.number == number)
        )
        if row is None or row.status not in (MOVED, BACK):
            raise NotFound(number)
        if row.status == BACK:
            return row
        if (reason := why_not(session, migration, row)) is not None:
            raise NotAllowed("migration", [Reason("state", "moved", reason)])
        case = row.case
        left = case.state
        _restore(session, case, migration, row, person, now)
        record.append(
            session,
            case,
            ENTRY,
            now,
            actor_id=person.id,
            role=ADMIN,
            from_state=left,
            subject=str(migration.id),
            content=migration.source.fingerprint,
        )
        rows.rewrite(session, site.catalogue.of(session, case), case, now)
        row.status, row.actor_id, row.at = BACK, person.id, now
    return row


def _restore(
    session: Session,
    case: Case,
    migration: Migration,
    row: MigrationCase,
    person: Person,
    now: datetime,
) -> None:
    before: dict[str, Any] = row.before
    case.definition_id = migration.source_id
    case.state = before["state"]
    case.variables = before["variables"]
    case.accepted_scope = before["accepted_scope"]
    case.entered_at = datetime.fromisoformat(before["entered_at"])
    _deadlines(case, before["deadline"], now)
    for p in case.participations:
        p.role = before["roles"].get(str(p.id), p.role)
    for kept in before["drafts"]:
        draft = session.get(Draft, kept["id"])
        if draft is not None:
            draft.form, draft.raw, draft.changed = kept["form"], kept["raw"], kept["changed"]
    for job_id, state in before["jobs"].items():
        job = session.get(Job, int(job_id))
        if job is not None and job.done_at is None:
            job.data = {**job.data, "state": state}
    record.touch(case, now)
    session.flush()
    session.expire(case, ["definition"])
    for submission_id in before["submissions"]:
        _answers(session, case, session.get_one(Submission, submission_id), person, now)


def _answers(
    session: Session, case: Case, original: Submission, person: Person, now: datetime
) -> None:
    """Let the answers as they were be the newest again, if others have taken their place."""
    newest = session.scalar(
        select(Submission)
        .where(
            Submission.case_id == case.id,
            Submission.form == original.form,
            Submission.slot == original.slot,
        )
        .order_by(Submission.version.desc())
        .limit(1)
    )
    if newest is not original:
        add_version(
            session, case, original, original.form, dict(original.values),
            original.form_version, person, now,
        )  # fmt: skip


def _deadlines(case: Case, before: dict[str, Any] | None, now: datetime) -> None:
    for deadline in case.deadlines:
        if before is not None and deadline.id == before["id"]:
            deadline.state, deadline.closed_at = before["state"], None
            deadline.due_on = date.fromisoformat(before["due_on"])
            # What was sent meanwhile was sent: reminders are never taken back.
            deadline.reminders = max(deadline.reminders, before["reminders"])
            deadline.reminded_on = deadline.reminded_on or _day(before["reminded_on"])
            deadline.escalated_on = deadline.escalated_on or _day(before["escalated_on"])
        elif deadline.closed_at is None:
            deadline.closed_at = now


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
