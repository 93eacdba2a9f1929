"""What a plan would make of a case: read and worked out, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.migrations.carrying import carry_raw
from workflow_app.core.migrations.forecast import Forecast, forecast
from workflow_app.core.migrations.moving import Move, move
from workflow_app.core.migrations.plan import Plan
from workflow_app.services.cases.situations import complete, situation_of
from workflow_app.services.migrations.plans import Pair
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.submissions import Draft


@dataclass(frozen=True)
class DraftMoved:
    """What becomes of something that is typed but not submitted."""

    row: Draft
    label: Text
    form: str
    """The form in the new version; empty: there is none, and the draft waits unseen."""
    raw: dict[str, object]
    lost: tuple[Text, ...]
    """What was typed for questions that the new version does not ask."""


@dataclass(frozen=True)
class Preview:
    """What a plan makes of one case."""

    case: Case
    move: Move
    forecast: Forecast | None
    """None: the case cannot go."""
    drafts: tuple[DraftMoved, ...]

    @property
    def goes(self) -> bool:
        """Say whether the case can go."""
        return not self.move.blocked


def preview(session: Session, plan: Plan, versions: Pair, case: Case, day: date) -> Preview:
    """Return what the plan would make of the case on that day."""
    source, target = versions.source, versions.target
    now = situation_of(session, source, case, day)
    moved = move(plan, versions.old, versions.new, source.engine, now)
    if moved.blocked:
        return Preview(case, moved, None, ())
    then = moved.situation
    moved = replace(moved, situation=complete(session, target, case, then))
    engines = (source.engine, target.engine)
    told = forecast(plan, versions.old, versions.new, engines, now, moved)
    return Preview(case, moved, told, tuple(_drafts(session, plan, versions, case)))


def _drafts(session: Session, plan: Plan, versions: Pair, case: Case) -> list[DraftMoved]:
    found = []
    old, new = versions.old, versions.new
    for row in session.scalars(select(Draft).where(Draft.case_id == case.id).order_by(Draft.id)):
        form, raw = carry_raw(plan, new, row.form, row.raw)
        # What is typed for a form that is gone is not lost: it stays where it is, unseen.
        gone = [f"{row.form}.{key}" for key in row.raw if not _has_place(plan, versions, row, key)]
        label = old.form(row.form)
        lost = tuple(old.field(name) for name in gone)
        if form and (form, raw) == (row.form, row.raw):
            continue
        found.append(DraftMoved(row, label, form, raw, lost))
    return found


def _has_place(plan: Plan, versions: Pair, row: Draft, key: str) -> bool:
    after = plan.field_name(f"{row.form}.{key}")
    return after is not None and versions.new.forms_field(after) is not None


def previews(
    session: Session,
    plan: Plan,
    versions: Pair,
    day: date,
    numbers: Sequence[str] = (),
    *,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[Preview]:
    """Yield what the plan makes of each running case (with these numbers), the oldest first."""
    source = select(Definition.id).where(
        Definition.workflow == plan.workflow, Definition.number == plan.source
    )
    question = (
        select(Case)
        .where(Case.definition_id.in_(source), Case.ended.is_(False))
        .order_by(Case.id)
        .limit(limit)
        .offset(offset)
    )
    if numbers:
        question = question.where(Case.number.in_(numbers))
    for case in session.scalars(question).all():
        yield preview(session, plan, versions, case, day)
