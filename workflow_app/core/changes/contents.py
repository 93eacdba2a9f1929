"""All that one version of a workflow says, and what is called how in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workflow_app.core.definition.forms import Clause, Field, Form, ValueList
from workflow_app.core.definition.model import State, Text, Transition, Workflow

COMPUTED = {
    "member": Text("Beteiligte", "those who take part"),
    "other_side": Text("andere Seite", "other side"),
    "member_organisation": Text("beteiligte Organisationen", "organisations that take part"),
    "admin": Text("Administration", "administrators"),
    "auditor": Text("Revision", "auditors"),
}
"""What computed and site-wide roles are called, which no workflow names."""


@dataclass(frozen=True)
class Contents:
    """A workflow with the forms, lists, clauses and numbers of the same version."""

    workflow: Workflow
    forms: Mapping[str, Form]
    lists: Mapping[str, ValueList] = field(default_factory=dict)
    clauses: Sequence[Clause] = ()
    programme: Mapping[str, int | str] = field(default_factory=dict)

    def state(self, name: str) -> Text:
        """Return what a state is called; its id if there is none."""
        found: State | None = self.workflow.states.get(name)
        return found.label if found else Text(name, name)

    def step(self, name: str) -> Text:
        """Return what a transition is called; its id if there is none."""
        found: Transition | None = self.workflow.transitions.get(name)
        return found.label if found else Text(name, name)

    def form(self, name: str) -> Text:
        """Return what a form is called; its id if there is none."""
        found = self.forms.get(name)
        return found.label if found else Text(name, name)

    def role(self, name: str) -> Text:
        """Return what a role is called; its id if there is none."""
        named = {role.id: role.label for role in self.workflow.roles}
        return named.get(name) or COMPUTED.get(name) or Text(name, name)

    def outcome(self, name: str) -> Text:
        """Return the states or else the steps that end a case with this outcome.

        A state of the same name says what no state and no step does; else it is the id.
        """
        states = [s.label for s in self.workflow.states.values() if s.outcome == name]
        steps = [t.label for t in self.workflow.transitions.values() if t.outcome == name]
        found = [quoted(label) for label in dict.fromkeys(states or steps)]
        return joined(found) if found else self.state(name)

    def field(self, name: str) -> Text:
        """Return what a field (`form.field` or `form.rows.column`) is called, with its form."""
        form, *path = name.split(".")
        labels = [self.form(form)]
        fields: Iterable[Field] = self.forms[form].fields if form in self.forms else ()
        for part in path:
            found = next((f for f in fields if f.id == part), None)
            labels.append(found.label if found else Text(part, part))
            fields = found.columns if found else ()
        return joined(labels, " – ")

    def forms_field(self, name: str) -> Field | None:
        """Return the field or column with this name, or None."""
        form, *path = name.split(".")
        fields: Iterable[Field] = self.forms[form].fields if form in self.forms else ()
        found = None
        for part in path:
            found = next((f for f in fields if f.id == part), None)
            if found is None:
                return None
            fields = found.columns
        return found


def joined(texts: Iterable[Text], by: str = ", ") -> Text:
    """Return the texts one after the other."""
    listed = list(texts)
    return Text(by.join(t.de for t in listed), by.join(t.en for t in listed))


def quoted(text: Text) -> Text:
    """Return the text in the quotation marks of each language."""
    return Text(f"„{text.de}“", f"'{text.en}'")
