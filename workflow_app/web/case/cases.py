"""A case as its pages show it: phases, deadline, whose turn it is, facts, what was submitted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from workflow_app.core.cases.situation import Submitted
from workflow_app.core.definition.model import Field, Form, Workflow
from workflow_app.core.forms import present
from workflow_app.core.steps.offers import Turn
from workflow_app.services.access.seeing import readable, visible
from workflow_app.services.cases.situations import Look, turn_is
from workflow_app.services.forms import submissions
from workflow_app.services.forms.references import References
from workflow_app.services.papers.snapshots import SIDE_LABELS
from workflow_app.services.work.obligations import Key, first
from workflow_app.store import queries
from workflow_app.web.context import session, today
from workflow_app.web.filters import TYPED, distance, typed
from workflow_app.web.language import language


@dataclass(frozen=True, slots=True)
class PhaseShown:
    """One phase of the track: done, current or todo."""

    label: str
    status: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline, and how far away it is."""

    day: date
    text: str
    over: bool


NO_DAYS: Mapping[Key, date] = MappingProxyType({})
"""The days of tasks that are all due with their state."""


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody has to do on a case."""

    text: str
    due: Due | None
    """The task's own deadline; None: the one of the state holds."""
    who: str = ""


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


def phases(workflow: Workflow, state: str, visited: Collection[str] = ()) -> list[PhaseShown]:
    """Return the phases; one that holds only end states is none on the way."""
    now, wanted = workflow.states[state], language()
    shown, before = [], True
    for phase in workflow.phases:
        states = list(workflow.phase_states(phase.id))
        if states and all(s.end for s in states):
            continue
        if phase.id == now.phase:
            before = False
            shown.append(PhaseShown(phase.label(wanted), "current", now.label(wanted)))
        elif now.end:
            done = now.outcome == "completed" or any(s.id in visited for s in states)
            shown.append(PhaseShown(phase.label(wanted), "done" if done else "todo"))
        else:
            shown.append(PhaseShown(phase.label(wanted), "done" if before else "todo"))
    return shown


def place_in_track(track: list[PhaseShown], state_label: str) -> str:
    """Return `Phase 1 von 4: Antrag, In Prüfung`; for an ended case the state alone."""
    for number, phase in enumerate(track, 1):
        if phase.status == "current":
            words = {"number": number, "count": len(track), "phase": phase.label}
            return _("Phase %(number)s von %(count)s: %(phase)s", **words) + f", {state_label}"
    return state_label


def due(day: date | None, today: date) -> Due | None:
    """Return the deadline as it is shown, or None if there is none."""
    return None if day is None else Due(day, distance(day, today), day < today)


def side_name(side: str) -> str:
    """Return what a side is called."""
    return SIDE_LABELS[side](language()) if side in SIDE_LABELS else side


def references(seen: Look) -> References:
    """Return the names of what the case's values point to."""
    made: dict[int, tuple[Look, References]] = g.setdefault("references", {})
    if id(seen) not in made:
        found = References(session(), seen.compiled, seen.situation, language(), seen.actor.person)
        # The look is kept beside it, so that its id is nobody else's while the request lasts.
        made[id(seen)] = (seen, found)
    return made[id(seen)][1]


def waiting(seen: Look, days: Mapping[Key, date] = NO_DAYS) -> list[Task]:
    """Return for whom the case waits, whoever asks left out; `days` are tasks' own deadlines."""
    others = [turn for turn in seen.turns if not turn_is(turn, seen.actor)]
    return [_task(turn, days, _who(seen, turn)) for turn in others]


def my_tasks(seen: Look, days: Mapping[Key, date] = NO_DAYS) -> list[Task]:
    """Return what whoever asks has to do on the case; `days` are tasks' own deadlines."""
    own = [_task(turn, days) for turn in seen.turns if turn_is(turn, seen.actor)]
    return list(dict.fromkeys(own))


def _task(turn: Turn, days: Mapping[Key, date], who: str = "") -> Task:
    return Task(turn.task(language()), due(first([turn], days), today()), who)


def _who(seen: Look, turn: Turn) -> str:
    role = seen.engine.role_names([turn.role], language())
    names = [
        p.name for p in seen.situation.participants if (p.role, p.side) == (turn.role, turn.side)
    ]
    return f"{', '.join(names)} ({side_name(turn.side or '')})" if names and turn.side else role


def facts(seen: Look) -> list[tuple[str, str]]:
    """Return (label, value) of what is to be seen at a glance, as far as it is filled in."""
    names, workflow = references(seen), seen.compiled.workflow
    found = []
    for name in workflow.subject.glance or workflow.scope:
        form_id, _dot, field_id = name.partition(".")
        form = seen.compiled.forms.get(form_id)
        value = (seen.situation.newest(form_id) or {}).get(field_id)
        if form is None or value is None:
            continue
        field = form.field(field_id)
        text = total(field, value) if field.type == "rows" else _plain(field, value, names)
        if field.type in TYPED:
            text = typed(text)
        if text:
            found.append((field.label(language()), text))
    return found


def _plain(field: Field, value: Any, names: References) -> str:
    shown = present.value(field, value, language(), names.name)
    return shown if isinstance(shown, str) else ""


def total(field: Field, rows: list[Mapping[str, Any]]) -> str:
    """Return the sum of the first money column, or an empty text if there is none."""
    column = next((c.id for c in field.columns if c.type == "money"), None)
    if column is None:
        return ""
    cells = (Decimal(row[column]) for row in rows if row.get(column) is not None)
    return present.money(str(sum(cells, Decimal("0.00"))), language())


def filled(
    seen: Look,
    form: Form,
    values: Mapping[str, Any],
    names: References | None = None,
    kept: Iterable[Any] | None = None,
) -> dict[str, Any]:
    """Return field → what a reader sees, for the fields that are filled in; files with links.

    `kept` are the attachments of the case, if they have been looked up already.
    """
    shown = present.form(form, values, language(), (names or references(seen)).name)
    asked = [f for f in form.fields if f.type in ("file", "files") and values.get(f.id)]
    if asked and kept is None:
        kept = queries.attachments(session(), seen.case)
    for f in asked:
        given = values[f.id]
        files = given if isinstance(given, list) else [given]
        shown[f.id] = [_file(seen, form, file, kept or ()) for file in files]
    return {field: value for field, value in shown.items() if value}


def value_shown(field: Field, value: Any, names: References) -> Any:
    """Return one value as a reader sees it."""
    return present.value(field, value, language(), names.name)


def _file(seen: Look, form: Form, file: Mapping[str, Any], kept: Iterable[Any]) -> dict[str, Any]:
    same = (a for a in kept if (a.sha256, a.form) == (file["sha256"], form.id))
    found = next(same, None)
    number = seen.case.number
    href = found and url_for("documents.attachment", number=number, attachment_id=found.id)
    return {"name": file["name"], "size": file.get("size", 0), "href": href}


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


def s_number(slot: str) -> int:
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
    if form.per in ("amendment", "amendment_side") and s_number(slot) != seen.situation.amending:
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
