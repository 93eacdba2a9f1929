"""Files with `semantics:` → `Imported`: workflows that came from elsewhere.

Their names are whatever they were there, so names are texts here; everything else is as strict as
in our own files (docs/workflow-format.md).
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.definition.imported import (
    Action,
    Guard,
    Imported,
    ImportedState,
    ImportedTransition,
    ImportedVariable,
    NamedFact,
    RoleMap,
    Script,
    SuppliedEffect,
    Worklist,
)
from workflow_app.core.definition.model import STAY
from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.formulas import parse_fixed, parse_formula
from workflow_app.core.tables.imported_effects import IMPORTED_EFFECTS

IMPORTED_KEYS = (
    *("workflow", "version", "label", "semantics", "help", "state_variable", "initial", "bypass"),
    *(
        "facts",
        "scripts",
        "manages",
        "site",
        "create",
        "states",
        "transitions",
        "variables",
        "worklists",
    ),
)
NEEDED_KEYS = (
    *("workflow", "version", "label", "semantics", "state_variable", "initial"),
    *("states", "transitions"),
)
SEMANTICS = ("dcworkflow", "careful")
GUARD_KEYS = ("permission", "by", "group", "when")
MANAGES_KEYS = ("permissions", "groups")
IMPORTED_STATE_KEYS = ("label", "help", "exits", "rights", "group_roles", "values")
IMPORTED_TRANSITION_KEYS = (
    *("label", "help", "to", "trigger", *GUARD_KEYS, "before", "after", "values", "action"),
)
VARIABLE_KEYS = (*("help", "history", "catalogue", "always_new", "default", "value", "seen_by"),)
WORKLIST_KEYS = ("help", "match", "action", "seen_by")
ACTION_KEYS = ("name", "url", "category", "icon")
SCRIPT_KEYS = ("type", "module", "function", "file", "effects", "none")
FACT_KEYS = ("tales", "when", "value")
ROLE_MAP_KEYS = ("acquired",)
BYPASS = ("Manager",)

Found = Mapping[str, Cursor]


def is_imported(root: Cursor) -> bool:
    """Say whether the file holds an imported workflow."""
    return root.has_key("semantics")


def parse_imported(root: Cursor) -> Imported:
    """Return the imported workflow that the file holds; problems are noted."""
    found = root.keys(IMPORTED_KEYS, needed=NEEDED_KEYS)
    manages = found["manages"].keys(MANAGES_KEYS) if "manages" in found else {}
    semantics = found["semantics"].choice(SEMANTICS) if "semantics" in found else "dcworkflow"
    workflow = Imported(
        id=_text(found, "workflow"),
        title=_text(found, "label"),
        description=_text(found, "help"),
        state_variable=_text(found, "state_variable"),
        initial=_text(found, "initial"),
        bypass=_bypass(found["bypass"]) if "bypass" in found else False,
        permissions=_texts(manages, "permissions"),
        groups=_texts(manages, "groups"),
        creation=_guard(found["create"].keys(GUARD_KEYS)) if "create" in found else None,
        states={name: _state(name, c) for name, c in _entries(found, "states").items()},
        transitions={
            name: _transition(name, c) for name, c in _entries(found, "transitions").items()
        },
        variables={name: _variable(name, c) for name, c in _entries(found, "variables").items()},
        worklists={name: _worklist(name, c) for name, c in _entries(found, "worklists").items()},
        scripts={name: _script(name, c) for name, c in _entries(found, "scripts").items()},
        facts={name: _fact(name, c) for name, c in _entries(found, "facts").items()},
        site={p: _role_map(c) for p, c in _entries(found, "site").items()},
        semantics=semantics,  # type: ignore[arg-type]  # choice() returns one of the words of Semantics
    )
    _facts_named(root, workflow)
    return workflow


def _facts_named(root: Cursor, workflow: Imported) -> None:
    """Note facts that are read and not named, or named and not read."""
    formulas = [guard.when for _, guard in workflow.guards()]
    formulas += [f for t in workflow.transitions.values() for f in t.values.values()]
    formulas += [v.value for v in workflow.variables.values()]
    read = {name for f in formulas if f is not None for name in f.facts()}
    for name in sorted(read - set(workflow.facts)):
        root.wrong(
            "unknown_fact",
            f"Die Tatsache „{name}“ steht nicht unter facts.",
            f"The fact '{name}' does not stand under facts.",
        )


def _entries(found: Found, key: str) -> dict[str, Cursor]:
    return found[key].entries() if key in found else {}


def _text(found: Found, key: str) -> str:
    return found[key].text() if key in found else ""


def _texts(found: Found, key: str) -> tuple[str, ...]:
    return found[key].texts() if key in found else ()


def _yes(found: Found, key: str) -> bool:
    return found[key].boolean() if key in found else False


def _bypass(cursor: Cursor) -> bool:
    roles = cursor.texts()
    if roles != BYPASS:
        cursor.wrong(
            "bypass",
            "Nur „bypass: [Manager]“ ist möglich.",
            "Only 'bypass: [Manager]' is possible.",
        )
    return roles == BYPASS


def _guard(found: Found) -> Guard:
    return Guard(
        permissions=_texts(found, "permission"),
        roles=_texts(found, "by"),
        groups=_texts(found, "group"),
        when=parse_formula(found["when"]) if "when" in found else None,
    )


def _state(name: str, cursor: Cursor) -> ImportedState:
    found = cursor.keys(IMPORTED_STATE_KEYS, needed=("label", "exits"))
    return ImportedState(
        id=name,
        title=_text(found, "label"),
        description=_text(found, "help"),
        exits=_texts(found, "exits"),
        rights={p: _role_map(c) for p, c in _entries(found, "rights").items()},
        group_roles={g: c.texts() for g, c in _entries(found, "group_roles").items()},
        values={v: parse_fixed(c) for v, c in _entries(found, "values").items()},
        place=cursor.place,
    )


def _role_map(cursor: Cursor) -> RoleMap:
    if not cursor.is_mapping:
        return RoleMap(cursor.texts())
    found = cursor.keys(ROLE_MAP_KEYS, needed=ROLE_MAP_KEYS)
    return RoleMap(_texts(found, "acquired"), acquired=True)


def _transition(name: str, cursor: Cursor) -> ImportedTransition:
    found = cursor.keys(IMPORTED_TRANSITION_KEYS, needed=("label", "to", "trigger"))
    to = _text(found, "to")
    trigger = found["trigger"].choice(("person", "automatic")) if "trigger" in found else "person"
    return ImportedTransition(
        id=name,
        title=_text(found, "label"),
        description=_text(found, "help"),
        to="" if to == STAY else to,
        trigger=trigger,  # type: ignore[arg-type]  # choice() returns one of these words
        guard=_guard(found),
        before=_text(found, "before"),
        after=_text(found, "after"),
        action=_action(found["action"]) if "action" in found else Action(),
        values={v: parse_formula(c) for v, c in _entries(found, "values").items()},
        place=cursor.place,
    )


def _action(cursor: Cursor) -> Action:
    found = cursor.keys(ACTION_KEYS)
    return Action(*(_text(found, key) for key in ACTION_KEYS))


def _variable(name: str, cursor: Cursor) -> ImportedVariable:
    found = cursor.keys(VARIABLE_KEYS, needed=("history", "catalogue", "always_new"))
    return ImportedVariable(
        id=name,
        description=_text(found, "help"),
        in_history=_yes(found, "history"),
        in_catalogue=_yes(found, "catalogue"),
        always_new=_yes(found, "always_new"),
        default=_text(found, "default"),
        value=parse_formula(found["value"]) if "value" in found else None,
        guard=_guard(found["seen_by"].keys(GUARD_KEYS)) if "seen_by" in found else Guard(),
        place=cursor.place,
    )


def _worklist(name: str, cursor: Cursor) -> Worklist:
    found = cursor.keys(WORKLIST_KEYS, needed=("match",))
    return Worklist(
        id=name,
        description=_text(found, "help"),
        match={variable: c.texts() for variable, c in _entries(found, "match").items()},
        action=_action(found["action"]) if "action" in found else Action(),
        guard=_guard(found["seen_by"].keys(GUARD_KEYS)) if "seen_by" in found else Guard(),
        place=cursor.place,
    )


def _script(name: str, cursor: Cursor) -> Script:
    found = cursor.keys(SCRIPT_KEYS, needed=("type",))
    _one_of_two(cursor, found, "effects", "none")
    if "none" in found and not found["none"].text().strip():
        found["none"].wrong(
            "no_reason",
            f"Nennen Sie hinter „none“, warum an der Stelle von „{name}“ nichts geschehen muss.",
            f"Say after 'none' why nothing has to happen in the place of '{name}'.",
        )
    return Script(
        id=name,
        type=_text(found, "type"),
        module=_text(found, "module"),
        function=_text(found, "function"),
        filename=_text(found, "file"),
        effects=tuple(map(_effect, found["effects"].items())) if "effects" in found else (),
        none=_text(found, "none"),
        place=cursor.place,
    )


def _effect(cursor: Cursor) -> SuppliedEffect:
    """Return an effect of the table: `build_archive`, or `tell: [Owner]`."""
    if not cursor.is_mapping:
        name = cursor.choice(tuple(IMPORTED_EFFECTS))
        if IMPORTED_EFFECTS[name].argument and cursor.text() == name:
            cursor.wrong("effect_roles", f"„{name}“ nennt Rollen.", f"'{name}' names roles.")
        return SuppliedEffect(name)
    found = cursor.keys(n for n, kind in IMPORTED_EFFECTS.items() if kind.argument)
    if len(found) != 1:
        cursor.wrong(
            "one_effect", "Hier gehört genau eine Wirkung hin.", "Name exactly one effect."
        )
        return SuppliedEffect("build_archive")
    name, words = next(iter(found.items()))
    return SuppliedEffect(name, words.texts())


def _fact(name: str, cursor: Cursor) -> NamedFact:
    found = cursor.keys(FACT_KEYS, needed=("tales",))
    _one_of_two(cursor, found, "when", "value")
    value = parse_formula(found["value"]) if "value" in found else None
    if value is not None and any(True for _ in value.facts()):
        found["value"].wrong(
            "fact_in_fact",
            f"Die Tatsache „{name}“ darf keine andere Tatsache lesen.",
            f"The fact '{name}' may not read another fact.",
        )
        value = None
    return NamedFact(
        id=name,
        tales=_text(found, "tales"),
        when=_text(found, "when"),
        value=value,
        place=cursor.place,
        when_place=found["when"].place if "when" in found else cursor.place,
    )


def _one_of_two(cursor: Cursor, found: Found, one: str, other: str) -> None:
    if one in found and other in found:
        cursor.wrong(
            "one_supply",
            f"Entweder „{one}“ oder „{other}“, nicht beides.",
            f"Either '{one}' or '{other}', not both.",
        )
