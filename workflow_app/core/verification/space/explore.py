"""Every situation that a case can come to, breadth first, so that each path is a shortest one.

A situation is a state with the bits that still matter there: a bit that no way on asks for before
it is set anew is forgotten, which changes no answer and keeps the number of situations small.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Workflow
from workflow_app.core.verification.space.outcomes import YES
from workflow_app.core.verification.space.reading import Bits
from workflow_app.core.verification.space.steps import Step, StepsOf

MAX_SITUATIONS = 60_000
"""Beyond that the walk ends, and what it was to prove is told to be undecided."""
MAX_PATH = 60
"""Steps of a path that are shown; of a longer one its end."""

Situation = tuple[str, int]


@dataclass
class Space:
    """The situations that were found, how each came about, and where each leads."""

    bits: Bits
    exits: Mapping[str, list[Step]]
    submissions: Mapping[str, list[Step]]
    starts: list[Step]
    came: dict[Situation, tuple[Situation | None, str]] = field(default_factory=dict)
    leads: dict[Situation, list[tuple[Situation, int]]] = field(default_factory=dict)
    """Situation → where each step leads, with one bit for each side that it does without."""
    opened: set[tuple[str, str]] = field(default_factory=set)
    """State and exit (empty state: an opening) that can be open in some situation."""
    whole: bool = True
    """False if there were too many situations."""

    def path(self, situation: Situation, *more: str) -> tuple[str, ...]:
        """Return the steps of a shortest path to a situation, and `more` after it."""
        steps = list(reversed(more))
        at: Situation | None = situation
        while at is not None:
            before, step = self.came[at]
            steps.append(step)
            at = before
        found = tuple(reversed(steps))
        return found if len(found) <= MAX_PATH else ("…", *found[-MAX_PATH:])

    def first(self, holds: Callable[[Situation], bool]) -> Situation | None:
        """Return the first situation for which this holds, by the length of its path, or None."""
        return next((s for s in self.came if holds(s)), None)

    def open_exits(self, here: Situation) -> Iterator[tuple[Step, int]]:
        """Yield each exit that can be open here, with the bits when its form has been sent.

        One form can be sent in several ways. What happens at once and surely leaves no other.
        """
        state, known = here
        forced = self.forced(here)
        for step in sorted(self.exits[state], key=lambda step: not step.at_once):
            yield from ((step, sent) for sent in _sent(step, known))
            if step is forced:
                return

    def forced(self, here: Situation) -> Step | None:
        """Return the exit that happens here at once and surely, so that nobody can act; or None."""
        state, known = here
        for step in self.exits[state]:
            if step.at_once and all(guard(known) == YES for guard in step.guards):
                return step
        return None

    def first_effect(self, effect: str, holds: Callable[[int], bool]) -> tuple[str, ...] | None:
        """Return a shortest path whose last step has the effect while this holds of the bits."""
        for step in self.starts:
            if step.has(effect) and any(holds(step.acting(sent)) for sent in _sent(step, 0)):
                return (step.name,)
        having = {state: [s for s in exits if s.has(effect)] for state, exits in self.exits.items()}
        for here in self.came:
            for step in having[here[0]]:
                if any(holds(step.acting(sent)) for sent in _sent(step, here[1])) and any(
                    step is other for other, _ in self.open_exits(here)
                ):
                    return self.path(here, step.name)
        return None

    @cached_property
    def states(self) -> frozenset[str]:
        """Return the states in which a case can be."""
        return frozenset(state for state, _ in self.came)

    def without_end(self, side: int | None = None) -> dict[str, Situation]:
        """Return state → the first situation from which no end can be reached.

        With `side` (its number) whoever stands for it takes no step any more.
        """
        states = self.bits.workflow.states
        back = self._back(side)
        todo = [s for s in self.came if states[s[0]].end]
        ending = set(todo)
        while todo:
            new = back.get(todo.pop(), set()) - ending
            ending |= new
            todo += new
        found: dict[str, Situation] = {}
        for situation in self.came:
            if situation not in ending:
                found.setdefault(situation[0], situation)
        return found

    def _back(self, side: int | None) -> dict[Situation, set[Situation]]:
        back: dict[Situation, set[Situation]] = {}
        for source, steps in self.leads.items():
            for target, flags in steps:
                if side is None or flags >> side & 1:
                    back.setdefault(target, set()).add(source)
        return back


def space_of(workflow: Workflow, forms: Mapping[str, Form], asked: Iterable[str] = ()) -> Space:
    """Return the steps of the workflow over its bits, before anything is explored.

    `asked` are further bits that are followed: marks, or `asked.<form>`.
    """
    bits = Bits(workflow, forms)
    for name in asked:
        bits.bit(name)
    steps = StepsOf(bits)
    steps.prepare()
    return Space(
        bits,
        {state.id: steps.exits(state) for state in workflow.states.values()},
        {state.id: steps.submissions(state) for state in workflow.states.values()},
        steps.exits(None),
    )


def explore(space: Space, wanted: Mapping[str, int]) -> None:
    """Find every situation; `wanted` is state → the bits that somebody asks for in it."""
    walk = _Walk(space, wanted)
    for step in space.starts:
        for sent in _sent(step, 0):
            space.opened.add(("", step.name))
            walk.arrive(None, step, sent)
    while walk.todo:
        if len(space.came) > MAX_SITUATIONS:
            space.whole = False
            return
        walk.go_on(walk.todo.popleft())


class _Walk:
    """The walk itself: what it still has to look at, and how a situation is forgotten into."""

    def __init__(self, space: Space, wanted: Mapping[str, int]) -> None:
        self.space = space
        self.todo: deque[Situation] = deque()
        self._live = _live(space, wanted)
        self._asks = {
            state.id: space.bits.mask(
                f"asked.{f}" for f in state.forms if f not in state.forms_when
            )
            for state in space.bits.workflow.states.values()
        }

    def arrive(self, source: Situation | None, step: Step, sent: int) -> Situation:
        """Return where a step leads, and note it if nothing has led there before."""
        space, name = self.space, step.target
        target = (name, (step.after(sent) | self._asks[name]) & self._live[name])
        if target not in space.came:
            space.came[target] = (source, step.name)
            space.leads[target] = []
            self.todo.append(target)
        return target

    def go_on(self, here: Situation) -> None:
        """Take every step that can be open here, and submit every form that is offered."""
        state, known = here
        leads = self.space.leads[here]
        for step, sent in self.space.open_exits(here):
            self.space.opened.add((state, step.name))
            leads.append((self.arrive(here, step, sent), _without(step, known)))
        for step in self.space.submissions[state] if self.space.forced(here) is None else ():
            for sent in _sent(step, known):
                if step.after(sent) != known:
                    leads.append((self.arrive(here, step, sent), _without(step, known)))


def _sent(step: Step, bits: int) -> Iterable[int]:
    """Yield the bits after each way to send the step's form; none: the step is closed."""
    for clears, sets in step.filled:
        sent = (bits & ~clears) | sets
        if all(guard(sent) & YES for guard in step.guards):
            yield sent


def _without(step: Step, bits: int) -> int:
    """Return one bit for each side without which the step can be made here."""
    flags = 0
    for number, (gone, others) in enumerate(step.without):
        if gone == -1 or bits & gone or any(not bits & other for other in others):
            flags |= 1 << number
    return flags


def _live(space: Space, wanted: Mapping[str, int]) -> dict[str, int]:
    """Return state → the bits that some way on from it asks for before they are set anew."""
    workflow = space.bits.workflow
    live = {name: wanted.get(name, 0) for name in workflow.states}
    before: dict[str, set[str]] = {name: set() for name in workflow.states}
    for name in workflow.states:
        for step in (*space.exits[name], *space.submissions[name]):
            before[step.target].add(name)
    todo = deque(reversed(list(workflow.states)))
    waiting = set(todo)
    while todo:
        name = todo.popleft()
        waiting.discard(name)
        found = live[name]
        for step in (*space.exits[name], *space.submissions[name]):
            found |= step.reads | (live[step.target] & ~step.kills)
        if found != live[name]:
            live[name] = found
            for source in before[name] - waiting:
                waiting.add(source)
                todo.append(source)
    return live
