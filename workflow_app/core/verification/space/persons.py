"""One person watched through a case: who somebody is on it, and what that one may have done.

Everybody else is free to do anything, so that a path found here may need help from others; what is
never found, no person can do. Assumed, and told in docs/verification.md: a person belongs to one
organisation at most, keeps it while the case runs, and may hold any standing role.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workflow_app.core.cases.rights import STANDING_ROLES
from workflow_app.core.definition.model import STAY, State, Transition, Workflow
from workflow_app.core.tables.facts import FACTS
from workflow_app.core.verification.space.explore import Space
from workflow_app.core.verification.space.roles import fillable, roles_with

ELSEWHERE = "?"
"""A part in the case, or an organisation, of a workflow without sides."""
NAMING = ("name_participants", "join_parent", "name_source_partners")
"""Effects by which people come to take part."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Who the person is at one moment of a case."""

    state: str
    body: str
    """Side of the organisation to which the person belongs; empty: of neither."""
    part: str
    """Side for which the person takes part, `?` where there are no sides; empty: for none."""
    opened: str
    """Side that opened the case; empty: not known."""
    did: bool = False
    """Whether the person has done what is watched for."""


Marks = Callable[[Watched, Transition | None, str], bool]
"""Whether an act of the person is watched for: who it is, the step (None: none), the form."""
Way = tuple[Watched, str]
"""Where something leads, and its name; the person's own acts bear a mark."""


