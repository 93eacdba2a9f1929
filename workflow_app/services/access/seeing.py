"""Which submissions of a case a person may see: blind forms stay blind."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.cases.rights import holds
from workflow_app.core.cases.situation import Submitted
from workflow_app.core.definition.forms import Form
from workflow_app.core.forms.fields import Value
from workflow_app.core.forms.release import released
from workflow_app.services.cases.situations import Look


def may_see_form(seen: Look, form_id: str) -> bool:
    """Return whether submissions of the form are for this person at all."""
    form = seen.compiled.forms.get(form_id)
    if form is None:
        return False
    return not form.seen_by or any(holds(seen.actor, r, seen.situation) for r in form.seen_by)


def may_see(seen: Look, submission: Submitted) -> bool:
    """Return whether this person may see a submission now.

    A state conceals some forms: then each side sees its own only, and nobody else any. Others it
    shows to a side only once its own submission is in.
    """
    if not may_see_form(seen, submission.form):
        return False
    state = seen.compiled.workflow.states[seen.case.state]
    own = seen.actor.side is not None and submission.slot == seen.actor.side
    if submission.form in state.conceals:
        return own
    return own or not _to_come(seen, submission.form)


def may_read(seen: Look, form_id: str) -> bool:
    """Return whether this person may read what every side answered in a form."""
    state = seen.compiled.workflow.states.get(seen.case.state)
    concealed = state is not None and form_id in state.conceals
    return may_see_form(seen, form_id) and not concealed and not _to_come(seen, form_id)


def _to_come(seen: Look, form_id: str) -> bool:
    """Return whether this person's side has yet to send what it could otherwise copy."""
    state, side = seen.compiled.workflow.states.get(seen.case.state), seen.actor.side
    if state is None or side is None or form_id not in state.shown_after_own:
        return False
    return seen.situation.newest(form_id, side) is None


def readable(seen: Look, form: Form, values: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return what of these answers this person may read: the sides all of them."""
    return values if seen.actor.side else released(form, values)


def visible(seen: Look) -> list[Submitted]:
    """Return the newest submissions of the case that this person may see, as they came.

    The entries of a form stay together in their own order: a new version moves none of them.
    """
    ordered: list[tuple[int, int, Submitted]] = []
    for form_id, rows in seen.situation.submissions.items():
        form = seen.compiled.forms.get(form_id)
        together = min((s.id for s in rows), default=0) if form and form.per == "entry" else None
        ordered += [(together or s.id, place, s) for place, s in enumerate(rows)]
    return [s for _came, _place, s in sorted(ordered, key=lambda o: o[:2]) if may_see(seen, s)]


def sees_internals(seen: Look) -> bool:
    """Return whether comments, reasons and the archive bundle are for this person.

    A reader sees what was submitted and issued, not what the people involved wrote to each other.
    """
    return bool(seen.actor.roles - {"reader"})
