"""What a row of the tables is, and what the engine and the forms say to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from tests.core.cases import SABINE, TOBIAS, TODAY, case, confirmed, texts
from tests.core.rules.answers import ANSWERS, Facts
from workflow_app.core.cases.rights import may_fill
from workflow_app.core.cases.situation import Actor, Situation
from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Transition, Workflow
from workflow_app.core.forms.fillable import fillable_fields
from workflow_app.core.forms.validation import Check, Checked
from workflow_app.core.simulation.samples import sample
from workflow_app.core.steps.engine import Engine
from workflow_app.core.tables.project_facts import scope_digest
from workflow_app.services.content.parsed import Parsed, parse_all, used_forms


@dataclass(frozen=True, slots=True)
class Ready:
    """Who acts, and a case in which everything holds; `facts` are those of `cases.case`.

    In `forms` and `acting` stand the answers that differ from those of `answers.ANSWERS`.
    """

    by: Actor
    state: str | None
    facts: Facts = field(default_factory=dict)
    transition: str = ""
    """For a form: the step that is taken with it."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A rule of a step: `closed` is refused by it alone, `open` is not."""

    step: str
    rule: str
    what: str
    closed: Facts
    open: tuple[Facts, ...]
    """Neighbours that pass."""
    behind: tuple[str, ...] = ()
    """Rules that refuse the same once this one is gone, because what is missing is said once."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """A rule of a form: the answers `closed` are refused by it alone, those of `open` are not."""

    form: str
    rule: str
    what: str
    closed: Facts
    open: tuple[Facts, ...]
    """Neighbours that pass."""
    facts: Facts = field(default_factory=dict)
    """What is different about the case, for both."""
    filled: Ready | None = None
    """Who fills it in, and when, if not the one for the form."""


def neighbours(open: Facts | list[Facts] | None) -> tuple[Facts, ...]:
    """Return what passes, one by one; nothing that differs if nothing is said."""
    return tuple(open) if isinstance(open, list) else (open or {},)


def step(
    name: str,
    rule: str,
    what: str,
    *,
    open: Facts | list[Facts] | None = None,
    behind: tuple[str, ...] = (),
    **closed: Any,
) -> StepRow:
    """Return the row of a step's rule."""
    return StepRow(name, rule, what, closed, neighbours(open), behind)


def form(
    name: str,
    rule: str,
    what: str,
    closed: Facts,
    open: Facts | list[Facts] | None = None,
    *,
    filled: Ready | None = None,
    **facts: Any,
) -> FormRow:
    """Return the row of a form's rule."""
    return FormRow(name, rule, what, closed, neighbours(open), facts, filled)


# ── The definitions that are shipped ────────────────────────────────────────────────────────────


@cache
def definitions() -> Parsed:
    """Return everything that is shipped."""
    parsed = parse_all(texts())
    assert not parsed.problems, list(parsed.problems)
    return parsed


def engine_of(workflow: Workflow) -> Engine:
    """Return the engine of a workflow with the forms that are shipped."""
    forms = {name: definitions().forms[name] for name in used_forms(workflow)}
    return Engine(workflow, forms, definitions().programme)


@cache
def shipped_engine(workflow: str) -> Engine:
    """Return the engine of a workflow as it is shipped."""
    return engine_of(definitions().workflows[workflow])


@cache
def with_step(name: str) -> Workflow:
    """Return the workflow that has the step."""
    [found] = [w for w in definitions().workflows.values() if name in w.transitions]
    return found


@cache
def with_form(name: str) -> Workflow:
    """Return the workflow that uses the form."""
    [found] = [w for w in definitions().workflows.values() if name in used_forms(w)]
    return found


def without(workflow: Workflow, name: str, *rules: str) -> Workflow:
    """Return the workflow without these rules of a step."""
    t = workflow.transitions[name]
    requires = tuple(r for r in t.requires if r.id not in rules)
    warns = tuple(r for r in t.warns if r.id not in rules)
    less = replace(t, requires=requires, warns=warns)
    return replace(workflow, transitions={**workflow.transitions, name: less})


# ── Cases by value ──────────────────────────────────────────────────────────────────────────────


def merged(base: Facts, changes: Facts) -> dict[str, Any]:
    """Return `base` with the changes, mapping by mapping."""
    found = {**base}
    for key, value in changes.items():
        below = found.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = merged(below, value)
        found[key] = value
    return found


def there(facts: Facts) -> dict[Any, Any]:
    """Return what is left when everything is taken out that is None."""
    return {key: value for key, value in facts.items() if value is not None}


