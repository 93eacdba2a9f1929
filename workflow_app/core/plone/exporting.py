"""`Imported` → definition.xml, such that importing it again gives the same workflow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from workflow_app.core.definition.formulas import Formula
from workflow_app.core.definition.imported import (
    Action,
    Fixed,
    Guard,
    Imported,
    ImportedState,
    ImportedTransition,
    ImportedVariable,
    NamedFact,
    Worklist,
)
from workflow_app.core.definition.model import Text
from workflow_app.core.plone.tales_writing import Inexpressible, tales_of

TRIGGERS = {"automatic": "AUTOMATIC", "person": "USER"}
TYPES = {
    **{"text": "string", "integer": "int", "decimal": "float", "truth": "bool"},
    **{"datetime": "datetime", "nothing": "none"},
}
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_ENDS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def export_plone(workflow: Imported) -> tuple[str, tuple[Text, ...]]:
    """Return the XML and no reasons, or an empty text and every reason for refusing."""
    writer = _Writer(workflow.facts)
    text = "\n".join(['<?xml version="1.0" encoding="utf-8"?>', *writer.workflow(workflow), ""])
    if NOT_XML.search(text):
        writer.reasons.append(
            Text(
                "Ein Text enthält Zeichen, die XML nicht kennt.",
                "A text holds characters that XML does not know.",
            )
        )
    return ("", tuple(writer.reasons)) if writer.reasons else (text, ())


class _Writer:
    """Writes one definition; what cannot be said is noted."""

    def __init__(self, facts: Mapping[str, NamedFact]) -> None:
        self.facts = facts
        self.reasons: list[Text] = []

    def workflow(self, w: Imported) -> Iterator[str]:
        yield _open(
            "dc-workflow",
            workflow_id=w.id,
            title=w.title,
            description=w.description,
            state_variable=w.state_variable,
            initial_state=w.initial,
            manager_bypass=str(w.bypass),
        )
        if w.creation is not None:
            yield from _within("instance-creation-conditions", self.guard(w.creation, "create"))
        yield from (_leaf("group", g) for g in w.groups)
        yield from (_leaf("permission", p) for p in w.permissions)
        for s in w.states.values():
            yield from _state(s)
        for t in w.transitions.values():
            yield from self.transition(t)
        for x in w.worklists.values():
            yield from self.worklist(x)
        for v in w.variables.values():
            yield from self.variable(v)
        for script in w.scripts.values():
            yield _open(
                "script/",
                script_id=script.id,
                type=script.type,
                filename=script.filename,
                module=script.module,
                function=script.function,
            )
        yield "</dc-workflow>"

    def transition(self, t: ImportedTransition) -> Iterator[str]:
        yield _open(
            "transition",
            transition_id=t.id,
            title=t.title,
            new_state=t.to,
            trigger=TRIGGERS[t.trigger],
            before_script=t.before,
            after_script=t.after,
        )
        where = f"transition {t.id}"
        yield from _described(t.description)
        yield from _action(t.action)
        yield from self.guard(t.guard, where)
        for name, formula in t.values.items():
            yield _leaf("assignment", self.formula(formula, where), name=name)
        yield "</transition>"

    def worklist(self, w: Worklist) -> Iterator[str]:
        yield _open("worklist", worklist_id=w.id, title="")
        yield from _described(w.description)
        yield from _action(w.action)
        for name, values in w.match.items():
            if any(";" in value for value in values) or any(v[:1] == " " for v in values[1:]):
                self.reasons.append(
                    Text(
                        f"worklist {w.id}: Ein Wert enthält ein Semikolon oder beginnt leer.",
                        f"worklist {w.id}: a value holds a semicolon or begins with a blank.",
                    )
                )
            yield _open("match/", name=name, values=";".join(values))
        yield from self.guard(w.guard, f"worklist {w.id}")
        yield "</worklist>"

    def variable(self, v: ImportedVariable) -> Iterator[str]:
        yield _open(
            "variable",
            variable_id=v.id,
            for_catalog=str(v.in_catalogue),
            for_status=str(v.in_history),
            update_always=str(v.always_new),
        )
        where = f"variable {v.id}"
        yield from _described(v.description)
        value = [_leaf("value", v.default, type="string")] if v.default else []
        expression = [_leaf("expression", self.formula(v.value, where))] if v.value else []
        yield from _within("default", [*value, *expression])
        yield from self.guard(v.guard, where)
        yield "</variable>"

    def guard(self, guard: Guard, where: str) -> Iterator[str]:
        when = [] if guard.when is None else [self.formula(guard.when, where)]
        yield from _within(
            "guard",
            [
                *(_leaf("guard-permission", p) for p in guard.permissions),
                *(_leaf("guard-role", r) for r in guard.roles),
                *(_leaf("guard-group", g) for g in guard.groups),
                *(_leaf("guard-expression", w) for w in when),
            ],
        )

    def formula(self, formula: Formula, where: str) -> str:
        try:
            return tales_of(formula, self.facts)
        except Inexpressible as op:
            self.reasons.append(
                Text(
                    f"{where}: „{op}“ lässt sich dort nicht ausdrücken.",
                    f"{where}: '{op}' cannot be said there.",
                )
            )
            return ""


def _state(s: ImportedState) -> Iterator[str]:
    yield _open("state", state_id=s.id, title=s.title)
    yield from _described(s.description)
    yield from (_open("exit-transition/", transition_id=e) for e in s.exits)
    for name, m in s.rights.items():
        yield _open("permission-map", name=name, acquired=str(m.acquired))
        yield from (_leaf("permission-role", r) for r in m.roles)
        yield "</permission-map>"
    for name, roles in s.group_roles.items():
        yield _open("group-map", name=name)
        yield from (_leaf("group-role", r) for r in roles)
        yield "</group-map>"
    for name, value in s.values.items():
        yield _leaf("assignment", _fixed(value), name=name, type=TYPES[value.kind])
    yield "</state>"


def _fixed(value: Fixed) -> str:
    return value.text.capitalize() if value.kind == "truth" else value.text


def _described(text: str) -> list[str]:
    return [_leaf("description", text)] if text else []


def _action(action: Action) -> list[str]:
    if action == Action():
        return []
    return [
        _leaf("action", action.name, url=action.url, category=action.category, icon=action.icon)
    ]


def _open(tag: str, **attributes: str) -> str:
    """Return an opening tag; with a `/` behind the name it is closed as well."""
    name, slash = tag.rstrip("/"), "/" * tag.endswith("/")
    told = "".join(f" {key}={quoteattr(value, LINE_ENDS)}" for key, value in attributes.items())
    return f"<{name}{told}{slash}>"


def _leaf(tag: str, text: str, **attributes: str) -> str:
    return f"{_open(tag, **attributes)}{escape(text, {chr(13): '&#13;'})}</{tag}>"


def _within(tag: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"<{tag}>"
    yield from lines
    yield f"</{tag}>"
