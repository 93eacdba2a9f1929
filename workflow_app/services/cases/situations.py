"""A case as the engine is told about it, and as one person may look at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow_app.core.cases import rights
from workflow_app.core.cases.clauses import Choice, choose
from workflow_app.core.cases.engine import Engine, Offer, Turn
from workflow_app.core.cases.situation import (
    Actor,
    Organisation,
    Situation,
    Submitted,
    Values,
    Yes,
)
from workflow_app.core.errors import NotFound
from workflow_app.services.cases.overlaps import overlaps_of
from workflow_app.services.cases.related import members_of, participants_of, with_related
from workflow_app.services.cases.supervisors import assigned_to
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.store import organisations as bodies
from workflow_app.store.cases import Case
from workflow_app.store.documents import Document
from workflow_app.store.history import Entry
from workflow_app.store.people import Person
from workflow_app.store.submissions import Confirmation, Submission


@dataclass(frozen=True)
class Look:
    """A case as one person may see it on a day."""

    case: Case
    compiled: Compiled
    situation: Situation
    actor: Actor
    offers: tuple[Offer, ...]
    turns: tuple[Turn, ...]

    @property
    def engine(self) -> Engine:
        """Return the engine of the case's workflow version."""
        return self.compiled.engine

    @property
    def my_turn(self) -> bool:
        """Say whether the case waits for this person."""
        return any(turn_is(turn, self.actor) for turn in self.turns)

    def may(self, permission: str) -> bool:
        """Say whether the state gives this permission to the person."""
        state = self.compiled.workflow.states[self.case.state]
        return rights.permitted(state, permission, self.actor, self.situation)


def turn_is(turn: Turn, actor: Actor) -> bool:
    """Return whether it is this person's turn."""
    if turn.person is not None and turn.person != actor.person:
        return False
    if turn.side is not None:
        return actor.side == turn.side and turn.role in actor.roles
    return turn.role in actor.roles


def look(session: Session, site: Site, number: str, person: Person, day: date) -> Look:
    """Return the case called `number` as `person` may see it.

    :raises NotFound: if there is none, or the person may not know of it.
    """
    case = session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFound(number)
    compiled = site.catalogue.of(session, case)
    situation = situation_of(session, compiled, case, day)
    own = members_of(session, day, [person.id])
    situation = replace(situation, members_of={**situation.members_of, **own})
    actor = actor_on(person, compiled, case, situation)
    seen = Look(
        case=case,
        compiled=compiled,
        situation=situation,
        actor=actor,
        offers=compiled.engine.offers(situation, actor),
        turns=compiled.engine.turns(situation),
    )
    if not seen.may("view"):
        raise NotFound(number)
    return seen


def actor_on(person: Person, compiled: Compiled, case: Case, situation: Situation) -> Actor:
    """Return who the person is on the case."""
    grants = [rights.Grant(g.role, g.scope, g.key) for g in person.standing_roles]
    organisations = {p.organisation for p in situation.participants if p.organisation}
    return Actor(
        person=person.id,
        name=person.name,
        roles=rights.roles_of(
            person.id, situation.participants, grants, case.county, organisations
        ),
        side=rights.side_in(compiled.workflow, person.id, situation.participants),
        organisations=situation.members_of.get(person.id, frozenset()),
    )


def situation_of(session: Session, compiled: Compiled, case: Case, day: date) -> Situation:
    """Return everything that the engine may ask about the case, as values."""
    participants = tuple(participants_of(session, case.id, day))
    submissions = _submissions(session, case.id)
    named = named_in(compiled, {f: [s.values for s in rows] for f, rows in submissions.items()})
    people = named["person"] | {p.person for p in participants}
    involved = named["organisation"] | {p.organisation for p in participants if p.organisation}
    situation = Situation(
        case=case.number,
        workflow=compiled.workflow.id,
        workflow_version=compiled.fingerprint,
        state=case.state,
        today=day,
        entered_on=day_of(case.entered_at),
        round=case.round,
        initiating_side=case.initiating_side,
        variables=frozenset(case.variables),
        submissions=submissions,
        participants=participants,
        organisations=organisations_of(session, involved),
        members_of=members_of(session, day, people),
        yeses=_yeses(session, case.id),
        accepted_scope=case.accepted_scope,
        agreement_digest=_agreement_digest(session, case.id),
        open_children=session.scalar(
            select(func.count()).where(Case.parent_id == case.id, Case.ended.is_(False))
        )
        or 0,
        **_past(session, case.id),
        **_deadline(case),
    )
    situation = replace(situation, assigned=assigned_to(session, case, situation))
    return complete(session, compiled, case, situation)


