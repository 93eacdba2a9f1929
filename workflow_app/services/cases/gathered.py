"""What the tables hold of a case, as values: what was submitted, confirmed and done, and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow_app.core.canonical import checksum
from workflow_app.core.cases.in_force import in_force, upcoming
from workflow_app.core.cases.situation import Amending, Organisation, Submitted, Values, Yes
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.store.asking import asked
from workflow_app.store.tables import organisations as bodies
from workflow_app.store.tables.amendments import Amendment
from workflow_app.store.tables.cases import Case, Deadline
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Confirmation, Submission

CASE: Any = bindparam("case")
# Each question is put together once and asked several times in every operation; it asks for values
# instead of rows that could be changed, which costs a third.
ORGANISATIONS = select(
    bodies.Organisation.id,
    bodies.Organisation.name,
    bodies.Organisation.kind,
    bodies.Organisation.carrier,
    bodies.Organisation.counties,
).where(bodies.Organisation.id.in_(bindparam("ids", expanding=True)))
SUBMITTED = (
    Submission.id,
    Submission.form,
    Submission.slot,
    Submission.version,
    Submission.values.label("said"),
    Submission.form_version,
    Submission.author_id,
    Submission.at,
    Submission.effective_from,
)
"""What `submitted` asks of a row."""
SUBMISSIONS = select(*SUBMITTED).where(Submission.case_id == CASE).order_by(Submission.id)
YESES = (
    select(
        Confirmation.transition,
        Confirmation.side,
        Confirmation.person_id,
        Confirmation.digest,
        Confirmation.at,
        Person.name,
    )
    .join(Person, Person.id == Confirmation.person_id)
    .where(
        Confirmation.case_id == CASE,
        Confirmation.taken_back_at.is_(None),
        Confirmation.used_at.is_(None),
    )
    .order_by(Confirmation.id)
)
DOCUMENTS = (
    select(Document.kind, Document.status, Document.digest)
    .where(
        Document.case_id == CASE,
        or_(
            (Document.kind == "agreement") & Document.status.in_(("aligning", "issued")),
            (Document.status == "void") & Document.number.is_not(None),
        ),
    )
    .order_by(Document.id)
)
AMENDMENTS = (
    select(
        Amendment.number,
        Amendment.form,
        Amendment.status,
        Amendment.requested_on,
        Amendment.proposed,
        Document.digest,
    )
    .outerjoin(Document, Document.id == Amendment.document_id)
    .where(Amendment.case_id == CASE)
    .order_by(Amendment.number)
)
# By state, too: so it also says whether the case has ever been in one.
NEWEST = (
    select(func.max(Entry.id))
    .where(Entry.case_id == CASE)
    .group_by(Entry.kind, Entry.transition, Entry.side, Entry.to_state)
)
PAST = (
    select(
        *(Entry.kind, Entry.transition, Entry.side, Entry.from_state, Entry.to_state),
        *(Entry.actor_id, Entry.at, Entry.sequence, Entry.content),
    )
    .where(Entry.id.in_(NEWEST))
    .order_by(Entry.id)
)
CHILD = aliased(Case)
OPEN = select(func.count()).where(CHILD.parent_id == CASE, CHILD.ended.is_(False))
BESIDE = (
    select(
        OPEN.scalar_subquery().label("open"),
        OPEN.where(CHILD.state == "held").scalar_subquery().label("held"),
        Deadline.due_on,
        Deadline.reminders,
    )
    .select_from(Case)
    .outerjoin(Deadline, (Deadline.case_id == CASE) & Deadline.closed_at.is_(None))
    .where(Case.id == CASE)
    .order_by(Deadline.id.desc())
    .limit(1)
)


def organisations_of(session: Session, ids: Iterable[int]) -> dict[int, Organisation]:
    """Return these organisations as the engine sees them."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {
        o.id: Organisation(o.id, o.name, o.kind, o.carrier, frozenset(o.counties))
        for o in asked(session, ORGANISATIONS, ids=wanted)
    }


