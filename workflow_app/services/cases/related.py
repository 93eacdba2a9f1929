"""Other cases on which a case rests: its parent, those its values refer to, events near its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import (
    SIGNATORY,
    Amending,
    Clash,
    Participant,
    Related,
    Situation,
    Values,
)
from workflow_app.core.cases.situation import Organisation as Body
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.tables.evaluation_facts import SHARED
from workflow_app.services.cases.gathered import amendments_of, values_on
from workflow_app.services.catalogue import REFERS_TO_CASES, refers_to_case
from workflow_app.services.clock import BERLIN
from workflow_app.store.asking import asked
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.history import Entry
from workflow_app.store.tables.organisations import Membership, Organisation
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Submission

NEAR = timedelta(days=7)
"""How far apart two events are at most that are held against each other."""
PARTICIPANTS = (
    select(
        Participation.person_id,
        Person.name,
        Participation.invited_as,
        Participation.role,
        Participation.side,
        Participation.organisation_id,
        Participation.until,
        Participation.deputy,
        Organisation.name.label("body"),
        Organisation.kind,
        Organisation.carrier,
        Organisation.counties,
    )
    .join(Person, Person.id == Participation.person_id)
    .outerjoin(Organisation, Organisation.id == Participation.organisation_id)
    .where(Participation.case_id == bindparam("case"))
    .order_by(Participation.id)
)
WORKFLOW = select(Definition.workflow).where(Definition.id == bindparam("definition"))
MEMBERSHIPS = select(
    Membership.person_id, Membership.organisation_id, Membership.since, Membership.until
).where(Membership.person_id.in_(bindparam("people", expanding=True)))
GROUPS = (
    select(Organisation.name, Membership.person_id, Membership.since, Membership.until)
    .join(Organisation, Organisation.id == Membership.organisation_id)
    .where(Organisation.name.in_(bindparam("names", expanding=True)))
)


class Partaking(NamedTuple):
    """Who takes part in a case on a day, and the organisations for which they do."""

    people: tuple[Participant, ...]
    organisations: Mapping[int, Body]


def partaking_in(session: Session, case_id: int, day: date) -> Partaking:
    """Return who takes part in a case on that day, and for whom."""
    rows = [p for p in asked(session, PARTICIPANTS, case=case_id) if not p.until or day <= p.until]
    people = (
        Participant(
            person=p.person_id,
            name=p.invited_as or p.name,
            role=p.role,
            side=p.side,
            organisation=p.organisation_id,
            invited=bool(p.invited_as),
            deputy=p.deputy,
        )
        for p in rows
    )
    bodies = (
        Body(p.organisation_id, p.body, p.kind, p.carrier, frozenset(p.counties))
        for p in rows
        if p.organisation_id
    )
    return Partaking(tuple(people), {body.id: body for body in bodies})


def members_of(session: Session, day: date, people: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return person → the organisations belonged to on that day, for these people."""
    found: dict[int, set[int]] = {}
    for m in asked(session, MEMBERSHIPS, people=sorted(set(people))):
        if (m.since is None or m.since <= day) and (m.until is None or day <= m.until):
            found.setdefault(m.person_id, set()).add(m.organisation_id)
    return {person: frozenset(ids) for person, ids in found.items()}


def groups_of(session: Session, names: Iterable[str], day: date) -> dict[str, frozenset[int]]:
    """Return name → who belongs on that day to the organisation called so, for these names."""
    wanted = list(names)
    found: dict[str, set[int]] = {}
    for m in asked(session, GROUPS, names=wanted) if wanted else ():
        if (m.since is None or m.since <= day) and (m.until is None or day <= m.until):
            found.setdefault(m.name, set()).add(m.person_id)
    return {name: frozenset(people) for name, people in found.items()}


def related(session: Session, case: Case, day: date) -> Related:
    """Return a case as another one sees it that rests on it."""
    return _related(
        case,
        str(session.scalar(WORKFLOW, {"definition": case.definition_id})),
        partaking_in(session, case.id, day).people,
        amendments_of(session, case.id),
        lambda form: values_on(session, case.id, form, day),
    )


def as_related(case: Case, situation: Situation) -> Related:
    """Return the same of a case that has been read already."""
    return _related(
        case,
        situation.workflow,
        situation.participants,
        situation.amendments,
        lambda form: situation.newest(form, "") or {},
    )


def _related(
    case: Case,
    workflow: str,
    people: Iterable[Participant],
    amendments: Sequence[Amending],
    values: Callable[[str], Values],
) -> Related:
    agreement, interest = values("agreement"), values("interest")
    first, last = agreement.get("term_start"), agreement.get("term_end")
    # While an extension asked in time is open, what it adds counts provisionally (ruling L8).
    for change in amendments[-1:]:
        if change.open and last:
            last = max(last, change.proposed.get("agreement", {}).get("term_end") or last)
    return Related(
        case=case.number,
        title=case.title,
        workflow=workflow,
        state=case.state,
        county=case.county,
        partners=tuple(p for p in people if p.side and p.role != SIGNATORY),
        term=(first, last) if first and last else None,
        target_groups=frozenset(interest.get("target_groups") or ()),
    )


