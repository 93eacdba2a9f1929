"""Is a set of definitions fit to run? Every problem at once, each with its place.

Checked are names, types of conditions, reachability, and what nobody could ever do; requirements
written `open` are listed. What is proved and what is not: docs/workflow-format.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workflow_app.core.clauses import placeholders
from workflow_app.core.computed import COMPUTED
from workflow_app.core.effects import EFFECTS
from workflow_app.core.engine import names_of
from workflow_app.core.errors import ExpressionError
from workflow_app.core.expressions import Names, row_names
from workflow_app.core.facts import FACTS
from workflow_app.core.model import STAY, Clause, Form, Requirement, State, Transition, Workflow
from workflow_app.core.rights import COMPUTED_ROLES, PERMISSIONS
from workflow_app.core.sign_off import AGREEMENT
from workflow_app.core.source import Place, Problems


def verify(
    workflow: Workflow,
    forms: Mapping[str, Form],
    programme: Mapping[str, int | str],
    clauses: Sequence[Clause] = (),
    documents: Iterable[str] = (),
) -> Problems:
    """Return every problem of `workflow` with its forms and clauses; errors forbid its use."""
    problems = Problems()
    names = names_of(workflow, forms.values(), programme)
    check = _Check(workflow, forms, frozenset(documents), names, problems)
    check.subject()
    check.graph()
    for state in workflow.states.values():
        check.state(state)
    for transition in workflow.transitions.values():
        check.transition(transition)
    for form in forms.values():
        check.form(form, programme)
    for clause in clauses:
        check.clause(clause)
    return problems


class _Check:
    def __init__(
        self,
        workflow: Workflow,
        forms: Mapping[str, Form],
        documents: frozenset[str],
        names: Names,
        problems: Problems,
    ) -> None:
        self.workflow = workflow
        self.forms = forms
        self.documents = documents
        self.names = names
        self.problems = problems
        self.roles = {role.id for role in workflow.roles} | set(COMPUTED_ROLES)

    def known(self, kind_de: str, kind_en: str, name: str, table: Iterable[str], at: Place) -> bool:
        """Note an unknown name, with the nearest known one."""
        known = list(table)
        if name in known:
            return True
        near = difflib.get_close_matches(name, known, 1)
        self.problems.add(
            at,
            "unknown_name",
            f"{kind_de} „{name}“ gibt es nicht." + (f" Meinten Sie „{near[0]}“?" if near else ""),
            f"There is no {kind_en} '{name}'." + (f" Did you mean '{near[0]}'?" if near else ""),
        )
        return False

    def condition(self, text: str, at: Place, names: Names | None = None) -> None:
        """Note a condition that does not compile to yes or no."""
        try:
            (names or self.names).compile(text)
        except ExpressionError as error:
            where = f" (Zeichen {error.column})" if error.column else ""
            there = f" (character {error.column})" if error.column else ""
            self.problems.add(
                at,
                "condition",
                f"Die Bedingung „{text}“ ist nicht gültig{where}: {error.message}.",
                f"The condition '{text}' is not valid{there}: {error.message}.",
            )

    def field(self, name: str, at: Place) -> None:
        """Note a `form.field` that does not exist."""
        form, _, field = name.partition(".")
        if self.known("Das Formular", "form", form, self.forms, at):
            ids = [f.id for f in self.forms[form].fields]
            self.known(
                f"Im Formular „{form}“ das Feld", f"field in form '{form}' called", field, ids, at
            )

    def subject(self) -> None:
        """Check how cases are called and on what approvals rest."""
        for name in (
            self.workflow.subject.title,
            self.workflow.subject.place,
            *self.workflow.scope,
        ):
            self.field(name, self.workflow.place)
        for role in self.workflow.sides.values():
            self.known("Die Rolle", "role", role, self.roles, self.workflow.place)

    def graph(self) -> None:
        """Check that every state can be reached and left for an end."""
        workflow = self.workflow
        steps: dict[str, set[str]] = {}
        for state in workflow.states.values():
            exits = (workflow.transitions[e] for e in state.exits if e in workflow.transitions)
            steps[state.id] = {t.to for t in exits if t.to in workflow.states}
        for start in workflow.start:
            self.known("Den Übergang", "transition", start, workflow.transitions, workflow.place)
        starts = {workflow.transitions[s].to for s in workflow.start if s in workflow.transitions}
        reached = _reach(starts & set(steps), steps)
        back: dict[str, set[str]] = {s: set() for s in steps}
        for source, targets in steps.items():
            for target in targets:
                back[target].add(source)
        ends = {s.id for s in workflow.states.values() if s.end}
        ending = _reach(ends, back)
        for state in workflow.states.values():
            if state.id not in reached:
                self.problems.add(
                    state.place,
                    "unreachable",
                    f"Der Zustand „{state.id}“ ist von keinem Anfang aus erreichbar.",
                    f"The state '{state.id}' cannot be reached from any start.",
                )
            if state.id not in ending:
                self.problems.add(
                    state.place,
                    "no_way_to_an_end",
                    f"Vom Zustand „{state.id}“ führt kein Weg zu einem Ende.",
                    f"No way leads from the state '{state.id}' to an end.",
                )
        used = {e for s in workflow.states.values() for e in s.exits} | set(workflow.start)
        for transition in workflow.transitions.values():
            if transition.id not in used:
                self.problems.add(
                    transition.place,
                    "unused",
                    f"Kein Zustand bietet den Übergang „{transition.id}“ an.",
                    f"No state offers the transition '{transition.id}'.",
                )

    def state(self, state: State) -> None:
        """Check one state."""
        if state.phase is not None:
            phases = [p.id for p in self.workflow.phases]
            self.known("Die Phase", "phase", state.phase, phases, state.place)
        for exit_id in state.exits:
            transitions = self.workflow.transitions
            self.known("Den Übergang", "transition", exit_id, transitions, state.place)
        for form in (*state.forms, *state.conceals):
            self.known("Das Formular", "form", form, self.forms, state.place)
        for permission, roles in state.rights.items():
            self.known("Das Recht", "permission", permission, PERMISSIONS, state.place)
            for role in roles:
                self.known("Die Rolle", "role", role, self.roles, state.place)
        for waiting in state.waits_for:
            self.known("Die Rolle", "role", waiting.role, self.roles, state.place)
            if waiting.when:
                self.condition(waiting.when, state.place)
        if state.deadline and state.deadline.after:
            self.field(state.deadline.after, state.place)
        if state.end == bool(state.exits):
            self.problems.add(
                state.place,
                "end_and_exits",
                f"„{state.id}“: Ein Ende hat keine Ausgänge, jeder andere Zustand hat welche.",
                f"'{state.id}': an end has no exits, every other state has some.",
            )
        if not state.end and not state.waits_for:
            self.problems.add(
                state.place,
                "waits_for_nobody",
                f"Im Zustand „{state.id}“ wartet der Vorgang auf niemanden.",
                f"In the state '{state.id}' the case waits for nobody.",
            )
        if not state.end and state.deadline is None:
            self.problems.add(
                state.place,
                "no_deadline",
                f"Der Zustand „{state.id}“ hat keine Frist.",
                f"The state '{state.id}' has no deadline.",
                severity="warning",
            )

    def transition(self, t: Transition) -> None:
        """Check one transition."""
        if t.to != STAY:
            self.known("Den Zustand", "state", t.to, self.workflow.states, t.place)
        for role in (*t.by, *t.not_by, *(r for roles in t.notify.values() for r in roles)):
            self.known("Die Rolle", "role", role, self.roles, t.place)
        for permission in t.permission:
            self.known("Das Recht", "permission", permission, PERMISSIONS, t.place)
        if t.form:
            self.known("Das Formular", "form", t.form, self.forms, t.place)
        if t.trigger == "person" and not (t.by or t.permission or t.group):
            self.problems.add(
                t.place,
                "nobody",
                f"„{t.id}“ ist niemandem erlaubt: by, permission oder group fehlt.",
                f"'{t.id}' is allowed to nobody: by, permission or group is missing.",
            )
        if t.trigger == "timer" and t.after_days is None:
            self.problems.add(
                t.place, "timer", f"„{t.id}“ braucht „after“.", f"'{t.id}' needs 'after'."
            )
        if t.when:
            self.condition(t.when, t.place)
        for requirement in (*t.requires, *t.warns):
            self.requirement(t, requirement)
        self._sign_off(t)
        for effect in t.effects:
            if self.known("Die Wirkung", "effect", effect.name, EFFECTS, effect.place):
                table = {"variable": self.workflow.variables, "document": self.documents}
                kind = EFFECTS[effect.name].argument
                if (kind is None) != (effect.argument is None):
                    self.problems.add(
                        effect.place,
                        "effect_argument",
                        f"„{effect.name}“ {'braucht ein' if kind else 'hat kein'} Argument.",
                        f"'{effect.name}' {'needs an' if kind else 'takes no'} argument.",
                    )
                elif kind and effect.argument:
                    self.known("Das Ziel", "target", effect.argument, table[kind], effect.place)

    def _sign_off(self, t: Transition) -> None:
        if t.sign_off is None:
            return
        for name in t.sign_off.of:
            if name != AGREEMENT:
                self.known("Das Formular", "form", name, self.forms, t.place)
        if t.sign_off.substitute_by:
            self.problems.add(
                t.place,
                "open",
                f"„{t.id}“: Die Ersatzbestätigung für eine schweigende Seite ist noch nicht möglich.",
                f"'{t.id}': a substitute's confirmation for a silent side is not possible yet.",
                severity="open",
            )

    def requirement(self, t: Transition, r: Requirement) -> None:
        """Check one requirement or warning."""
        if r.undecided:
            self.problems.add(
                r.place,
                "open",
                f"„{t.id}“: {r.unmet.de}",
                f"'{t.id}': {r.unmet.en}",
                severity="open",
            )
        if r.fact:
            self.known("Die Tatsache", "fact", r.fact, FACTS, r.place)
        if r.when:
            self.condition(r.when, r.place)

    def form(self, form: Form, programme: Mapping[str, int | str]) -> None:
        """Check one form: its rules, prefills, roles and computed fields."""
        own = names_of(
            self.workflow,
            [_plain(f) if f.id == form.id else f for f in self.forms.values()],
            programme,
        )
        for part in form.parts:
            for role in (*part.by, *(r for f in part.fields for r in f.by), *form.seen_by):
                self.known("Die Rolle", "role", role, self.roles, form.place)
            for field in part.fields:
                if field.required.when:
                    self.condition(field.required.when, field.place, own)
                for transition in field.required.only_for:
                    table = self.workflow.transitions
                    self.known("Den Übergang", "transition", transition, table, field.place)
                if field.prefill:
                    self.field(field.prefill, field.place)
                if field.compute:
                    self.known(
                        "Die Berechnung", "computation", field.compute, COMPUTED, field.place
                    )
        ids = [f.id for f in form.fields]
        for rule in form.rules:
            at = f"Das Feld in „{form.id}“", f"field in '{form.id}' called"
            self.known(*at, rule.at, ids, rule.place)
            if rule.each is None:
                self.condition(rule.when, rule.place, own)
            elif self.known(*at, rule.each, ids, rule.place):
                self.condition(rule.when, rule.place, row_names(form.field(rule.each)))

    def clause(self, clause: Clause) -> None:
        """Check one clause: its conditions and what it prints."""
        for variant in clause.variants:
            if variant.when:
                self.condition(variant.when, variant.place)
            for name in placeholders(variant):
                self.field(name, variant.place)


def _plain(form: Form) -> Form:
    return replace(form, per="case") if form.per in ("entry", "side") else form


def _reach(start: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    seen, todo = set(start), list(start)
    while todo:
        for target in steps.get(todo.pop(), ()):
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return seen
