"""A case, as values, carried over from one version of its workflow to another.

Nothing is decided here: the answers stay what they are under perhaps other names, and the case
stands where the plan says. What cannot go is told with every reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from workflow_app.core.canonical import digest
from workflow_app.core.cases.situation import Situation, Submitted
from workflow_app.core.changes.contents import Contents, quoted
from workflow_app.core.changes.shown import plain
from workflow_app.core.definition.model import Deadline, Text
from workflow_app.core.migrations.carrying import Carried, Left, carry
from workflow_app.core.migrations.plan import DROP, Plan
from workflow_app.core.steps.engine import Engine
from workflow_app.core.steps.sign_off import valid_yeses
from workflow_app.core.tables.project_facts import scope_digest

NO_TARGET = Text(
    "Der Plan sagt nicht, wohin ein Vorgang aus „{state}“ unter diesen Umständen geht.",
    "The plan does not say where a case in '{state}' goes under these circumstances.",
)
GONE = Text(
    "Den Stand „{state}“ gibt es nicht mehr, und der Plan sagt nicht, wohin es geht.",
    "The state '{state}' is gone, and the plan does not say where to go.",
)
MISFIT = Text(
    "„{field}“: Der Wert „{value}“ passt nicht in das Feld der neuen Version. Übersetzen Sie ihn "
    "(values), oder lassen Sie ihn zurück (fields: drop).",
    "'{field}': the value '{value}' does not fit the field of the new version. Translate it "
    "(values), or leave it behind (fields: drop).",
)
OTHER_SLOTS = Text(
    "„{form}“ wird in der neuen Version auf andere Weise ausgefüllt (einmal, je Runde, je Seite "
    "oder je Eintrag).",
    "'{form}' is filled in another way in the new version (once, per round, per side or per "
    "entry).",
)
AMENDING = Text(
    "Eine Änderung der Vereinbarung ist beantragt oder wird unterzeichnet, und „{form}“ ist in der "
    "neuen Version anders. Der Vorgang kann gehen, sobald darüber entschieden ist.",
    "A change of the agreement has been requested or is being signed, and '{form}' differs in the "
    "new version. The case can go as soon as that has been decided.",
)
NO_ROLE = Text(
    "Die Rolle „{role}“ von {name} gibt es nicht mehr, und der Plan nennt keine andere.",
    "The role '{role}' of {name} is gone, and the plan names no other.",
)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A submission that becomes another one: its answers under the names of the new version."""

    before: Submitted
    after: Submitted
    carried: Carried


