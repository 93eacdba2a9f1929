"""The list of organisations, the page of one, and adding one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.errors import Invalid
from workflow_app.services.access.rows import principals_of
from workflow_app.services.accounts import organisations as bodies
from workflow_app.store.queries import accounts as queries
from workflow_app.store.queries import lists
from workflow_app.web.context import me, now, number_in, session, today
from workflow_app.web.forms.typed import Typed, kept, typed
from workflow_app.web.lists import listing

bp = Blueprint("organisations", __name__, url_prefix="/organisations")
Answer = str | Response | tuple[str, int]
PAGE = 50
"""Organisations on one page of the list."""
FIELDS = tuple(bodies.LIMITS)


def kinds() -> dict[str, str]:
    """Return the kinds of organisations with their names."""
    return {
        "municipality": _("Kommune"),
        "fa": _("Freiwilligen-Agentur"),
        "fz": _("Freiwilligen-Zentrum"),
        "kobe": _("Koordinierungszentrum Bürgerschaftlichen Engagements"),
        "carrier": _("Träger"),
        "programme_office": _("Programmbüro"),
        "ministry": _("Ministerium"),
    }


@bp.get("")
def listed() -> str:
    """Show the organisations, by name."""
    words = request.args.get("words", "").strip()[:100]
    page = number_in(request.args.get("page", "")) or 1
    found = queries.organisations(session(), words, PAGE + 1, (page - 1) * PAGE)
    return render_template(
        "office/organisations.html",
        organisations=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        words=words,
        kinds=kinds(),
        counties=listing.counties(),
    )


@bp.get("/new")
def new() -> str:
    """Show the form by which an organisation is added."""
    return _edit_page(None, Typed({**dict.fromkeys(FIELDS, ""), "kind": ""}), [])


@bp.post("/new")
def add() -> Answer:
    """Add an organisation."""
    return _saved(None)


@bp.get("/<int:organisation_id>")
def one(organisation_id: int) -> str:
    """Show an organisation: who belongs to it, its projects, its contacts."""
    return _page(organisation_id, Typed({"email": "", "function": ""}))


@bp.get("/<int:organisation_id>/edit")
def edit(organisation_id: int) -> str:
    """Show the form by which an organisation is changed."""
    body = bodies.organisation(session(), organisation_id)
    return _edit_page(organisation_id, kept(body, (*FIELDS, "kind")), list(body.counties))


@bp.post("/<int:organisation_id>/edit")
def save(organisation_id: int) -> Answer:
    """Change an organisation."""
    bodies.organisation(session(), organisation_id)
    return _saved(organisation_id)


def _saved(organisation_id: int | None) -> Answer:
    given = typed((*FIELDS, "kind"))
    chosen = [key for key in request.form.getlist("counties") if key in listing.counties()]
    try:
        saved = bodies.save(
            session(), organisation_id, given.values, given.values["kind"], chosen, now(), me()
        )
    except Invalid as invalid:
        return _edit_page(organisation_id, given.refused(invalid), chosen), 422
    flash(_("Die Organisation ist gespeichert."), "success")
    return redirect(url_for(".one", organisation_id=saved), 303)


def _edit_page(organisation_id: int | None, given: Typed, chosen: list[str]) -> str:
    return render_template(
        "office/organisation_edit.html",
        organisation_id=organisation_id,
        given=given,
        complaints=given.complaints,
        chosen=chosen,
        kinds=kinds(),
        counties=listing.counties(),
    )


@bp.post("/<int:organisation_id>")
def members(organisation_id: int) -> Answer:
    """Let somebody belong to the organisation, or no longer."""
    action = request.form.get("action", "")
    if action.startswith("leave-"):
        return _left(number_in(action.removeprefix("leave-")) or 0, organisation_id)
    given = typed(("email", "function"))
    try:
        bodies.join(session(), organisation_id, **given.values, now=now(), by=me())
    except Invalid as invalid:
        return _page(organisation_id, given.refused(invalid)), 422
    flash(_("Die Zugehörigkeit ist eingetragen."), "success")
    return redirect(url_for(".one", organisation_id=organisation_id), 303)


def _left(membership: int, organisation_id: int) -> Answer:
    """End a membership; of somebody who still takes part in cases that page is next."""
    person = bodies.leave(session(), membership, now(), me())
    flash(_("Die Zugehörigkeit ist beendet."), "success")
    if not queries.open_cases(session(), person.id):
        return redirect(url_for(".one", organisation_id=organisation_id), 303)
    words = _("An den Vorgängen hat sich nichts geändert; sehen Sie nach, wer sie übernimmt.")
    flash(words, "warning")
    return redirect(url_for("people.one", person_id=person.id), 303)


def _page(organisation_id: int, given: Typed) -> str:
    body = bodies.organisation(session(), organisation_id)
    cases = lists.projects(session(), principals_of(me()), organisation=organisation_id)
    return render_template(
        "office/organisation.html",
        body=body,
        given=given,
        complaints=given.complaints,
        kinds=kinds(),
        counties=[listing.counties().get(key, key) for key in body.counties],
        members=queries.members(session(), organisation_id, today()),
        lines=listing.lines(cases),
    )
