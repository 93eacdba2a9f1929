"""The account of whoever is signed in: name, telephone, password, sessions."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_security.utils import hash_password, verify_password
from werkzeug.wrappers import Response

from workflow_app.core.errors import Invalid
from workflow_app.services import sign_ins
from workflow_app.services.accounts import attempts, people
from workflow_app.services.accounts.passwords import SHORTEST
from workflow_app.store.queries import accounts as queries
from workflow_app.web.accounts.account import TOKEN
from workflow_app.web.accounts.passwords import complaints_about, has_to_wait, wrong_password
from workflow_app.web.context import me, now, session, site, today
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.forms.typed import Typed, kept, typed
from workflow_app.web.office.people import role_names, scope_name

bp = Blueprint("my_account", __name__, url_prefix="/account")
Answer = str | Response | tuple[str, int]
FIELDS = ("name", "phone")


@bp.get("")
def shown() -> str:
    """Show the account of whoever is signed in."""
    return _page(kept(me(), FIELDS))


@bp.post("")
def changed() -> Answer:
    """Change name and telephone, the password, or end sessions."""
    action = request.form.get("action", "")
    if action == "save":
        return _save()
    if action == "password":
        return _password()
    token = cookie.get(TOKEN, "")
    if action == "end-others":
        sign_ins.end_others(session(), me().id, token, now())
        flash(_("Alle anderen Sitzungen sind beendet."), "success")
    elif action.startswith("end-"):
        sign_ins.end_one(session(), me().id, action.removeprefix("end-"), now())
        flash(_("Die Sitzung ist beendet."), "success")
    return redirect(url_for(".shown"), 303)


def _save() -> Answer:
    given = typed(FIELDS)
    try:
        people.change_own(session(), me(), **given.values, now=now())
    except Invalid as invalid:
        return _page(given.refused(invalid)), 422
    flash(_("Die Angaben sind gespeichert."), "success")
    return redirect(url_for(".shown"), 303)


def _password() -> Answer:
    before, wanted = request.form.get("before", ""), request.form.get("password", "")
    again = request.form.get("again", "")
    complaints = complaints_about(wanted, again, me().name, me().email)
    if said := _about_present(before):
        complaints.insert(0, said)
    if complaints:
        return _page(kept(me(), FIELDS), complaints), 422
    token = cookie.get(TOKEN, "")
    people.change_password(session(), me(), hash_password(wanted), token, now())
    flash(_("Das neue Passwort gilt. Alle anderen Sitzungen sind beendet."), "success")
    return redirect(url_for(".shown"), 303)


def _about_present(password: str) -> Complaint | None:
    """Return what is wrong with the present password; who guesses waits as at the sign-in."""
    account, source = me().email, request.remote_addr or ""
    if not attempts.may_try(session(), site(), account, source, now()):
        return has_to_wait()
    good = verify_password(password, me().password or "")
    attempts.note_try(session(), site(), account, source, good, now())
    return None if good else wrong_password()


def _page(given: Typed, complaints: list[Complaint] | None = None) -> str:
    person = me()
    names = role_names()
    own = sign_ins.hash_of(cookie.get(TOKEN, ""))
    running = queries.sign_ins(session(), person.id, now(), sign_ins.IDLE)
    return render_template(
        "account.html",
        one=person,
        given=given,
        complaints=[*given.complaints, *(complaints or [])],
        errors={**given.errors, **{c.target: c.text for c in complaints or [] if c.target}},
        roles=[
            f"{names[g.role]} ({scope_name(g.scope, g.key)})"
            for g in sorted(person.standing_roles, key=lambda g: (g.role, g.scope, g.key))
        ],
        memberships=queries.memberships(session(), person.id, today()),
        sessions=[(s, s.id == own) for s in running],
        publisher=site().publisher,
        shortest=SHORTEST,
    )
