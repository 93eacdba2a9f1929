"""A case on an imported workflow: opened with a title, its page, its steps by buttons."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.definition.model import STAY, Workflow
from workflow_app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from workflow_app.core.steps.imported import ImportedEngine
from workflow_app.core.steps.offers import Offer
from workflow_app.services.cases.situations import Look
from workflow_app.services.steps import imported, transitions
from workflow_app.store import queries
from workflow_app.web import context
from workflow_app.web.case import pictures, progress
from workflow_app.web.case.history import told
from workflow_app.web.context import me, now, seen, session, site
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.forms.typed import Typed, typed
from workflow_app.web.language import language
from workflow_app.web.steps import since

bp = Blueprint("imported", __name__, url_prefix="/projects/<number>")
Answer = str | Response | tuple[str, int]
RECENT = 6
"""Entries of the history on the page of a case."""


@dataclass(frozen=True, slots=True)
class StepShown:
    """One way out of the state: where it leads, who may go it, what stands in the way."""

    id: str
    label: str
    help: str
    target: str
    who: str
    automatic: bool
    hidden: bool
    possible: bool
    """Open, or only to be decided once it is known what is said with the step."""
    reasons: list[str]


def is_imported(workflow: str) -> bool:
    """Say whether new cases of the workflow open on an imported one.

    :raises NotFound: if there is no such workflow.
    """
    found = site().catalogue.published(session(), workflow)
    return found.workflow.imported is not None


def openable() -> list[Workflow]:
    """Return the imported workflows on which whoever asks may open a case now."""
    found = []
    for workflow in site().catalogue.in_force(session()):
        if workflow.imported is None:
            continue
        try:
            imported.opening(session(), site(), workflow.id, me(), now())
        except NotAllowed:
            continue
        found.append(workflow)
    return found


def new(workflow: str) -> Answer:
    """Open a case on an imported workflow: all that it asks for is a title."""
    compiled, _engine, _actor = imported.opening(session(), site(), workflow, me(), now())
    if request.method == "GET":
        return _new_page(compiled.workflow, Typed({"title": ""}))
    given = typed(("title",))
    try:
        number = imported.open_case(
            session(), site(), workflow, given.values["title"], me(), now(),
            key=context.given_key(),
        )  # fmt: skip
    except Invalid as invalid:
        return _new_page(compiled.workflow, given.refused(invalid)), 422
    kind = compiled.workflow.label(language())
    flash(_("%(kind)s angelegt mit der Nummer %(number)s.", kind=kind, number=number), "success")
    return _to_case(number)


def _new_page(workflow: Workflow, given: Typed) -> str:
    return render_template(
        "new_imported.html",
        workflow=workflow,
        given=given,
        complaints=given.complaints,
        key=context.given_key() or context.new_key(),
    )


def page(
    look: Look,
    complaint: str = "",
    comment: str = "",
    refused: list[str] | None = None,
    typed_words: str = "",
) -> str:
    """Return the page of a case: where it stands, which steps lead on, what happened.

    `complaint` and `comment` are of the form for comments, `refused` and `typed_words` of a step.
    """
    case, workflow = look.case, look.compiled.workflow
    steps = _steps(look)
    return render_template(
        "imported_case.html",
        case=case,
        workflow=workflow,
        state=workflow.states[case.state],
        my_tasks=progress.my_tasks(look),
        waiting=_waiting(look),
        steps=steps,
        refused=[Complaint(text, None) for text in refused or ()],
        typed=typed_words,
        people=_people(look),
        attachments=queries.attachments(session(), case),
        documents=queries.documents(session(), case),
        picture=pictures.of_case(look, queries.ways(session(), case)),
        recent=[told(look, e) for e in queries.events(session(), case, RECENT)],
        comments=[told(look, e) for e in queries.comments(session(), case)],
        may_edit=look.may("edit"),
        may_comment=look.may("comment"),
        may_attach=look.may("attach"),
        complaint=complaint,
        comment=comment,
        key=context.new_key(),
    )


def _waiting(look: Look) -> list[progress.Task]:
    """Return for whom the case waits and what for, the roles with the same task together."""
    by_task: dict[str, list[str]] = {}
    for one in progress.waiting(look):
        by_task.setdefault(one.text, []).append(one.who)
    return [progress.Task(task, None, ", ".join(who)) for task, who in by_task.items()]


def _engine(look: Look) -> ImportedEngine:
    if not isinstance(look.engine, ImportedEngine):
        raise NotFound(look.case.number)
    return look.engine


def _steps(look: Look) -> list[StepShown]:
    """Return every exit of the state, in its order."""
    engine = _engine(look)
    offers = {offer.transition.id: offer for offer in look.offers}
    return [_shown(look, t.id, offers.get(t.id)) for t in engine.exits(look.situation)]


def _shown(look: Look, transition: str, offer: Offer | None) -> StepShown:
    engine, workflow = _engine(look), look.compiled.workflow
    t = workflow.transitions[transition]
    target = look.case.state if t.to == STAY else t.to
    who = engine.who_may(look.situation, transition)
    return StepShown(
        id=t.id,
        label=t.label(language()),
        help=t.help(language()) if t.help else "",
        target=workflow.states[target].label(language()),
        who=", ".join(who) or _("alle, die angemeldet sind"),
        automatic=offer is None,
        hidden=not engine.shown(transition),
        possible=offer is not None and all(r.kind == "undecided" for r in offer.reasons),
        reasons=[reason.text(language()) for reason in offer.reasons] if offer else [],
    )


def _people(look: Look) -> list[tuple[str, str]]:
    return [(name, role) for name, role, *_rest in queries.people_of(session(), look.case)]


@bp.post("/step")
def step(number: str) -> Answer:
    """Make the transition whose button was pressed, with what was typed beside it."""
    look = seen(number)
    engine, wanted = _engine(look), request.form.get("transition", "")
    comment = request.form.get("comment", "")
    try:
        fired = transitions.fire(
            session(), site(), number, wanted, me(), now(),
            key=context.given_key(), version=context.given_version(), reason=comment,
        )  # fmt: skip
    except Conflict:
        look = seen(number)
        since.note(look)
        return page(look, typed_words=comment), 409
    except NotAllowed as closed:
        reasons = [reason.text(language()) for reason in closed.reasons]
        return page(seen(number), refused=reasons, typed_words=comment), 422
    label = engine.workflow.transitions[wanted].label(language())
    if not fired.seen:
        flash(
            _("Erledigt: %(step)s. In diesem Stand sehen Sie den Vorgang nicht mehr.", step=label)
        )
        return redirect(url_for("tasks.mine"), 303)
    flash(_("Erledigt: %(step)s.", step=label), "success")
    return _to_case(number)


@bp.get("/title")
def title(number: str) -> str:
    """Show the form by which a case gets another title."""
    look = _editable(number)
    return _title_page(look, Typed({"title": look.case.title}))


@bp.post("/title")
def titled(number: str) -> Answer:
    """Give a case another title."""
    look, given = _editable(number), typed(("title",))
    try:
        imported.rename(
            session(), site(), number, given.values["title"], me(), now(),
            key=context.given_key(),
        )  # fmt: skip
    except Invalid as invalid:
        return _title_page(look, given.refused(invalid)), 422
    flash(_("Der Titel ist geändert."), "success")
    return _to_case(number)


def _editable(number: str) -> Look:
    look = seen(number)
    _engine(look)
    if not look.may("edit"):
        abort(403)
    return look


def _title_page(look: Look, given: Typed) -> str:
    return render_template(
        "imported_title.html",
        case=look.case,
        given=given,
        complaints=given.complaints,
        key=context.new_key(),
    )


def _to_case(number: str) -> Response:
    return redirect(url_for("projects.one", number=number), 303)
