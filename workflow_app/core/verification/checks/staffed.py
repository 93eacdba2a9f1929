"""Whether a site has the people whom a workflow needs. Part of `verify --people`; warnings only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import State, Text, Transition, Workflow
from workflow_app.core.problems import Place, Problems
from workflow_app.core.verification.site_people import SitePeople
from workflow_app.core.verification.space.held import Held, Lot, lots
from workflow_app.core.verification.space.roles import fillers, roles_with

Offers = Mapping[str, tuple[State | None, ...]]
"""Step → the states that offer it; None: it opens a case."""
MOST_NAMED = 5


def check_staffed(
    workflow: Workflow, forms: Mapping[str, Form], people: SitePeople, problems: Problems
) -> None:
    """Note what nobody, or only one of these people, could do, and who would be waited for in vain.

    Of an imported workflow nothing is said: its roles are given where it comes from.
    """
    if workflow.imported is not None:
        return
    found = lots(workflow, people)
    if not found:
        _no_lot(workflow, people, problems)
        return
    staffed = Staffed(workflow, forms, [Held(workflow, people, lot) for lot in found], problems)
    for name, states in _offers(workflow).items():
        t = workflow.transitions[name]
        if t.trigger == "person":
            staffed.step(t, states)
    for state in workflow.states.values():
        staffed.waiting(state)


def _offers(workflow: Workflow) -> Offers:
    found: dict[str, list[State | None]] = {name: [None] for name in workflow.start}
    for state in workflow.states.values():
        for name in state.exits:
            found.setdefault(name, []).append(state)
    return {name: tuple(s) for name, s in found.items() if name in workflow.transitions}


def _no_lot(workflow: Workflow, people: SitePeople, problems: Problems) -> None:
    bare = [
        side
        for side in workflow.sides
        if not any(side in body.sides and people.of(body.id) for body in people.bodies)
    ]
    for side in bare:
        problems.add(
            workflow.place,
            "nobody_for_side",
            f"Für die Seite „{side}“ gibt es keine Organisation mit Personen.",
            f"There is no organisation with people for the side '{side}'.",
            "warning",
        )
    if not bare:
        problems.add(
            workflow.place,
            "nobody_for_side",
            "Es gibt keine verschiedenen Organisationen für alle Seiten in einem gemeinsamen "
            "Landkreis.",
            "There are no different organisations for all sides in one common county.",
            "warning",
        )


class Staffed:
    """The steps and states of a workflow, asked for each lot of organisations."""

    def __init__(
        self,
        workflow: Workflow,
        forms: Mapping[str, Form],
        held: list[Held],
        problems: Problems,
    ) -> None:
        self.workflow = workflow
        self.forms = forms
        self.held = held
        self.problems = problems

    def step(self, t: Transition, states: Iterable[State | None]) -> None:
        """Note a step that nobody, nobody but one, or only people who are kept out could take."""
        offered = tuple(states)
        roles = dict.fromkeys(r for s in offered for r in (t.by or roles_with(s, t.permission)))
        told = ", ".join(roles) or "—"
        able = {i: _union(h.takers(t, s) for s in offered) for i, h in enumerate(self.held)}
        would = {i: _union(h.permitted(t, s) for s in offered) for i, h in enumerate(self.held)}
        absent = [h for i, h in enumerate(self.held) if not would[i]]
        kept_out = [h for i, h in enumerate(self.held) if would[i] and not able[i]]
        self._note(
            t.place,
            "nobody_here",
            absent,
            Text(
                f"„{t.id}“ kann niemand tun: Es fehlt jemand in der Rolle {told}.",
                f"Nobody could take '{t.id}': there is nobody in the role {told}.",
            ),
        )
        out = {p for i, people in would.items() if not able[i] for p in people}
        self._note(
            t.place,
            "all_excluded",
            kept_out,
            Text(
                f"„{t.id}“ kann niemand tun: Alle, die es dürften ({told}), sind ausgeschlossen, "
                f"da sie auf einer Seite stehen: {_named(out)}.",
                f"Nobody could take '{t.id}': all who might ({told}) are excluded, since they "
                f"stand on a side: {_named(out)}.",
            ),
        )
        self._one(t, list(roles), able)

    def _one(self, t: Transition, roles: list[str], able: Mapping[int, frozenset[str]]) -> None:
        """Note that only one person could take the step, or confirm it for a side."""
        alone: dict[str, Held] = {}
        where = []
        confirming = list(self.workflow.sides.values()) if t.sign_off else []
        for i, held in enumerate(self.held):
            groups = [(able[i], roles), *((held.by(role), [role]) for role in confirming)]
            found = {
                f"{person} ({', '.join(r for r in asked if person in held.by(r)) or '—'})"
                for people, asked in groups
                if len(people) == 1
                for person in people
            }
            alone.update(dict.fromkeys(sorted(found), held))
            where += [held] if found else []
        told, each = _named(alone), len(alone) > 1
        self._note(
            t.place,
            "only_one",
            where,
            Text(
                f"„{t.id}“ hängt an {'je ' * each}einer einzigen Person: {told}.",
                f"'{t.id}' depends on one single person{' each' * each}: {told}.",
            ),
        )

    def waiting(self, state: State) -> None:
        """Note a state in which all for whom the case waits are not there or can do nothing."""
        always = [w.role for w in state.waits_for if not w.when]
        asked = [[w.role, *always] for w in state.waits_for if w.when] or [always]
        for roles in asked if state.waits_for and not state.end else ():
            vain = [h for h in self.held if not h.of(roles) & self._acting(state, h)]
            told = ", ".join(dict.fromkeys(roles))
            self._note(
                state.place,
                "waits_for_absent",
                vain,
                Text(
                    f"Im Zustand „{state.id}“ wartet der Vorgang auf {told}; niemand davon ist da "
                    "und kann etwas tun.",
                    f"In the state '{state.id}' the case waits for {told}; nobody of them is there "
                    "and can do anything.",
                ),
            )

    def _acting(self, state: State, held: Held) -> frozenset[str]:
        """Return those who can take a step out of the state, confirm one, or fill in a form."""
        exits = [
            self.workflow.transitions[e] for e in state.exits if e in self.workflow.transitions
        ]
        own = [t for t in exits if t.trigger == "person"]
        found = [held.takers(t, state) for t in own]
        found += [held.of(self.workflow.sides.values()) for t in own if t.sign_off]
        editors = roles_with(state, ("edit",))
        for form in (self.forms[name] for name in state.forms if name in self.forms):
            asked = ((f, part) for part in form.parts for f in part.fields)
            roles = [fillers(editors, f.by or part.by, self.workflow) for f, part in asked]
            found += [held.of(r) for r in dict.fromkeys(roles)]
        return _union(found)

    def _note(self, place: Place, rule: str, where: list[Held], text: Text) -> None:
        if not where:
            return
        part = _where(where[0].lot, len(where), len(self.held))
        self.problems.add(place, rule, text.de + part.de, text.en + part.en, "warning")


def _union(found: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*found)


def _named(names: Iterable[str]) -> str:
    known = sorted(names)
    more = len(known) - MOST_NAMED
    return ", ".join(known[:MOST_NAMED]) + (f" (+{more})" if more > 0 else "")


def _where(lot: Lot, number: int, of: int) -> Text:
    """Return in which cases that is so; nothing if it is in all of them."""
    if number == of:
        return Text("", "")
    bodies = ", ".join(f"{side}: {body}" for side, body in lot.bodies.items())
    de = "; ".join(filter(None, [bodies, f"Landkreis {lot.county}" if lot.county else ""]))
    en = "; ".join(filter(None, [bodies, f"county {lot.county}" if lot.county else ""]))
    return Text(
        f" So in {number} von {of} Zusammensetzungen, zuerst: {de}.",
        f" So in {number} of {of} combinations, first: {en}.",
    )
