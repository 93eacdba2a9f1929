"""What a person may see and do over all cases, and what would stand still without them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotFound
from workflow_app.core.explanation.answer import Answer, called, everything
from workflow_app.services.access.rows import principals_of
from workflow_app.services.cases.situations import (
    Look,
    actor_on,
    look,
    situation_of,
    turn_is,
)
from workflow_app.services.site import Site
from workflow_app.services.work.notices import people_in
from workflow_app.store import queries
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.people import Person

AT_ONCE = 50
"""Cases asked for in one query."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A case that somebody may see, with what they may do there now."""

    number: str
    title: str
    state: Text
    rights: tuple[Text, ...]
    steps: tuple[Text, ...]
    """Transitions that are open to them."""
    tasks: tuple[Text, ...]
    """What the case waits for them to do."""


@dataclass(frozen=True, slots=True)
class StandingStill:
    """A case that waits for somebody and for nobody else who could do it."""

    number: str
    title: str
    state: Text
    task: Text
    due_on: date | None


def reach(
    session: Session, site: Site, person: Person, day: date, limit: int | None = None
) -> Iterator[Reached]:
    """Yield every case that the person may see, newest change first; at most `limit` of them."""
    for seen in _looks(session, site, person, day, limit):
        workflow = seen.compiled.workflow
        rights = [name for name in seen.engine.rights(seen.case.state) if seen.may(name)]
        yield Reached(
            number=seen.case.number,
            title=seen.case.title,
            state=workflow.states[seen.case.state].label,
            rights=tuple(called(name) for name in rights),
            steps=tuple(offer.transition.label for offer in seen.offers if offer.open),
            tasks=tuple(turn.task for turn in seen.turns if turn_is(turn, seen.actor)),
        )


def standing_still(
    session: Session, site: Site, person: Person, day: date
) -> Iterator[StandingStill]:
    """Yield each open case that would wait in vain if the person vanished today."""
    waiting = queries.tasks(session, principals_of(person), limit=10_000)
    for listed in waiting:
        seen = look(session, site, listed.number, person, day)
        for turn in seen.turns:
            if not turn_is(turn, seen.actor):
                continue
            holders = people_in(session, seen.compiled, seen.case, [turn.role])
            if all(holder.id == person.id for holder in holders):
                yield StandingStill(
                    number=seen.case.number,
                    title=seen.case.title,
                    state=seen.compiled.workflow.states[seen.case.state].label,
                    task=turn.task,
                    due_on=listed.due_on,
                )


def on_case(
    session: Session, site: Site, number: str, person: Person, day: date
) -> tuple[Answer, ...]:
    """Return for every right and step whether `person` may, and the rules that say so.

    It is answered for people, too, who may not see the case: who asks is the caller's business.

    :raises NotFound: if there is no such case.
    """
    case = session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFound(number)
    compiled = site.catalogue.of(session, case)
    situation = situation_of(session, compiled, case, day, person)
    actor = actor_on(person, compiled, case, situation)
    return everything(compiled.engine, situation, actor)


def _looks(
    session: Session, site: Site, person: Person, day: date, limit: int | None
) -> Iterator[Look]:
    principals, offset = principals_of(person), 0
    while True:
        size = AT_ONCE if limit is None else min(AT_ONCE, limit - offset)
        listed = queries.projects(session, principals, limit=size, offset=offset) if size else []
        for one in listed:
            yield look(session, site, one.number, person, day)
        offset += len(listed)
        if len(listed) < size or not size:
            return
