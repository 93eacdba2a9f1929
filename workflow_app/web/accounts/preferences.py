"""In which language somebody wants to read: on the account, or in the browser if not signed in."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user
from flask_security import user_authenticated
from werkzeug.wrappers import Response

from workflow_app.services import people
from workflow_app.web import language as languages
from workflow_app.web.accounts.account import Account
from workflow_app.web.context import me, session
from workflow_app.web.language import CHOSEN, LANGUAGES

bp = Blueprint("preferences", __name__, url_prefix="/settings")
open_to_all = Blueprint("languages", __name__, url_prefix="/language")


@bp.get("")
def shown() -> str:
    """Show what somebody can choose for their account."""
    return render_template("settings.html", languages=LANGUAGES)


@bp.post("")
def chosen() -> Response:
    """Keep the language of pages and mail with the account."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        people.choose_language(session(), me(), wanted)
        languages.changed()
        refresh()
        flash(_("Sie lesen Tandem jetzt auf Deutsch."), "success")
    return redirect(back_to(request.form.get("back", "")) or url_for(".shown"), 303)


@open_to_all.get("/<any(de, en):wanted>")
def read_in(wanted: str) -> Response:
    """Remember the language in this browser; whoever is signed in chooses it with the account."""
    if current_user.is_authenticated:
        return redirect(url_for("preferences.shown"), 303)
    cookie[CHOSEN] = wanted
    return redirect(back_to(request.args.get("back", "")) or url_for("tasks.mine"), 303)


def back_to(address: str) -> str:
    """Return an address of ours as it is, and nothing for any other."""
    ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and address.isprintable() else ""


def _take_along(app: Flask, user: Account, **_more: object) -> None:
    """Give the account the language that was chosen in this browser before signing in."""
    wanted = cookie.pop(CHOSEN, None)
    if wanted in LANGUAGES and wanted != user.person.language:
        people.choose_language(session(), user.person, wanted)
    languages.changed()
    refresh()


def register(app: Flask) -> None:
    """Add the pages, and hear of everybody who signs in."""
    app.register_blueprint(bp)
    app.register_blueprint(open_to_all)
    user_authenticated.connect(_take_along, app)
