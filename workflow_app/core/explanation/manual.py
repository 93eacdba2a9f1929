"""The manual of a workflow, made from its definition: states in plain words, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workflow_app.core.cases.rights import PERMISSIONS
from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import (
    STAY,
    Deadline,
    Derivation,
    State,
    Text,
    Transition,
    Workflow,
)
from workflow_app.core.explanation.answer import called
from workflow_app.core.tables.effects import EFFECTS

COMPUTED = {
    "member": Text("alle Beteiligten", "everybody who takes part"),
    "other_side": Text("die andere Seite", "the other side"),
    "member_organisation": Text(
        "Angehörige beteiligter Organisationen", "members of organisations that take part"
    ),
}
MAIL = {
    "your_turn": Text("ist an der Reihe", "has to act"),
    "decided": Text("erfährt von der Entscheidung", "is told of the decision"),
}


def manual(workflow: Workflow, forms: Mapping[str, Form], language: str) -> dict[str, Any]:
    """Return the manual as plain texts: phases with their states, each with its ways out."""
    say = _Words(workflow, forms, language)
    phases = [
        {
            "label": phase.label(language),
            "states": [say.state(state) for state in workflow.phase_states(phase.id)],
        }
        for phase in workflow.phases
    ]
    outside = [say.state(s) for s in workflow.states.values() if not s.phase]
    if outside:
        phases.append({"label": workflow.label(language), "states": outside})
    return {
        "title": workflow.label(language),
        "version": workflow.version,
        "roles": [role.label(language) for role in workflow.roles],
        "starts": [
            *(say.step(workflow.transitions[name], None) for name in workflow.start),
            *([say.derivation(workflow.derive)] if workflow.derive else []),
        ],
        "phases": [phase for phase in phases if phase["states"]],
    }


class _Words:
    """What a workflow's parts are called in one language."""

    def __init__(self, workflow: Workflow, forms: Mapping[str, Form], language: str) -> None:
        self.workflow = workflow
        self.forms = forms
        self.language = language
        self._roles = COMPUTED | {role.id: role.label for role in workflow.roles}

    def state(self, state: State) -> dict[str, Any]:
        """Return what there is to know about a state."""
        return {
            "id": state.id,
            "label": state.label(self.language),
            "end": state.end,
            "waits_for": self.waits(state),
            "deadline": self.deadline(state),
            "forms": [self.form(form) for form in state.forms],
            "rights": [
                {
                    "may": called(right)(self.language),
                    "who": self.roles(who),
                }
                for right, who in _rights(state)
            ],
            "steps": [self.step(self.workflow.transitions[e], state) for e in state.exits],
        }

    def step(self, t: Transition, state: State | None) -> dict[str, Any]:
        """Return what there is to know about a way out."""
        stays = t.to == STAY or (state is not None and t.to == state.id)
        return {
            "label": t.label(self.language),
            "help": t.help(self.language) if t.help else "",
            "to": "" if stays else self.workflow.states[t.to].label(self.language),
            "who": self.who(t),
            "apart": bool(t.not_by),
            "form": self.form(t.form) if t.form else "",
            "both": t.sign_off is not None,
            "needs": [r.unmet(self.language) for r in t.requires],
            "warns": [r.unmet(self.language) for r in t.warns],
            "follows": [
                EFFECTS[e.name].meaning(self.language) for e in t.effects if e.name in EFFECTS
            ],
            "mail": [
                {"who": self.roles(roles), "what": MAIL[kind](self.language)}
                for kind, roles in t.notify.items()
                if kind in MAIL
            ],
        }

    def derivation(self, rule: Derivation) -> dict[str, Any]:
        """Return how a case begins that is derived from an ended one, told like a step."""
        first = self.step(self.workflow.transitions[self.workflow.start[0]], None)
        return {
            **first,
            "label": rule.label(self.language),
            "help": rule.help(self.language) if rule.help else "",
            "who": self.roles(rule.by),
        }

    def who(self, t: Transition) -> str:
        """Return who takes a step: roles, the calendar, or the facts."""
        if t.trigger == "timer":
            sentence = Text(
                "geschieht von selbst nach {days} Tagen", "happens by itself after {days} days"
            )
            return sentence(self.language).format(days=t.after_days or 0)
        if t.trigger == "automatic":
            return Text("geschieht von selbst", "happens by itself")(self.language)
        rights = [called(p)(self.language) for p in t.permission]
        return ", ".join([self.roles(t.by)] * bool(t.by) + rights)

    def waits(self, state: State) -> list[dict[str, str]]:
        """Return who is waited for and with which task; what depends on conditions comes last."""
        tasks: dict[tuple[bool, str], list[str]] = {}
        for waiting in state.waits_for:
            task = (waiting.task or state.task or state.label)(self.language)
            if waiting.deadline:
                task += f" ({self.within(waiting.deadline)})"
            tasks.setdefault((waiting.when is not None, task), []).append(waiting.role)
        at_times = Text(" (je nach Lage)", " (depending on the case)")(self.language)
        return [
            {"who": self.roles(roles), "task": task + at_times * depends}
            for (depends, task), roles in sorted(tasks.items(), key=lambda item: item[0][0])
        ]

    def deadline(self, state: State) -> str:
        """Return how long a state may last and what happens then; empty if it has no deadline."""
        return f"{self.within(state.deadline)}." if state.deadline else ""

    def within(self, rule: Deadline) -> str:
        """Return in how many days, when it is called to mind, and who is told afterwards."""
        sentences = [
            Text("{days} Tage", "{days} days")
            if rule.after is None
            else Text("{days} Tage nach „{field}“", "{days} days after '{field}'")
        ]
        if rule.warn:
            sentences.append(
                Text("Erinnerung {warn}", "reminder {warn}")
                if len(rule.warn) == 1
                else Text("Erinnerungen {warn}", "reminders {warn}")
            )
        if rule.escalate_to:
            sentences.append(Text("danach wird verständigt: {who}", "then told: {who}"))
        words = {
            "days": rule.days,
            "field": self.field(rule.after or ""),
            "warn": self.reminded(rule.warn) if rule.warn else "",
            "who": self.roles(rule.escalate_to),
        }
        return "; ".join(s(self.language).format(**words) for s in sentences)

    def reminded(self, days: Sequence[int]) -> str:
        """Return when reminders go out; days below zero lie before the day counted from."""
        before = [str(-day) for day in days if day < 0]
        after = [str(day) for day in days if day > 0]
        told = []
        if before:
            sentence = Text("{days} Tage vorher", "{days} days before")
            told.append(sentence(self.language).format(days=self.listed(before)))
        if 0 in days:
            told.append(Text("am Tag selbst", "on the day itself")(self.language))
        if after:
            sentence = Text("am {days}. Tag", "on day {days}")
            told.append(sentence(self.language).format(days=self.listed(after, Text(".", ""))))
        return self.listed(told)

    def listed(self, parts: Sequence[str], point: Text | None = None) -> str:
        """Return parts as a sentence names them; `point` stands behind each but the last."""
        *first, last = parts
        if not first:
            return last
        mark = point(self.language) if point else ""
        earlier = ", ".join(f"{part}{mark}" for part in first)
        return f"{earlier}{Text(' und ', ' and ')(self.language)}{last}"

    def field(self, name: str) -> str:
        """Return what a `form.field` is called."""
        form_id, _, field_id = name.partition(".")
        form = self.forms.get(form_id)
        found = (f.label(self.language) for f in (form.fields if form else ()) if f.id == field_id)
        return next(found, name)

    def form(self, form_id: str) -> str:
        """Return what a form is called."""
        form = self.forms.get(form_id)
        return form.label(self.language) if form else form_id

    def roles(self, roles: Iterable[str]) -> str:
        """Return what roles are called, joined."""
        return ", ".join(self._roles.get(r, Text(r, r))(self.language) for r in roles)


def _rights(state: State) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Return the rights that somebody has in the state, ours first and in their order."""
    known = dict.fromkeys((*PERMISSIONS, *state.rights))
    return ((right, state.rights[right]) for right in known if state.rights.get(right))
