"""The differences between two versions: found part by part and attribute by attribute."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workflow_app.core.changes import wording
from workflow_app.core.changes.contents import Contents, joined
from workflow_app.core.changes.shown import IGNORED, attribute, plain, shown
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.definition.model import Text

Kind = Literal["added", "removed", "changed"]
About = Literal["workflow", "state", "transition", "form", "list", "clause", "number"]
Named = tuple[Any, Text]
"""What items are compared by, and what an item is called."""
Fields = Mapping[str, tuple[str, Field]]
"""`field` and `rows.column` → the part that it stands in, and itself."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, in a sentence."""

    kind: Kind
    about: About
    subject: str
    """Id of the state, transition, form, list, clause or number; of a workflow its own."""
    name: Text
    """What the subject is called."""
    text: Text


PARTS = frozenset({"id", "states", "transitions", "fields"})
"""Attributes that are compared on their own."""


@dataclass
class Comparison:
    """Two versions, and the differences between them that were found so far."""

    old: Contents
    new: Contents
    handlers: Mapping[str, Handler]
    """`part.attribute` → how it is compared, where that is not value by value."""
    changes: list[Change] = field(default_factory=list)

    def note(
        self, kind: Kind, about: About, subject: str, name: Text, text: Text, **words: Text | str
    ) -> None:
        """Note one difference; `words` are filled into the sentence `text`."""
        sentence = text.filled(**{"name": name, **words})
        self.changes.append(Change(kind, about, subject, name, sentence))

    # ── Parts that come and go ──────────────────────────────────────────────────────────────────

    def each(self, about: About, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Compare the parts of one kind, in the order of the new version."""
        for subject in dict.fromkeys([*new, *old]):
            if subject not in new:
                name = _name(old[subject])
                self.note("removed", about, subject, name, wording.REMOVED[about])
            elif subject not in old:
                name = _name(new[subject])
                self.note("added", about, subject, name, wording.ADDED[about])
            else:
                name = _name(new[subject])
                self.attributes(about, subject, name, old[subject], new[subject])

    def numbers(self) -> None:
        """Compare the operator's numbers."""
        old, new = self.old.programme, self.new.programme
        for key in dict.fromkeys([*new, *old]):
            if old.get(key) == new.get(key):
                continue
            kind: Kind = "changed" if key in old and key in new else "added"
            kind = kind if key in new else "removed"
            table = {"changed": wording.SET, "added": wording.ADDED, "removed": wording.REMOVED}
            self.note(
                kind, "number", key, Text(key, key), table[kind]["number"],
                value=str(new.get(key, old.get(key))), old=str(old.get(key)), new=str(new.get(key)),
            )  # fmt: skip

    def forms(self) -> None:
        """Compare the forms with their fields, columns and rules."""
        self.each("form", self.old.forms, self.new.forms)
        for form in self.new.forms.values():
            if form.id in self.old.forms:
                self._fields(form, self.old.forms[form.id])

    def _fields(self, new: Form, old: Form) -> None:
        before, after = _fields_of(old), _fields_of(new)
        renamed = _renamed(before, after)
        for now, then in renamed.items():
            asked = after[now][1]
            self.note(
                "changed", "form", new.id, asked.label, wording.SET["field.id"],
                form=new.label, old=then, new=now,
            )  # fmt: skip
            self.attributes("form", new.id, asked.label, before[then][1], asked, "field")
        known = {*renamed, *renamed.values()}
        for name in dict.fromkeys([*after, *before]):
            if name in known:
                continue
            there, here = before.get(name), after.get(name)
            if here is None or there is None:
                self._came_or_went(new, name, before, after)
                continue
            if there[0] != here[0]:
                self._plainly("form", new.id, here[1].label, "part", there[0], here[0])
            self.attributes("form", new.id, here[1].label, there[1], here[1], "field")

    def _came_or_went(self, form: Form, name: str, before: Fields, after: Fields) -> None:
        rows, _, column = name.partition(".")
        if column and (rows not in before or rows not in after):
            # The rows came or went with all their columns, which was said of the rows.
            return
        kind: Kind = "added" if name in after else "removed"
        texts = wording.ADDED if name in after else wording.REMOVED
        label = (after if name in after else before)[name][1].label
        what = "column" if column else "field"
        self.note(kind, "form", form.id, label, texts[what], form=form.label)

    # ── Attributes ──────────────────────────────────────────────────────────────────────────────

    def attributes(
        self, about: About, subject: str, name: Text, old: Any, new: Any, what: str = ""
    ) -> None:
        """Compare all attributes of one part."""
        what = what or about
        for found in dataclasses.fields(new):
            key = found.name
            before, after = getattr(old, key), getattr(new, key)
            if key in IGNORED | PARTS or plain(before) == plain(after):
                continue
            handler = self.handlers.get(f"{what}.{key}")
            if handler is not None:
                handler(self, about, subject, name, what, key, before, after)
            elif f"{what}.{key}" in wording.SET:
                self._became(about, subject, name, f"{what}.{key}", before, after)
            else:
                self._plainly(about, subject, name, key, before, after)

    def _became(self, about: About, subject: str, name: Text, key: str, old: Any, new: Any) -> None:
        words = {
            "old": self._word(key, old, self.old),
            "new": self._word(key, new, self.new),
        }
        self.note("changed", about, subject, name, wording.SET[key], **words)

    def _word(self, key: str, value: Any, names: Contents) -> Text:
        """Return a value without quotation marks: the sentence has them."""
        if isinstance(value, Text):
            return value
        if key == "transition.to" and value:
            return names.state(str(value))
        if key == "transition.form" and value:
            return names.form(str(value))
        return Text(value, value) if isinstance(value, str) else shown(value, names)

    def _plainly(
        self, about: About, subject: str, name: Text, key: str, old: Any, new: Any
    ) -> None:
        self.note(
            "changed", about, subject, name, wording.ANY, attribute=attribute(key),
            old=shown(old, self.old), new=shown(new, self.new),
        )  # fmt: skip

    def several(
        self, about: About, subject: str, name: Text, key: str,
        old: Iterable[Named], new: Iterable[Named], **words: Text | str,
    ) -> None:  # fmt: skip
        """Note what came to a set of items and what went from it."""
        before, after = dict(_keyed(old)), dict(_keyed(new))
        more = [text for item, text in after.items() if item not in before]
        less = [text for item, text in before.items() if item not in after]
        for items, texts in ((more, wording.MORE), (less, wording.LESS)):
            if items:
                self.note("changed", about, subject, name, texts[key], items=joined(items), **words)
        if not more and not less and list(before) != list(after):
            items_now = joined(after.values())
            self.note("changed", about, subject, name, wording.ORDER, items=items_now)


def _keyed(items: Iterable[Named]) -> Iterable[tuple[str, Text]]:
    return ((repr(key), text) for key, text in items)


def _name(part: Any) -> Text:
    label = getattr(part, "label", None) or getattr(part, "heading", None)
    return label if isinstance(label, Text) else Text(part.id, part.id)


def _fields_of(form: Form) -> Fields:
    """Return `field` and `rows.column` → the part that it stands in, and itself."""
    found: dict[str, tuple[str, Field]] = {}
    for part in form.parts:
        for asked in part.fields:
            found[asked.id] = (part.id, asked)
            for column in asked.columns:
                found[f"{asked.id}.{column.id}"] = (part.id, column)
    return found


def _renamed(before: Fields, after: Fields) -> dict[str, str]:
    """Return new name → old name of the fields that ask the same under another name."""
    found: dict[str, str] = {}
    gone = [name for name in before if name not in after]
    for name, (_part, asked) in after.items():
        if name in before:
            continue
        same = [
            old
            for old in gone
            if old.rpartition(".")[0] == name.rpartition(".")[0]
            and (before[old][1].label, before[old][1].type) == (asked.label, asked.type)
        ]
        if len(same) == 1 and same[0] not in found.values():
            found[name] = same[0]
    return found


Handler = Callable[[Comparison, About, str, Text, str, str, Any, Any], None]
"""Compares one attribute: about, subject, its name, part, attribute, old value, new value."""