@cache
def approved() -> str:
    """Return the scope as it was approved: that of the answers of the table."""
    workflow = definitions().workflows["tandem_project"]
    forms = {name: typed(name, {}) for name in ("interest", "outline")}
    return scope_digest(workflow.scope, case(None, forms=forms))


def situation(ready: Ready, changes: Facts) -> Situation:
    """Return the case as it stands with these changes; a function is a fact that it works out."""
    facts = {n: f() if callable(f) else f for n, f in merged(ready.facts, changes).items()}
    acting = {name: typed(name, given) for name, given in there(facts.pop("acting", {})).items()}
    forms = {name: submitted(name, given) for name, given in there(facts.pop("forms", {})).items()}
    own = {n: there(f) if isinstance(f, Mapping) else f for n, f in there(facts).items()}
    return case(ready.state, acting=acting, forms=forms, **own)


def submitted(name: str, changes: Facts) -> Facts:
    """Return the values of a form, or slot → values where there are several."""
    if definitions().forms[name].per == "case":
        return typed(name, changes)
    return {slot: typed(name, changed) for slot, changed in there(changes).items()}


def typed(name: str, changes: Facts) -> Mapping[str, Any]:
    """Return the values that come of the answers, whatever the rules of the form say to them."""
    form = replace(definitions().forms[name], rules=())
    checked = check(form, Ready(SABINE, None), case(None), changes, everybody=True)
    # What had to lie ahead, or behind, on the day of the submission may do so no longer.
    wrong = [p for p in checked.problems if p.rule not in ("too_early", "too_late")]
    # Of a form that several fill in, what one of them leaves to the others is not there yet.
    wrong = [p for p in wrong if changes.get(p.path, "") is not None]
    assert not wrong, (name, wrong)
    return checked.values


def answers(form: Form, changes: Facts) -> dict[str, Any]:
    """Return answers as they are typed: the changes, those of the table, else invented ones."""
    invented = {f.id: sample(form, f, TODAY, lambda _: "1") for f in form.fields}
    given = merged(merged(invented, ANSWERS.get(form.id, {})), changes)
    assert set(given) == set(invented), (form.id, set(given) - set(invented))
    for f in form.fields:
        if f.type == "rows" and given[f.id]:
            cells = {c.id: invented[f.id][0][c.id] for c in f.columns if c.required.always}
            given[f.id] = [{**cells, **row} for row in given[f.id]]
    return given


# ── What is said ────────────────────────────────────────────────────────────────────────────────


def refusals(judge: Engine, ready: Ready, row: StepRow, changes: Facts) -> list[str]:
    """Return the ids of all that closes the step of a row, once both sides have confirmed.

    The row of a warning is told of warnings, too. A step that no person takes does not say why it
    does not happen: `waits`.
    """
    t = judge.workflow.transitions[row.step]
    now = confirmed(judge, situation(ready, changes), row.step, SABINE, TOBIAS)
    if t.trigger != "person":
        return [] if _happens(judge, t, now) else ["waits"]
    offer = judge.offer(now, ready.by, row.step)
    warned = row.rule in [r.id for r in with_step(row.step).transitions[row.step].warns]
    told = (*offer.reasons, *offer.warnings) if warned else offer.reasons
    return [reason.id for reason in told]


def _happens(engine: Engine, t: Transition, now: Situation) -> bool:
    return t in (engine.due(now), engine.automatic(now))


def problems(form: Form, ready: Ready, changes: Facts, facts: Facts) -> list[str]:
    """Return the ids of all that is wrong with the answers that somebody gives in a form."""
    now = situation(ready, facts)
    return [problem.rule for problem in check(form, ready, now, changes).problems]


def check(
    form: Form, ready: Ready, now: Situation, changes: Facts, *, everybody: bool = False
) -> Checked:
    """Return what comes of the answers, filled in by whoever acts, or by everybody together."""
    judge = shipped_engine(with_form(form.id).id)
    mine = fillable_fields(form, lambda by: everybody or may_fill(by, ready.by, now))
    given = answers(form, changes)
    theirs = {f.id: given[f.id] for f in form.fields if f.id in given and f.id not in mine}
    return Check(
        form=form,
        today=now.today,
        fillable=mine,
        before=theirs,
        others=judge.values(now, ready.transition),
        condition=lambda text: judge.form_condition(form.id, text),
        row_condition=lambda rows, text: judge.row_condition(form.id, rows, text),
        known=lambda kind, key: True,
        transition=ready.transition,
    ).run(given)
