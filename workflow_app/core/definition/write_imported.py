"""`Imported` → the text of our YAML file, complete and readable (docs/workflow-format.md)."""

from __future__ import annotations

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from workflow_app.core.definition.formulas import (
    CONSTANTS,
    IDENTITIES,
    LOOKUPS,
    MANY,
    NAMES,
    NOTHING,
    PAIRS,
    SINGLE,
    Formula,
)
from workflow_app.core.definition.imported import (
    Action,
    Fixed,
    Guard,
    Imported,
    ImportedState,
    ImportedTransition,
    ImportedVariable,
    NamedFact,
    RoleMap,
    Script,
    Worklist,
)
from workflow_app.core.definition.model import STAY

WIDTH = 110
SECTION = re.compile(
    r"^((?:facts|scripts|manages|site|create|states|transitions|variables|worklists):)",
    re.MULTILINE,
)
Tree = dict[str, Any]


def write_imported(workflow: Imported, version: str, comment: str = "") -> str:
    """Return the file's text, with `comment` (lines of prose) at its head."""
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    tree: Tree = {}
    for part in (_head(workflow, version), *_parts(workflow)):
        tree.update(part)
    # A key at the beginning of a line is one of the file's own: texts are indented.
    return head + SECTION.sub(r"\n\1", _dump(tree))


def _dump(tree: Tree) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.Representer = _Representer
    yaml.default_flow_style = None
    yaml.width = WIDTH
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # ruamel declares None
    yaml.representer.ignore_aliases = lambda data: True
    text = io.StringIO()
    yaml.dump(tree, text)
    return text.getvalue()


def _text(representer: SafeRepresenter, text: str) -> ScalarNode:
    """Return a text so that it is read as it is: unusual characters stand as escapes."""
    style = None if all(c.isprintable() or c == "\n" for c in text) else '"'
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


class _Representer(SafeRepresenter):
    """Writes texts by `_text`; a class of its own, because what is told to one is told to all."""


_Representer.add_representer(str, _text)


def _head(w: Imported, version: str) -> Tree:
    head: Tree = {
        "workflow": w.id,
        "version": version,
        "label": w.title,
        "semantics": w.semantics,
        "state_variable": w.state_variable,
        "initial": w.initial,
    }
    return {**head, **_filled(help=w.description, bypass=["Manager"] if w.bypass else [])}


def _parts(w: Imported) -> list[Tree]:
    return [
        _filled(facts={f.id: _fact(f) for f in w.facts.values()}),
        _filled(scripts={s.id: _script(s) for s in w.scripts.values()}),
        _filled(manages=_filled(permissions=list(w.permissions), groups=list(w.groups))),
        _filled(site={permission: _role_map(m) for permission, m in w.site.items()}),
        {"create": _guard(w.creation)} if w.creation is not None else {},
        {"states": {s.id: _state(s) for s in w.states.values()}},
        {"transitions": {t.id: _transition(t) for t in w.transitions.values()}},
        _filled(variables={v.id: _variable(v) for v in w.variables.values()}),
        _filled(worklists={x.id: _worklist(x) for x in w.worklists.values()}),
    ]


def _filled(**entries: object) -> Tree:
    """Return the entries that say something."""
    return {key: value for key, value in entries.items() if value}


def _fact(f: NamedFact) -> Tree:
    value = {} if f.value is None else {"value": _formula(f.value)}
    return {"tales": f.tales, **_filled(when=f.when), **value}


def _script(s: Script) -> Tree:
    effects = [{e.name: list(e.words)} if e.words else e.name for e in s.effects]
    said = _filled(module=s.module, function=s.function, file=s.filename)
    return {"type": s.type, **said, **_filled(effects=effects, none=s.none)}


def _state(s: ImportedState) -> Tree:
    return {
        "label": s.title,
        **_filled(help=s.description),
        "exits": list(s.exits),
        **_filled(
            rights={permission: _role_map(m) for permission, m in s.rights.items()},
            group_roles={group: list(roles) for group, roles in s.group_roles.items()},
            values={name: _fixed(value) for name, value in s.values.items()},
        ),
    }


def _role_map(role_map: RoleMap) -> object:
    roles = list(role_map.roles)
    return {"acquired": roles} if role_map.acquired else roles


def _fixed(value: Fixed) -> object:
    return value.kind if value.kind == "nothing" else {value.kind: value.text}


def _transition(t: ImportedTransition) -> Tree:
    return {
        "label": t.title,
        **_filled(help=t.description),
        "to": t.to or STAY,
        "trigger": t.trigger,
        **_guard(t.guard),
        **_filled(
            before=t.before,
            after=t.after,
            values={name: _formula(f) for name, f in t.values.items()},
            action=_action(t.action),
        ),
    }


def _variable(v: ImportedVariable) -> Tree:
    return {
        **_filled(help=v.description),
        "history": v.in_history,
        "catalogue": v.in_catalogue,
        "always_new": v.always_new,
        **_filled(default=v.default),
        **({"value": _formula(v.value)} if v.value is not None else {}),
        **_filled(seen_by=_guard(v.guard)),
    }


def _worklist(w: Worklist) -> Tree:
    return {
        **_filled(help=w.description),
        "match": {name: list(values) for name, values in w.match.items()},
        **_filled(action=_action(w.action), seen_by=_guard(w.guard)),
    }


def _action(action: Action) -> Tree:
    return _filled(name=action.name, url=action.url, category=action.category, icon=action.icon)


def _guard(guard: Guard) -> Tree:
    tree = _filled(
        permission=list(guard.permissions), by=list(guard.roles), group=list(guard.groups)
    )
    return tree if guard.when is None else {**tree, "when": _formula(guard.when)}


def _formula(formula: Formula) -> object:
    op = formula.op
    if op in NAMES:
        return op
    if op in CONSTANTS:
        return {op: _constant(formula.value)}
    if op in LOOKUPS:
        otherwise = formula.of[0]
        beside = {} if otherwise == NOTHING else {"else": _formula(otherwise)}
        return {op: formula.value, **beside}
    if op == "has_role":
        return {op: list(formula.value or ())}  # type: ignore[arg-type]  # roles are a tuple of texts
    if op == "fact":
        return {op: formula.value}
    if op in SINGLE:
        return {op: _formula(formula.of[0])}
    if op in (*PAIRS, *IDENTITIES, *MANY):
        return {op: [_formula(part) for part in formula.of]}
    raise ValueError(op)


def _constant(value: object) -> object:
    """Return a constant so that reading it gives the same text for the same type."""
    if isinstance(value, bool):
        return value
    return value if isinstance(value, str) else repr(value)
