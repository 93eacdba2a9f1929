"""Getting in without a password: the personal link of a mail, and asking for a new one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security.utils import hash_password
from werkzeug.wrappers import Response

from workflow_app.core.errors import Invalid, NotFound
from workflow_app.services.accounts import links
from workflow_app.services.accounts.passwords import SHORTEST
from workflow_app.web.accounts.passwords import complaints_about
from workflow_app.web.context import now, session, site
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language

bp = Blueprint("access", __name__, url_prefix="/access")
Answer = str | Response | tuple[str, int]


@bp.get("/forgotten")
def forgotten() -> str:
    """Show where to ask for a link by which a new password can be set."""
    return render_template("forgotten.html")


@bp.post("/forgotten")
def asked() -> str:
    """Mail a link, if there is such an account; the answer is the same if there is none."""
    links.forgotten(session(), request.form.get("email", "")[:255], now())
    return render_template("forgotten.html", sent=True)


@bp.get("/<token>")
def opened(token: str) -> Answer:
    """Show what a link lets its owner set; looking at it does not use it up."""
    return _page(token, "", [])


@bp.post("/<token>")
def used(token: str) -> Answer:
    """Set the password, and on an invitation the name."""
    name = request.form.get("name", "")[:200]
    wanted, again = request.form.get("password", ""), request.form.get("again", "")
    try:
        person = links.good(session(), site(), token, now()).person
        if complaints := complaints_about(wanted, again, name or person.name, person.email):
            return _page(token, name, complaints)
        links.use(session(), site(), token, name, hash_password(wanted), now())
    except NotFound:
        return _too_late()
    except Invalid as invalid:
        found = [Complaint(p.text(language()), p.path) for p in invalid.problems]
        return _page(token, name, found)
    flash(_("Ihr Passwort ist gesetzt. Melden Sie sich jetzt damit an."), "success")
    return redirect(url_for("security.login"), 303)


def _page(token: str, name: str, complaints: list[Complaint]) -> Answer:
    try:
        link = links.good(session(), site(), token, now())
    except NotFound:
        return _too_late()
    text = render_template(
        "access.html",
        invitation=link.kind == links.INVITATION,
        email=link.person.email,
        name=name,
        shortest=SHORTEST,
        complaints=complaints,
        errors={c.target: c.text for c in complaints if c.target},
    )
    return text, 422 if complaints else 200


def _too_late() -> Answer:
    return render_template("access_over.html"), 410
