"""Pages: what a browser sends is bound, handed to one service, and shown again."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user

from workflow_app.services.transaction import carried_out
from workflow_app.web import addresses, context, errors, filters, headers, language, office, texts
from workflow_app.web.accounts import access, account, my_account, preferences
from workflow_app.web.case import (
    amendments,
    documents,
    history,
    imported,
    invitations,
    pictures,
    projects,
    who_may,
)
from workflow_app.web.explained import explanations, simulation, workflows
from workflow_app.web.forms import drafts as form_drafts
from workflow_app.web.forms import held
from workflow_app.web.forms import reviews as form_reviews
from workflow_app.web.forms import versions as form_versions
from workflow_app.web.lists import recommendations, tasks
from workflow_app.web.steps import decisions, filling, since, transitions
from workflow_app.web.versions import arrivals, migrations, planning, plays
from workflow_app.web.versions import pages as versions

OPEN = frozenset({"security", "texts", "checks", "languages", "static", "access"})
"""Blueprints, and the folder of files, that are open to everybody; all else asks to sign in."""


def register(app: Flask) -> None:
    """Add the pages to the application: signing in, blueprints, filters, errors, headers."""
    addresses.register(app)
    language.register(app)
    account.register(app)
    app.before_request(readable_only)
    app.before_request(signed_in_only)
    app.before_request(once)
    for module in (
        tasks,
        projects,
        filling,
        form_drafts,
        form_reviews,
        form_versions,
        transitions,
        decisions,
        history,
        imported,
        documents,
        amendments,
        pictures,
    ):
        app.register_blueprint(module.bp)
    app.register_blueprint(recommendations.bp)
    app.register_blueprint(invitations.bp)
    app.register_blueprint(my_account.bp)
    app.register_blueprint(access.bp)
    office.register(app)
    app.register_blueprint(documents.checks)
    app.register_blueprint(texts.bp)
    app.register_blueprint(workflows.bp)
    app.register_blueprint(versions.bp)
    app.register_blueprint(plays.bp)
    app.register_blueprint(planning.bp)
    app.register_blueprint(migrations.bp)
    app.register_blueprint(arrivals.bp)
    app.register_blueprint(explanations.bp)
    app.register_blueprint(simulation.bp)
    app.register_blueprint(who_may.on_cases)
    app.register_blueprint(who_may.of_people)
    preferences.register(app)
    filters.register(app)
    since.register(app)
    errors.register(app)
    headers.register(app)
    app.after_request(held.give_back)


def readable_only() -> None:
    """Refuse what no keyboard types: a NUL, which databases and files take amiss."""
    sent = (*request.args.items(multi=True), *request.form.items(multi=True))
    if "\0" in request.path or any("\0" in text for pair in sent for text in pair):
        abort(400)


def once() -> Any:
    """Answer a request that was carried out already: the second click lands where the first did."""
    if request.method != "POST" or not current_user.is_authenticated:
        return None
    # Asked while the person's row is at hand: after the commit it would have to be read again.
    language.language()
    key = context.given_key()
    answer = carried_out(context.session(), key, context.me()) if key else None
    if answer is None:
        return None
    where = request.view_args or {}
    if request.blueprint == "arrivals":
        where = {"workflow": answer["workflow"]}
    if request.blueprint in ("arrivals", "versions", "migrations"):
        return redirect(url_for("versions.listed", workflow=where["workflow"]), 303)
    number = where.get("number") or answer.get("number")
    return redirect(
        url_for("projects.one", number=number) if number else url_for("tasks.mine"), 303
    )


def signed_in_only() -> Any:
    """Send whoever is not signed in to the sign-in page; unknown addresses are nobody's."""
    where = request.blueprint or request.endpoint
    if where is None or where in OPEN or current_user.is_authenticated:
        return None
    # A script has an answer of its own; a person gets back what was typed after signing in.
    if request.accept_mimetypes.best == "application/json":
        return {"error": str(account.PLEASE_SIGN_IN)}, 401
    typed = held.sent(account.was_signed_in())
    if typed is not None:
        return held.sign_in_page(typed)
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
