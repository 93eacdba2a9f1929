"""What the tables hold of a case, as values: what was submitted, confirmed and done, and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import checksum
from workflow_app.core.cases.in_force import in_force, upcoming
from workflow_app.core.cases.situation import Amending, Organisation, Submitted, Values, Yes
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.store import organisations as bodies
from workflow_app.store.amendments import Amendment
from workflow_app.store.cases import Case
from workflow_app.store.documents import Document
from workflow_app.store.history import Entry
from workflow_app.store.people import Person
from workflow_app.store.submissions import Confirmation, Submission


def organisations_of(session: Session, ids: Iterable[int]) -> dict[int, Organisation]:
    """Return these organisations as the engine sees them."""
    rows = session.scalars(select(bodies.Organisation).where(bodies.Organisation.id.in_(ids)))
    return {
        o.id: Organisation(o.id, o.name, o.kind, o.carrier, frozenset(o.counties)) for o in rows
    }


def submissions_of(
    session: Session, case_id: int, day: date
) -> tuple[dict[str, tuple[Submitted, ...]], dict[str, Submitted]]:
    """Return what holds on the day, one submission a slot, and what is agreed for a later one."""
    rows = session.scalars(
        select(Submission).where(Submission.case_id == case_id).order_by(Submission.id)
    )
    versions: dict[str, dict[str, list[Submitted]]] = {}
    for row in rows:
        # A slot whose newest version is replaced keeps its place, so that entries stay in order.
        versions.setdefault(row.form, {}).setdefault(row.slot, []).append(submitted(row))
    holding = {
        form: tuple(s for v in slots.values() if (s := in_force(v, day)))
        for form, slots in versions.items()
    }
    ahead = {form: s for form, slots in versions.items() if (s := upcoming(slots.get("", ()), day))}
    return {form: slots for form, slots in holding.items() if slots}, ahead


def submitted(row: Submission) -> Submitted:
    """Return a submission as a value."""
    return Submitted(
        id=row.id,
        form=row.form,
        slot=row.slot,
        version=row.version,
        values=row.values,
        form_version=row.form_version,
        author=row.author_id,
        on=day_of(row.at),
        effective_from=row.effective_from,
    )


def yeses_of(session: Session, case_id: int) -> dict[str, tuple[Yes, ...]]:
    """Return transition → the confirmations that stand and are not used up."""
    rows = session.execute(
        select(Confirmation, Person.name)
        .join(Person, Person.id == Confirmation.person_id)
        .where(
            Confirmation.case_id == case_id,
            Confirmation.taken_back_at.is_(None),
            Confirmation.used_at.is_(None),
        )
        .order_by(Confirmation.id)
    )
    found: dict[str, tuple[Yes, ...]] = {}
    for c, name in rows:
        yes = Yes(c.side, c.person_id, name, c.digest, day_of(c.at))
        found[c.transition] = (*found.get(c.transition, ()), yes)
    return found


def agreement_digest_of(session: Session, case_id: int) -> str | None:
    """Return the digest of the agreement that is aligned or issued, or None."""
    return session.scalar(
        select(Document.digest)
        .where(
            Document.case_id == case_id,
            Document.kind == "agreement",
            Document.status.in_(("aligning", "issued")),
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def amendments_of(session: Session, case_id: int) -> tuple[Amending, ...]:
    """Return every change of the agreement that was asked for, the oldest first."""
    rows = session.execute(
        select(Amendment, Document.digest)
        .outerjoin(Document, Document.id == Amendment.document_id)
        .where(Amendment.case_id == case_id)
        .order_by(Amendment.number)
    )
    return tuple(
        Amending(a.number, a.form, a.status, a.requested_on, a.proposed, digest)
        for a, digest in rows
    )


def past_of(session: Session, compiled: Compiled, case: Case) -> dict[str, Any]:
    """Return what the engine asks about the history: who made which step when, who acted last."""
    newest = (
        select(func.max(Entry.id))
        .where(Entry.case_id == case.id)
        .group_by(Entry.kind, Entry.transition, Entry.side)
    )
    rows = session.scalars(select(Entry).where(Entry.id.in_(newest)).order_by(Entry.id)).all()
    steps = [e for e in rows if e.kind == "transition" and e.transition]
    return {
        "last_fired": {e.transition: day_of(e.at) for e in steps},
        "last_actor": {e.transition: e.actor_id for e in steps if e.actor_id},
        "last_act": {e.side: day_of(e.at) for e in rows if e.side},
        "acted_since": frozenset(e.side for e in rows if e.side and e.at > case.entered_at),
        "pauses": pauses_of(session, compiled, case),
    }


def pauses_of(
    session: Session, compiled: Compiled, case: Case
) -> tuple[tuple[date, date | None], ...]:
    """Return the first day and the end of each time in which the case's clock stood still."""
    still = [s.id for s in compiled.workflow.states.values() if s.stops_clock]
    if not still:
        return ()
    rows = session.execute(
        select(Entry.from_state, Entry.to_state, Entry.at)
        .where(Entry.case_id == case.id, Entry.kind == "transition")
        .where(or_(Entry.from_state.in_(still), Entry.to_state.in_(still)))
        .order_by(Entry.sequence)
    )
    found: list[tuple[date, date | None]] = []
    for before, after, at in rows:
        if after in still and before not in still:
            found.append((day_of(at), None))
        elif before in still and after not in still and found:
            found[-1] = (found[-1][0], day_of(at))
    return tuple(found)


def deadline_of(case: Case) -> dict[str, Any]:
    """Return the deadline of the state and how often it was called to mind."""
    running = [d for d in case.deadlines if d.closed_at is None]
    if not running:
        return {}
    return {"due_on": running[-1].due_on, "reminders": running[-1].reminders}


def values_on(session: Session, case_id: int, form: str, day: date) -> Values:
    """Return the values of a form that hold on a day; empty if none did yet."""
    rows = session.scalars(
        select(Submission)
        .where(Submission.case_id == case_id, Submission.form == form, Submission.slot == "")
        .order_by(Submission.id)
    )
    holding = in_force([submitted(row) for row in rows], day)
    return holding.values if holding else {}


def late_copies_of(session: Session, case_id: int) -> frozenset[str]:
    """Return the checksums of the agreements and addenda that were issued and count no more."""
    rows = session.scalars(
        select(Document.digest).where(
            Document.case_id == case_id, Document.status == "void", Document.number.is_not(None)
        )
    )
    return frozenset(checksum(digest) for digest in rows)


def children_of(session: Session, case_id: int) -> dict[str, Any]:
    """Return how many child cases are open, and how many of them took place already."""
    states = session.scalars(
        select(Case.state).where(Case.parent_id == case_id, Case.ended.is_(False))
    ).all()
    return {"open_children": len(states), "held_children": states.count("held")}