class Persons:
    """What a watched person can come to do in the situations of a space."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.workflow: Workflow = space.bits.workflow
        self.forms = space.bits.forms
        self._bodies = tuple(self.workflow.sides) or (ELSEWHERE,)
        effects = {e.name for t in self.workflow.transitions.values() for e in t.effects}
        self._given = not effects & set(NAMING)
        """Whether the workflow leaves it to others who takes part."""
        self.standing = frozenset(r.id for r in self.workflow.roles if r.id in STANDING_ROLES)

    # ── Who may ─────────────────────────────────────────────────────────────────────────────────

    def holds(self, at: Watched, role: str) -> bool:
        """Say whether the person can hold `role` now."""
        sides = self.workflow.sides
        if role == "member":
            # A child case is opened by whoever takes part in its parent.
            return bool(at.part if at.state else at.body)
        if role == "member_organisation":
            return bool(at.body)
        if role == "other_side":
            return at.part in sides and at.part != at.opened
        if role in self.standing:
            return True
        if not at.state:
            return sides.get(at.body) == role or (
                at.body == ELSEWHERE and role not in sides.values()
            )
        if at.part in sides:
            return sides[at.part] == role
        return at.part == ELSEWHERE and role not in sides.values()

    def may_take(self, at: Watched, t: Transition, state: State | None) -> bool:
        """Say whether the person may take the step, as far as roles and facts of people say."""
        # A standing role that is excluded can be one that the person does not hold.
        excluded = [role for role in t.not_by if role not in self.standing]
        if t.trigger != "person" or any(self.holds(at, role) for role in excluded):
            return False
        if t.by and not any(self.holds(at, r) for r in t.by if r not in t.not_by):
            return False
        permitted = roles_with(state, t.permission)
        return not t.permission or any(self.holds(at, r) for r in permitted)

    def may_write(self, at: Watched, form_id: str, state: State) -> bool:
        """Say whether the person may fill in something of the form while the state lasts."""
        if form_id not in self.forms:
            return False
        steps = [self.workflow.transitions.get(e) for e in state.exits]
        roles = [role for role in roles_with(state, ("edit",)) if form_id in state.forms]
        for t in steps:
            if t is not None and t.form == form_id and self.may_take(at, t, state):
                roles += t.by or roles_with(state, t.permission)
        own = [role for role in roles if self.holds(at, role)]
        return bool(fillable(self.forms[form_id], own, self.workflow))

    def _written(self, at: Watched, t: Transition) -> str:
        """Return the form that the person writes by taking the step; empty: none."""
        form = self.forms.get(t.form) if t.form and not t.sign_off else None
        roles = [r for r in (*t.by, "member") if self.holds(at, r)]
        return form.id if form and fillable(form, roles, self.workflow) else ""

    # ── What follows ────────────────────────────────────────────────────────────────────────────

    def walk(self, marks: Marks) -> Walk:
        """Find everything that the person can come to; `marks` says which own acts are watched."""
        found = Walk()
        todo: deque[Watched] = deque()

        def arrive(before: Watched | None, after: Watched, name: str) -> None:
            if after not in found.came:
                found.came[after] = (before, name)
                todo.append(after)

        for body in ("", *self._bodies):
            nobody = Watched("", body, "", "")
            for after, name in self._openings(nobody, marks):
                arrive(None, after, name)
        while todo:
            here = todo.popleft()
            for after, name in self._next(here, marks):
                arrive(here, after, name)
        return found

    def first_act(
        self, walk: Walk, t: Transition, who: Callable[[Watched], bool]
    ) -> Watched | None:
        """Return the first moment at which a person of whom `who` is true may take `t`, or None."""
        for at in walk.came:
            offered = (at.state, t.id) in self.space.opened
            if offered and who(at) and self.may_take(at, t, self.workflow.states[at.state]):
                return at
        return None

    def _openings(self, at: Watched, marks: Marks) -> Iterator[Way]:
        for step in self.space.starts:
            t = step.transition
            if t is None or ("", step.name) not in self.space.opened:
                continue
            for opened in self._bodies:
                other = Watched("", at.body, "", opened)
                for after in self._parts(other, t, acting=False):
                    yield self._at(after, step.target, False), t.id
                if not self.may_take(at, t, None) or at.body not in ("", opened):
                    continue
                did = marks(at, t, self._written(at, t))
                for after in self._parts(other, t, acting=True):
                    yield self._at(after, step.target, did), f"{t.id}*"

    def _next(self, at: Watched, marks: Marks) -> Iterator[Way]:
        state = self.workflow.states[at.state]
        for step in self.space.exits[at.state]:
            t = step.transition
            if t is None or (at.state, step.name) not in self.space.opened:
                continue
            target = at.state if t.to == STAY else t.to
            for after in self._parts(at, t, acting=False):
                yield self._at(after, target, at.did), t.id
            if self.may_take(at, t, state) and marks(at, t, self._written(at, t)):
                for after in self._parts(at, t, acting=True):
                    yield self._at(after, target, True), f"{t.id}*"
        if not at.did:
            yield from self._writings(at, state, marks)

    def _writings(
        self,
        at: Watched,
        state: State,
        marks: Marks,
    ) -> Iterator[Way]:
        for name in self.forms:
            if marks(at, None, name) and self.may_write(at, name, state):
                yield self._at(at, at.state, True), f"[{name}]*"

    def _at(self, at: Watched, state: str, did: bool) -> Watched:
        return Watched(state, at.body, at.part, at.opened, did)

    def _parts(self, at: Watched, t: Transition, acting: bool) -> Iterator[Watched]:
        """Yield what part the person can have after a step that may change who takes part."""
        effects = {e.name for e in t.effects}
        kept = True
        if effects & set(NAMING) or (self._given and not at.state):
            belong = self._given or _proves(t, "belong") or _from_elsewhere(t)
            for part in self._possible(at.body, belong):
                yield Watched(at.state, at.body, part, at.opened)
            # Whoever opens a case and must be named in it takes part from then on.
            kept = not (acting and any(r.fact == "actor.named" for r in t.requires))
        if "name_signatories" in effects and at.part in ("", ELSEWHERE):
            # Whoever signs takes part beside those who stand for the sides, or no longer does.
            yield Watched(at.state, at.body, "" if at.part else ELSEWHERE, at.opened)
        if "change_contact" in effects:
            yield from self._handed_over(at, t)
        if kept:
            yield at

    def _handed_over(self, at: Watched, t: Transition) -> Iterator[Watched]:
        """Yield what part the person can have once somebody has taken over for a side."""
        if not at.part or not _proves(t, "two_people"):
            for part in self._possible(at.body, _proves(t, "belong")):
                if part != at.part:
                    yield Watched(at.state, at.body, part, at.opened)
        yield Watched(at.state, at.body, "", at.opened)

    def _possible(self, body: str, belong: bool) -> tuple[str, ...]:
        return tuple(s for s in self._bodies if s == body or not belong)


class Walk:
    """Everything that a watched person can come to, and how."""

    def __init__(self) -> None:
        self.came: dict[Watched, tuple[Watched | None, str]] = {}

    def path(self, at: Watched, *more: str) -> tuple[str, ...]:
        """Return the steps of a shortest path, then `more`; the person's own acts end in `*`."""
        steps = list(reversed(more))
        here: Watched | None = at
        while here is not None:
            before, name = self.came[here]
            steps.append(name)
            here = before
        return tuple(reversed(steps))


def _proves(t: Transition, what: str) -> bool:
    return what in proved(t)


def proved(t: Transition) -> frozenset[str]:
    """Return what the facts that a step requires say of people."""
    facts = (FACTS[r.fact] for r in t.requires if r.fact and r.fact in FACTS)
    return frozenset(said for fact in facts for said in fact.proves)


def _from_elsewhere(t: Transition) -> bool:
    """Say whether the step takes over who took part in another case, where it was proved."""
    return any(e.name in ("join_parent", "name_source_partners") for e in t.effects)
