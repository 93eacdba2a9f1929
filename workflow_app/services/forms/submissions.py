"""Submissions, which are checked and never change; and what somebody sees on opening a form."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflow_app.core.cases.rights import may_fill
from workflow_app.core.definition.forms import Form
from workflow_app.core.errors import Conflict, Invalid, NotAllowed
from workflow_app.core.forms.fields import Value
from workflow_app.core.forms.fillable import asked_now, fillable_fields
from workflow_app.core.forms.validation import Checked
from workflow_app.core.steps.sign_off import closed_to
from workflow_app.services.access.seeing import may_read
from workflow_app.services.cases import record
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.forms import checking, versions
from workflow_app.services.forms.checking import newest_in
from workflow_app.services.forms.prefill import prefilled
from workflow_app.services.site import Site
from workflow_app.services.steps.following import follow
from workflow_app.services.steps.settling import settle
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.services.work import due
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import NEW_ENTRY, Draft, Submission

DRAFT = select(Draft).where(
    Draft.case_id == bindparam("case"),
    Draft.form == bindparam("form"),
    Draft.slot == bindparam("slot"),
)


@dataclass(frozen=True)
class Page:
    """What a person sees on opening a form: the draft, else the last submission, else a prefill."""

    form: Form
    slot: str
    start: Mapping[str, Value]
    """Typed values to begin with: the last submission's, else a prefill."""
    typed: Mapping[str, Any]
    """What was typed since and kept as a draft, for the fields that are this person's."""
    fillable: frozenset[str]
    draft_version: int
    """0: there is no draft yet."""
    saved_by: str | None
    saved_at: datetime | None


def slot_for(form: Form, seen: Look, wanted: str = "") -> str:
    """Return where a submission of this person belongs: round, side, entry or the case itself.

    :raises NotAllowed: if it is another side, somebody's entry that is only being typed, or none.
    """
    slots: Mapping[str, Callable[[], str]] = {
        "round": lambda: f"r{seen.situation.round}",
        "amendment": lambda: f"n{seen.situation.amending}",
        "entry": lambda: _entry(form, seen, wanted),
        "side": lambda: _side(form, seen, wanted),
        "amendment_side": lambda: _side_of_amendment(form, seen, wanted),
    }
    return slots[form.per]() if form.per in slots else ""


def _entry(form: Form, seen: Look, wanted: str) -> str:
    own = f"{NEW_ENTRY}:{seen.actor.person}"
    entries = {own, *(s.slot for s in seen.situation.submissions.get(form.id, ()))}
    if wanted and wanted not in entries:
        raise NotAllowed(form.id)
    return wanted or own


def _side(form: Form, seen: Look, wanted: str) -> str:
    if wanted in seen.compiled.workflow.sides and seen.actor.side is None:
        return wanted
    if seen.actor.side is None or wanted not in ("", seen.actor.side):
        raise NotAllowed(form.id)
    return seen.actor.side


def _side_of_amendment(form: Form, seen: Look, wanted: str) -> str:
    change = seen.situation.amendment
    if change is None or change.status != "issued":
        raise NotAllowed(form.id)
    return f"{_side(form, seen, wanted.removesuffix(f'_n{change.number}'))}_n{change.number}"


def fillable(form: Form, seen: Look, transition: str = "") -> frozenset[str]:
    """Return the fields that the person may fill now, by state, transition and role."""
    by_state = offered(form.id, seen) and seen.may("edit")
    by_act = any(
        o.transition.form == form.id and o.mine and transition in ("", o.transition.id)
        for o in seen.offers
    )
    if not (by_state or by_act):
        return frozenset()
    if form.id in closed_to(seen.actor.side, seen.compiled.workflow, seen.situation):
        return frozenset()
    steps = {o.transition.id for o in seen.offers if o.transition.form == form.id}
    filled = {name for s in seen.situation.submissions.get(form.id, ()) for name in s.values}
    theirs = fillable_fields(form, lambda by: may_fill(by, seen.actor, seen.situation))
    return theirs & asked_now(form, steps, filled)


def offered(form_id: str, seen: Look) -> bool:
    """Say whether the state of the case offers the form now."""
    state = seen.compiled.workflow.states.get(seen.case.state)
    if state is None or form_id not in state.forms:
        return False
    when = state.forms_when.get(form_id)
    engine = seen.engine
    return when is None or engine.condition(when).verdict(engine.values(seen.situation)).holds


def stands_alone(form: Form, seen: Look, slot: str) -> bool:
    """Say whether the person may submit the form by itself.

    What comes with a step is sent with it: its requirements would not be asked otherwise. An entry
    that is there can be corrected while such a step is open.
    """
    if offered(form.id, seen) and seen.may("edit"):
        return True
    there = form.per == "entry" and not slot.startswith(f"{NEW_ENTRY}:")
    of_form = (o for o in seen.offers if o.transition.form == form.id and o.mine)
    return any(o.transition.sign_off or (there and o.open) for o in of_form)


