"""Changes of an agreement: what each one changes, and what holds on a day with its sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from workflow_app.core.cases import amending
from workflow_app.core.definition.forms import Form
from workflow_app.core.errors import NotFound
from workflow_app.core.forms.typed import Unreadable, date_of
from workflow_app.services.cases.situations import Look
from workflow_app.services.papers import addenda, papers
from workflow_app.services.papers.reading import reading, registered
from workflow_app.services.steps import amendments
from workflow_app.web.case import changes, displayed, submitted
from workflow_app.web.case.changes import Change
from workflow_app.web.case.documents import sent
from workflow_app.web.context import now, seen, session, site, today

bp = Blueprint("amendments", __name__, url_prefix="/projects/<number>")


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A change of the agreement as its pages show it."""

    number: int
    title: str
    status: str
    kind: str
    """How the status is coloured."""
    row: Any
    changes: list[Change]
    href: str
    paper: str | None
    """Where the addendum can be read: issued, or a draft of it; None: there is none."""


def all_of(look: Look) -> list[ChangeShown]:
    """Return every change that was asked for, the oldest first."""
    if not look.situation.amendments:
        return []
    return [_shown(look, change) for change in amendments.of_case(session(), look.case)]


def open_one(look: Look) -> ChangeShown | None:
    """Return the change that is to be decided on or signed, or None."""
    change = amendments.open_one(session(), look.case)
    return _shown(look, change) if change else None


def request_shown(look: Look) -> tuple[Form, dict[str, Any]] | None:
    """Return the form of the open request with what it says beside the values: why and from when.

    None: there is no open request, or it says nothing more.
    """
    change = look.situation.amendment
    values = look.situation.newest(change.form) if change else None
    if change is None or values is None:
        return None
    form = look.compiled.forms[change.form]
    own = {f.id for f in form.fields if not (f.amends or f.adds_to or f.type == "computed")}
    shown = displayed.filled(look, form, {k: v for k, v in values.items() if k in own})
    return (form, shown) if shown else None


def asked_with(look: Look, forms: Iterable[str]) -> list[Change]:
    """Return what these forms would change as they stand now; empty if nothing."""
    found: list[Change] = []
    for name in forms:
        form = look.compiled.forms.get(name)
        values = look.situation.newest(name) if form and amending.amends(form) else None
        if form and values is not None:
            differing = amending.differences(form, values, look.situation.agreed)
            found += _told(look, [(d.form, d.field, d.old, d.new) for d in differing])
    return found


def _shown(look: Look, change: Any) -> ChangeShown:
    number, ordinal = look.case.number, change.number
    kind, status = _statuses()[change.status]
    readable = change.document is not None or change.status == "pending"
    return ChangeShown(
        number=ordinal,
        title=_("Änderung Nr. %(number)s", number=ordinal),
        status=status,
        kind=kind,
        row=change,
        changes=_told(look, [(c["form"], c["field"], c["old"], c["new"]) for c in change.changes]),
        href=url_for("amendments.one", number=number, ordinal=ordinal),
        paper=url_for("amendments.paper", number=number, ordinal=ordinal) if readable else None,
    )


def _statuses() -> dict[str, tuple[str, str]]:
    return {
        "pending": ("info", _("beantragt")),
        "issued": ("info", _("in Unterzeichnung")),
        "registered": ("success", _("registriert")),
        "declined": ("danger", _("abgelehnt")),
        "withdrawn": ("neutral", _("zurückgezogen")),
        "void": ("neutral", _("gilt nicht mehr")),
    }


def _told(look: Look, differing: Iterable[tuple[str, str, Any, Any]]) -> list[Change]:
    names = displayed.references(look)
    found = []
    for form, name, old, new in differing:
        field = look.compiled.forms[form].field(name)
        found.append(changes.one(field, old, new, names))
    return found


def _change(look: Look, ordinal: int) -> Any:
    """Return one change of the case.

    :raises NotFound: if there is none of that number.
    """
    rows = amendments.of_case(session(), look.case)
    for change in rows:
        if change.number == ordinal:
            return change
    raise NotFound(str(ordinal))


@bp.get("/amendments/<int(max=999):ordinal>")
def one(number: str, ordinal: int) -> str:
    """Show what one change is about, and what became of it."""
    look = seen(number)
    return render_template(
        "amendment.html",
        case=look.case,
        change=_shown(look, _change(look, ordinal)),
        asked=[s for s in submitted.submitted(look) if s.slot == f"n{ordinal}"],
        in_force=registered(session(), look.case),
    )


@bp.get("/amendments/<int(max=999):ordinal>.pdf")
def paper(number: str, ordinal: int) -> Response:
    """Send the addendum: as it was issued, or as it would read now."""
    look = seen(number)
    change = _change(look, ordinal)
    if change.document is None and change.status != "pending":
        raise NotFound(str(ordinal))
    data = addenda.preview(session(), site(), look, change, now())
    return sent(data, papers.PDF, f"{number}-nachtrag-{ordinal}.pdf", inline=True)


@bp.get("/in-force")
def in_force(number: str) -> str:
    """Show what holds on a day, each value with the document that it rests on."""
    look = seen(number)
    asked = request.args.get("day", "").strip()[:40]
    day, complaint = _day(asked)
    if not registered(session(), look.case):
        raise NotFound("agreement")
    names = displayed.references(look)
    parts = [
        (form, [(h, displayed.value_shown(h.field, h.value, names)) for h in held])
        for form, held in reading(session(), look, day)
    ]
    return render_template(
        "in_force.html",
        case=look.case,
        parts=parts,
        day=day,
        typed=asked,
        complaint=complaint,
        changes=[c for c in all_of(look) if c.row.status == "registered"],
    )


def _day(typed: str) -> tuple[date, str]:
    """Return the day that was asked for, else today; and what is wrong with what was typed."""
    if not typed:
        return today(), ""
    try:
        return date_of(typed), ""
    except Unreadable:
        return today(), _("Geben Sie einen Tag ein, zum Beispiel 01.02.2027.")
