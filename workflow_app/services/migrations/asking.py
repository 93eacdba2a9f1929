"""The plan of a migration as questions: opened with proposals, filled from a text, or answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.core.migrations.answers import Answered, answered
from workflow_app.core.migrations.plan import Plan, parse_plan, written
from workflow_app.core.migrations.planning import check_plan
from workflow_app.core.migrations.questions import Asker
from workflow_app.core.migrations.suggesting import suggest
from workflow_app.core.problems import Problems
from workflow_app.services.definitions.versions import find
from workflow_app.services.migrations.plans import FILE, Pair, pair
from workflow_app.services.site import Site
from workflow_app.store.tables.cases import Case


@dataclass(frozen=True)
class Asked:
    """A plan with its questions, and with everything that is wrong with it."""

    plan: Plan
    text: str
    """The plan as a file says it."""
    answers: Answered
    versions: Pair

    @property
    def problems(self) -> Problems:
        """Return what is not decided or does not fit; a place names the question."""
        return self.answers.problems


def opened(session: Session, site: Site, workflow: str, source: int, target: int) -> Asked:
    """Return the questions between two versions, answered where a proposal is sure.

    :raises DefinitionError: if one of the versions was never in force.
    """
    versions = pair(session, site, Plan(workflow, source, target))
    plan = suggest(versions.old, versions.new, source, target, sure_only=True)
    running = running_in(session, workflow, source)
    questions = Asker(plan, versions.old, versions.new, running, fresh=True).questions()
    return Asked(plan, written(plan), Answered(plan, questions, Problems()), versions)


def from_text(session: Session, plan: Plan, text: str, versions: Pair) -> Asked:
    """Return the questions of a plan that was checked; what it leaves out is so decided."""
    running = running_in(session, plan.workflow, plan.source)
    questions = Asker(plan, versions.old, versions.new, running).questions()
    return Asked(plan, text, Answered(plan, questions, Problems()), versions)


def from_answers(session: Session, site: Site, base: Plan, given: Mapping[str, str]) -> Asked:
    """Return the plan between the versions of `base` as the answers make it, with its problems.

    :raises DefinitionError: if one of the versions was never in force.
    """
    versions = pair(session, site, base)
    running = running_in(session, base.workflow, base.source)
    found = answered(base, versions.old, versions.new, running, given)
    problems = Problems(found.problems)
    condition = versions.source.engine.condition
    problems.include(check_plan(found.plan, versions.old, versions.new, condition))
    return Asked(found.plan, written(found.plan), replace(found, problems=problems), versions)


def same_plan(text: str, plan: Plan) -> bool:
    """Return whether the file says this plan, whatever its comments and order."""
    problems = Problems()
    found = parse_plan(text, FILE, problems)
    return not problems and found == plan


def running_in(session: Session, workflow: str, number: int) -> dict[str, int]:
    """Return state → running cases of a version that are in it.

    :raises NotFound: if there is no such version.
    """
    version = find(session, workflow, number)
    counted = session.execute(
        select(Case.state, func.count().label("cases"))
        .where(Case.definition_id == version.id, Case.ended.is_(False))
        .group_by(Case.state)
    )
    return {row.state: int(row.cases) for row in counted}
