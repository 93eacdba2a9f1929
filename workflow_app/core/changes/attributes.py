"""How attributes are compared that hold more than one value: lists, rights, requirements."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from workflow_app.core.changes import wording
from workflow_app.core.changes.comparison import About, Comparison, Handler, Named
from workflow_app.core.changes.contents import Contents, joined, quoted
from workflow_app.core.changes.promises import promised
from workflow_app.core.changes.shown import IGNORED, attribute, deadline, plain, shown
from workflow_app.core.definition.model import Requirement, Text, Waiting

Namer = Callable[[Contents, str], Text]


def _names(namer: Namer) -> Handler:
    """Return how a list of names is compared."""

    def handle(
        c: Comparison, about: About, subject: str, name: Text, what: str, key: str,
        old: Any, new: Any,
    ) -> None:  # fmt: skip
        before = [(item, quoted(namer(c.old, item))) for item in old]
        after = [(item, quoted(namer(c.new, item))) for item in new]
        c.several(about, subject, name, f"{what}.{key}", before, after)

    return handle


def _waiting(
    c: Comparison, about: About, subject: str, name: Text, what: str, key: str, old: Any, new: Any
) -> None:
    def named(waiting: Waiting, names: Contents) -> Named:
        role = names.role(waiting.role)
        text = joined((role, waiting.task), ": ") if waiting.task else role
        if waiting.when:
            text = joined((text, wording.IF.filled(condition=waiting.when)), ", ")
        if waiting.deadline:
            text = joined((text, deadline(waiting.deadline, names)), ", ")
        return (plain(waiting), quoted(text))

    before = [named(w, c.old) for w in old]
    after = [named(w, c.new) for w in new]
    c.several(about, subject, name, f"{what}.{key}", before, after)


def _rights(
    c: Comparison, about: About, subject: str, name: Text, what: str, key: str, old: Any, new: Any
) -> None:
    roles = dict.fromkeys(role for held in (new, old) for rs in held.values() for role in rs)
    for role in roles:
        before, after = (
            [(p, wording.PERMISSIONS.get(p, Text(p, p))) for p, rs in held.items() if role in rs]
            for held in (old, new)
        )
        if {p for p, _ in before} != {p for p, _ in after}:
            label = quoted(c.new.role(role))
            c.several(about, subject, name, f"{what}.{key}", before, after, role=label)


def _requirements(
    c: Comparison, about: About, subject: str, name: Text, what: str, key: str, old: Any, new: Any
) -> None:
    before: dict[str, Requirement] = {r.id: r for r in old}
    after: dict[str, Requirement] = {r.id: r for r in new}
    c.several(
        about, subject, name, f"{what}.{key}",
        [(r.id, r.unmet) for r in old], [(r.id, r.unmet) for r in new],
    )  # fmt: skip
    for found, now in after.items():
        if found in before:
            _parts_of(c, about, subject, name, Text(now.id, now.id), before[found], now)


def _parts_of(
    c: Comparison, about: About, subject: str, name: Text, called: Text, old: Any, new: Any
) -> None:
    """Tell each attribute of a requirement or rule by which it differs."""
    for found in dataclasses.fields(new):
        was, is_ = getattr(old, found.name), getattr(new, found.name)
        if found.name not in IGNORED and plain(was) != plain(is_):
            item = joined((called, attribute(found.name)), ", ")
            words = {"old": shown(was, c.old), "new": shown(is_, c.new)}
            c.note("changed", about, subject, name, wording.CHANGED_ITEM, item=item, **words)


def _effects(
    c: Comparison, about: About, subject: str, name: Text, what: str, key: str, old: Any, new: Any
) -> None:
    before = [((e.name, e.argument), shown(e, c.old)) for e in old]
    after = [((e.name, e.argument), shown(e, c.new)) for e in new]
    c.several(about, subject, name, f"{what}.{key}", before, after)


def _notify(
    c: Comparison, about: About, subject: str, name: Text, what: str, key: str, old: Any, new: Any
) -> None:
    before, after = (
        [((kind, role), quoted(names.role(role))) for kind, roles in told.items() for role in roles]
        for told, names in ((old, c.old), (new, c.new))
    )
    c.several(about, subject, name, f"{what}.{key}", before, after)


def _options(
    c: Comparison, about: About, subject: str, name: Text, what: str, key: str, old: Any, new: Any
) -> None:
    before, after = ([(o.id, quoted(o.label)) for o in options] for options in (old, new))
    c.several(about, subject, name, f"{what}.{key}", before, after)
    now = {o.id: o.label for o in new}
    for option in old:
        if option.id in now and option.label != now[option.id]:
            words = {"item": option.id, "old": quoted(option.label), "new": quoted(now[option.id])}
            c.note("changed", about, subject, name, wording.CHANGED_ITEM, **words)


def _variables(
    c: Comparison, about: About, subject: str, name: Text, what: str, key: str, old: Any, new: Any
) -> None:
    before, after = ([(v, quoted(label)) for v, label in held.items()] for held in (old, new))
    c.several(about, subject, name, f"{what}.{key}", before, after)
    for variable, label in new.items():
        if variable in old and old[variable] != label:
            words = {"item": variable, "old": quoted(old[variable]), "new": quoted(label)}
            c.note("changed", about, subject, name, wording.CHANGED_ITEM, **words)


def _rules(
    c: Comparison, about: About, subject: str, name: Text, what: str, key: str, old: Any, new: Any
) -> None:
    before, after = {r.id: r for r in old}, {r.id: r for r in new}
    for rule in new:
        if rule.id not in before:
            words = {"form": name, "sentence": rule.unmet}
            c.note("changed", about, subject, name, wording.ADDED["rule"], **words)
        else:
            _parts_of(c, about, subject, name, rule.unmet, before[rule.id], rule)
    for rule in old:
        if rule.id not in after:
            words = {"form": name, "sentence": rule.unmet}
            c.note("changed", about, subject, name, wording.REMOVED["rule"], **words)


def _guarantees(
    c: Comparison, about: About, subject: str, name: Text, what: str, key: str, old: Any, new: Any
) -> None:
    before = [(plain(g), quoted(promised(c.old, g))) for g in old]
    after = [(plain(g), quoted(promised(c.new, g))) for g in new]
    c.several(about, subject, name, f"{what}.{key}", before, after)


def _nothing(*given: Any) -> None:
    """Pass over what is compared elsewhere: the parts of a form by its fields."""


HANDLERS: Mapping[str, Handler] = {
    "state.exits": _names(Contents.step),
    "state.forms": _names(Contents.form),
    "state.conceals": _names(Contents.form),
    "state.shown_after_own": _names(Contents.form),
    "state.waits_for": _waiting,
    "state.rights": _rights,
    "transition.by": _names(Contents.role),
    "transition.not_by": _names(Contents.role),
    "transition.permission": _names(lambda c, p: wording.PERMISSIONS.get(p, Text(p, p))),
    "transition.requires": _requirements,
    "transition.warns": _requirements,
    "transition.effects": _effects,
    "transition.notify": _notify,
    "form.parts": _nothing,
    "form.rules": _rules,
    "field.columns": _nothing,
    "field.options": _options,
    "list.options": _options,
    "workflow.guarantees": _guarantees,
    "workflow.variables": _variables,
}
