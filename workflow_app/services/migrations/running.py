"""Many cases go, or come back, one transaction each; going on later begins where it stopped."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import Conflict, NotAllowed, NotFound, TandemError
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions.refusals import filled
from workflow_app.services.migrations.carrying_over import MOVED, STAYED, carry_over
from workflow_app.services.migrations.plans import one, open_only, remaining
from workflow_app.services.migrations.taking_back import take_back
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.services.work.outbox import queue
from workflow_app.store.cases import Case
from workflow_app.store.moving import MigrationCase
from workflow_app.store.outbox import Job
from workflow_app.store.people import Person

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
    return filled(BROKEN, error=f"{type(error).__name__}: {error}"[:500])


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
    numbers = session.scalars(
        select(Case.number)
        .join(MigrationCase, MigrationCase.case_id == Case.id)
        .where(MigrationCase.migration_id == migration_id, MigrationCase.status == MOVED)
        .order_by(Case.id)
    ).all()
    for number in numbers:
        try:
            yield number, take_back(session, site, migration_id, number, person, clock()).status
        except NotAllowed as refused:
            yield number, " ".join(reason.text.en for reason in refused.reasons)
        except Conflict:
            yield number, BUSY.en


def queue_run(session: Session, migration_id: int, person: Person, now: datetime) -> None:
    """Let the worker move all cases; asked for twice, two jobs share the work.

    :raises NotAllowed: if the person may not, or the migration is closed.
    """
    with transaction(session):
        admins_only(person)
        open_only(one(session, migration_id))
        queue(session, JOB, None, {"migration": migration_id, "person": person.id}, now)


def work_off(session: Session, site: Site, job: Job, now: datetime) -> Callable[[Session], None]:
    """Move some cases for a job of the outbox, and return what queues the rest."""
    migration_id, person_id = int(job.data["migration"]), int(job.data["person"])
    tried = {int(i) for i in job.data.get("tried", ())}
    person = session.get_one(Person, person_id)
    migration = one(session, migration_id)
    waiting = [] if migration.closed_at else remaining(session, migration)
    ahead = [(i, number) for i, number in waiting if i not in tried]
    for case_id, number in ahead[:AT_A_TIME]:
        _one(session, site, migration_id, case_id, number, person, lambda: now)
        person = session.get_one(Person, person_id)

    def finish(session: Session) -> None:
        if len(ahead) > AT_A_TIME:
            done = [i for i, _ in ahead[:AT_A_TIME]]
            data = {**job_data, "tried": sorted({*tried, *done})}
            queue(session, JOB, None, data, now)

    job_data = {"migration": migration_id, "person": person_id}
    return finish


def queued(session: Session, migration_id: int) -> bool:
    """Return whether the worker has yet to move cases of a migration."""
    jobs = session.scalars(select(Job).where(Job.kind == JOB, Job.done_at.is_(None)))
    return any(job.data["migration"] == migration_id for job in jobs)