def submissions_of(
    session: Session, case_id: int, day: date
) -> tuple[dict[str, tuple[Submitted, ...]], dict[str, Submitted]]:
    """Return what holds on the day, one submission a slot, and what is agreed for a later one."""
    versions: dict[str, dict[str, list[Submitted]]] = {}
    for row in asked(session, SUBMISSIONS, case=case_id):
        # A slot whose newest version is replaced keeps its place, so that entries stay in order.
        versions.setdefault(row.form, {}).setdefault(row.slot, []).append(submitted(row))
    holding = {
        form: tuple(s for v in slots.values() if (s := in_force(v, day)))
        for form, slots in versions.items()
    }
    ahead = {form: s for form, slots in versions.items() if (s := upcoming(slots.get("", ()), day))}
    return {form: slots for form, slots in holding.items() if slots}, ahead


def submitted(row: Any) -> Submitted:
    """Return a row of the columns `SUBMITTED` as a value."""
    return Submitted(
        id=row.id,
        form=row.form,
        slot=row.slot,
        version=row.version,
        values=row.said,
        form_version=row.form_version,
        author=row.author_id,
        on=day_of(row.at),
        effective_from=row.effective_from,
    )


def yeses_of(session: Session, case_id: int) -> dict[str, tuple[Yes, ...]]:
    """Return transition → the confirmations that stand and are not used up."""
    found: dict[str, tuple[Yes, ...]] = {}
    for c in asked(session, YESES, case=case_id):
        yes = Yes(c.side, c.person_id, c.name, c.digest, day_of(c.at))
        found[c.transition] = (*found.get(c.transition, ()), yes)
    return found


def digests_of(session: Session, case_id: int) -> dict[str, Any]:
    """Return the digest of the agreement that is aligned or issued, if any; and of late copies.

    These are the checksums of the agreements and addenda that were issued and count no more.
    """
    found = asked(session, DOCUMENTS, case=case_id)
    agreement = [d.digest for d in found if d.kind == "agreement" and d.status != "void"]
    return {
        "agreement_digest": agreement[-1] if agreement else None,
        "late_copies": frozenset(checksum(d.digest) for d in found if d.status == "void"),
    }


def amendments_of(session: Session, case_id: int) -> tuple[Amending, ...]:
    """Return every change of the agreement that was asked for, the oldest first."""
    return tuple(
        Amending(a.number, a.form, a.status, a.requested_on, a.proposed, a.digest)
        for a in asked(session, AMENDMENTS, case=case_id)
    )


def past_of(session: Session, compiled: Compiled, case: Case) -> dict[str, Any]:
    """Return what the engine asks about the history: who made which step when, who acted last."""
    newest = asked(session, PAST, case=case.id)
    still = [s.id for s in compiled.workflow.states.values() if s.stops_clock]
    has_stood = any(e.to_state in still for e in newest)
    steps = [e for e in newest if e.kind == "transition" and e.transition]
    sides = {e.transition: e.side for e in steps}
    # The step that began the state is told from what came after it by its place, not by the day.
    began = max((e.sequence for e in steps if e.from_state != e.to_state), default=0)
    return {
        "last_fired": {e.transition: day_of(e.at) for e in steps},
        "last_actor": {e.transition: e.actor_id for e in steps if e.actor_id},
        "last_side": {t: side for t, side in sides.items() if side},
        "last_content": {e.transition: e.content for e in steps},
        "last_act": {e.side: day_of(e.at) for e in newest if e.side},
        "acted_since": frozenset(e.side for e in newest if e.side and e.sequence > began),
        "pauses": _pauses(session, case, still) if has_stood else (),
    }


def _pauses(
    session: Session, case: Case, still: Sequence[str]
) -> tuple[tuple[date, date | None], ...]:
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


def beside(session: Session, case_id: int) -> dict[str, Any]:
    """Return how many child cases are open and how many of them took place already.

    If the state has a deadline, also that, and how often it was called to mind.
    """
    (row,) = asked(session, BESIDE, case=case_id)
    found = {"open_children": row.open, "held_children": row.held}
    return (
        found
        if row.due_on is None
        else found
        | {
            "due_on": row.due_on,
            "reminders": row.reminders,
        }
    )


def values_on(session: Session, case_id: int, form: str, day: date) -> Values:
    """Return the values of a form that hold on a day; empty if none did yet."""
    question = SUBMISSIONS.where(Submission.form == form, Submission.slot == "")
    found = asked(session, question, case=case_id)
    holding = in_force([submitted(row) for row in found], day)
    return holding.values if holding else {}
