"""What was submitted on a case, as its pages show it: title, author, values, the way to edit it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from workflow_app.core.cases.situation import Submitted
from workflow_app.core.definition.forms import Form
from workflow_app.services.access.seeing import readable, visible
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import submissions
from workflow_app.services.forms.references import References
from workflow_app.store import queries
from workflow_app.web.case.displayed import filled, references, side_name
from workflow_app.web.context import session
from workflow_app.web.filters import typed
from workflow_app.web.language import language


@dataclass(frozen=True, slots=True)
class SubmissionShown:
    """The newest version of a form in one slot, as a reader sees it."""

    form: Form
    slot: str
    title: str
    version: int
    author: str
    on: date
    presented: Mapping[str, Any]
    edit: str | None
    """Where it can be edited; None: not by this person now."""
    versions: str | None
    """Where its versions are compared; None: there is only one."""


def submitted(seen: Look, kept: Sequence[Any] | None = None) -> list[SubmissionShown]:
    """Return what was submitted and may be seen, in the order of the forms' first submission.

    `kept` are the attachments of the case, if they have been looked up already.
    """
    return all_shown(seen, visible(seen), kept)


def all_shown(
    seen: Look, found: Sequence[Submitted], kept: Sequence[Any] | None = None
) -> list[SubmissionShown]:
    """Return these submissions for reading; `kept` as for `submitted`."""
    names = references(seen)
    authors = queries.names(session(), (s.author for s in found if s.author))
    return [_shown(seen, s, names, authors, kept) for s in found]


def _shown(
    seen: Look,
    s: Submitted,
    names: References,
    authors: Mapping[int, str],
    kept: Sequence[Any] | None = None,
) -> SubmissionShown:
    form = seen.compiled.forms[s.form]
    return SubmissionShown(
        form=form,
        slot=s.slot,
        title=title(seen, form, s),
        version=s.version,
        author=authors.get(s.author or 0, ""),
        on=s.on,
        presented=filled(seen, form, readable(seen, form, s.values), names, kept),
        edit=_edit(seen, form, s.slot),
        versions=versions_url(seen, s.form, s.slot) if s.version > 1 else None,
    )


def versions_url(seen: Look, form_id: str, slot: str) -> str:
    """Return the page on which the versions of a form are listed and compared."""
    number = seen.case.number
    return url_for("form_versions.compared", number=number, form_id=form_id, slot=slot or None)


def title(seen: Look, form: Form, s: Submitted) -> str:
    """Return what a submission is called: its form, and its side, round or place in the row."""
    label = form.label(language())
    if form.per == "side":
        return f"{label} – {side_name(s.slot)}"
    if form.per == "amendment":
        number = s.slot.removeprefix("n")
        return _("%(form)s (Nachtrag Nr. %(number)s)", form=label, number=number)
    if form.per == "amendment_side":
        side, _dash, number = s.slot.partition("_n")
        words = {"form": label, "number": number, "side": side_name(side)}
        return _("%(form)s Nr. %(number)s – %(side)s", **words)
    if form.per == "round":
        return _("%(form)s, Runde %(number)s", form=label, number=s.slot.removeprefix("r"))
    if form.per == "entry":
        slots = [other.slot for other in seen.situation.submissions[form.id]]
        if len(slots) > 1:
            label = _("%(form)s Nr. %(number)s", form=label, number=slots.index(s.slot) + 1)
        called = _called(form, s)
        return Markup("{}: {}").format(label, typed(called)) if called else label
    return label


def _called(form: Form, s: Submitted) -> str:
    """Return what an entry calls itself, in its first line of text that nobody may leave out."""
    lines = (f for f in form.fields if f.type == "text" and f.required.always)
    return next((s.values.get(f.id) or "" for f in lines), "")


def _amendment(slot: str) -> int:
    """Return the number of the amendment to which a slot belongs: of `n2` and `civic_n2` two."""
    number = slot.rpartition("n")[2]
    return int(number) if number.isdecimal() else 0


def _edit(seen: Look, form: Form, slot: str) -> str | None:
    state = seen.compiled.workflow.states[seen.case.state]
    if not submissions.fillable(form, seen) or not submissions.stands_alone(form, seen, slot):
        return None
    if form.id in state.forms and not submissions.offered(form.id, seen):
        return None
    if form.per == "round" and slot != f"r{seen.situation.round}":
        return None
    if form.per in ("amendment", "amendment_side") and _amendment(slot) != seen.situation.amending:
        return None
    if form.per == "amendment_side" and seen.situation.amendment is None:
        return None
    if form.per == "side" and seen.actor.side not in (None, slot):
        return None
    at = slot if form.per in ("entry", "side", "amendment_side") else None
    return url_for("steps.form", number=seen.case.number, form_id=form.id, slot=at)


def confirmed_by(look: Look, form_id: str) -> list[str]:
    """Return the sides whose confirmation would be void after a new version of this form."""
    signed: list[str] = []
    for offer in look.offers:
        if offer.transition.sign_off and form_id in offer.transition.sign_off.of:
            signed += [side_name(side) for side in offer.signed]
    return list(dict.fromkeys(signed))
