"""What an imported workflow says beyond one of ours, as frozen values.

The words are DCWorkflow's. `semantics: dcworkflow` in a file says that it is such a workflow
(docs/plone.md); `parse_imported` makes these values and `core.chain` runs them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflow_app.core.definition.formulas import Formula
from workflow_app.core.problems import Place

ImportedTrigger = Literal["person", "automatic"]
FixedKind = Literal["text", "integer", "decimal", "truth", "datetime", "nothing"]

Semantics = Literal["dcworkflow", "careful"]
"""`dcworkflow` follows it in its faults too, `careful` does not (docs/plone.md has the list)."""

NOWHERE = Place("", 1, 1)


@dataclass(frozen=True, slots=True)
class Guard:
    """Who may, and when: any within a kind, all kinds together; an empty kind asks nothing."""

    permissions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    when: Formula | None = None

    @property
    def empty(self) -> bool:
        """Say whether the guard lets everybody through."""
        return not (self.permissions or self.roles or self.groups) and self.when is None


@dataclass(frozen=True, slots=True)
class RoleMap:
    """The roles that hold a permission; acquired: those of the containing place too."""

    roles: tuple[str, ...] = ()
    acquired: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """How a transition or worklist is offered: without a name it is hidden, but works."""

    name: str = ""
    url: str = ""
    category: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fixed value with its type, spelled as in the file."""

    kind: FixedKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class ImportedState:
    """A state: its exits in order, role maps, group roles and fixed values."""

    id: str
    title: str = ""
    description: str = ""
    exits: tuple[str, ...] = ()
    rights: Mapping[str, RoleMap] = field(default_factory=dict)
    """Permission → map; only managed permissions are applied."""
    group_roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Fixed] = field(default_factory=dict)
    """Variable → the value that it has in this state."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ImportedTransition:
    """A transition; `to` empty: the case stays in its state."""

    id: str
    title: str = ""
    description: str = ""
    to: str = ""
    trigger: ImportedTrigger = "person"
    guard: Guard = Guard()
    before: str = ""
    """Effect (a script there) to be run before the step; empty: none."""
    after: str = ""
    action: Action = Action()
    values: Mapping[str, Formula] = field(default_factory=dict)
    """Variable → what it gets by this transition."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ImportedVariable:
    """A variable: kept in the history, in the catalogue, or only reckoned when read."""

    id: str
    description: str = ""
    in_history: bool = False
    in_catalogue: bool = False
    always_new: bool = False
    """Set anew by each step; otherwise the former value stays."""
    default: str = ""
    value: Formula | None = None
    """What it gets unless state or transition say otherwise; goes before `default`."""
    guard: Guard = Guard()
    """Who may read it."""
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Worklist:
    """A list of cases by the values of their catalogue variables."""

    id: str
    description: str = ""
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    action: Action = Action()
    guard: Guard = Guard()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class SuppliedEffect:
    """An effect of the table `core.tables.imported_effects`, with what it is told."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A script of the old site, and the effects that somebody has supplied in its place."""

    id: str
    type: str
    module: str = ""
    function: str = ""
    filename: str = ""
    effects: tuple[SuppliedEffect, ...] = ()
    none: str = ""
    """Why nothing has to happen here in its place."""
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def supplied(self) -> bool:
        """Say whether it is known what happens in its place."""
        return bool(self.effects or self.none.strip())


@dataclass(frozen=True, slots=True)
class NamedFact:
    """An expression that was not translated, and what somebody has supplied in its place."""

    id: str
    tales: str
    """The expression, word for word."""
    when: str = ""
    """A condition in CEL: yes or no."""
    value: Formula | None = None
    """A formula, where a variable needs more than yes or no."""
    place: Place = field(default=NOWHERE, compare=False)
    when_place: Place = field(default=NOWHERE, compare=False)

    @property
    def supplied(self) -> bool:
        """Say whether it is known what takes its place."""
        return bool(self.when) or self.value is not None


@dataclass(frozen=True, slots=True)
class Imported:
    """A whole imported workflow."""

    id: str
    title: str
    description: str
    state_variable: str
    initial: str
    bypass: bool
    """Whoever is Manager passes each guard (`bypass: [Manager]`)."""
    permissions: tuple[str, ...]
    """Those that the workflow manages, sorted."""
    groups: tuple[str, ...]
    creation: Guard | None
    """Who may open a case; None: everybody."""
    states: Mapping[str, ImportedState]
    transitions: Mapping[str, ImportedTransition]
    variables: Mapping[str, ImportedVariable]
    worklists: Mapping[str, Worklist]
    scripts: Mapping[str, Script]
    facts: Mapping[str, NamedFact]
    semantics: Semantics = "dcworkflow"
    site: Mapping[str, RoleMap] = field(default_factory=dict)
    """Permission → who holds it where no state says otherwise: the place in which cases lie."""

    def guards(self) -> Iterator[tuple[str, Guard]]:
        """Yield each guard with a word for where it stands, such as `transition publish`."""
        if self.creation is not None:
            yield "create", self.creation
        for t in self.transitions.values():
            yield f"transition {t.id}", t.guard
        for v in self.variables.values():
            yield f"variable {v.id}", v.guard
        for w in self.worklists.values():
            yield f"worklist {w.id}", w.guard

    def effects(self) -> tuple[str, ...]:
        """Return the effects that transitions run, each once, in the order of the file."""
        named = (name for t in self.transitions.values() for name in (t.before, t.after) if name)
        return tuple(dict.fromkeys(named))

    def open_facts(self) -> tuple[NamedFact, ...]:
        """Return the facts for which nothing has been supplied yet."""
        return tuple(f for f in self.facts.values() if not f.supplied)

    def open_effects(self) -> tuple[str, ...]:
        """Return the effects for which nothing has been supplied yet."""
        known = self.scripts
        return tuple(e for e in self.effects() if e not in known or not known[e].supplied)

    def asked_permissions(self) -> frozenset[str]:
        """Return the permissions that any guard asks for."""
        return frozenset(p for _, guard in self.guards() for p in guard.permissions)

    def roles(self) -> tuple[str, ...]:
        """Return every role that guards and role maps name, sorted."""
        found: set[str] = set()
        for _, guard in self.guards():
            found.update(guard.roles)
        for state in self.states.values():
            for role_map in state.rights.values():
                found.update(role_map.roles)
            for roles in state.group_roles.values():
                found.update(roles)
        for role_map in self.site.values():
            found.update(role_map.roles)
        return tuple(sorted(found))
