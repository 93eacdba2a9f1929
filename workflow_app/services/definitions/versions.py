"""The versions of a workflow: listed, found by their number, read with all their problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotFound
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.core.problems import Problems
from workflow_app.core.simulation.rehearsal import is_play, read_plays
from workflow_app.core.steps.engine import Engine
from workflow_app.services.content.files import document_kinds
from workflow_app.services.content.parsed import Parsed, engine_of, own_forms, parse_all
from workflow_app.services.content.verified import verify_one
from workflow_app.services.definitions import log
from workflow_app.services.site import Site
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition


@dataclass(frozen=True)
class Listed:
    """A version in a list."""

    definition: Definition
    status: log.Status
    current: bool
    """New cases open on it."""
    running: int
    """Cases on it that have not ended."""
    ended: int


def listed(session: Session, workflow: str) -> list[Listed]:
    """Return the versions of a workflow, the newest first."""
    counted = {
        (row.definition_id, row.ended): row.cases
        for row in session.execute(
            select(Case.definition_id, Case.ended, func.count().label("cases")).group_by(
                Case.definition_id, Case.ended
            )
        )
    }
    now = log.current(session, workflow)
    rows = session.scalars(
        select(Definition).where(Definition.workflow == workflow).order_by(Definition.number.desc())
    )
    return [
        Listed(
            row,
            log.status_of(row),
            row is now,
            counted.get((row.id, False), 0),
            counted.get((row.id, True), 0),
        )
        for row in rows
    ]


def workflows(session: Session, site: Site) -> tuple[str, ...]:
    """Return the ids of all workflows: those with a version, and those in the content folders."""
    return tuple(sorted({*log.workflows(session), *site.catalogue.workflows()}))


def find(session: Session, workflow: str, number: int) -> Definition:
    """Return the version with this number.

    :raises NotFound: if there is none.
    """
    found = session.scalar(
        select(Definition).where(Definition.workflow == workflow, Definition.number == number)
    )
    if found is None:
        raise NotFound(f"{workflow} {number}")
    return found


def to_supply(problems: Problems) -> list[FieldProblem]:
    """Return what an import left open: facts and effects that somebody has to supply.

    A step that the author wrote down as `open:` is closed by itself and hinders nothing.
    """
    found = (p for p in problems if p.rule == "to_supply")
    return [FieldProblem("version", p.rule, Text(p.de, p.en)) for p in found]


def complete(problems: Problems) -> bool:
    """Return whether a version can come in force: there is no error and nothing to supply."""
    return not problems.errors and not to_supply(problems)


def engine_to_play(site: Site, row: Definition) -> Engine:
    """Return what answers for invented cases on a version, whether it is in force or not.

    :raises NotFound: if it has errors: nothing is played that could not run.
    """
    # What was verified once is not verified again with every step of a play.
    if log.status_of(row) == "draft" and read(site, row.workflow, row.files)[1].errors:
        raise NotFound(f"{row.workflow} {row.number}")
    parsed = parse_all(row.files)
    workflow = parsed.workflows.get(row.workflow)
    if workflow is None or parsed.problems.errors:
        raise NotFound(f"{row.workflow} {row.number}")
    return engine_of(workflow, own_forms(parsed, workflow), parsed.programme)


def read(site: Site, workflow: str, files: Mapping[str, str]) -> tuple[Parsed, Problems]:
    """Return what the files of a version say, and everything that is wrong with it.

    Its own plays and those of the content folders are played too, of two at one place its own. That
    one no longer works is a warning, because a changed procedure may well make it wrong; an own one
    that cannot be read is an error.
    """
    parsed = parse_all(files)
    problems = Problems(parsed.problems)
    others = {p: text for p, text in site.catalogue.content.items() if p not in files}
    plays = [*read_plays(files, problems), *read_plays(others, Problems())]
    documents = document_kinds(site.content)
    for found in verify_one(parsed, workflow, documents, plays):
        severity = "warning" if is_play(found.place.file) else found.severity
        problems.append(replace(found, severity=severity))
    return parsed, problems