def page(session: Session, seen: Look, form_id: str, wanted: str = "") -> Page:
    """Return what the person sees on opening a form.

    :raises NotAllowed: if there is nothing to fill for the person now.
    """
    form = seen.compiled.forms.get(form_id)
    fields = fillable(form, seen) if form else frozenset()
    if form is None or not fields:
        raise NotAllowed(form_id)
    slot = slot_for(form, seen, wanted)
    draft = draft_of(session, seen.case, form, slot)
    before = newest_in(seen.situation, form, slot)
    return Page(
        form=form,
        slot=slot,
        start=before or prefilled(session, form, seen.situation, partial(may_read, seen)),
        # Of a shared draft a person gets the own fields only: what others still type is theirs.
        typed={k: v for k, v in draft.raw.items() if k in fields} if draft else {},
        fillable=fields,
        draft_version=draft.version if draft else 0,
        saved_by=draft.person.name if draft else None,
        saved_at=draft.saved_at if draft else None,
    )


def check(
    session: Session,
    seen: Look,
    form: Form,
    slot: str,
    raw: Mapping[str, Any],
    transition: str = "",
) -> Checked:
    """Return the typed values of `raw` with the problems of what this person typed."""
    allowed = fillable(form, seen, transition)
    return checking.check(session, seen, form, slot, raw, allowed, transition)


def needed(
    session: Session, seen: Look, form: Form, slot: str, raw: Mapping[str, Any]
) -> dict[str, bool]:
    """Return field → whether what was typed makes it needed, for fields required on a condition."""
    return checking.needed(session, seen, form, slot, raw, fillable(form, seen))


def submit(
    session: Session,
    site: Site,
    number: str,
    form_id: str,
    wanted: str,
    raw: Mapping[str, Any],
    person: Person,
    now: datetime,
    *,
    key: str = "",
    expected: int | None = None,
) -> int:
    """Check what was typed and keep it as the next version; return that version.

    :raises Invalid: with every problem; nothing is kept then but the draft, which stays as it is.
    :raises Conflict: if somebody else saved or submitted the draft after version `expected`.
    :raises NotAllowed: if there is nothing to fill for the person now, or only with a step.
    """
    with transaction(session, number):
        if answer := answered(session, key, person):
            return int(answer["version"])
        seen = look(session, site, number, person, day_of(now))
        opened = page(session, seen, form_id, wanted)
        if not stands_alone(opened.form, seen, opened.slot):
            raise NotAllowed(form_id)
        draft = draft_of(session, seen.case, opened.form, opened.slot)
        if expected is not None:
            found = draft.version if draft else 0
            if found != expected:
                raise Conflict(form_id, expected, found)
        checked = check(session, seen, opened.form, opened.slot, raw)
        if checked.problems:
            raise Invalid(checked.problems)
        row = keep(session, seen, opened.form, opened.slot, checked.values, now)
        remember(session, key, person, {"version": row.version}, now)
        record.touch(seen.case, now)
        due.follow_date(session, seen.compiled, seen.case, form_id, now)
        at_rest = follow(session, site, seen.compiled, seen.case, now, seen.situation)
        settle(session, seen.compiled, seen.case, now, seen.actor.person, situation=at_rest)
        version = row.version
    return version


def keep(
    session: Session,
    seen: Look,
    form: Form,
    slot: str,
    values: Mapping[str, Value],
    now: datetime,
    role: str | None = None,
) -> Submission:
    """Add a submission and its history entry, empty the draft of it, and return the submission."""
    if draft := draft_of(session, seen.case, form, slot):
        # What others have typed into their own fields of a shared draft is still theirs to submit.
        own = fillable(form, seen)
        rest = {field: typed for field, typed in draft.raw.items() if own and field not in own}
        if rest:
            draft.raw = rest
        else:
            session.delete(draft)
    if slot.startswith(f"{NEW_ENTRY}:"):
        slot = uuid.uuid4().hex
    row = versions.add(session, seen.case, form, slot, values, seen.actor, now, role)
    _name_case(seen, form, values)
    return row


def _name_case(seen: Look, form: Form, values: Mapping[str, Value]) -> None:
    """Let the case be called, and lie, as the form that the workflow names says it now."""
    subject = seen.compiled.workflow.subject
    for column, source in (("title", subject.title), ("county", subject.place)):
        name, _, field = source.partition(".")
        if name == form.id and values.get(field):
            setattr(seen.case, column, values[field])


def draft_of(session: Session, case: Case, form: Form, slot: str) -> Draft | None:
    """Return the draft of a form in a slot, or None if nobody has typed anything yet."""
    return session.scalar(DRAFT, {"case": case.id, "form": form.id, "slot": slot})
