"""Running cases go to another version: the plan, what it means for each, and its progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.changes.carrying import Left
from workflow_app.core.definition.model import Text
from workflow_app.core.errors import DefinitionError, NotAllowed, NotFound
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions import log, versions
from workflow_app.services.migrations import plans, running
from workflow_app.services.migrations.carrying_over import BACK, MOVED, STAYED, carry_over
from workflow_app.services.migrations.preview import Preview, previews
from workflow_app.services.migrations.taking_back import take_back, why_not
from workflow_app.web import context
from workflow_app.web.case.cases import side_name
from workflow_app.web.context import me, now, session, site, today
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language

bp = Blueprint("migrations", __name__, url_prefix="/workflows/<workflow>/migrations")
Answer = str | Response | tuple[str, int]
PAGE = 20
"""Cases on one page: each is worked out anew, because it may have changed."""


@bp.before_request
def admins() -> None:
    """Let administrators pass, and nobody else."""
    admins_only(me())


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan makes of one case, in the language of the page."""

    number: str
    title: str
    goes: bool
    blocked: list[str]
    state: str
    new_state: str
    rights: list[str]
    turns: list[str]
    new_turns: list[str]
    unmet: list[str]
    left: list[tuple[str, str]]
    void: list[str]
    drafts: list[str]
    follows: list[str]
    due: Any
    new_due: Any
    late: bool
    """The new deadline is over already, and the one so far is another."""
    approval_lost: bool


def told(found: Preview, workflow: Any, roles: Any) -> Told:
    """Return a preview in words."""
    words = language()
    forecast = found.forecast
    state = workflow.states[found.case.state].label(words)
    return Told(
        number=found.case.number,
        title=found.case.title,
        goes=found.goes,
        blocked=_in_words(found.move.blocked),
        state=state,
        new_state=forecast.new_state(words) if forecast else state,
        rights=_in_words(forecast.rights if forecast else ()),
        turns=[_turn(t, roles) for t in (forecast.turns if forecast else ())],
        new_turns=[_turn(t, roles) for t in (forecast.new_turns if forecast else ())],
        unmet=_in_words(forecast.unmet if forecast else ()),
        left=[(item.label(words), _value(item)) for item in found.move.left],
        void=[
            _(
                "%(step)s, %(side)s: %(name)s",
                step=v.label(words),
                side=side_name(v.side),
                name=v.name,
            )
            for v in found.move.void
        ],
        drafts=[_draft(d.label(words), [t(words) for t in d.lost]) for d in found.drafts],
        follows=_in_words(forecast.follows if forecast else ()),
        due=forecast.due_on if forecast else None,
        new_due=forecast.new_due_on if forecast else None,
        late=_late(forecast.due_on, forecast.new_due_on) if forecast else False,
        approval_lost=found.move.approval_lost,
    )


def _late(before: date | None, after: date | None) -> bool:
    return after is not None and after != before and after < today()


def _in_words(texts: tuple[Text, ...]) -> list[str]:
    return [text(language()) for text in texts]


def _turn(turn: Any, roles: Any) -> str:
    return f"{roles(turn.role)(language())}: {turn.task(language())}"


def _value(item: Left) -> str:
    text = item.value if isinstance(item.value, str) else ""
    return text if len(text) <= 120 else f"{text[:120]} …"


def _draft(form: str, lost: list[str]) -> str:
    if lost:
        return _("%(form)s (nicht mehr gefragt: %(fields)s)", form=form, fields=", ".join(lost))
    return form


@bp.get("/new")
def new(workflow: str) -> Answer:
    """Offer a plan between two versions, to be corrected."""
    rows = [r for r in versions.listed(session(), workflow) if r.status in ("published", "retired")]
    if not rows:
        raise NotFound(workflow)
    in_force = log.current(session(), workflow)
    target = context.number_in(request.args.get("to", "")) or (in_force.number if in_force else 0)
    busiest = max((r for r in rows if r.definition.number != target),
                  key=lambda r: r.running, default=None)  # fmt: skip
    source = context.number_in(request.args.get("from", "")) or (
        busiest.definition.number if busiest else 0
    )
    text, complaints = "", []
    if source and target and source != target:
        try:
            text = plans.suggested(session(), site(), workflow, source, target)
        except DefinitionError as error:
            complaints = _complaints(error)
    return _plan_page(workflow, text, source, target, complaints)


def _plan_page(
    workflow: str,
    text: str,
    source: int,
    target: int,
    complaints: list[Complaint] | None = None,
    shown: dict[str, Any] | None = None,
) -> str:
    rows = versions.listed(session(), workflow)
    return render_template(
        "versions/plan.html",
        workflow=workflow,
        name=_name(workflow),
        rows=[r for r in rows if any(e.kind == "published" for e in r.definition.events)],
        source=source,
        target=target,
        text=text,
        shown=shown,
        complaints=complaints or [],
        key=context.given_key() or context.new_key(),
    )


def _name(workflow: str) -> str:
    in_force = {w.id: w.label(language()) for w in site().catalogue.in_force(session())}
    return in_force.get(workflow, workflow)


def _complaints(error: DefinitionError) -> list[Complaint]:
    said = (p.de if language() == "de" else p.en for p in error.problems)
    lines = (p.place.line for p in error.problems)
    return [
        Complaint(_("Zeile %(line)s: %(text)s", line=line, text=text), "plan")
        for line, text in zip(lines, said, strict=True)
    ]


@bp.post("/new")
def planned(workflow: str) -> Answer:
    """Show what the plan would make of every case, or begin it."""
    text = request.form.get("plan", "").replace("\r\n", "\n")
    try:
        plan, pair = plans.check(session(), site(), text)
        if plan.workflow != workflow:
            raise NotFound(plan.workflow)
        if request.form.get("action") == "begin":
            key = context.given_key()
            migration = plans.begin(session(), site(), text, me(), now(), key=key)
            flash(_("Die Umstellung ist angelegt. Noch ist kein Vorgang umgestellt."), "success")
            return redirect(url_for(".one", workflow=workflow, migration=migration), 303)
    except DefinitionError as error:
        return _plan_page(workflow, text, 0, 0, _complaints(error)), 422
    except NotAllowed as refused:
        complaints = [Complaint(r.text(language()), "plan") for r in refused.reasons]
        return _plan_page(workflow, text, 0, 0, complaints), 409
    found = [
        told(p, pair.source.workflow, pair.new.role)
        for p in previews(session(), plan, pair, today(), limit=PAGE)
    ]
    total = versions.listed(session(), workflow)
    count = next((r.running for r in total if r.definition.number == plan.source), 0)
    shown = {"cases": found, "count": count, "stay": [c for c in found if not c.goes]}
    return _plan_page(workflow, text, plan.source, plan.target, shown=shown)


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
            complaints = _complaints(error)
    return render_template(
        "versions/migration.html",
        workflow=workflow,
        name=_name(workflow),
        row=row,
        done=plans.progress(session(), row),
        left=len(plans.remaining(session(), row)),
        queued=running.queued(session(), row.id),
        complaints=complaints,
        waiting=waiting[:PAGE],
        more=len(waiting) > PAGE,
        page=page,
        results=[_result(row, r) for r in plans.results(session(), row.id)],
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
            for complaint in _complaints(error):
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
