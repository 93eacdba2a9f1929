"""What waits on a case and would wait in vain: drafts, deadlines, obligations, timers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Situation
from workflow_app.services.catalogue import Compiled
from workflow_app.services.work import obligations
from workflow_app.store.tables.cases import Case, Deadline
from workflow_app.store.tables.submissions import Draft

Wrong = tuple[str, str, str, str]
"""What kind, where, what is wrong, how to mend it."""


def waiting(
    session: Session, compiled: Compiled, case: Case, situation: Situation
) -> Iterator[Wrong]:
    """Yield what is wrong with drafts, deadlines, obligations and timers of a case."""
    yield from _drafts(session, compiled, case)
    yield from _deadlines(session, compiled, case)
    yield from _obligations(session, compiled, case, situation)
    yield from _timers(compiled, case, situation)


def _drafts(session: Session, compiled: Compiled, case: Case) -> Iterator[Wrong]:
    for draft in session.scalars(select(Draft).where(Draft.case_id == case.id)):
        form = compiled.forms.get(draft.form)
        known = {f.id for f in form.fields} if form else set()
        strange = sorted(draft.raw.keys() - known)
        if strange:
            yield (
                "drafts",
                f"{case.number} {draft.form} {draft.slot}".rstrip(),
                f"What is typed belongs to no field of the form: {', '.join(strange)}.",
                "Nobody can see it on a page. Save what is needed, then delete the row of `draft`.",
            )


def _deadlines(session: Session, compiled: Compiled, case: Case) -> Iterator[Wrong]:
    running = session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.closed_at.is_(None))
    ).all()
    for deadline in running:
        if deadline.state != case.state:
            yield (
                "deadlines",
                case.number,
                f"The deadline of '{deadline.state}' runs, the case stands in '{case.state}'.",
                "Close it: set `closed_at` of the row of `deadline`. Nobody is reminded of it.",
            )
    rule = compiled.workflow.states[case.state].deadline
    if rule and not any(deadline.state == case.state for deadline in running):
        yield (
            "deadlines",
            case.number,
            f"The state '{case.state}' has a deadline, and none runs: nobody will be reminded.",
            "Put the row of `deadline` back from a backup, or add one for the state.",
        )


def _obligations(
    session: Session, compiled: Compiled, case: Case, situation: Situation
) -> Iterator[Wrong]:
    turns = compiled.engine.turns(situation)
    kept = obligations.days(session, case, turns)
    for role, asked in filter(None, map(obligations.key_of, turns)):
        if (role, asked) not in kept:
            yield (
                "obligations",
                case.number,
                f"'{role}' is asked for something by a day of its own, and none is kept.",
                "Run `tandem db reindex`: the time begins anew.",
            )


def _timers(compiled: Compiled, case: Case, situation: Situation) -> Iterator[Wrong]:
    # A timer of today may still be on its way; one that was due yesterday was not looked at.
    yesterday = replace(situation, today=situation.today - timedelta(days=1))
    due = compiled.engine.due(yesterday) if yesterday.today > situation.entered_on else None
    if due is not None:
        yield (
            "timers",
            case.number,
            f"'{due.id}' should have happened by {yesterday.today.isoformat()}.",
            "Start `tandem worker`, and read its log if it runs already.",
        )
