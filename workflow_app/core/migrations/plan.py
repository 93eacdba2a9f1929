"""A plan by which running cases go from one version to another: read, checked, suggested, written.

```yaml
migration: tandem_project
from: 1
to: 2
states:
  in_review:
    - {to: formal_check, when: "!review.formal.filled"}
    - {to: in_review}
fields:
  outline.summary: outline.abstract
  outline.note: drop
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.source import read
from workflow_app.core.problems import Place, Problems

DROP = "drop"
"""Stands for *leave it behind*: the value stays in the earlier version of the form."""
PLAN_KEYS = (
    *("migration", "from", "to", "states", "forms", "fields", "values", "defaults", "roles"),
    *("variables", "clock", "notify"),
)
TARGET_KEYS = ("to", "when")
CLOCKS = ("keep", "restart")


@dataclass(frozen=True, slots=True)
class Target:
    """A state to go to, perhaps under a condition over the values as they are before."""

    to: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How the cases of one version become cases of another."""

    workflow: str
    source: int
    """Number of the version that the cases are on."""
    target: int
    states: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    """State → where its cases go, the first whose condition holds; left out: to the same state."""
    forms: Mapping[str, str] = field(default_factory=dict)
    """Form → what it is called in the new version."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """`form.field` or `form.rows.column` → its new name, or `drop`."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Field → choice → the choice that takes its place."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    """Field of the new version → what is filled in where nothing is."""
    roles: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    clock: str = "keep"
    """`keep`: time counts from when the state was entered; `restart`: from the migration."""
    notify: bool = True
    """Whoever has something to do that was not theirs before gets a mail."""
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """`states.in_review`, `fields.outline.summary` … → where it stands in the file."""

    def field_name(self, name: str) -> str | None:
        """Return the new name of a field or column; None if it is left behind."""
        if name in self.fields:
            return None if self.fields[name] == DROP else self.fields[name]
        form, *path = name.split(".")
        if len(path) == 2:
            rows = self.field_name(f"{form}.{path[0]}")
            return f"{rows}.{path[1]}" if rows else None
        return f"{self.forms.get(form, form)}.{path[0]}"


def parse_plan(source: str, file: str, problems: Problems) -> Plan | None:
    """Return the plan that `source` holds, or None if it cannot be read; problems are noted."""
    root = read(source, file, problems)
    if root is None:
        return None
    found = root.keys(PLAN_KEYS, needed=("migration", "from", "to"))
    places = {"": root.place, **{key: cursor.place for key, cursor in found.items()}}

    def pairs(key: str) -> dict[str, str]:
        entries = found[key].entries() if key in found else {}
        places.update({f"{key}.{name}": cursor.place for name, cursor in entries.items()})
        return {name: cursor.text() for name, cursor in entries.items()}

    states = found["states"].entries() if "states" in found else {}
    values = found["values"].entries() if "values" in found else {}
    places.update({f"states.{name}": cursor.place for name, cursor in states.items()})
    places.update({f"values.{name}": cursor.place for name, cursor in values.items()})
    choices = {name: cursor.entries() for name, cursor in values.items()}
    for name, entries in choices.items():
        places.update({f"values.{name}.{n}": cursor.place for n, cursor in entries.items()})
    return Plan(
        workflow=found["migration"].text() if "migration" in found else "",
        source=found["from"].integer() if "from" in found else 0,
        target=found["to"].integer() if "to" in found else 0,
        states={name: _targets(cursor) for name, cursor in states.items()},
        forms=pairs("forms"),
        fields=pairs("fields"),
        values={
            name: {choice: cursor.text() for choice, cursor in entries.items()}
            for name, entries in choices.items()
        },
        defaults=pairs("defaults"),
        roles=pairs("roles"),
        variables=pairs("variables"),
        clock=found["clock"].choice(CLOCKS) if "clock" in found else "keep",
        notify=found["notify"].boolean() if "notify" in found else True,
        places=places,
    )


def _targets(cursor: Cursor) -> tuple[Target, ...]:
    if cursor.is_text:
        return (Target(cursor.text()),)
    items = [cursor] if cursor.is_mapping else cursor.items()
    return tuple(_target(item) for item in items)


def _target(cursor: Cursor) -> Target:
    if cursor.is_text:
        return Target(cursor.text())
    found = cursor.keys(TARGET_KEYS, needed=("to",))
    return Target(
        found["to"].text() if "to" in found else "",
        found["when"].text() if "when" in found else None,
    )


def written(plan: Plan) -> str:
    """Return the plan as a file."""
    lines = [f"migration: {plan.workflow}", f"from: {plan.source}", f"to: {plan.target}"]
    lines += _states(plan)
    for key in ("forms", "fields", "defaults", "roles", "variables"):
        lines += _pairs(key, getattr(plan, key), quoted=key == "defaults")
    if plan.values:
        lines.append("values:")
        for name, choices in plan.values.items():
            lines += [f"  {name}:", *(f"    {a}: {b}" for a, b in choices.items())]
    if plan.clock != "keep":
        lines.append(f"clock: {plan.clock}")
    if not plan.notify:
        lines.append("notify: false")
    return "\n".join(lines) + "\n"


def _states(plan: Plan) -> list[str]:
    lines = ["states:"] if plan.states else []
    for state, targets in plan.states.items():
        if len(targets) == 1 and targets[0].when is None:
            lines.append(f"  {state}: {targets[0].to}")
            continue
        lines.append(f"  {state}:")
        for target in targets:
            when = f", when: {_quoted(target.when)}" if target.when else ""
            lines.append(f"    - {{to: {target.to}{when}}}")
    return lines


def _pairs(key: str, found: Mapping[str, str], *, quoted: bool) -> list[str]:
    if not found:
        return []
    return [f"{key}:", *(f"  {a}: {_quoted(b) if quoted else b}" for a, b in found.items())]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