@dataclass(frozen=True, slots=True)
class Void:
    """A confirmation that counts no more, because what it confirmed is no longer the same."""

    transition: str
    label: Text
    side: str
    name: str


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of one case."""

    situation: Situation
    """The case in the new version; as it is now if it cannot go."""
    blocked: tuple[Text, ...] = ()
    """Why it cannot go; then it stays as it is."""
    rewritten: tuple[Rewritten, ...] = ()
    left: tuple[Left, ...] = ()
    void: tuple[Void, ...] = ()
    approval_lost: bool = False


def move(plan: Plan, old: Contents, new: Contents, engine: Engine, now: Situation) -> Move:
    """Return what the plan makes of a case; `engine` is that of the version so far."""
    target, blocked = _target(plan, old, new, engine, now)
    rewritten, left, more = _submissions(plan, old, new, now)
    blocked += more
    blocked += _roles(plan, old, new, now)
    blocked += _amending(plan, old, new, now)
    if blocked or target is None:
        return Move(now, tuple(blocked))
    known = new.workflow.variables
    named = {v: plan.variables.get(v, v) for v in now.variables}
    submissions = dict(now.submissions)
    for row in rewritten:
        others = [s for s in submissions.get(row.after.form, ()) if s.slot != row.after.slot]
        submissions[row.after.form] = (*others, row.after)
    then = replace(
        now,
        state=target,
        submissions={f: tuple(sorted(rows, key=lambda s: s.id)) for f, rows in submissions.items()},
        participants=tuple(
            replace(p, role=plan.roles.get(p.role, p.role)) for p in now.participants
        ),
        variables=frozenset(v for v in named.values() if v in known),
        entered_on=now.today if plan.clock == "restart" else now.entered_on,
    )
    then = replace(then, due_on=due_after(plan, old, new, now, then))
    accepted, lost = _approval(plan, old, new, now, then)
    then = replace(then, accepted_scope=accepted)
    return Move(
        situation=then,
        rewritten=tuple(rewritten),
        left=tuple(left),
        void=tuple(_void(old, new, now, then)),
        approval_lost=lost,
    )


def _target(
    plan: Plan, old: Contents, new: Contents, engine: Engine, now: Situation
) -> tuple[str | None, list[Text]]:
    state = now.state or ""
    targets = plan.states.get(state)
    if targets is None:
        if state in new.workflow.states and not new.workflow.states[state].end:
            return state, []
        return None, [GONE.filled(state=old.state(state))]
    values = engine.values(now)
    for target in targets:
        if target.when is None or engine.condition(target.when).verdict(values).holds:
            return target.to, []
    return None, [NO_TARGET.filled(state=old.state(state))]


def _submissions(
    plan: Plan, old: Contents, new: Contents, now: Situation
) -> tuple[list[Rewritten], list[Left], list[Text]]:
    rewritten: list[Rewritten] = []
    left: list[Left] = []
    blocked: list[Text] = []
    for form, rows in now.submissions.items():
        for row in rows:
            found = carry(plan, old, new, form, row.values)
            left += found.left
            blocked += [
                MISFIT.filled(field=m.label, value=str(m.value)[:80]) for m in found.misfits
            ]
            if not found.form or (found.form == form and found.values == dict(row.values)):
                continue
            target = new.forms[found.form]
            if form in old.forms and old.forms[form].per != target.per:
                blocked.append(OTHER_SLOTS.filled(form=target.label))
                continue
            after = replace(
                row,
                form=found.form,
                version=row.version + 1,
                values=found.values,
                form_version=target.fingerprint,
            )
            rewritten.append(Rewritten(row, after, found))
    return rewritten, left, list(dict.fromkeys(blocked))


def _roles(plan: Plan, old: Contents, new: Contents, now: Situation) -> list[Text]:
    known = {role.id for role in new.workflow.roles}
    return [
        NO_ROLE.filled(role=old.role(p.role), name=p.name)
        for p in now.participants
        if plan.roles.get(p.role, p.role) not in {*known, DROP}
    ]


def _amending(plan: Plan, old: Contents, new: Contents, now: Situation) -> list[Text]:
    """Return why an open change of the agreement keeps the case: what was asked for is frozen."""
    found = []
    for change in now.amendments:
        for form, values in change.proposed.items() if change.open else ():
            carried = carry(plan, old, new, form, values)
            if carried.form != form or carried.values != dict(values):
                found.append(AMENDING.filled(form=old.form(form)))
    return found


def due_after(
    plan: Plan, old: Contents, new: Contents, now: Situation, then: Situation
) -> date | None:
    """Return the day by which the state should be left in the new version, or None.

    Time that was granted anew stays granted: the days are counted from where they were counted so
    far, unless the plan lets the clock begin anew or the rule counts from another date.
    """
    before = _rule(old, now.state)
    after = _rule(new, then.state)
    if after is None:
        return None
    same_start = before is not None and before.after == after.after and now.due_on is not None
    if same_start and before is not None and plan.clock == "keep":
        unchanged = plain(before) == plain(after)
        if now.due_on is None or unchanged:
            return now.due_on
        return now.due_on + timedelta(days=after.days - before.days)
    start = then.entered_on
    if after.after:
        form, _, field = after.after.partition(".")
        value = (then.newest(form) or {}).get(field)
        start = date.fromisoformat(value[:10]) if value else start
    return start + timedelta(days=after.days)


def _rule(contents: Contents, state: str | None) -> Deadline | None:
    found = contents.workflow.states.get(state or "")
    return found.deadline if found else None


def _approval(
    plan: Plan, old: Contents, new: Contents, now: Situation, then: Situation
) -> tuple[str | None, bool]:
    """Return the digest that an approval is bound to, and whether the approval is lost.

    It goes on if it held, and rests on the same fields with the same values; else it is as if
    somebody had changed the scope.
    """
    before, after = old.workflow.scope, new.workflow.scope
    if now.accepted_scope is None or now.accepted_scope != scope_digest(before, now):
        return now.accepted_scope, False
    named = {name: plan.field_name(name) for name in before}
    same_fields = set(named.values()) == set(after)
    if same_fields and all(_value(now, b) == _value(then, a or "") for b, a in named.items()):
        return scope_digest(after, then), False
    kept = now.accepted_scope
    # The old digest counts only as long as it is not the one of the new scope by chance.
    return (kept if kept != scope_digest(after, then) else digest([kept])), True


def _value(situation: Situation, name: str) -> object:
    form, _, field = name.partition(".")
    value = (situation.newest(form) or {}).get(field)
    if isinstance(value, list):
        # Columns may be called otherwise; what stands in them is the same.
        return [_cells(row) if isinstance(row, Mapping) else row for row in value]
    return value


def _cells(row: Mapping[str, object]) -> list[str]:
    return sorted(repr(cell) for cell in row.values() if cell is not None)


def _void(old: Contents, new: Contents, now: Situation, then: Situation) -> list[Void]:
    found = []
    for name in now.yeses:
        t = old.workflow.transitions.get(name)
        if t is None:
            continue
        later = new.workflow.transitions.get(name)
        exits = new.workflow.states[then.state or ""].exits
        still = valid_yeses(later, then) if later and name in exits else {}
        for side, yes in valid_yeses(t, now).items():
            if side not in still:
                found.append(Void(name, quoted(t.label), side, yes.name))
    return found
