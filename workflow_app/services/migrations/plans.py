"""A migration is planned, begun and closed; only one of a workflow is open at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from workflow_app.core.changes.contents import Contents
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import DefinitionError, NotAllowed, NotFound
from workflow_app.core.migrations.plan import Plan, parse_plan, written
from workflow_app.core.migrations.planning import check_plan
from workflow_app.core.migrations.suggesting import suggest
from workflow_app.core.problems import Place, Problems
from workflow_app.core.steps.offers import Reason
from workflow_app.services.administering import admins_only
from workflow_app.services.catalogue import Compiled
from workflow_app.services.definitions import log
from workflow_app.services.definitions.versions import find
from workflow_app.services.site import Site
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.moving import Migration, MigrationCase
from workflow_app.store.tables.people import Person

FILE = "plan.yaml"
OPEN = Text(
    "{name} hat am {day} schon eine Umstellung dieses Verfahrens begonnen. Schließen Sie diese "
    "zuerst ab.",
    "{name} has begun a migration of this workflow on {day} already. Close that one first.",
)
CLOSED = Text("Die Umstellung ist abgeschlossen.", "The migration is closed.")


@dataclass(frozen=True)
class Pair:
    """The two versions of a plan, ready to run."""

    source: Compiled
    target: Compiled

    @property
    def old(self) -> Contents:
        """Return what the version so far says."""
        return contents_of(self.source)

    @property
    def new(self) -> Contents:
        """Return what the new version says."""
        return contents_of(self.target)


@dataclass(frozen=True)
class Progress:
    """How far a migration has come."""

    waiting: int
    """Running cases that are still on the version so far and were not tried."""
    moved: int
    stayed: int
    back: int


def contents_of(compiled: Compiled) -> Contents:
    """Return all that a version says."""
    return Contents(
        compiled.workflow,
        compiled.forms,
        compiled.lists,
        compiled.clauses,
        compiled.engine.programme,
    )


def pair(session: Session, site: Site, plan: Plan) -> Pair:
    """Return the two versions of a plan.

    :raises DefinitionError: if one is not there, was never in force, or both are the same.
    """
    problems = Problems()
    rows = []
    for key, number in (("from", plan.source), ("to", plan.target)):
        row = _row(session, plan.workflow, number)
        place = plan.places.get(key, Place(FILE, 1, 1))
        if row is None or not any(event.kind == "published" for event in row.events):
            problems.add(
                place,
                "plan",
                f"Die Nr. {number} von „{plan.workflow}“ gibt es nicht, oder sie wurde nie "
                "veröffentlicht.",
                f"No. {number} of '{plan.workflow}' is not there, or was never published.",
            )
        elif key == "to" and log.status_of(row) != "published":
            problems.add(
                place,
                "plan",
                f"Die Nr. {number} ist zurückgezogen.",
                f"No. {number} is retired.",
            )
        rows.append(row)
    if plan.source == plan.target:
        place = plan.places.get("to", Place(FILE, 1, 1))
        problems.add(
            place, "plan", "Es sind zweimal dieselbe Version.", "They are the same version twice."
        )
    source, target = rows
    if problems or source is None or target is None:
        raise DefinitionError(problems)
    return Pair(
        site.catalogue.version(session, source.id), site.catalogue.version(session, target.id)
    )


def _row(session: Session, workflow: str, number: int) -> Definition | None:
    try:
        return find(session, workflow, number)
    except NotFound:
        return None


def check(session: Session, site: Site, text: str, file: str = FILE) -> tuple[Plan, Pair]:
    """Return the plan in `text` with its two versions.

    :raises DefinitionError: with every problem of the plan.
    """
    problems = Problems()
    plan = parse_plan(text, file, problems)
    if plan is None or problems.errors:
        raise DefinitionError(problems)
    versions = pair(session, site, plan)
    found = check_plan(plan, versions.old, versions.new, versions.source.engine.condition)
    if found:
        raise DefinitionError(found)
    return plan, versions


def suggested(session: Session, site: Site, workflow: str, source: int, target: int) -> str:
    """Return a plan to begin with, as a file.

    :raises DefinitionError: if one of the versions was never in force.
    """
    versions = pair(session, site, Plan(workflow, source, target))
    return written(suggest(versions.old, versions.new, source, target))


def begin(
    session: Session, site: Site, text: str, person: Person, now: datetime, *, key: str = ""
) -> int:
    """Begin a migration and return its id; no case is touched yet.

    :raises DefinitionError: with every problem of the plan.
    :raises NotAllowed: if the person may not, or another migration of the workflow is open.
    """
    with transaction(session):
        admins_only(person)
        if answer := answered(session, key, person):
            return int(answer["migration"])
        plan, _ = check(session, site, text)
        log.take_turns(session, plan.workflow)
        other = open_one(session, plan.workflow)
        if other is not None:
            day = f"{other.created_at:%d.%m.%Y}"
            said = OPEN.filled(name=other.person.name, day=day)
            raise NotAllowed("migration", [Reason("state", "open", said)])
        row = Migration(
            workflow=plan.workflow,
            source_id=find(session, plan.workflow, plan.source).id,
            target_id=find(session, plan.workflow, plan.target).id,
            plan=text,
            person_id=person.id,
            created_at=now,
            open_key=plan.workflow,
        )
        session.add(row)
        session.flush()
        remember(session, key, person, {"migration": row.id}, now)
        number = row.id
    return number


def open_one(session: Session, workflow: str) -> Migration | None:
    """Return the open migration of a workflow, or None."""
    return session.scalar(select(Migration).where(Migration.open_key == workflow))


def close(session: Session, migration_id: int, person: Person, now: datetime) -> None:
    """Let no more case go by this migration; cases that went may still be taken back."""
    with transaction(session):
        admins_only(person)
        row = one(session, migration_id)
        if row.closed_at is None:
            row.closed_at, row.open_key = now, None


def one(session: Session, migration_id: int) -> Migration:
    """Return a migration.

    :raises NotFound: if there is none with this id.
    """
    found = session.get(Migration, migration_id)
    if found is None:
        raise NotFound(f"migration {migration_id}")
    return found


def listed(session: Session, workflow: str = "") -> list[Migration]:
    """Return all migrations (of a workflow), the newest first."""
    question = select(Migration).order_by(Migration.id.desc())
    return list(
        session.scalars(question.where(Migration.workflow == workflow) if workflow else question)
    )


def open_only(migration: Migration) -> None:
    """Let an open migration pass.

    :raises NotAllowed: if it is closed.
    """
    if migration.closed_at is not None:
        raise NotAllowed("migration", [Reason("state", "closed", CLOSED)])


def progress(session: Session, migration: Migration) -> Progress:
    """Return how far it has come."""
    rows = session.execute(
        select(MigrationCase.status, func.count().label("cases"))
        .where(MigrationCase.migration_id == migration.id)
        .group_by(MigrationCase.status)
    )
    counted = {row.status: int(row.cases) for row in rows}
    waiting = count_remaining(session, migration, untried=True)
    return Progress(
        waiting, counted.get("moved", 0), counted.get("stayed", 0), counted.get("back", 0)
    )


def remaining(
    session: Session, migration: Migration, *, untried: bool = False
) -> list[tuple[int, str]]:
    """Return (id, number) of the running cases on the version so far, the oldest first.

    With `untried` those are left out that stayed, or were taken back.
    """
    here = _on_source(migration, untried)
    question = select(Case.id, Case.number).where(*here).order_by(Case.id)
    return [(row.id, row.number) for row in session.execute(question)]


def count_remaining(session: Session, migration: Migration, *, untried: bool = False) -> int:
    """Return how many running cases are on the version so far; see `remaining`."""
    here = _on_source(migration, untried)
    return session.scalar(select(func.count()).select_from(Case).where(*here)) or 0


def _on_source(migration: Migration, untried: bool) -> list[ColumnElement[bool]]:
    """Return what is true of the running cases that are on the version so far."""
    here = [Case.definition_id == migration.source_id, Case.ended.is_(False)]
    if untried:
        tried = select(MigrationCase.case_id).where(MigrationCase.migration_id == migration.id)
        here.append(Case.id.not_in(tried))
    return here


def result(session: Session, migration_id: int, number: str) -> MigrationCase | None:
    """Return what became of a case in a migration, or None if it was not tried."""
    return session.scalar(
        select(MigrationCase)
        .join(Case, Case.id == MigrationCase.case_id)
        .where(MigrationCase.migration_id == migration_id, Case.number == number)
    )


def results(
    session: Session,
    migration_id: int,
    status: str = "",
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[MigrationCase]:
    """Return what became of each case that was tried (and stands so), the oldest case first."""
    question = (
        select(MigrationCase)
        .where(MigrationCase.migration_id == migration_id)
        .order_by(MigrationCase.case_id)
        .options(joinedload(MigrationCase.case), joinedload(MigrationCase.actor))
        .limit(limit)
        .offset(offset)
    )
    if status:
        question = question.where(MigrationCase.status == status)
    return list(session.scalars(question))
