"""Which submissions of a case a person may see: blind forms stay blind."""

from __future__ import annotations

from workflow_app.core.cases.rights import holds
from workflow_app.core.cases.situation import Submitted
from workflow_app.services.cases.situations import Look


def may_see_form(seen: Look, form_id: str) -> bool:
    """Return whether submissions of the form are for this person at all."""
    form = seen.compiled.forms.get(form_id)
    if form is None:
        return False
    return not form.seen_by or any(holds(seen.actor, r, seen.situation) for r in form.seen_by)


def may_see(seen: Look, submission: Submitted) -> bool:
    """Return whether this person may see a submission now.

    A state conceals some forms: then each side sees its own only, and nobody else any.
    """
    if not may_see_form(seen, submission.form):
        return False
    state = seen.compiled.workflow.states[seen.case.state]
    if submission.form in state.conceals:
        return seen.actor.side is not None and submission.slot == seen.actor.side
    return True


def visible(seen: Look) -> list[Submitted]:
    """Return the newest submissions of the case that this person may see, in order."""
    found = (s for rows in seen.situation.submissions.values() for s in rows)
    return sorted((s for s in found if may_see(seen, s)), key=lambda s: s.id)


def sees_internals(seen: Look) -> bool:
    """Return whether comments, reasons and the archive bundle are for this person.

    A reader sees what was submitted and issued, not what the people involved wrote to each other.
    """
    return bool(seen.actor.roles - {"reader"})
