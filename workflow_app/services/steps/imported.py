"""Cases on imported workflows: opened with a title, moved by the chain, written as any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from workflow_app.core.cases import rights
from workflow_app.core.cases.situation import Actor
from workflow_app.core.chain.people import MANAGER, OWNER
from workflow_app.core.chain.people import Entry as Step
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import Invalid, NotAllowed, NotFound
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.core.steps.imported import ImportedEngine, Made
from workflow_app.services.access.rows import Asked
from workflow_app.services.cases import record
from workflow_app.services.cases.gathered import organisations_of
from workflow_app.services.cases.moves import BYPASS, STATUS, written
from workflow_app.services.cases.new_case import new_case
from workflow_app.services.cases.related import members_of
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.papers import archive
from workflow_app.services.site import Site
from workflow_app.services.steps.settling import settle
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.services.work import notices
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.people import Person

LONGEST_TITLE, LONGEST_COMMENT = 300, 5000
NO_TITLE = Text("Bitte geben Sie einen Titel an.", "Please give a title.")
TOO_LONG = Text("Der Titel hat höchstens 300 Zeichen.", "A title has at most 300 characters.")


def opening(
    session: Session, site: Site, workflow: str, person: Person, now: datetime
) -> tuple[Compiled, ImportedEngine, Actor]:
    """Return the version on which the person may open a case now, its engine, and who they are.

    :raises NotFound: if there is no such workflow, or it is none that was imported.
    :raises NotAllowed: if the person may not open one, with the reasons.
    """
    compiled = site.catalogue.published(session, workflow)
    engine = compiled.engine
    if not isinstance(engine, ImportedEngine):
        raise NotFound(workflow)
    actor = _on_the_site(session, engine, person, now)
    if reasons := engine.opening(actor, now):
        raise NotAllowed(workflow, reasons)
    return compiled, engine, actor


def _on_the_site(session: Session, engine: ImportedEngine, person: Person, now: datetime) -> Actor:
    grants = [rights.Grant(g.role, g.scope, g.key) for g in person.standing_roles]
    roles = rights.roles_of(person.id, (), grants, None, ()) | engine.for_all
    bodies = members_of(session, day_of(now), [person.id]).get(person.id, frozenset())
    known = organisations_of(session, bodies)
    groups = tuple(body.name for _, body in sorted(known.items()))
    return Actor(person.id, person.name, roles, organisations=bodies, groups=groups)


def open_case(
    session: Session,
    site: Site,
    workflow: str,
    title: str,
    person: Person,
    now: datetime,
    *,
    key: str = "",
) -> str:
    """Open a case on an imported workflow, of which the person is the owner; return its number.

    :raises Invalid: if the title does not do.
    :raises NotAllowed: if the person may not open one, with the reasons.
    :raises NotFound: if there is no such workflow.
    """
    with transaction(session):
        if answer := answered(session, key, person):
            return str(answer["number"])
        compiled, engine, actor = opening(session, site, workflow, person, now)
        case = new_case(session, site, compiled, _checked(title), now)
        case.participations.append(
            Participation(person_id=person.id, role=OWNER, side=None, since=day_of(now))
        )
        owner = Actor(
            actor.person, actor.name, actor.roles | {OWNER}, organisations=actor.organisations,
            groups=actor.groups,
        )  # fmt: skip
        _write(session, compiled, case, engine, owner, engine.opened(case.number, owner, now), "")
        settle(session, compiled, case, now, person.id)
        remember(session, key, person, {"number": case.number}, now)
        number = case.number
    return number


def _checked(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Invalid([FieldProblem("title", "required", NO_TITLE)])
    if len(title) > LONGEST_TITLE:
        raise Invalid([FieldProblem("title", "too_long", TOO_LONG)])
    return title


def rename(
    session: Session,
    site: Site,
    number: str,
    title: str,
    person: Person,
    now: datetime,
    *,
    key: str = "",
) -> None:
    """Give a case on an imported workflow another title; the history says who did.

    :raises Invalid: if the title does not do.
    :raises NotAllowed: if the state does not let the person edit.
    :raises NotFound: if there is no such case, or it is on a workflow of ours.
    """
    with transaction(session, number):
        if answered(session, key, person) is not None:
            return
        seen = look(session, site, number, person, day_of(now))
        if not isinstance(seen.engine, ImportedEngine):
            raise NotFound(number)
        if not seen.may("edit"):
            raise NotAllowed("edit")
        wanted = _checked(title)
        if wanted != seen.case.title:
            seen.case.title = wanted
            record.touch(seen.case, now)
            words = {"name": wanted}
            record.append(session, seen.case, "renamed", now, words=words, actor_id=person.id)
            settle(session, seen.compiled, seen.case, now, person.id)
        remember(session, key, person, {"number": number}, now)


def step(
    session: Session,
    site: Site,
    seen: Look,
    engine: ImportedEngine,
    transition: str,
    comment: str,
    now: datetime,
) -> Asked:
    """Make a transition and what follows, inside the caller's transaction; return who is asked.

    :raises NotAllowed: with every reason why the step is closed.
    """
    comment = comment.strip()[:LONGEST_COMMENT]
    made = engine.fired(seen.situation, seen.actor, transition, now, comment)
    _write(session, seen.compiled, seen.case, engine, seen.actor, made, comment)
    return settle(session, seen.compiled, seen.case, now, seen.actor.person)


def _write(
    session: Session,
    compiled: Compiled,
    case: Case,
    engine: ImportedEngine,
    actor: Actor,
    made: Made,
    comment: str,
) -> None:
    """Add the entries of a step to the history, and carry out the effects that are due."""
    for entry in made.entries:
        if entry.source != entry.target or not case.state:
            case.entered_at = entry.at
        case.state = entry.target
        case.ended = compiled.workflow.states[entry.target].end
        record.touch(case, entry.at)
        # What follows by itself goes by the same person, and its entry says the comment, too.
        words = {STATUS: written(entry.status), "reason": comment}
        record.append(
            session,
            case,
            "transition",
            entry.at,
            words=words,
            actor_id=actor.person,
            role=_role(engine, actor, entry),
            transition=entry.transition,
            from_state=entry.source if entry.transition else None,
            subject=BYPASS if entry.bypassed else None,
        )
    change = Change(session, compiled, case, actor, made.entries[-1])
    for effect in made.effects:
        EFFECTS[effect.name](change, effect.words)


def _role(engine: ImportedEngine, actor: Actor, entry: Step) -> str | None:
    """Return the role in which the step was made, as far as its guard names one."""
    if entry.bypassed:
        return MANAGER
    if entry.transition is None:
        return None
    wanted = engine.imported.transitions[entry.transition].guard.roles
    return next((role for role in wanted if role in actor.roles), None)


class Change:
    """What an effect works on."""

    def __init__(
        self, session: Session, compiled: Compiled, case: Case, actor: Actor, entry: Step
    ) -> None:
        self.session = session
        self.compiled = compiled
        self.case = case
        self.actor = actor
        self.entry = entry


def _tell(change: Change, roles: tuple[str, ...]) -> None:
    people = notices.people_in(change.session, change.compiled, change.case, roles)
    for person in people:
        if person.id != change.actor.person:
            notices.decided(
                change.session, change.case, person, change.entry.transition, change.entry.at
            )


def _take_on(change: Change, roles: tuple[str, ...]) -> None:
    held = {
        p.role
        for p in change.case.participations
        if p.person_id == change.actor.person and p.until is None
    }
    for role in roles:
        if role not in held:
            change.case.participations.append(
                Participation(
                    person_id=change.actor.person,
                    role=role,
                    side=None,
                    since=day_of(change.entry.at),
                )
            )


def _give_up(change: Change, roles: tuple[str, ...]) -> None:
    for part in change.case.participations:
        if part.role in roles and part.until is None:
            part.until = day_of(change.entry.at) - timedelta(days=1)


def _build_archive(change: Change, roles: tuple[str, ...]) -> None:
    archive.order(change.session, change.case, change.entry.at)


EFFECTS: Mapping[str, Callable[[Change, tuple[str, ...]], None]] = {
    "tell": _tell,
    "take_on": _take_on,
    "give_up": _give_up,
    "build_archive": _build_archive,
}
"""Name → how it is done; a test holds it against `core.tables.imported_effects`."""
