"""A case as the engine is told about it, and as one person may look at it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow_app.core.cases import amending, rights
from workflow_app.core.cases.clauses import Choice, choose
from workflow_app.core.cases.situation import Actor, Overlap, Situation, Values
from workflow_app.core.errors import NotFound
from workflow_app.core.overlap import TO_BE_ANSWERED
from workflow_app.core.steps.engine import Engine
from workflow_app.core.steps.offers import Offer, Turn
from workflow_app.core.tables.project_facts import NO_OVERLAP
from workflow_app.services.access.supervisors import assigned_to
from workflow_app.services.cases.gathered import beside, organisations_of, past_of
from workflow_app.services.cases.moves import moves_of
from workflow_app.services.cases.overlaps import overlaps_of
from workflow_app.services.cases.reading import Reading
from workflow_app.services.cases.related import groups_of, members_of, with_related
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.people import Person

CASE = select(Case).where(Case.number == bindparam("number"))


@dataclass(frozen=True)
class Look:
    """A case as one person may see it on a day."""

    case: Case
    compiled: Compiled
    situation: Situation
    actor: Actor

    @property
    def engine(self) -> Engine:
        """Return the engine of the case's workflow version."""
        return self.compiled.engine

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Return every exit of the state by a person: open, or closed with all reasons."""
        return self.engine.offers(self.situation, self.actor)

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """Return for whom the case waits."""
        return self.engine.turns(self.situation)

    def may(self, permission: str) -> bool:
        """Say whether the state gives this permission to the person."""
        return self.engine.permits(self.case.state, permission, self.actor, self.situation)


def turn_is(turn: Turn, actor: Actor) -> bool:
    """Return whether it is this person's turn."""
    if turn.person is not None and turn.person != actor.person:
        return False
    if turn.side is not None:
        return actor.side == turn.side and turn.role in actor.roles
    return turn.role in actor.roles


def look(
    session: Session,
    site: Site,
    number: str,
    person: Person,
    day: date,
    before: Situation | None = None,
) -> Look:
    """Return the case called `number` as `person` may see it.

    `before` is how the same operation has read it for them, as for `situation_of`.

    :raises NotFound: if there is none, or the person may not know of it.
    """
    case = session.scalar(CASE, {"number": number})
    if case is None:
        raise NotFound(number)
    compiled = site.catalogue.of(session, case)
    situation = situation_of(session, compiled, case, day, person, before)
    actor = actor_on(person, compiled, case, situation)
    seen = Look(case, compiled, situation, actor)
    if not seen.may("view"):
        raise NotFound(number)
    return seen


def actor_on(person: Person, compiled: Compiled, case: Case, situation: Situation) -> Actor:
    """Return who the person is on the case."""
    grants = [rights.Grant(g.role, g.scope, g.key) for g in person.standing_roles]
    organisations = {p.organisation for p in situation.participants if p.organisation}
    actor = Actor(
        person=person.id,
        name=person.name,
        roles=rights.roles_of(
            person.id, situation.participants, grants, case.county, organisations
        ),
        side=rights.side_in(compiled.workflow, person.id, situation.participants),
        organisations=situation.members_of.get(person.id, frozenset()),
    )
    if compiled.workflow.imported is None:
        return actor
    # Groups, and roles that they or everybody have, are known to imported workflows alone.
    bodies = sorted(situation.organisations.items())
    groups = tuple(body.name for number, body in bodies if number in actor.organisations)
    given = compiled.engine.roles_by_group(situation)
    local = {role for group in groups for role in given.get(group, ())}
    return replace(actor, roles=actor.roles | compiled.engine.for_all | local, groups=groups)


def situation_of(
    session: Session,
    compiled: Compiled,
    case: Case,
    day: date,
    person: Person | None = None,
    before: Situation | None = None,
) -> Situation:
    """Return everything that the engine may ask about the case, as values.

    With `person` it also says what that person belongs to. `before` is how the same operation has
    read it under its lock: then only that is asked for again which it has written to since.
    """
    reading = Reading(session, case, day, before)
    participants = reading.participants()
    submissions, ahead = reading.submissions()
    named = named_in(compiled, {f: [s.values for s in all_] for f, all_ in submissions.items()})
    people = named["person"] | {p.person for p in participants}
    people |= {person.id} if person else set()
    involved = named["organisation"] | {p.organisation for p in participants if p.organisation}
    belongs = reading.members(people)
    if compiled.workflow.imported is not None:
        involved |= {body for bodies in belongs.values() for body in bodies}
    situation = Situation(
        case=case.number,
        workflow=compiled.workflow.id,
        state=case.state,
        today=day,
        entered_on=day_of(case.entered_at),
        round=case.round,
        initiating_side=case.initiating_side,
        variables=frozenset(case.variables),
        submissions=submissions,
        upcoming=ahead,
        amendments=reading.amendments(),
        participants=participants,
        organisations=reading.organisations(involved),
        members_of=belongs,
        yeses=reading.yeses(),
        accepted_scope=case.accepted_scope,
        **reading.digests(),
        **past_of(session, compiled, case),
        **beside(session, case.id),
    )
    if compiled.workflow.imported is not None:
        groups = groups_of(session, compiled.workflow.imported.groups, day)
        return replace(situation, moves=moves_of(session, case), groups=groups)
    situation = replace(situation, assigned=assigned_to(session, case, situation))
    return complete(session, compiled, case, situation)


