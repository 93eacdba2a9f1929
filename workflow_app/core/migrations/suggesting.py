"""What most likely became of what a new version calls otherwise: proposals for a plan.

A proposal is sure if what went and what came bear the same label, or if nothing came that it could
have become. Any other is a guess that somebody has to look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow_app.core.changes.contents import Contents
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.definition.model import Text
from workflow_app.core.migrations.plan import DROP, Plan, Target


@dataclass(frozen=True, slots=True)
class Proposal:
    """What something that is gone most likely became."""

    to: str
    """Its new name, or `drop`."""
    sure: bool
    alone: bool = True
    """Nothing else that came is as likely."""


def suggest(
    old: Contents, new: Contents, source: int, target: int, *, sure_only: bool = False
) -> Plan:
    """Return a plan to begin with: what has the same name stays, what was renamed is guessed.

    With `sure_only` what is a mere guess is left out.
    """
    found = proposals(old, new)

    def of(kind: str) -> dict[str, str]:
        return {
            key.removeprefix(f"{kind}."): proposal.to
            for key, proposal in found.items()
            if key.startswith(f"{kind}.") and (proposal.sure or not sure_only)
        }

    return Plan(
        workflow=new.workflow.id,
        source=source,
        target=target,
        states={state: (Target(to),) for state, to in of("states").items()},
        forms=of("forms"),
        fields=of("fields"),
        values=by_field(of("values")),
        roles=of("roles"),
        variables=of("variables"),
    )


def by_field(flat: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return `form.field.choice` → new choice as field → choice → new choice."""
    found: dict[str, dict[str, str]] = {}
    for key, to in flat.items():
        field, _, choice = key.rpartition(".")
        found.setdefault(field, {})[choice] = to
    return found


def proposals(
    old: Contents, new: Contents, forms: Mapping[str, str] | None = None
) -> dict[str, Proposal]:
    """Return key in a plan (`states.in_review`, `fields.outline.summary` …) → what is proposed.

    `forms` says which form took another's place; None: as is proposed itself.
    """
    alike = {
        "forms": (_labels(old.forms), _labels(new.forms)),
        "roles": tuple({r.id: r.label for r in v.workflow.roles} for v in (old, new)),
        "variables": (old.workflow.variables, new.workflow.variables),
    }
    named = {kind: dict(_same_label(*pair)) for kind, pair in alike.items()}
    found = {f"states.{name}": p for name, p in _states(old, new)}
    found |= {f"{kind}.{name}": p for kind, these in named.items() for name, p in these.items()}
    if forms is None:
        forms = {name: p.to for name, p in named["forms"].items()}
    for form in old.forms.values():
        becomes = forms.get(form.id, form.id)
        if becomes in new.forms:
            fields = (form.fields, new.forms[becomes].fields)
            found |= dict(_fields(f"fields.{form.id}", becomes, *fields))
            found |= dict(_choices(f"values.{form.id}", *fields))
    return found


def _labels(things: Mapping[str, Form]) -> dict[str, Text]:
    return {name: thing.label for name, thing in things.items()}


def _same_label(
    before: Mapping[str, Text], after: Mapping[str, Text]
) -> Iterator[tuple[str, Proposal]]:
    """Yield what is gone with the one thing that came and bears the same label."""
    for name, label in before.items():
        same = [n for n, other in after.items() if other == label and n not in before]
        if name not in after and len(same) == 1:
            yield name, Proposal(same[0], True)


def _states(old: Contents, new: Contents) -> Iterator[tuple[str, Proposal]]:
    added = [s for s in new.workflow.states.values() if s.id not in old.workflow.states]
    for state in old.workflow.states.values():
        if state.id in new.workflow.states:
            continue
        alike = [s for s in added if s.end == state.end]
        same = [s.id for s in alike if s.label == state.label]
        guess = same or [s.id for s in alike if s.phase == state.phase]
        if guess:
            yield state.id, Proposal(guess[0], len(same) == 1, len(guess) == 1)


def _fields(
    prefix: str, becomes: str, old: tuple[Field, ...], new: tuple[Field, ...]
) -> Iterator[tuple[str, Proposal]]:
    before, after = {f.id for f in old}, {f.id: f for f in new}
    gone = [f for f in old if f.id not in after]
    come = [f for f in new if f.id not in before]
    exact = {f.id: _exact(f, gone, come) for f in gone}
    left = [f for f in come if f not in exact.values()]
    for field in gone:
        match = exact[field.id]
        rivals = [g for g in gone if g.type == field.type and not exact[g.id]]
        same = [f for f in left if f.type == field.type]
        # One field that went and one of its kind that came are most likely the same question.
        guess = match or (same[0] if len(same) == len(rivals) == 1 else None)
        sure = match is not None or not same
        yield f"{prefix}.{field.id}", Proposal(f"{becomes}.{guess.id}" if guess else DROP, sure)
    for field in old:
        if field.columns and field.id in after:
            columns = (field.columns, after[field.id].columns)
            yield from _fields(f"{prefix}.{field.id}", f"{becomes}.{field.id}", *columns)


def _exact(field: Field, gone: list[Field], come: list[Field]) -> Field | None:
    """Return the one field that came with the same type and label, if it can be no other's."""
    key = (field.type, field.label)
    twins = [f for f in gone if (f.type, f.label) == key]
    found = [f for f in come if (f.type, f.label) == key]
    return found[0] if len(twins) == len(found) == 1 else None


def _choices(
    prefix: str, old: tuple[Field, ...], new: tuple[Field, ...]
) -> Iterator[tuple[str, Proposal]]:
    after = {f.id: f for f in new}
    for field in old:
        if field.id not in after:
            continue
        options = ({o.id: o.label for o in f.options} for f in (field, after[field.id]))
        for name, proposal in _same_label(*options):
            yield f"{prefix}.{field.id}.{name}", proposal
        yield from _choices(f"{prefix}.{field.id}", field.columns, after[field.id].columns)
