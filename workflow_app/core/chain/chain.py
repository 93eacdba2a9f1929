"""A chain: one or several imported workflows on the same case, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow_app.core.chain.people import ChainCase, Container, Person
from workflow_app.core.chain.reading import NothingSupplied, Reading, Supplied
from workflow_app.core.chain.refusals import Refused
from workflow_app.core.chain.workflow import Fired, ReadyWorkflow
from workflow_app.core.definition.imported import Action, Imported

NO_ARGUMENTS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Offered:
    """A transition or worklist as it is offered, with the place to go to still as a pattern."""

    id: str
    workflow: str
    action: Action
    count: int | None = None
    """For a worklist: how many cases lie in it."""


class Chain:
    """The workflows of a kind of case, ready to answer; earlier ones go before later ones."""

    def __init__(
        self,
        workflows: Sequence[Imported],
        site_roles: Sequence[str],
        supplied: Supplied | None = None,
    ) -> None:
        self.workflows = tuple(ReadyWorkflow(w, site_roles) for w in workflows)
        self._by_id = {w.id: w for w in self.workflows}
        self.supplied: Supplied = supplied or NothingSupplied()

    def _reading(
        self,
        w: ReadyWorkflow,
        case: ChainCase,
        person: Person,
        at: datetime,
        arguments: Mapping[str, Any] = NO_ARGUMENTS,
    ) -> Reading:
        return Reading(w.id, case, person, at, arguments, self.supplied, case.newest.get(w.id))

    # ── Opening ─────────────────────────────────────────────────────────────────────────────────

    def may_create(self, person: Person, container: Container, at: datetime) -> bool:
        """Return whether a person may open a case in `container`: each workflow has to agree."""
        return all(
            w.may_create(Reading(w.id, container, person, at, NO_ARGUMENTS, self.supplied, None))
            for w in self.workflows
        )

    def open(self, case: ChainCase, person: Person, at: datetime) -> tuple[ChainCase, list[Fired]]:
        """Return the new case in the initial state of each workflow that has no history of it.

        Whether the person may is asked by `may_create`, as in DCWorkflow.

        :raises NowhereToStand: if an initial state is not defined.
        """
        fired: list[Fired] = []
        for w in self.workflows:
            if w.id not in case.newest:
                case, more = w.open(case, self._reading(w, case, person, at))
                fired += more
        return case, fired

    # ── What may happen ─────────────────────────────────────────────────────────────────────────

    def open_transitions(self, case: ChainCase, person: Person, at: datetime) -> tuple[str, ...]:
        """Return the ids of the transitions that a person may make, in order, hidden ones too."""
        found: dict[str, None] = {}
        for w in self.workflows:
            found.update(dict.fromkeys(w.open_exits(case, self._reading(w, case, person, at))))
        return tuple(found)

    def supports(
        self,
        case: ChainCase,
        person: Person,
        transition: str,
        at: datetime,
        arguments: Mapping[str, Any] = NO_ARGUMENTS,
    ) -> bool:
        """Return whether any workflow lets the person make the transition now."""
        return any(
            w.supports(case, transition, self._reading(w, case, person, at, arguments))
            for w in self.workflows
        )

    def offers(self, case: ChainCase, person: Person, at: datetime) -> tuple[Offered, ...]:
        """Return what is listed: open transitions that have an action name, by id."""
        found: list[Offered] = []
        for w in self.workflows:
            ids = w.open_exits(case, self._reading(w, case, person, at))
            if w.definition.semantics == "careful":
                ids = list(dict.fromkeys(ids))
            named = [(i, w.transitions[i].action) for i in ids if w.transitions[i].action.name]
            found += [Offered(i, w.id, action) for i, action in sorted(named, key=_id)]
        return tuple(found)

    # ── A step ──────────────────────────────────────────────────────────────────────────────────

    def fire(
        self,
        case: ChainCase,
        person: Person,
        transition: str,
        at: datetime,
        arguments: Mapping[str, Any] = NO_ARGUMENTS,
        workflow: str | None = None,
    ) -> tuple[ChainCase, list[Fired]]:
        """Return the case after a step, and the transitions that were made, automatic ones too.

        Without `workflow` the first that lets the person acts, and only that one.

        :raises Refused: `impossible` if no workflow lets the person; by a named workflow also
            `unauthorized`.
        """
        arguments = {"comment": "", **arguments}
        if workflow is None:
            for w in self.workflows:
                reading = self._reading(w, case, person, at, arguments)
                if w.supports(case, transition, reading):
                    return w.make(case, w.transitions[transition], reading)
            raise Refused("impossible", f"no workflow offers '{transition}' now")
        if workflow not in self._by_id:
            raise Refused("impossible", f"there is no workflow '{workflow}'")
        w = self._by_id[workflow]
        reading = self._reading(w, case, person, at, arguments)
        return w.make(case, w.wanted(case, transition, reading), reading)

    def update_rights(self, case: ChainCase) -> tuple[ChainCase, bool]:
        """Return the case with the rights of its present states, and whether any changed."""
        maps, local = case.maps, case.locals
        for w in self.workflows:
            state = w.states.get(w.state_of(case))
            if state is not None:
                maps, local = state.entering.maps(maps), state.entering.locals(local)
        if maps is case.maps and local is case.locals:
            return case, False
        return ChainCase(case.id, case.container, maps, local, case.newest), True

    # ── What is told ────────────────────────────────────────────────────────────────────────────

    def may_read(self, case: ChainCase, person: Person, name: str, at: datetime) -> bool:
        """Return whether a person may read a variable: the first workflow that has it decides."""
        w = self._knowing(name)
        return w is not None and w.may_read(name, self._reading(w, case, person, at))

    def value(self, case: ChainCase, person: Person, name: str, at: datetime) -> object:
        """Return a variable's value; None if no workflow has it or the person may not read it."""
        w = self._knowing(name)
        if w is None or not self.may_read(case, person, name, at):
            return None
        return w.value(name, self._reading(w, case, person, at))

    def _knowing(self, name: str) -> ReadyWorkflow | None:
        return next((w for w in self.workflows if w.knows(name)), None)

    def catalogue(self, case: ChainCase, person: Person, at: datetime) -> dict[str, object]:
        """Return the variables by which the case is found; earlier workflows go before later."""
        found: dict[str, object] = {}
        for w in reversed(self.workflows):
            found.update(w.catalogue(self._reading(w, case, person, at)))
        return found

    def worklists(
        self,
        person: Person,
        site: Container,
        catalogue: Iterable[Mapping[str, object]],
        at: datetime,
    ) -> tuple[Offered, ...]:
        """Return the worklists that a person sees, by id, with the number of cases in each.

        Guards are asked on `site`. A list without a case is not shown; neither is one without a
        name, nor one that matches nothing at all.
        """
        found: list[Offered] = []
        cases = list(catalogue)
        for w in self.workflows:
            for name, (worklist, check) in sorted(w.worklists.items()):
                if not worklist.action.name or not worklist.match:
                    continue
                r = Reading(w.id, site, person, at, NO_ARGUMENTS, self.supplied, None)
                if check is not None and not check(r):
                    continue
                wanted = {n: [_meant(v, person) for v in vs] for n, vs in worklist.match.items()}
                count = sum(_matches(wanted, values) for values in cases)
                if count:
                    found.append(Offered(name, w.id, worklist.action, count))
        return tuple(found)


def _id(named: tuple[str, Action]) -> str:
    return named[0]


def _meant(value: str, person: Person) -> str:
    """Return a value to be matched with the person in it, where the pattern asks for that."""
    if "%" not in value:
        return value
    return value.replace("%(user_id)s", str(person.id)).replace("%%", "%")


def _matches(match: Mapping[str, Sequence[str]], values: Mapping[str, object]) -> bool:
    return all(values.get(name) in wanted for name, wanted in match.items())