def complete(session: Session, compiled: Compiled, case: Case, situation: Situation) -> Situation:
    """Return the situation with what rests on its values: who is named, clauses, overlaps."""
    if situation.acting:
        named = named_in(compiled, {form: [v] for form, v in situation.acting.items()})
        known = situation.members_of
        members = {
            person: bodies | known.get(person, frozenset())
            for person, bodies in members_of(session, situation.today, named["person"]).items()
        }
        involved = organisations_of(session, named["organisation"])
        situation = replace(
            situation,
            members_of={**situation.members_of, **members},
            organisations={**situation.organisations, **involved},
        )
    facts = {r.fact for t in compiled.engine.exits(situation) for r in t.requires if r.fact}
    situation = replace(situation, differing=differing(compiled, situation))
    if "agreement.clauses_complete" in facts:
        choice = clauses_for(compiled, as_amended(compiled, situation))
        situation = replace(situation, clauses_missing=(*choice.undecided, *choice.unfilled))
    if overlaps_asked(compiled, situation) or _overlaps_denied(situation, facts):
        situation = replace(situation, overlaps=overlaps_of(session, case, situation))
    if "amendment.overlaps_weighed" in facts:
        situation = replace(situation, new_overlaps=_new_overlaps(session, case, situation))
    return with_related(session, case, compiled.referring_forms, situation, facts)


def overlaps_asked(compiled: Compiled, situation: Situation) -> bool:
    """Say whether the state itself asks for overlaps: by a step, or by a form that answers them."""
    if any(
        r.fact == "overlap.all_answered"
        for t in compiled.engine.exits(situation)
        for r in t.requires
    ):
        return True
    state = compiled.workflow.states.get(situation.state or "")
    forms = (compiled.forms[name] for name in (state.forms if state else ()))
    # Whoever may still edit the answers to overlaps has to find what they answer.
    return any(c.to == "overlap" for f in forms for rows in f.fields for c in rows.columns)


def _overlaps_denied(situation: Situation, facts: Collection[str]) -> bool:
    """Say whether the very act says that there are none; only then do they have to be known."""
    review = situation.acting.get("review") or {}
    return "overlap.decision_fits" in facts and review.get("overlap_decision") == NO_OVERLAP


def differing(compiled: Compiled, situation: Situation) -> dict[str, tuple[str, ...]]:
    """Return amending form → what of its newest values differs from what is agreed."""
    found = {}
    for form in compiled.amending_forms:
        values = situation.newest(form.id)
        if values is not None:
            changes = amending.differences(form, values, situation.agreed)
            found[form.id] = tuple(f"{c.form}.{c.field}" for c in changes)
    return found


def as_amended(compiled: Compiled, situation: Situation) -> Situation:
    """Return the situation as it would be with the change that is open or being asked for."""
    if situation.amendment:
        return amending.with_values(situation, situation.amendment.proposed)
    for form in compiled.amending_forms:
        values = situation.newest(form.id)
        if values is not None:
            whole = amending.proposed(form, values, situation.agreed)
            situation = amending.with_values(situation, whole)
    return situation


def _new_overlaps(session: Session, case: Case, situation: Situation) -> tuple[Overlap, ...]:
    """Return the overlaps that have to be answered only because of the open change."""
    if situation.amendment is None:
        return ()
    before = {(o.case, o.level) for o in overlaps_of(session, case, situation)}
    changed = amending.with_values(situation, situation.amendment.proposed)
    return tuple(
        o
        for o in overlaps_of(session, case, changed)
        if o.level in TO_BE_ANSWERED and (o.case, o.level) not in before
    )


def clauses_for(compiled: Compiled, situation: Situation) -> Choice:
    """Return the wording of each clause that holds for the case."""
    engine = compiled.engine
    return choose(compiled.clauses, engine.condition, engine.values(situation))


def named_in(compiled: Compiled, values: Mapping[str, Iterable[Values]]) -> dict[str, set[int]]:
    """Return the ids of the people and organisations that these values refer to."""
    found: dict[str, set[int]] = {"person": set(), "organisation": set()}
    for form, submitted in values.items():
        if form not in compiled.forms:
            continue
        for field in compiled.forms[form].fields:
            if field.to in found and field.type in ("reference", "references"):
                given = [row.get(field.id) or [] for row in submitted]
                keys = {k for one in given for k in (one if isinstance(one, list) else [one])}
                found[field.to] |= {int(key) for key in keys}
    return found


def with_acting(
    session: Session, look: Look, form: str, values: Values
) -> tuple[Situation, Engine]:
    """Return the situation in which the act also submits `values` of `form`, and the engine."""
    situation = replace(look.situation, acting={form: values})
    return complete(session, look.compiled, look.case, situation), look.engine
