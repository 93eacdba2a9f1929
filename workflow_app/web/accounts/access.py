"""Getting in without a password: the personal link of a mail, and asking for a new one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security.utils import hash_password
from werkzeug.wrappers import Response

from workflow_app.core.errors import Invalid, NotFound
from workflow_app.services.accounts import links
from workflow_app.services.accounts.passwords import SHORTEST
from workflow_app.services.people import address_of
from workflow_app.web.accounts.passwords import complaints_about
from workflow_app.web.context import now, session, site
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.forms.typed import Typed, typed
from workflow_app.web.language import language

bp = Blueprint("access", __name__, url_prefix="/access")
Answer = str | Response | tuple[str, int]


@bp.get("/forgotten")
def forgotten() -> str:
    """Show where to ask for a link by which a new password can be set."""
    return render_template("forgotten.html", given=Typed({"email": ""}))


@bp.post("/forgotten")
def asked() -> Answer:
    """Mail a link, if there is such an account; the answer is the same if there is none."""
    given = typed(("email",))
    try:
        address_of(given.values["email"])
    except Invalid as invalid:
        return render_template("forgotten.html", given=given.refused(invalid)), 422
    links.forgotten(session(), given.values["email"], now())
    return render_template("forgotten.html", sent=True)


@bp.get("/<token>")
def opened(token: str) -> Answer:
    """Show what a link lets its owner set; looking at it does not use it up."""
    return _page(token, None, [])


@bp.post("/<token>")
def used(token: str) -> Answer:
    """Set the password, and on an invitation the name."""
    name = request.form.get("name", "")[:200]
    wanted, again = request.form.get("password", ""), request.form.get("again", "")
    try:
        link = links.good(session(), site(), token, now())
        known = name if link.kind == links.INVITATION else link.person.name
        complaints = complaints_about(wanted, again, known, link.person.email)
        if not known.strip():
            complaints.insert(0, Complaint(links.NO_NAME(language()), "name"))
        if complaints:
            return _page(token, name, complaints)
        links.use(session(), site(), token, name, hash_password(wanted), now())
    except NotFound:
        return _too_late()
    except Invalid as invalid:
        found = [Complaint(p.text(language()), p.path) for p in invalid.problems]
        return _page(token, name, found)
    flash(_("Ihr Passwort ist gesetzt. Melden Sie sich jetzt damit an."), "success")
    return redirect(url_for("security.login"), 303)


def _page(token: str, name: str | None, complaints: list[Complaint]) -> Answer:
    try:
        link = links.good(session(), site(), token, now())
    except NotFound:
        return _too_late()
    text = render_template(
        "access.html",
        invitation=link.kind == links.INVITATION,
        email=link.person.email,
        name=links.called(link.person) if name is None else name,
        shortest=SHORTEST,
        complaints=complaints,
        errors={c.target: c.text for c in complaints if c.target},
    )
    return text, 422 if complaints else 200


def _too_late() -> Answer:
    return render_template("access_over.html"), 410
