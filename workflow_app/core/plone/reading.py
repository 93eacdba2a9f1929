"""definition.xml → `Imported`, or every reason why not, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from workflow_app.core.definition import moments
from workflow_app.core.definition.formulas import Formula
from workflow_app.core.definition.imported import (
    Action,
    Fixed,
    FixedKind,
    Guard,
    Imported,
    ImportedState,
    ImportedTransition,
    ImportedTrigger,
    ImportedVariable,
    RoleMap,
    Script,
    Worklist,
)
from workflow_app.core.definition.model import Text
from workflow_app.core.plone import ids
from workflow_app.core.plone.defaults import on_a_site
from workflow_app.core.plone.facts import FactNames
from workflow_app.core.plone.xml import Element, read_tree

TRIGGERS: Mapping[str, ImportedTrigger] = {"AUTOMATIC": "automatic", "USER": "person"}
KINDS: Mapping[str, FixedKind] = {
    "none": "nothing",
    "datetime": "datetime",
    "bool": "truth",
    "int": "integer",
    "float": "decimal",
}
"""Type in the XML → kind; every other type is text."""


def read_definition(source: bytes) -> tuple[Imported | None, tuple[Text, ...]]:
    """Return the workflow and no reasons, or None and every reason for refusing it."""
    reasons: list[Text] = []
    root = read_tree(source, reasons.append)
    if root is None:
        return None, tuple(reasons)
    found = _Reader(root).workflow()
    return (None, tuple(dict.fromkeys(reasons))) if reasons else (found, ())


class _Reader:
    """Reads one definition; what is wrong is noted by the elements."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.names = FactNames()

    def workflow(self) -> Imported:
        root = self.root
        creation = root.only("instance-creation-conditions")
        # Read before the facts are handed over: the guards name them.
        found = Imported(
            id=root.attribute("workflow_id"),
            title=root.attribute("title"),
            description=root.optional("description"),
            state_variable=root.attribute("state_variable"),
            initial=root.attribute("initial_state"),
            bypass=root.flag("manager_bypass"),
            permissions=tuple(sorted(root.texts("permission"))),
            groups=root.texts("group"),
            creation=self.guard(creation) if creation else None,
            variables={v.id: v for v in self.variables()},
            states=self.states(),
            transitions={t.id: t for t in self.transitions()},
            worklists={w.id: w for w in self.worklists()},
            scripts={s.id: s for s in self.scripts()},
            facts={},
        )
        asked = (*found.permissions, *found.asked_permissions())
        return replace(found, facts=self.names.facts(), site=on_a_site(filter(None, asked)))

    # ── The parts ───────────────────────────────────────────────────────────────────────────────

    def states(self) -> dict[str, ImportedState]:
        """Return the states; one that stands there twice keeps the role maps of both."""
        found: dict[str, ImportedState] = {}
        for element in self.root.all("state"):
            state = self.state(element)
            if state.id in found:
                both = {**found[state.id].rights, **state.rights}
                state = replace(state, rights=both)
            found[state.id] = state
        return found

    def state(self, element: Element) -> ImportedState:
        rights = {
            m.attribute("name"): RoleMap(m.texts("permission-role"), m.flag("acquired"))
            for m in element.all("permission-map")
        }
        assignments = element.all("assignment")
        return ImportedState(
            id=self.name(element, "state"),
            title=element.attribute("title"),
            description=_description(element),
            exits=tuple(e.attribute("transition_id") for e in element.all("exit-transition")),
            rights=rights,
            group_roles={
                m.attribute("name"): m.texts("group-role") for m in element.all("group-map")
            },
            values={
                a.attribute("name"): _fixed(a, a.attribute("type"), a.text()) for a in assignments
            },
        )

    def transitions(self) -> Iterator[ImportedTransition]:
        for element in self.root.all("transition"):
            name = self.name(element, "transition")
            trigger = element.attribute("trigger")
            if trigger not in TRIGGERS:
                element.wrong(
                    f"trigger ist „{trigger}“; möglich sind AUTOMATIC und USER.",
                    f"trigger is '{trigger}'; AUTOMATIC and USER are possible.",
                )
            yield ImportedTransition(
                id=name,
                title=element.attribute("title"),
                description=_description(element),
                to=element.attribute("new_state"),
                trigger=TRIGGERS.get(trigger, "person"),
                guard=self.guard(element),
                before=element.attribute("before_script"),
                after=element.attribute("after_script"),
                action=_action(element),
                values={
                    a.attribute("name"): self.formula(a.text()) for a in element.all("assignment")
                },
            )

    def variables(self) -> Iterator[ImportedVariable]:
        for element in self.root.all("variable"):
            default, expression = _default(element)
            yield ImportedVariable(
                id=self.name(element, "variable"),
                description=_description(element),
                in_history=element.flag("for_status"),
                in_catalogue=element.flag("for_catalog"),
                always_new=element.flag("update_always"),
                default=default,
                value=self.formula(expression) if expression else None,
                guard=self.guard(element),
            )

    def worklists(self) -> Iterator[Worklist]:
        for element in self.root.all("worklist"):
            element.attribute("title")  # Needed in the file, and not used by anything.
            yield Worklist(
                id=self.name(element, "worklist"),
                description=_description(element),
                match={m.attribute("name"): _values(m) for m in element.all("match")},
                action=_action(element),
                guard=self.guard(element),
            )

    def scripts(self) -> Iterator[Script]:
        for element in self.root.all("script"):
            yield Script(
                id=element.attribute("script_id"),
                type=element.attribute("type"),
                module=element.optional("module"),
                function=element.optional("function"),
                filename=element.optional("filename"),
            )

    # ── What several have ───────────────────────────────────────────────────────────────────────

    def name(self, element: Element, kind: str) -> str:
        """Return the id, noted if DCWorkflow could not keep it."""
        name = element.attribute(f"{kind}_id")
        if name and ids.refused(kind, name):
            element.wrong(
                f"„{name}“ ist als Name nicht erlaubt.", f"'{name}' is not allowed as a name."
            )
        elif not name:
            element.wrong("Der Name ist leer.", "The name is empty.")
        elif kind == "variable" and name == self.root.optional("state_variable"):
            element.wrong(
                "So heißt schon die Variable des Zustands.",
                "The variable of the state is called so already.",
            )
        return name

    def guard(self, element: Element) -> Guard:
        """Return the guard; it has to stand there, even if it asks nothing."""
        guard = element.only("guard")
        if guard is None:
            element.wrong("<guard> fehlt.", "<guard> is missing.")
            return Guard()
        expression = guard.only("guard-expression")
        text = expression.text() if expression else ""
        return Guard(
            permissions=_split(guard.texts("guard-permission")),
            roles=_split(guard.texts("guard-role")),
            groups=_split(guard.texts("guard-group")),
            when=self.formula(text) if text else None,
        )

    def formula(self, text: str) -> Formula:
        """Return an expression as formula; beyond translation it becomes a named fact."""
        return self.names.formula(text)


