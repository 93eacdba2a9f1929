"""What a transition changes: state, effects, deadline, history, messages, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import UpdateBase, bindparam, insert, select, update
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.definition.model import Transition
from workflow_app.core.errors import TandemError
from workflow_app.core.steps.engine import MAX_AUTOMATIC
from workflow_app.services.cases import deriving, record
from workflow_app.services.cases.situations import situation_of
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.services.steps.effects import EFFECTS, Change
from workflow_app.services.steps.settling import settle
from workflow_app.services.work import notices
from workflow_app.services.work.due import due_on, go_on_after_pause
from workflow_app.store.tables.cases import Case, Deadline
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.submissions import Confirmation
from workflow_app.store.written import note

CANCEL_CHILDREN = "cancel_children"
"""The one effect that makes steps itself, of other cases; so it is carried out here."""
CLOSE = (
    update(Deadline)
    .where(Deadline.case_id == bindparam("case"), Deadline.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)
RUNS = insert(Deadline)


class RunsInCircles(TandemError):
    """A definition's automatic transitions never come to rest."""


@dataclass(frozen=True)
class Act:
    """Who makes a transition, in which role and with which words; nobody: the system."""

    actor: Actor | None = None
    role: str | None = None
    words: Mapping[str, Any] | None = None
    content: str | None = None
    """Hash of the content acted on."""


def cancel_children(session: Session, site: Site, parent: Case, now: datetime) -> None:
    """Let each open child case take the exit that ends it with its parent, if it has one."""
    children = select(Case).where(Case.parent_id == parent.id, Case.ended.is_(False))
    for child in session.scalars(children).all():
        compiled = site.catalogue.of(session, child)
        situation = situation_of(session, compiled, child, day_of(now))
        ends = next((t for t in compiled.engine.exits(situation) if t.trigger == "parent"), None)
        if ends is not None:
            make(session, site, compiled, child, ends, situation, Act(), now)
            settle(session, compiled, child, now)


def make(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    transition: Transition,
    situation: Situation,
    act: Act,
    now: datetime,
) -> Entry:
    """Make a transition that the engine has allowed, and return its history entry."""
    source = case.state if situation.state is not None else None
    target = compiled.engine.target(transition, source)
    change = Change(session, site, compiled, case, situation, act.actor, now)
    for effect in transition.effects:
        if effect.name == CANCEL_CHILDREN:
            cancel_children(session, site, case, now)
        else:
            EFFECTS[effect.name](change, effect.argument)
    if target != source:
        _leave(session, compiled, case, source, target, situation, now)
        _enter(session, compiled, case, target, transition, situation, now)
    _use_confirmations(session, case, transition, now)
    record.touch(case, now)
    entry = record.append(
        session,
        case,
        "transition",
        now,
        words=act.words,
        actor_id=act.actor.person if act.actor else None,
        role=act.role,
        side=act.actor.side if act.actor else None,
        transition=transition.id,
        from_state=source,
        content=act.content,
    )
    proposed = case.ended and deriving.is_proposed(compiled.workflow, situation)
    notices.tell(session, site, compiled, case, transition, entry, now, proposed=proposed)
    return entry


def follow(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    now: datetime,
    before: Situation | None = None,
) -> Situation:
    """Make the automatic transitions that hold now, and return the situation at rest.

    `before` is the case as the operation found it, if it has read it.

    :raises RunsInCircles: if they never come to rest; then nothing is changed at all.
    """
    for _ in range(MAX_AUTOMATIC):
        situation = situation_of(session, compiled, case, day_of(now), before=before)
        transition = compiled.engine.automatic(situation)
        if transition is None:
            return situation
        make(session, site, compiled, case, transition, situation, Act(), now)
        before = situation
    raise RunsInCircles(f"{compiled.workflow.id}: {case.state}")


def _leave(
    session: Session,
    compiled: Compiled,
    case: Case,
    source: str | None,
    target: str,
    situation: Situation,
    now: datetime,
) -> None:
    """End what runs in a state; done before the case is changed, whose row is then written once."""
    states = compiled.workflow.states
    if situation.due_on is not None:
        _write(session, case, CLOSE, {"case": case.id, "now": now})
    if source and states[source].stops_clock and not states[target].stops_clock:
        go_on_after_pause(session, case, now)


def _enter(
    session: Session,
    compiled: Compiled,
    case: Case,
    target: str,
    transition: Transition,
    situation: Situation,
    now: datetime,
) -> None:
    state = compiled.workflow.states[target]
    case.state = target
    case.entered_at = now
    case.ended = state.end
    case.outcome = _outcome(transition, situation) or state.outcome if state.end else None
    if state.deadline:
        due = due_on(state.deadline, case, session, compiled, now, entering=True)
        row = {"case_id": case.id, "state": target, "due_on": due, "created_at": now}
        _write(session, case, RUNS, row | {"reminders": 0})


def _write(session: Session, case: Case, change: UpdateBase, row: Mapping[str, Any]) -> None:
    """Change the deadlines of a case past the session, which holds them in hardly any step."""
    held: Sequence[Deadline] = vars(case).get("deadlines", ())
    if held:
        session.flush()
    session.connection().execute(change, row)
    note(session, {Deadline})
    for deadline in held:
        session.expire(deadline)
    session.expire(case, ["deadlines"])


def _outcome(transition: Transition, situation: Situation) -> str | None:
    """Return what the step says of the end that it leads to, itself or by a field of its form."""
    form, _, field = (transition.outcome or "").partition(".")
    return situation.acting[form].get(field) if field else transition.outcome


def _use_confirmations(session: Session, case: Case, transition: Transition, now: datetime) -> None:
    if transition.sign_off is None:
        return
    rows = session.scalars(
        select(Confirmation).where(
            Confirmation.case_id == case.id,
            Confirmation.transition == transition.id,
            Confirmation.used_at.is_(None),
        )
    )
    for row in rows:
        row.used_at = now