def with_related(
    session: Session, case: Case, forms: Iterable[Form], situation: Situation, facts: set[str]
) -> Situation:
    """Return the situation with the cases that it rests on, and with what its facts ask of them.

    `forms` are those in which something refers to a case.
    """
    day = situation.today
    if situation.parent is None and case.parent_id is not None:
        parent = session.get_one(Case, case.parent_id)
        situation = replace(situation, parent=related(session, parent, day))
    numbers = set(_numbers(forms, situation))
    if numbers:
        found = session.scalars(select(Case).where(Case.number.in_(numbers)))
        situation = replace(situation, related={c.number: related(session, c, day) for c in found})
    if "author.differs" in facts:
        situation = replace(situation, authors=_authors(session, case))
    if "assessment.comments_awaited" in facts:
        since = {SHARED: _sent_since(session, case, SHARED, "assessment")}
        situation = replace(situation, sent_since=since)
    if "event.clashes_answered" in facts:
        situation = replace(situation, clashes=tuple(_clashes(session, case, situation)))
    return situation


def _numbers(forms: Iterable[Form], situation: Situation) -> Iterator[str]:
    """Yield the number of each case that a value refers to."""
    for form in forms:
        fields = [f for f in form.fields if refers_to_case(f)]
        rows: list[Values] = [s.values for s in situation.submissions.get(form.id, ())]
        if form.id in situation.acting:
            rows.append(situation.acting[form.id])
        for field in fields:
            for row in rows:
                yield from _numbers_in(field, row.get(field.id))


def _numbers_in(field: Field, value: Any) -> Iterable[str]:
    if not value:
        return ()
    if field.type == "rows":
        columns = [c.id for c in field.columns if c.to in REFERS_TO_CASES]
        return [row[c] for row in value for c in columns if row.get(c)]
    return value if isinstance(value, list) else [value]


def _authors(session: Session, case: Case) -> dict[str, frozenset[int]]:
    rows = session.execute(
        select(Submission.form, Submission.author_id)
        .where(Submission.case_id == case.id, Submission.author_id.is_not(None))
        .distinct()
    )
    found: dict[str, frozenset[int]] = {}
    for form, author in rows:
        found[form] = found.get(form, frozenset()) | ({author} if author else set())
    return found


def _sent_since(session: Session, case: Case, transition: str, form: str) -> frozenset[str]:
    """Return the sides that submitted the form after the transition was last made."""
    made = (
        select(func.max(Entry.sequence))
        .where(Entry.case_id == case.id, Entry.transition == transition)
        .where(Entry.kind == "transition")
        .scalar_subquery()
    )
    sides = session.scalars(
        select(Entry.side)
        .where(Entry.case_id == case.id, Entry.kind == "submission", Entry.subject == form)
        .where(Entry.side.is_not(None), Entry.sequence > made)
        .distinct()
    )
    return frozenset(side for side in sides if side)


def _clashes(session: Session, case: Case, situation: Situation) -> Iterator[Clash]:
    """Yield the other events within a week, in the same county or for the same people."""
    own = _Event.of(situation.newest("event_plan") or {}, situation.parent)
    if own is None:
        return
    since = datetime.combine(own.day - NEAR, time(), tzinfo=BERLIN)
    cases = session.scalars(
        select(Case)
        .join(Definition, Definition.id == Case.definition_id)
        .where(
            Definition.workflow == situation.workflow,
            Case.id != case.id,
            Case.state != "cancelled",
            # An event ends after its date: one that ended long before ours was not near it.
            or_(Case.ended.is_(False), Case.entered_at >= since),
        )
        .order_by(Case.id)
    )
    for other in cases:
        parent = session.get(Case, other.parent_id) if other.parent_id else None
        known = related(session, parent, situation.today) if parent else None
        plan = values_on(session, other.id, "event_plan", situation.today)
        event = _Event.of(plan, known)
        if event and abs(event.day - own.day) <= NEAR and event.meets(own):
            public = "announced" in other.variables
            yield Clash(other.number, other.title if public else "", event.day)


class _Event:
    """What of an event is compared; what its plan leaves open is the project's."""

    def __init__(self, day: date, county: str | None, groups: frozenset[str]) -> None:
        self.day, self.county, self.groups = day, county, groups

    @classmethod
    def of(cls, plan: Values, parent: Related | None) -> _Event | None:
        if not plan.get("date"):
            return None
        county = plan.get("county") or (parent.county if parent else None)
        groups = plan.get("target_groups") or (parent.target_groups if parent else ())
        return cls(date.fromisoformat(plan["date"][:10]), county, frozenset(groups))

    def meets(self, other: _Event) -> bool:
        same_place = self.county is not None and self.county == other.county
        return same_place or bool(self.groups & other.groups)