def _description(element: Element) -> str:
    found = element.all("description")
    return found[0].text() if found else ""


def _action(element: Element) -> Action:
    action = element.only("action")
    if action is None:
        return Action()
    return Action(
        name=action.text(),
        url=action.attribute("url"),
        category=action.attribute("category"),
        icon=action.optional("icon"),
    )


def _split(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names as DCWorkflow understands them: parted by `;`, stripped."""
    together = ";".join(names)
    return tuple(name.strip() for name in together.split(";")) if together else ()


def _values(match: Element) -> tuple[str, ...]:
    match.attribute("name")
    parts = match.attribute("values").split(";")
    # `;` and the blanks behind it part the values; what stands before it is kept.
    return (parts[0], *(part.lstrip(" ") for part in parts[1:]))


def _default(element: Element) -> tuple[str, str]:
    """Return default value and default expression. The value turns into text, whatever its type."""
    default = element.only("default")
    if default is None:
        return "", ""
    value, expression = default.only("value"), default.only("expression")
    text = ""
    if value:
        fixed = _fixed(value, value.optional("type"), value.text())
        text = {"nothing": "None", "truth": fixed.text.capitalize()}.get(fixed.kind, fixed.text)
        text = moments.as_text(text) if fixed.kind == "datetime" else text
    return text, expression.text() if expression else ""


def _fixed(element: Element, type_name: str, text: str) -> Fixed:
    """Return a value of the given type in its own spelling; one that is none is noted."""
    kind = KINDS.get(type_name, "text")
    if kind == "nothing":
        return Fixed(kind)
    if kind == "truth":
        return Fixed(kind, "true" if text.lower() in ("true", "yes", "1") else "false")
    try:
        if kind == "integer":
            return Fixed(kind, str(int(text)))
        if kind == "decimal":
            number = float(text)
            return Fixed(kind, repr(number) if math.isfinite(number) else str(number))
        if kind == "datetime":
            return Fixed(kind, moments.normal(text))
    except ValueError:
        kind = "text"
        element.wrong(
            f"„{text}“ ist kein Wert der Art {type_name}.",
            f"'{text}' is no value of type {type_name}.",
        )
    return Fixed(kind, text)
