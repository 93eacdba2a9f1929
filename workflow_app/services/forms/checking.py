"""What is wrong with what was typed into a form, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow_app.core.cases import amending
from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.forms import Form
from workflow_app.core.forms.fields import Value
from workflow_app.core.forms.row_ids import used_ids
from workflow_app.core.forms.validation import Check, Checked
from workflow_app.core.tables.archiving import Programme
from workflow_app.core.tables.computed import COMPUTED
from workflow_app.services.access.rows import principals_of
from workflow_app.services.cases import titles
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms.references import References
from workflow_app.store.asking import asked
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Submission

VERSIONS = select(Submission.values.label("said")).where(
    Submission.case_id == bindparam("case"),
    Submission.form == bindparam("form"),
    Submission.slot == bindparam("slot"),
)


def check(
    session: Session,
    seen: Look,
    form: Form,
    slot: str,
    raw: Mapping[str, Any],
    fillable: frozenset[str],
    transition: str = "",
) -> Checked:
    """Return the typed values of `raw` with the problems of what this person typed."""
    engine = seen.engine
    checked = _check(session, seen, form, slot, fillable, transition).run(raw)
    problems = list(checked.problems)
    if amending.amends(form) and not problems:
        problems += amending.broken_rules(
            form,
            checked.values,
            seen.situation.agreed,
            seen.compiled.forms,
            engine.values(seen.situation, transition),
            engine.condition,
        )
    me = session.get(Person, seen.actor.person)
    principals = principals_of(me) if me else []
    taken = titles.problem(session, seen.compiled, seen.case, form, checked.values, principals)
    problems += [taken] if taken else []
    found = computed(form, seen.situation, checked.values, engine.programme)
    return Checked({**checked.values, **found}, tuple(problems))


def needed(
    session: Session,
    seen: Look,
    form: Form,
    slot: str,
    raw: Mapping[str, Any],
    fillable: frozenset[str],
) -> dict[str, bool]:
    """Return field → whether what was typed makes it needed, for fields required on a condition."""
    return _check(session, seen, form, slot, fillable, "").needed(raw)


def _check(
    session: Session,
    seen: Look,
    form: Form,
    slot: str,
    fillable: frozenset[str],
    transition: str,
) -> Check:
    engine, before = seen.engine, newest_in(seen.situation, form, slot) or {}
    references = References(session, seen.compiled, seen.situation, person=seen.actor.person)
    return Check(
        form=form,
        today=seen.situation.today,
        fillable=fillable,
        before=before,
        others=engine.values(seen.situation, transition),
        condition=lambda text: engine.form_condition(form.id, text),
        row_condition=lambda rows, text: engine.row_condition(form.id, rows, text),
        known=references.known,
        transition=transition,
        first=not before,
        used_ids=_used_ids(session, seen, form, slot),
    )


def computed(
    form: Form,
    situation: Situation,
    values: Mapping[str, Value],
    programme: Programme,
) -> dict[str, Value]:
    """Return the form's computed fields, as they follow from the case and from its other values."""
    situation = replace(situation, acting={form.id: values})
    if amending.amends(form):
        changes = amending.differences(form, values, situation.agreed)
        names = tuple(f"{c.form}.{c.field}" for c in changes)
        situation = replace(situation, differing={**situation.differing, form.id: names})
    computations = {f.id: COMPUTED[f.compute] for f in form.fields if f.compute}
    found = {name: one.follows(situation, programme) for name, one in computations.items()}
    return {name: value for name, value in found.items() if value is not None}


def newest_in(situation: Situation, form: Form, slot: str) -> Mapping[str, Any] | None:
    """Return the values that count in a slot, or None."""
    found = [s for s in situation.submissions.get(form.id, ()) if s.slot == slot]
    return found[-1].values if found else None


def _used_ids(session: Session, seen: Look, form: Form, slot: str) -> dict[str, set[str]]:
    """Return rows field → the ids of all its rows ever, those of the rows that it amends too."""
    used = used_ids(form, _versions(session, seen.case, form, slot))
    for f in form.fields:
        for name in f.amends if f.type == "rows" else ():
            source, _, field = name.partition(".")
            other = seen.compiled.forms[source]
            used[f.id] |= used_ids(other, _versions(session, seen.case, other, ""))[field]
    return used


def _versions(session: Session, case: Case, form: Form, slot: str) -> Iterable[Mapping[str, Value]]:
    found = asked(session, VERSIONS, case=case.id, form=form.id, slot=slot)
    return [row.said for row in found]
