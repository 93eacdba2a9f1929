"""One imported workflow, made ready once: who may do what, and what a step makes of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow_app.core.chain.entering import Entering
from workflow_app.core.chain.guards import Check, check_of
from workflow_app.core.chain.parts import ReadyState, ReadyTransition, ReadyVariable
from workflow_app.core.chain.people import ChainCase
from workflow_app.core.chain.reading import Reader, Reading
from workflow_app.core.chain.refusals import (
    MAX_AUTOMATIC,
    NoScript,
    NowhereToStand,
    Refused,
    RunsInCircles,
)
from workflow_app.core.chain.sealing import seal
from workflow_app.core.definition.imported import Imported


@dataclass(slots=True)
class Fired:
    """One transition that was made; None: the case was opened."""

    transition: str | None
    source: str
    target: str


Plan = tuple[tuple[str, bool, Reader | None, str, object], ...]
"""For each variable of the history: its id, whether a former value stays, formula, where, value."""


class ReadyWorkflow:
    """An imported workflow with guards, exits, role maps and variables worked out beforehand."""

    def __init__(self, workflow: Imported, site_roles: Sequence[str]) -> None:
        self.definition = workflow
        self.id = workflow.id
        self._careful = workflow.semantics == "careful"
        self.transitions = {
            t.id: ReadyTransition(t, workflow) for t in workflow.transitions.values()
        }
        self.states = {
            s.id: ReadyState(s, self.transitions, Entering(workflow, s, site_roles))
            for s in workflow.states.values()
        }
        self.variables = {v.id: ReadyVariable(v, workflow) for v in workflow.variables.values()}
        self.creation: Check | None = check_of(workflow.creation, "create", workflow)
        self.worklists = {
            w.id: (w, check_of(w.guard, f"worklist {w.id}", workflow))
            for w in workflow.worklists.values()
        }
        self._plans: dict[tuple[str | None, str], Plan] = {}

    # ── Where a case stands ─────────────────────────────────────────────────────────────────────

    def state_of(self, case: ChainCase) -> str:
        """Return the id of the state, defined or not; without history it is the initial one."""
        newest = case.newest.get(self.id)
        return newest.target if newest is not None else self.definition.initial

    # ── What may happen ─────────────────────────────────────────────────────────────────────────

    def may_create(self, r: Reading) -> bool:
        """Return whether a case may be opened; the reading is of the containing place."""
        return self.creation is None or self.creation(r)

    def open_exits(self, case: ChainCase, r: Reading) -> list[str]:
        """Return the exits that the person may take now, in the order of the state."""
        state = self.states.get(self.state_of(case))
        if state is None:
            return []
        return [t.id for t in state.by_person if self._open(t, r)]

    def supports(self, case: ChainCase, transition: str, r: Reading) -> bool:
        """Return whether the person may make that transition now."""
        state = self.states.get(self.state_of(case))
        t = self.transitions.get(transition)
        return (
            state is not None
            and transition in state.exits
            and t is not None
            and t.by_person
            and self._open(t, r)
        )

    def _open(self, t: ReadyTransition, r: Reading) -> bool:
        if self._careful and t.to and t.to not in self.states:
            return False
        return t.check is None or t.check(r)

    def wanted(self, case: ChainCase, transition: str, r: Reading) -> ReadyTransition:
        """Return the transition if the person may make it.

        :raises Refused: with the kind that DCWorkflow refuses by.
        """
        state = self.states.get(self.state_of(case))
        if state is None:
            raise Refused("impossible", "the state is not defined")
        if transition not in state.exits:
            raise Refused("unauthorized", transition)
        t = self.transitions.get(transition)
        if t is None or not t.by_person:
            raise Refused("impossible", f"'{transition}' is not made by a person")
        if not self._open(t, r):
            raise Refused("unauthorized", transition)
        return t

    # ── What follows ────────────────────────────────────────────────────────────────────────────

    def open(self, case: ChainCase, r: Reading) -> tuple[ChainCase, list[Fired]]:
        """Return the case in its initial state, and in what follows by itself.

        :raises NowhereToStand: if the initial state is not defined.
        """
        return self._steps(case, None, r)

    def make(
        self, case: ChainCase, t: ReadyTransition, r: Reading
    ) -> tuple[ChainCase, list[Fired]]:
        """Return the case after `t`, and after what follows by itself.

        :raises Refused: if a state to be entered is not defined.
        :raises RunsInCircles: if automatic transitions do not end.
        """
        return self._steps(case, t, r)

    def _steps(
        self, case: ChainCase, t: ReadyTransition | None, r: Reading
    ) -> tuple[ChainCase, list[Fired]]:
        fired: list[Fired] = []
        arguments = r.arguments
        while True:
            case, state, step = self._step(case, t, r)
            fired.append(step)
            if not state.automatic:
                return case, fired
            if len(fired) > MAX_AUTOMATIC:
                raise RunsInCircles(case)
            # Automatic transitions are judged without the arguments and made with them.
            asked = self._again(case, r, {})
            t = next((a for a in state.automatic if self._open(a, asked)), None)
            if t is None:
                return case, fired
            r = self._again(case, r, arguments)
            r.bypassed = asked.bypassed

    def _again(self, case: ChainCase, r: Reading, arguments: Mapping[str, Any]) -> Reading:
        entry = case.newest.get(self.id)
        return Reading(self.id, case, r.person, r.at, arguments, r.supplied, entry)

    def _step(
        self, case: ChainCase, t: ReadyTransition | None, r: Reading
    ) -> tuple[ChainCase, ReadyState, Fired]:
        newest = case.newest.get(self.id)
        source = newest.target if newest is not None else self.definition.initial
        if source not in self.states:
            raise NowhereToStand(source)
        target = self.definition.initial if t is None else (t.to or source)
        state = self.states.get(target)
        if state is None:
            raise Refused("impossible", f"the state '{target}' is not defined", case)
        if t is not None:
            r.transition = t.id
            if t.before:
                r.where = f"before {t.id}"
                self._run(t.before, case, r)
        entry = seal(self.id, case, r, source, target, self._new_status(t, state, r))
        changed = ChainCase(
            case.id,
            case.container,
            state.entering.maps(case.maps),
            state.entering.locals(case.locals),
            {**case.newest, self.id: entry},
        )
        if t is not None and t.after:
            after = self._again(changed, r, r.arguments)
            after.transition, after.where = t.id, f"after {t.id}"
            self._run(t.after, changed, after)
        return changed, state, Fired(r.transition, source, target)

    def _run(self, script: str, case: ChainCase, r: Reading) -> None:
        if script not in self.definition.scripts and not self._careful:
            raise NoScript(script, case)
        r.supplied.effect(script, r)

    def _new_status(
        self, t: ReadyTransition | None, state: ReadyState, r: Reading
    ) -> dict[str, object]:
        # On opening, nothing that was before counts.
        former = r.status if t is not None else {}
        r.status = former
        key = (t.id if t else None, state.id)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._plan(t, state)
        status: dict[str, object] = {}
        for name, keeps, read, where, value in plan:
            if keeps and name in former:
                status[name] = former[name]
            elif read is not None:
                r.where = where
                status[name] = read(r)
            else:
                status[name] = value
        status[self.definition.state_variable] = state.id
        return status

    def _plan(self, t: ReadyTransition | None, state: ReadyState) -> Plan:
        """Return how each variable is set: state, then transition, then former, then default."""
        plan: list[tuple[str, bool, Reader | None, str, object]] = []
        for name, v in self.variables.items():
            if not v.in_history:
                continue
            if name in state.fixed:
                plan.append((name, False, None, "", state.fixed[name]))
            elif t is not None and name in t.readers:
                where = f"value {name} of transition {t.id}"
                plan.append((name, False, t.readers[name], where, None))
            else:
                plan.append((name, v.keeps, v.read, f"value {name}", v.default))
        return tuple(plan)

    # ── What is told ────────────────────────────────────────────────────────────────────────────

    def knows(self, name: str) -> bool:
        """Return whether the workflow has a variable of this name, the state's included."""
        return name == self.definition.state_variable or name in self.variables

    def may_read(self, name: str, r: Reading) -> bool:
        """Return whether the person may read the variable `name`."""
        if name == self.definition.state_variable:
            return True
        check = self.variables[name].check
        return check is None or check(r)

    def value(self, name: str, r: Reading) -> object:
        """Return a variable: as the newest entry has it, else as it is reckoned when read."""
        if name == self.definition.state_variable:
            return r.entry.target if r.entry is not None else self.definition.initial
        return self._read(name, r)

    def _read(self, name: str, r: Reading) -> object:
        if name in r.status:
            return r.status[name]
        v = self.variables[name]
        if v.read is None:
            return v.default
        r.where = f"value {name}"
        return v.read(r)

    def catalogue(self, r: Reading) -> dict[str, object]:
        """Return the variables by which cases are found, the state always among them."""
        found = {name: self._read(name, r) for name, v in self.variables.items() if v.in_catalogue}
        found[self.definition.state_variable] = self.value(self.definition.state_variable, r)
        return found
