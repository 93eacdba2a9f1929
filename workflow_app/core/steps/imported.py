"""A case on an imported workflow, answered for as our own are: the chain behind the engine.

Such a case is its history: variables stand with its steps, role maps and group roles follow from
the states that it has entered. So nothing is kept beside it, and nothing can disagree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.chain.chain import NO_ARGUMENTS, Chain
from workflow_app.core.chain.people import (
    ANONYMOUS,
    AUTHENTICATED,
    MANAGER,
    MEMBER,
    OWNER,
    ChainCase,
    Container,
    Entry,
    Maps,
    Person,
)
from workflow_app.core.chain.reading import NotSupplied, Reading, Supplied, Unreadable
from workflow_app.core.chain.refusals import NoScript, NowhereToStand, Refused, RunsInCircles
from workflow_app.core.chain.rights import allowed, holds, slot
from workflow_app.core.chain.supplied import SuppliedByFile, due_after
from workflow_app.core.chain.workflow import Fired
from workflow_app.core.definition.imported import Guard, Imported, SuppliedEffect, Worklist
from workflow_app.core.definition.model import Text, Transition, Workflow
from workflow_app.core.errors import NotAllowed, TandemError
from workflow_app.core.steps.engine import Engine
from workflow_app.core.steps.imported_words import (
    FAILED,
    LEFT_OPEN,
    NEEDS,
    NEEDS_GROUP,
    NOBODY,
    NOT_MET,
    UNANSWERED,
    task,
)
from workflow_app.core.steps.offers import NOT_YOURS, WRONG_STATE, Offer, Reason, Turn

PERMISSIONS: Mapping[str, str] = {
    "view": "View",
    "edit": "Modify portal content",
    "attach": "Modify portal content",
    "comment": "Reply to item",
}
"""Right of ours → the permission that gives it on an imported workflow; others are nobody's."""
ADD = "Add portal content"
"""The permission without which nobody opens a case."""
FOR_ALL = frozenset({ANONYMOUS, AUTHENTICATED, MEMBER})
GIVEN_BY_OTHERS = frozenset({*FOR_ALL, OWNER})
"""Roles that nobody is given: everybody has them, or whoever opened the case."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a step makes of a case: its new entries, oldest first, and the effects that are due."""

    entries: tuple[Entry, ...]
    effects: tuple[SuppliedEffect, ...]


