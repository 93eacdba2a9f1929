"""Many cases go, or come back, one transaction each; going on later begins where it stopped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import Conflict, NotAllowed, NotFound, TandemError
from workflow_app.services.administering import admins_only
from workflow_app.services.migrations.carrying_over import MOVED, STAYED, carry_over
from workflow_app.services.migrations.plans import one, open_only, remaining
from workflow_app.services.migrations.taking_back import take_back
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.moving import MigrationCase
from workflow_app.store.tables.outbox import Job
from workflow_app.store.tables.people import Person

log = logging.getLogger(__name__)
JOB = "migrate"
AT_A_TIME = 25
"""Cases that one job of the outbox moves, so that mails need not wait for thousands of them."""
BUSY = Text(
    "Der Vorgang wurde gleichzeitig bearbeitet. Versuchen Sie es noch einmal.",
    "The case was being edited at the same time. Try once more.",
)
BROKEN = Text(
    "Dabei ist etwas schiefgegangen: {error}. Es wurde nichts verändert.",
    "Something went wrong with it: {error}. Nothing was changed.",
)


def run(
    session: Session,
    site: Site,
    migration_id: int,
    person: Person,
    clock: Callable[[], datetime],
    *,
    again: bool = True,
    limit: int | None = None,
) -> Iterator[tuple[str, str]]:
    """Let every running case go that is still on the version so far; yield (number, status).

    With `again` those that stayed or were taken back are tried once more.

    :raises NotAllowed: if the person may not, or the migration is closed.
    """
    admins_only(person)
    migration = one(session, migration_id)
    open_only(migration)
    waiting = remaining(session, migration, untried=not again)
    for case_id, number in waiting[:limit]:
        yield number, _one(session, site, migration_id, case_id, number, person, clock)


def _one(
    session: Session,
    site: Site,
    migration_id: int,
    case_id: int,
    number: str,
    person: Person,
    clock: Callable[[], datetime],
) -> str:
    try:
        return carry_over(session, site, migration_id, number, person, clock()).status
    except NotAllowed:
        # Closed in the meantime: this is no affair of the single case.
        raise
    except NotFound:
        return MOVED
    except Conflict:
        reason = BUSY
    except TandemError as error:
        reason = _told(error)
    except Exception as error:
        # What is wrong with one case must not hold up all others; it is named on the page.
        log.exception("case %s could not be migrated", number)
        reason = _told(error)
    _note(session, migration_id, case_id, reason, person, clock())
    return STAYED


def _told(error: Exception) -> Text:
    return BROKEN.filled(error=f"{type(error).__name__}: {error}"[:500])


def _note(
    session: Session,
    migration_id: int,
    case_id: int,
    reason: Text,
    person: Person,
    now: datetime,
) -> None:
    with transaction(session):
        # What failed has been rolled back, so that the person is read anew: before there is a row.
        actor_id = person.id
        row = session.scalar(
            select(MigrationCase).where(
                MigrationCase.migration_id == migration_id, MigrationCase.case_id == case_id
            )
        )
        if row is None:
            row = MigrationCase(migration_id=migration_id, case_id=case_id, before={}, sequence=0)
            session.add(row)
        row.status, row.reasons = STAYED, [[reason.de, reason.en]]
        row.actor_id, row.at = actor_id, now


def take_all_back(
    session: Session,
    site: Site,
    migration_id: int,
    person: Person,
    clock: Callable[[], datetime],
) -> Iterator[tuple[str, str]]:
    """Take back every case that this migration moved; yield (number, status, or why not)."""
    admins_only(person)
    for _case_id, number in moved(session, migration_id):
        yield number, _back(session, site, migration_id, number, person, clock)


def moved(session: Session, migration_id: int) -> list[tuple[int, str]]:
    """Return (id, number) of the cases that a migration moved, the oldest first."""
    rows = session.execute(
        select(Case.id, Case.number)
        .join(MigrationCase, MigrationCase.case_id == Case.id)
        .where(MigrationCase.migration_id == migration_id, MigrationCase.status == MOVED)
        .order_by(Case.id)
    )
    return [(row.id, row.number) for row in rows]


def _back(
    session: Session,
    site: Site,
    migration_id: int,
    number: str,
    person: Person,
    clock: Callable[[], datetime],
) -> str:
    """Take one case back; return how it stands now, or why it does not come back."""
    try:
        return take_back(session, site, migration_id, number, person, clock()).status
    except NotAllowed as refused:
        return " ".join(reason.text.en for reason in refused.reasons)
    except Conflict:
        return BUSY.en
    except Exception as error:
        # As on the way there: the others come back all the same.
        log.exception("case %s could not be taken back", number)
        return _told(error).en


def queue_run(session: Session, migration_id: int, person: Person, now: datetime) -> None:
    """Let the worker move all cases; asked for twice, two jobs share the work.

    :raises NotAllowed: if the person may not, or the migration is closed.
    """
    with transaction(session):
        admins_only(person)
        open_only(one(session, migration_id))
        queue(session, JOB, None, {"migration": migration_id, "person": person.id}, now)


def queue_back(session: Session, migration_id: int, person: Person, now: datetime) -> None:
    """Let the worker take back all cases that a migration moved.

    :raises NotAllowed: if the person may not.
    :raises NotFound: if there is no such migration.
    """
    with transaction(session):
        admins_only(person)
        data = {"migration": one(session, migration_id).id, "person": person.id, "back": True}
        queue(session, JOB, None, data, now)


def work_off(session: Session, site: Site, job: Job, now: datetime) -> Callable[[Session], None]:
    """Move or take back some cases for a job of the outbox; return what queues the rest."""
    migration_id, person_id = int(job.data["migration"]), int(job.data["person"])
    back = bool(job.data.get("back"))
    tried = {int(i) for i in job.data.get("tried", ())}
    person = session.get_one(Person, person_id)
    migration = one(session, migration_id)
    if back:
        waiting = moved(session, migration_id)
    else:
        waiting = [] if migration.closed_at else remaining(session, migration)
    ahead = [(i, number) for i, number in waiting if i not in tried]
    for case_id, number in ahead[:AT_A_TIME]:
        if back:
            _back(session, site, migration_id, number, person, lambda: now)
        else:
            _one(session, site, migration_id, case_id, number, person, lambda: now)
        person = session.get_one(Person, person_id)

    def finish(session: Session) -> None:
        if len(ahead) > AT_A_TIME:
            done = [i for i, _ in ahead[:AT_A_TIME]]
            queue(session, JOB, None, {**job_data, "tried": sorted({*tried, *done})}, now)

    job_data: dict[str, object] = {**job.data}
    return finish


def queued(session: Session, migration_id: int) -> Literal["", "go", "back"]:
    """Return what the worker has yet to do with cases of a migration; empty: nothing."""
    jobs = session.scalars(select(Job).where(Job.kind == JOB, Job.done_at.is_(None)))
    mine = [job.data for job in jobs if job.data["migration"] == migration_id]
    if not mine:
        return ""
    return "back" if mine[-1].get("back") else "go"
