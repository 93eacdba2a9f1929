"""The list of people, the page of one, and inviting somebody."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.cases.rights import STANDING_ROLES
from workflow_app.core.errors import Invalid
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.services.accounts import administration, invitations
from workflow_app.services.accounts import people as accounts
from workflow_app.services.accounts.imported_roles import imported_roles
from workflow_app.services.accounts.links import INVITATION
from workflow_app.services.administering import administers
from workflow_app.store.queries import accounts as queries
from workflow_app.web.context import me, now, number_in, session, site, today
from workflow_app.web.forms.typed import Typed, kept, typed
from workflow_app.web.language import language
from workflow_app.web.lists import listing

bp = Blueprint("people", __name__, url_prefix="/people")
Answer = str | Response | tuple[str, int]
PAGE = 50
"""People on one page of the list."""
FIELDS = ("name", "email", "phone")
SHOWN = ("active", "invited", "deactivated")


def states() -> dict[str, str]:
    """Return the states of an account with their names."""
    return {"active": _("aktiv"), "invited": _("eingeladen"), "deactivated": _("gesperrt")}


@bp.get("")
def listed() -> str:
    """Show the people, by name or address."""
    words = request.args.get("words", "").strip()[:100]
    state = request.args.get("state", "")
    page = number_in(request.args.get("page", "")) or 1
    found = queries.people(
        session(), words, state if state in SHOWN else "", PAGE + 1, (page - 1) * PAGE
    )
    return render_template(
        "office/people.html",
        people=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        words=words,
        state=state,
        states=states(),
        roles=role_names(),
    )


def role_names() -> dict[str, str]:
    """Return the standing roles with the names that people know them by."""
    workflow = site().catalogue.current(listing.PROJECT).workflow
    known = {role.id: role.label(language()) for role in workflow.roles}
    known |= {"admin": _("Administration"), "auditor": _("Revision")}
    roles = (*STANDING_ROLES, *imported_roles(session(), site()))
    return {role: known.get(role, role) for role in roles}


@bp.get("/new")
def new() -> str:
    """Show the form by which somebody is invited."""
    return _new_page(Typed({"email": "", "name": ""}))


@bp.post("/new")
def invite() -> Answer:
    """Invite somebody by address."""
    given = typed(("email", "name"))
    try:
        person = invitations.invite(
            session(), given.values["email"], given.values["name"], now(), me()
        )
    except Invalid as invalid:
        return _new_page(given.refused(invalid)), 422
    flash(_("Die Einladung ist unterwegs."), "success")
    return redirect(url_for(".one", person_id=person.id), 303)


def _new_page(given: Typed) -> str:
    return render_template("office/person_new.html", given=given, complaints=given.complaints)


@bp.get("/<int:person_id>")
def one(person_id: int) -> str:
    """Show an account: who it is, what they may, where they belong."""
    return _page(person_id)


def _page(person_id: int, given: Typed | None = None, role: Typed | None = None) -> str:
    person = accounts.person(session(), person_id)
    given = given or kept(person, FIELDS)
    role = role or Typed({"role": "", "scope": "site", "county": "", "organisation": ""})
    names, imported = role_names(), imported_roles(session(), site())
    return render_template(
        "office/person.html",
        one=person,
        given=given,
        role=role,
        complaints=[*given.complaints, *role.complaints],
        state=queries.state_of(person),
        states=states(),
        grants=[
            (g, names.get(g.role, g.role), scope_name(g.scope, g.key))
            for g in person.standing_roles
        ],
        givable={r: names[r] for r in administration.givable(me(), imported)},
        takeable=_takeable(person),
        mine=person.id == me().id,
        memberships=queries.memberships(session(), person_id, today()),
        open_cases=queries.open_cases(session(), person_id),
        invitation=queries.open_link(session(), person_id, INVITATION, now()),
        counties=listing.counties(),
        organisations=queries.organisation_names(session()),
    )


def _takeable(person: Any) -> set[str]:
    """Return the roles that whoever asks may take: an administrator all that are held."""
    held = {grant.role for grant in person.standing_roles}
    return held if administers(me()) else held & set(administration.givable(me()))


def scope_name(scope: str, key: str) -> str:
    """Return for which cases a role holds, in words."""
    if scope == "county":
        return listing.counties().get(key, key)
    if scope == "organisation":
        return queries.organisation_names(session()).get(int(key), key)
    return _("überall")


def _chosen_scope() -> tuple[str, str]:
    """Return for what a role is to hold, and the key of it.

    :raises Invalid: if something else is chosen as well, which would be left out in silence.
    """
    scope = request.form.get("scope", "")
    keys = {kind: request.form.get(kind, "") for kind in ("county", "organisation")}
    if any(key for kind, key in keys.items() if kind != scope):
        raise Invalid([FieldProblem("scope", "contradicts", accounts.OTHER_SCOPE)])
    return scope, keys.get(scope, "")


@bp.post("/<int:person_id>")
def changed(person_id: int) -> Answer:
    """Change an account: its words, its roles, whether it is open, its invitation."""
    action = request.form.get("action", "")
    try:
        said = _act(person_id, action)
    except Invalid as invalid:
        if action == "give":
            fields = ("role", "scope", "county", "organisation")
            return _page(person_id, role=typed(fields).refused(invalid)), 422
        return _page(person_id, typed(FIELDS).refused(invalid)), 422
    if said:
        flash(said, "success")
    return redirect(url_for(".one", person_id=person_id), 303)


def _act(person_id: int, action: str) -> str:
    by = me()
    if action == "save":
        values = typed(FIELDS).values
        accounts.change(session(), person_id, **values, now=now(), by=by)
        return _("Die Angaben sind gespeichert.")
    if action == "give":
        scope, key = _chosen_scope()
        role = request.form.get("role", "")
        imported = imported_roles(session(), site())
        accounts.give_role(session(), person_id, role, scope, key, now(), by, imported=imported)
        name, where = role_names()[role], scope_name(scope, key)
        return _("Gegeben: %(role)s, %(where)s.", role=name, where=where)
    if action.startswith("take-"):
        grant = number_in(action.removeprefix("take-")) or 0
        accounts.take_role(session(), site(), person_id, grant, now(), by)
        return _("Die Rolle ist entzogen.")
    if action == "deactivate":
        accounts.deactivate(session(), site(), person_id, now(), by)
        return _("Das Konto ist gesperrt. Alle Sitzungen sind beendet.")
    if action == "reactivate":
        accounts.reactivate(session(), site(), person_id, now(), by)
        return _("Das Konto ist wieder frei.")
    return _invitation(person_id, action)


def _invitation(person_id: int, action: str) -> str:
    person, by = accounts.person(session(), person_id), me()
    if action == "invite":
        invitations.invite(session(), person.email, person.name, now(), by)
        return _("Die Einladung ist unterwegs.")
    if action == "revoke":
        invitations.revoke_for(session(), person, now(), by)
        return _("Die Einladung gilt nicht mehr.")
    return ""
