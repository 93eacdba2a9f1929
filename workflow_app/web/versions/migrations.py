"""Running cases go to another version: what that means for each, and how far it has come."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.errors import DefinitionError, NotFound
from workflow_app.services.administering import admins_only
from workflow_app.services.migrations import plans, running
from workflow_app.services.migrations.carrying_over import BACK, MOVED, STAYED, carry_over
from workflow_app.services.migrations.preview import previews
from workflow_app.services.migrations.taking_back import take_back, why_not
from workflow_app.web import context
from workflow_app.web.context import me, now, session, site, today
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language
from workflow_app.web.versions.planning import complaints_of, name_of
from workflow_app.web.versions.previewed import Told, told

bp = Blueprint("migrations", __name__, url_prefix="/workflows/<workflow>/migrations")
Answer = str | Response | tuple[str, int]
PAGE = 20
"""Cases on one page: each is worked out anew, because it may have changed."""
RESULTS = 100
"""Cases in one table of results."""
STATUSES = (MOVED, STAYED, BACK)


@bp.before_request
def admins() -> None:
    """Let administrators pass, and nobody else."""
    admins_only(me())


@bp.get("/<int(max=99999):migration>")
def one(workflow: str, migration: int) -> str:
    """Show how far a migration has come, and what it means for each case that waits."""
    row = _of(workflow, migration)
    page = max(1, context.number_in(request.args.get("page", "")) or 1)
    waiting: list[Told] = []
    complaints: list[Complaint] = []
    if row.closed_at is None:
        try:
            waiting = _waiting(row.plan, page)
        except DefinitionError as error:
            # The version that the cases were to go to has been retired since.
            complaints = complaints_of(error)
    done = plans.progress(session(), row)
    counts = {MOVED: done.moved, STAYED: done.stayed, BACK: done.back}
    wanted = request.args.get("status", "")
    wanted = wanted if wanted in STATUSES else ""
    last = max(1, -(-(counts[wanted] if wanted else sum(counts.values())) // RESULTS))
    number = min(last, max(1, context.number_in(request.args.get("results", "")) or 1))
    results = plans.results(session(), row.id, wanted, limit=RESULTS, offset=(number - 1) * RESULTS)
    return render_template(
        "versions/migration.html",
        workflow=workflow,
        name=name_of(workflow),
        row=row,
        done=done,
        left=plans.count_remaining(session(), row),
        queued=running.queued(session(), row.id),
        complaints=complaints,
        waiting=waiting[:PAGE],
        more=len(waiting) > PAGE,
        page=page,
        results=[_result(row, r) for r in results],
        counts=counts,
        status=wanted,
        results_page=number,
        results_last=last,
        key=context.new_key(),
    )


def _waiting(text: str, page: int) -> list[Told]:
    """Return what the plan would make of the cases on one page, and of the one after it."""
    plan, pair = plans.check(session(), site(), text)
    found = previews(session(), plan, pair, today(), limit=PAGE + 1, offset=(page - 1) * PAGE)
    return [told(p, pair.source.workflow, pair.new.role) for p in found]


def _result(migration: Any, result: Any) -> dict[str, Any]:
    """Return what became of a case, and whether it can still be taken back."""
    index = 0 if language() == "de" else 1
    reasons = [pair[index] for pair in result.reasons]
    if result.status == MOVED and (why := why_not(session(), migration, result)) is not None:
        reasons = [why(language())]
    states = site().catalogue.of(session(), result.case).workflow.states
    return {
        "number": result.case.number,
        "title": result.case.title,
        "status": result.status,
        "state": states[result.case.state].label(language()),
        "who": result.actor.name if result.actor else "",
        "at": result.at,
        "reasons": reasons,
        "can_return": result.status == MOVED and not reasons,
    }


def _of(workflow: str, migration: int) -> Any:
    row = plans.one(session(), migration)
    if row.workflow != workflow:
        raise NotFound(str(migration))
    return row


@bp.post("/<int(max=99999):migration>")
def acted(workflow: str, migration: int) -> Answer:
    """Move one case or all, take one back or all, or close the migration."""
    _of(workflow, migration)
    action, number = request.form.get("action", ""), request.form.get("number", "")
    if action == "all":
        running.queue_run(session(), migration, me(), now())
        flash(_("Die Vorgänge werden der Reihe nach umgestellt."), "success")
    elif action == "back_all" and len(running.moved(session(), migration)) > running.AT_A_TIME:
        running.queue_back(session(), migration, me(), now())
        flash(_("Die Vorgänge werden der Reihe nach zurückgenommen."), "success")
    elif action == "back_all":
        ends = list(running.take_all_back(session(), site(), migration, me(), now))
        came = sum(status == BACK for _number, status in ends)
        text = _("%(came)s von %(all)s zurückgenommen.", came=came, all=len(ends))
        flash(text, "success" if came == len(ends) else "warning")
    elif action == "close":
        plans.close(session(), migration, me(), now())
        flash(_("Die Umstellung ist abgeschlossen."), "success")
    elif action in ("go", "back") and number:
        act = carry_over if action == "go" else take_back
        try:
            _say(act(session(), site(), migration, number, me(), now()).status, number)
        except DefinitionError as error:
            for complaint in complaints_of(error):
                flash(complaint.text, "danger")
    else:
        abort(400)
    return redirect(url_for(".one", workflow=workflow, migration=migration), 303)


def _say(status: str, number: str) -> None:
    texts = {
        MOVED: (_("%(number)s ist umgestellt.", number=number), "success"),
        STAYED: (
            _("%(number)s bleibt, wie er ist; der Grund steht unten.", number=number),
            "warning",
        ),
        BACK: (_("%(number)s ist wieder wie vorher.", number=number), "success"),
    }
    flash(*texts[status])