class ImportedEngine(Engine):
    """One version of an imported workflow, ready to answer; it has no forms."""

    for_all = FOR_ALL

    def __init__(
        self,
        workflow: Workflow,
        imported: Imported,
        programme: Mapping[str, int | str],
        day_of: Callable[[datetime], date],
    ) -> None:
        super().__init__(workflow, {}, programme)
        self.imported = imported
        roles = (*imported.roles(), MANAGER, OWNER, *sorted(FOR_ALL))
        self._roles = tuple(dict.fromkeys(roles))
        self.standing = tuple(r for r in self._roles if r not in GIVEN_BY_OTHERS)
        self.supplied = SuppliedByFile(imported, day_of)
        self._chain = Chain([imported], self._roles, self.supplied)
        self._ready = self._chain.workflows[0]
        self._key = slot if imported.semantics == "dcworkflow" else str
        self.site = Container(
            "site", Maps({self._key(p): role_map for p, role_map in imported.site.items()})
        )

    # ── The case as the chain sees it ───────────────────────────────────────────────────────────

    def chain_case(self, situation: Situation) -> ChainCase:
        """Return the case with what follows from its steps in this version of the workflow."""
        case = ChainCase(situation.case, self.site)
        maps, local, newest = case.maps, case.locals, None
        for number, moved in enumerate(situation.moves):
            status = {**moved.status, self.imported.state_variable: moved.target}
            said = (moved.transition, moved.source, moved.target, moved.actor, moved.at)
            newest = Entry(self.imported.id, number, *said, moved.bypassed, status, newest, "")
            state = self._ready.states.get(moved.target)
            if state is not None:
                maps, local = state.entering.maps(maps), state.entering.locals(local)
        entries = {self.imported.id: newest} if newest is not None else {}
        return ChainCase(situation.case, self.site, maps, local, entries)

    def reading(
        self,
        case: ChainCase | Container,
        actor: Actor,
        at: datetime,
        comment: str | None = None,
        supplied: Supplied | None = None,
    ) -> Reading:
        """Return what guards and variables are reckoned from; `comment` None: only offered."""
        entry = case.newest.get(self.imported.id) if isinstance(case, ChainCase) else None
        arguments = NO_ARGUMENTS if comment is None else {"comment": comment}
        supplied = supplied or self.supplied
        return Reading(self.imported.id, case, person_of(actor), at, arguments, supplied, entry)

    # ── What may happen ─────────────────────────────────────────────────────────────────────────

    def offers(self, situation: Situation, actor: Actor) -> tuple[Offer, ...]:
        """Return every exit of the state by a person: open, or closed with all reasons."""
        exits = [t for t in self.exits(situation) if t.trigger == "person"]
        if not exits:
            return ()
        case, at = self.chain_case(situation), _beginning(situation.today)
        return tuple(self.answer(t, self.reading(case, actor, at), case) for t in exits)

    def offer(self, situation: Situation, actor: Actor, transition: str) -> Offer:
        """Return the one exit called `transition`.

        :raises NotAllowed: if the state has no such exit for a person.
        """
        found = (o for o in self.offers(situation, actor) if o.transition.id == transition)
        offer = next(found, None)
        if offer is None:
            raise NotAllowed(transition, [Reason("state", "state", WRONG_STATE)])
        return offer

    def shown(self, transition: str) -> bool:
        """Return whether a transition is listed; without an action name it works unseen."""
        return bool(self.imported.transitions[transition].action.name)

    def answer(self, t: Transition, r: Reading, case: ChainCase) -> Offer:
        """Return whether an exit is open in this reading of the case, or every reason why not."""
        guard = self.imported.transitions[t.id].guard
        try:
            if self._ready.supports(case, t.id, r):
                return Offer(t, (), mine=True)
        except (NotSupplied, Unreadable) as error:
            words = UNANSWERED.filled(what=str(error))
            name = getattr(error, "name", "when")
            return Offer(t, (Reason("undecided", name, words),), mine=True)
        reasons = tuple(self._who(guard, r)) or (Reason("requirement", "when", NOT_MET),)
        return Offer(t, reasons, mine=all(reason.kind != "who" for reason in reasons))

    def _who(self, guard: Guard, r: Reading) -> Iterator[Reason]:
        """Yield who may, for each kind of the guard to which the person does not belong."""
        keys = {p: self._key(p) for p in guard.permissions}
        if keys and not any(holds(r.person, r.subject, key, r.roles) for key in keys.values()):
            for permission, key in keys.items():
                roles = tuple(sorted(allowed(r.subject, key)))
                said = NEEDS.filled(permission=permission, roles=self._named(roles))
                yield Reason("who", "permission", said, roles)
        if guard.roles and r.roles.isdisjoint(guard.roles):
            said = NOT_YOURS.filled(roles=self._named(guard.roles))
            yield Reason("who", "by", said, guard.roles)
        if guard.groups and set(guard.groups).isdisjoint(r.person.groups):
            yield Reason("who", "group", NEEDS_GROUP.filled(groups=", ".join(guard.groups)))

    def _named(self, roles: tuple[str, ...]) -> str | Text:
        return ", ".join(roles) if roles else NOBODY

    def who_may(self, situation: Situation, transition: str) -> tuple[str, ...]:
        """Return the roles and organisations that a guard names or means; none: everybody."""
        guard, case = self.imported.transitions[transition].guard, self.chain_case(situation)
        by_permission = {r for p in guard.permissions for r in allowed(case, self._key(p))}
        return (*guard.roles, *sorted(by_permission - set(guard.roles)), *guard.groups)

    def opening(self, actor: Actor, at: datetime) -> tuple[Reason, ...]:
        """Return why the person may not open a case; nothing: they may."""
        left = (*(f.id for f in self.imported.open_facts()), *self.imported.open_effects())
        if left:
            return (Reason("requirement", "open", LEFT_OPEN.filled(names=", ".join(left))),)
        return self.may_open(self.reading(self.site, actor, at))

    def may_open(self, r: Reading) -> tuple[Reason, ...]:
        """Return why a case may not be opened in the place of this reading; nothing: it may."""
        wanted = [Guard(permissions=(ADD,)), self.imported.creation or Guard()]
        reasons = [reason for guard in wanted for reason in self._who(guard, r)]
        try:
            if not reasons and not self._ready.may_create(r):
                reasons.append(Reason("requirement", "when", NOT_MET))
        except (NotSupplied, Unreadable) as error:
            name = getattr(error, "name", "when")
            reasons.append(Reason("undecided", name, UNANSWERED.filled(what=str(error))))
        return tuple(reasons)

    # ── Steps ───────────────────────────────────────────────────────────────────────────────────

    def opened(self, number: str, actor: Actor, at: datetime) -> Made:
        """Return what opening a case makes of it, whoever may.

        :raises NotAllowed: if it cannot be opened.
        """
        case = ChainCase(number, self.site)
        with _Failing(number):
            after, fired = self._chain.open(case, person_of(actor), at)
        return self._made(case, after, fired)

    def fired(
        self, situation: Situation, actor: Actor, transition: str, at: datetime, comment: str
    ) -> Made:
        """Return what a transition makes of the case, with what follows by itself.

        :raises NotAllowed: with every reason why the step is closed.
        """
        t = self.offer(situation, actor, transition).transition
        case = self.chain_case(situation)
        if reasons := self.answer(t, self.reading(case, actor, at, comment), case).reasons:
            raise NotAllowed(transition, reasons)
        with _Failing(transition):
            after, fired = self._chain.fire(
                case, person_of(actor), transition, at, {"comment": comment}, self.imported.id
            )
        return self._made(case, after, fired)

    def _made(self, before: ChainCase, after: ChainCase, fired: list[Fired]) -> Made:
        known = len(before.history(self.imported.id))
        entries = after.history(self.imported.id)[known:]
        return Made(entries, tuple(due_after(self.imported, [f.transition for f in fired])))

    def automatic(self, situation: Situation) -> Transition | None:
        """Return None: automatic transitions are looked for as part of a step, as in DCWorkflow."""
        return None

    # ── Rights, and for whom it waits ───────────────────────────────────────────────────────────

    def viewers(self, situation: Situation) -> frozenset[str]:
        """Return the roles that may see the case as it stands."""
        return self._holders("view", situation)

    def rights(self, state: str) -> tuple[str, ...]:
        """Return the permissions that states or the site give, by name."""
        return tuple(sorted({*self.imported.permissions, *self.imported.site}))

    def given(self, right: str, situation: Situation) -> tuple[str, ...]:
        """Return the roles that hold a permission on the case as it stands."""
        return tuple(sorted(allowed(self.chain_case(situation), self._key(right))))

    def roles_by_group(self, situation: Situation) -> Mapping[str, frozenset[str]]:
        """Return group → the roles that the states entered so far have given it."""
        local = self.chain_case(situation).locals.by
        return {group: frozenset(roles) for group, roles in local.items()}

    def permits(self, state: str, permission: str, actor: Actor, situation: Situation) -> bool:
        """Return whether the case as it stands gives the permission to one of the roles."""
        name = PERMISSIONS.get(permission, permission)
        known = name in self.imported.site or name in self.imported.permissions
        case = self.chain_case(situation)
        return known and holds(person_of(actor), case, self._key(name), actor.roles)

    def _holders(self, permission: str, situation: Situation) -> frozenset[str]:
        return allowed(self.chain_case(situation), self._key(PERMISSIONS[permission]))

    def turns(self, situation: Situation) -> tuple[Turn, ...]:
        """Return for whom the case waits: the roles that see a worklist in which it lies."""
        if situation.state is None:
            return ()
        at = _beginning(situation.today)
        nobody = Actor(0, "", FOR_ALL)
        reading = self.reading(self.chain_case(situation), nobody, at)
        return self.waiting(self._ready.catalogue(reading), at)

    def waiting(self, values: Mapping[str, object], at: datetime) -> tuple[Turn, ...]:
        """Return who sees a worklist in which a case with these variables lies."""
        found: list[Turn] = []
        for worklist, check in self._ready.worklists.values():
            if _lies_in(worklist, values):
                asked = task(worklist)
                found += [Turn(role, None, asked) for role in self._asked(check, at)]
        return tuple(found)

    def _asked(self, check: Callable[[Reading], bool] | None, at: datetime) -> Iterator[str]:
        """Yield the roles that open a worklist; one that opens it for all stands for all."""
        for role in (AUTHENTICATED, *self.standing):
            actor = Actor(0, "", FOR_ALL | {role})
            try:
                if check is None or check(self.reading(self.site, actor, at)):
                    yield role
                    if role == AUTHENTICATED:
                        return
            except (NotSupplied, Unreadable):
                continue


class _Failing:
    """Turns what a step cannot get over into a refusal with its reason."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KNOWN):
            said = Reason("requirement", "step", FAILED.filled(what=str(error)))
            raise NotAllowed(self.what, [said]) from error


KNOWN: tuple[type[TandemError], ...] = (
    *(Refused, RunsInCircles, NowhereToStand, NoScript, NotSupplied, Unreadable),
)


def person_of(actor: Actor) -> Person:
    """Return an actor as the chain knows people."""
    return Person(str(actor.person), actor.roles, actor.groups)


def _beginning(day: date) -> datetime:
    """Return the moment by which a guard reckons that asks what time it is, before the step."""
    return datetime.combine(day, time(), UTC)


def _lies_in(worklist: Worklist, values: Mapping[str, object]) -> bool:
    """Return whether a case lies in a worklist; one for each person by name asks nobody."""
    wanted = worklist.match.items()
    return (
        bool(worklist.action.name)
        and bool(worklist.match)
        and all(values.get(name) in found for name, found in wanted)
    )