def complete(session: Session, compiled: Compiled, case: Case, situation: Situation) -> Situation:
    """Return the situation with what rests on its values: who is named, clauses, overlaps."""
    if situation.acting:
        named = named_in(compiled, {form: [v] for form, v in situation.acting.items()})
        members = members_of(session, situation.today, named["person"])
        involved = organisations_of(session, named["organisation"])
        situation = replace(
            situation,
            members_of={**situation.members_of, **members},
            organisations={**situation.organisations, **involved},
        )
    facts = {r.fact for t in compiled.engine.exits(situation) for r in t.requires if r.fact}
    if "agreement.clauses_complete" in facts:
        choice = clauses_for(compiled, situation)
        situation = replace(situation, clauses_missing=(*choice.undecided, *choice.unfilled))
    state = compiled.workflow.states.get(situation.state or "")
    forms = (compiled.forms[name] for name in (state.forms if state else ()))
    # Whoever may still edit the answers to overlaps has to find what they answer.
    answered_here = any(c.to == "overlap" for f in forms for rows in f.fields for c in rows.columns)
    if answered_here or "overlap.all_answered" in facts:
        situation = replace(situation, overlaps=overlaps_of(session, case, situation))
    return with_related(session, case, compiled.forms, situation, facts)


def clauses_for(compiled: Compiled, situation: Situation) -> Choice:
    """Return the wording of each clause that holds for the case."""
    engine = compiled.engine
    return choose(compiled.clauses, engine.condition, engine.values(situation))


def organisations_of(session: Session, ids: Iterable[int]) -> dict[int, Organisation]:
    """Return these organisations as the engine sees them."""
    rows = session.scalars(select(bodies.Organisation).where(bodies.Organisation.id.in_(ids)))
    return {
        o.id: Organisation(o.id, o.name, o.kind, o.carrier, frozenset(o.counties)) for o in rows
    }


def named_in(compiled: Compiled, values: Mapping[str, Iterable[Values]]) -> dict[str, set[int]]:
    """Return the ids of the people and organisations that these values refer to."""
    found: dict[str, set[int]] = {"person": set(), "organisation": set()}
    for form, rows in values.items():
        if form not in compiled.forms:
            continue
        for field in compiled.forms[form].fields:
            if field.to in found and field.type == "reference":
                keys = (row.get(field.id) for row in rows)
                found[field.to] |= {int(key) for key in keys if key}
    return found


def _submissions(session: Session, case_id: int) -> dict[str, tuple[Submitted, ...]]:
    rows = session.scalars(
        select(Submission).where(Submission.case_id == case_id).order_by(Submission.id)
    )
    newest: dict[str, dict[str, Submitted]] = {}
    for row in rows:
        slots = newest.setdefault(row.form, {})
        # A slot whose newest version is replaced keeps its place, so that entries stay in order.
        slots[row.slot] = submitted(row)
    return {form: tuple(slots.values()) for form, slots in newest.items()}


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
    )


def _yeses(session: Session, case_id: int) -> dict[str, tuple[Yes, ...]]:
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


def _agreement_digest(session: Session, case_id: int) -> str | None:
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


def _past(session: Session, case_id: int) -> dict[str, Any]:
    """Return what the engine asks about the history: who made which step when, who acted last."""
    newest = (
        select(func.max(Entry.id))
        .where(Entry.case_id == case_id)
        .group_by(Entry.kind, Entry.transition, Entry.side)
    )
    rows = session.scalars(select(Entry).where(Entry.id.in_(newest)).order_by(Entry.id)).all()
    steps = [e for e in rows if e.kind == "transition" and e.transition]
    return {
        "last_fired": {e.transition: day_of(e.at) for e in steps},
        "last_actor": {e.transition: e.actor_id for e in steps if e.actor_id},
        "last_act": {e.side: day_of(e.at) for e in rows if e.side},
    }


def _deadline(case: Case) -> dict[str, Any]:
    """Return the deadline of the state and how often it was called to mind."""
    running = [d for d in case.deadlines if d.closed_at is None]
    if not running:
        return {}
    return {"due_on": running[-1].due_on, "reminders": running[-1].reminders}


def with_acting(
    session: Session, look: Look, form: str, values: Values
) -> tuple[Situation, Engine]:
    """Return the situation in which the act also submits `values` of `form`, and the engine."""
    situation = replace(look.situation, acting={form: values})
    return complete(session, look.compiled, look.case, situation), look.engine
