"""What a migration means for those involved: rights, turns, requirements, deadlines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.changes import wording
from workflow_app.core.changes.contents import Contents, joined, quoted
from workflow_app.core.definition.model import State, Text, Transition
from workflow_app.core.migrations.moving import Move
from workflow_app.core.migrations.plan import Plan
from workflow_app.core.steps.engine import Engine
from workflow_app.core.steps.offers import Reason, Turn

MAY = Text("{role} darf neu: {items}.", "{role} may now: {items}.")
MAY_NOT = Text("{role} darf nicht mehr: {items}.", "{role} may no longer: {items}.")
UNMET = Text("„{step}“: {unmet}", "'{step}': {unmet}")
BY_ITSELF = Text(
    "Danach geschieht von selbst: „{step}“ (→ {state}).", "Then by itself: '{step}' (→ {state})."
)
BY_TIMER = Text(
    "Die Zeit für „{step}“ ist dann schon um; der Schritt folgt von selbst (→ {state}).",
    "The time for '{step}' is over then; the step follows by itself (→ {state}).",
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What changes for a case that goes."""

    state: Text
    new_state: Text
    rights: tuple[Text, ...]
    """What each role gains and loses, in sentences."""
    turns: tuple[Turn, ...]
    new_turns: tuple[Turn, ...]
    unmet: tuple[Text, ...]
    """Requirements that are not met in the new version and were not asked, or met, so far."""
    due_on: date | None
    new_due_on: date | None
    follows: tuple[Text, ...]
    """Steps that are made by themselves right afterwards."""


def forecast(
    plan: Plan,
    old: Contents,
    new: Contents,
    engines: tuple[Engine, Engine],
    now: Situation,
    moved: Move,
) -> Forecast:
    """Return what changes for a case; `engines` are those of the two versions."""
    before, after = engines
    then = moved.situation
    state, new_state = old.workflow.states[now.state or ""], new.workflow.states[then.state or ""]
    return Forecast(
        state=state.label,
        new_state=new_state.label,
        rights=tuple(rights(plan, old, new, state, new_state)),
        turns=before.turns(now),
        new_turns=after.turns(then),
        unmet=tuple(_unmet(before, now, after, then)),
        due_on=now.due_on,
        new_due_on=then.due_on,
        follows=tuple(_follows(after, new, then)),
    )


def rights(plan: Plan, old: Contents, new: Contents, a: State, b: State) -> list[Text]:
    """Return what each role gains and loses between two states, in sentences."""
    found = []
    roles = dict.fromkeys([*_roles_in(old, a), *_roles_in(new, b)])
    back = {after: before for before, after in plan.roles.items()}
    for role in roles:
        if role in plan.roles and role not in back:
            continue
        before = _allowed(old, a, back.get(role, role))
        after = _allowed(new, b, role)
        name = new.role(role)
        more = [text for key, text in after.items() if key not in before]
        less = [text for key, text in before.items() if key not in after]
        for items, sentence in ((more, MAY), (less, MAY_NOT)):
            if items:
                found.append(sentence.filled(role=name, items=joined(items)))
    return found


def _roles_in(contents: Contents, state: State) -> Iterable[str]:
    for roles in state.rights.values():
        yield from roles
    for t in _steps(contents, state):
        yield from t.by


def _steps(contents: Contents, state: State) -> list[Transition]:
    steps = (contents.workflow.transitions[e] for e in state.exits)
    return [t for t in steps if t.trigger == "person"]


def _allowed(contents: Contents, state: State, role: str) -> dict[str, Text]:
    """Return everything that a role may do in a state: its rights, then its steps."""
    found = {
        permission: wording.PERMISSIONS.get(permission, Text(permission, permission))
        for permission, roles in state.rights.items()
        if role in roles
    }
    found.update({f"step {t.id}": quoted(t.label) for t in _steps(contents, state) if role in t.by})
    return found


def _unmet(before: Engine, now: Situation, after: Engine, then: Situation) -> list[Text]:
    known = {t.id for t in before.exits(now)}
    found = []
    for t in after.exits(then):
        if t.trigger != "person":
            continue
        asked = {r.id for r in _missing(before, now, t.id)} if t.id in known else set()
        found += [
            UNMET.filled(step=t.label, unmet=r.text)
            for r in _missing(after, then, t.id)
            if r.id not in asked
        ]
    return list(dict.fromkeys(found))


def _missing(engine: Engine, situation: Situation, transition: str) -> list[Reason]:
    """Return what is missing for a step, whoever may take it."""
    t = engine.workflow.transitions[transition]
    if t.trigger != "person":
        return []
    offer = engine.offer(situation, _somebody(engine, situation, t), transition)
    return [r for r in offer.reasons if r.kind in ("requirement", "form", "undecided")]


def _somebody(engine: Engine, situation: Situation, t: Transition) -> Actor:
    """Return somebody who may take the step: who really takes part, else anybody in that role."""
    for p in situation.participants:
        side = p.side if p.side and p.side != situation.initiating_side else None
        if p.role in t.by or "member" in t.by or ("other_side" in t.by and side):
            bodies = situation.members_of.get(p.person, frozenset())
            return Actor(p.person, p.name, frozenset({p.role}), p.side, bodies)
    return Actor(0, "", frozenset(t.by))


def _follows(engine: Engine, new: Contents, then: Situation) -> Iterable[Text]:
    for found, sentence in ((engine.automatic(then), BY_ITSELF), (engine.due(then), BY_TIMER)):
        if found is not None:
            target = engine.target(found, then.state)
            yield sentence.filled(step=found.label, state=new.state(target))
