"""One case goes to the new version: one transaction, one entry in its history."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotFound
from workflow_app.core.migrations.plan import Plan
from workflow_app.services.access import rows
from workflow_app.services.administering import ADMIN, admins_only
from workflow_app.services.cases import record
from workflow_app.services.clock import day_of
from workflow_app.services.migrations.plans import Pair, check, one, open_only
from workflow_app.services.migrations.preview import Preview, preview
from workflow_app.services.migrations.rewriting import rewrite_case
from workflow_app.services.site import Site
from workflow_app.services.steps.following import follow
from workflow_app.services.transaction import transaction
from workflow_app.services.work import notices
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.moving import Migration, MigrationCase
from workflow_app.store.tables.people import Person

MOVED, STAYED, BACK = "moved", "stayed", "back"
ENTRY = "migration"
"""Kind of the entry in a case's history."""


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
            row.before = rewrite_case(session, migration, plan, versions, found, person, now)
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
