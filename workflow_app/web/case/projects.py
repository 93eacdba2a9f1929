"""Lists of projects, the page on which one is opened, and the page of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.definition.forms import Form
from workflow_app.core.definition.model import Transition
from workflow_app.core.errors import Invalid, NotAllowed
from workflow_app.core.forms.fields import Value
from workflow_app.core.forms.fillable import asked_now, fillable_fields
from workflow_app.services.access.rows import principals_of
from workflow_app.services.access.seeing import sees_internals
from workflow_app.services.accounts import invitations
from workflow_app.services.cases import comments, deriving
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import opening
from workflow_app.services.papers import agreements
from workflow_app.services.steps.opening import open_case
from workflow_app.services.work import obligations
from workflow_app.store import queries
from workflow_app.web import context
from workflow_app.web.case import (
    amendments,
    derived,
    displayed,
    imported,
    overlaps,
    pictures,
    progress,
    submitted,
)
from workflow_app.web.case.announced import announced
from workflow_app.web.case.history import told
from workflow_app.web.context import me, now, seen, session, site, today
from workflow_app.web.forms.builder import BoundForm, Builder
from workflow_app.web.forms.drafts import chosen_from, groups_of
from workflow_app.web.language import language
from workflow_app.web.lists import finding, listing
from workflow_app.web.steps.acts import acts_of

bp = Blueprint("projects", __name__, url_prefix="/projects")
RECENT = 6
"""Entries of the history on the page of a project."""


bp.add_url_rule("", "listed", finding.listed)


@bp.route("/new", methods=["GET", "POST"], defaults={"workflow": listing.PROJECT})
@bp.route("/new/<workflow>", methods=["GET", "POST"])
def new(workflow: str) -> str | Response | tuple[str, int]:
    """Open a case with its first form; `parent` in the address is the case that it belongs to."""
    if imported.is_imported(workflow):
        return imported.new(workflow)
    parent, source = (request.args.get(name, "") for name in ("parent", "derived_from"))
    start = listing.opening(workflow, parent)
    if start is None:
        raise NotAllowed("new")
    old = deriving.source(session(), site(), start, source, me(), now())
    offer = next(o for o in start.offers if o.mine and o.transition.form)
    form = start.compiled.forms[offer.transition.form or ""]
    own = opening.own_side(session(), start, form)
    if old is not None:
        own |= deriving.first_values(session(), start, old, form)
    builder = _first_form(start, offer.transition, form, own)
    if request.method == "GET":
        return _new_page(start, offer.transition.id, builder.from_values(own), old)
    bound = builder.bind(request.form)
    if (changed := builder.changed(bound, request.form.get("action", ""))) is not None:
        return _new_page(start, offer.transition.id, changed, old)
    raw = bound.raw()
    try:
        number = open_case(
            session(), site(), workflow, offer.transition.id, raw, me(), now(),
            key=context.given_key(), parent=parent, derived_from=source,
        )  # fmt: skip
    except Invalid as invalid:
        shown = builder.from_raw(raw).show(invalid.problems)
        again = listing.opening(workflow, parent) or start
        return _new_page(again, offer.transition.id, shown, old), 422
    except NotAllowed as closed:
        shown = builder.from_raw(raw)
        shown.object(reason.text(language()) for reason in closed.reasons)
        again = listing.opening(workflow, parent) or start
        return _new_page(again, offer.transition.id, shown, old), 422
    flash(_opened(start, number), "success")
    return redirect(url_for(".one", number=number), 303)


def _opened(start: Look, number: str) -> str:
    if start.compiled.workflow.id == listing.PROJECT:
        return _("Das Projekt ist angelegt. Es hat die Nummer %(number)s.", number=number)
    kind = start.compiled.workflow.label(language())
    return _("%(kind)s angelegt mit der Nummer %(number)s.", kind=kind, number=number)


def _first_form(start: Look, step: Transition, form: Form, own: Mapping[str, Value]) -> Builder:
    everything = fillable_fields(form, lambda by: not by) & asked_now(form, {step.id}, own)
    references = displayed.references(start)
    place = start.compiled.workflow.subject.place.partition(".")[2]
    county = str(request.form.get(place) or own.get(place) or "")
    return Builder.of(
        form,
        everything,
        chosen_from(references.for_form(form)),
        context.seal("new"),
        language(),
        groups=groups_of(start, references.parties, form, county),
    )


def _new_page(start: Look, transition: str, bound: BoundForm, old: Look | None = None) -> str:
    workflow, parent = start.compiled.workflow, start.situation.parent
    is_project = workflow.id == listing.PROJECT
    back = [(_("Projekte"), url_for("projects.listed"))]
    if workflow.id == listing.RECOMMENDATION:
        back = [(_("Empfehlungen"), url_for("recommendations.listed"))]
    if parent is not None:
        back.append((parent.title, url_for("projects.one", number=parent.case)))
    if old is not None:
        back.append((old.case.title, url_for("projects.one", number=old.case.number)))
    return render_template(
        "new_project.html",
        heading=_("Neues Tandem-Projekt") if is_project else workflow.label(language()),
        back=back,
        is_project=is_project,
        old=old.case if old else None,
        step=workflow.transitions[transition],
        form=bound.builder.form,
        bound=bound,
        complaints=bound.complaints,
        key=context.given_key() or context.new_key(),
    )


@bp.get("/<number>")
def one(number: str) -> str:
    """Show a project: where it stands, what is to do, what was submitted, what happened."""
    return project_page(seen(number))


def project_page(look: Look, complaint: str = "", comment: str = "") -> str:
    """Return the page of a project, perhaps with a comment that does not do."""
    if look.compiled.workflow.imported is not None:
        return imported.page(look, complaint, comment)
    case, compiled = look.case, look.compiled
    ways = queries.ways(session(), case)
    attachments = queries.attachments(session(), case)
    documents = queries.documents(session(), case)
    visited = {way.to_state for way in ways}
    state = compiled.workflow.states[case.state]
    days = obligations.days(session(), case, look.turns)
    links = derived.of_case(look)
    return render_template(
        "project.html",
        case=case,
        state=state,
        workflow=compiled.workflow,
        place=displayed.references(look).name("county", case.county) if case.county else "",
        track=progress.phases(compiled.workflow, case.state, visited),
        my_tasks=progress.my_tasks(look, days),
        waiting=progress.waiting(look, days),
        due=progress.due(look.situation.due_on, today()),
        announced=announced(look),
        acts=acts_of(look),
        facts=displayed.facts(look),
        people=_people(look),
        invited=_invited(look),
        submitted=submitted.submitted(look, attachments),
        overlaps=overlaps.found(look),
        parent=queries.parent(session(), principals_of(me()), case),
        derived=links,
        events=_events(look),
        may_plan=_may_plan(look),
        clashes=look.situation.clashes,
        documents=[d for d in documents if d.kind != "archive" or sees_internals(look)],
        draft_agreement=_draft_agreement(look, documents),
        amendments=amendments.all_of(look),
        in_force=any(d.kind == agreements.SIGNED for d in documents),
        # What was attached beside the forms; files of forms are shown with the forms.
        attachments=[a for a in attachments if a.form is None],
        picture=pictures.of_case(look, ways),
        recent=[told(look, e) for e in queries.events(session(), case, RECENT)],
        comments=[told(look, e) for e in queries.comments(session(), case)],
        may_comment=look.may("comment"),
        may_attach=look.may("attach"),
        complaint=complaint,
        comment=comment,
        key=context.new_key(),
    )


def _events(look: Look) -> list[listing.Line]:
    """Return the child cases that whoever asks may see."""
    return listing.lines(queries.children(session(), principals_of(me()), look.case))


def _may_plan(look: Look) -> bool:
    """Say whether whoever asks may plan an event of this project now."""
    if look.compiled.workflow.id != listing.PROJECT or look.actor.side is None:
        return False
    start = listing.opening(listing.EVENT, look.case.number, look)
    return start is not None and any(offer.open for offer in start.offers)


def _people(look: Look) -> list[dict[str, Any]]:
    people = [
        {
            "name": name,
            "role": _role(look, role, deputy),
            "organisation": body,
            "function": function or "",
        }
        for name, role, body, function, deputy in queries.people_of(session(), look.case)
    ]
    for role, person in look.situation.assigned.items():
        name = displayed.references(look).name("person", str(person)).partition(",")[0]
        label = look.engine.role_names([role], language())
        people.append({"name": name, "role": label, "organisation": "", "function": ""})
    return people


def _role(look: Look, role: str, deputy: bool) -> str:
    name = look.engine.role_names([role], language())
    return _("Vertretung: %(role)s", role=name) if deputy else name


def _invited(look: Look) -> list[str]:
    """Return the addresses of whoever was invited and has not come, for those who may change it."""
    if not invitations.may_change(look, me()):
        return []
    return [p.name for p in look.situation.participants if p.invited]


def _draft_agreement(look: Look, documents: Iterable[Any]) -> bool:
    """Say whether the agreement is being written: a way out freezes its text, none is issued."""
    if any((d.kind, d.status) == (agreements.KIND, "issued") for d in documents):
        return False
    exits = look.engine.exits(look.situation)
    return any(e.name == "snapshot_agreement" and t.form for t in exits for e in t.effects)


@bp.post("/<number>/comments")
def comment(number: str) -> Response | tuple[str, int]:
    """Add a comment."""
    words = request.form.get("comment", "")
    try:
        comments.comment(session(), site(), number, words, me(), now(), key=context.given_key())
    except Invalid as invalid:
        text = invalid.problems[0].text(language())
        return project_page(seen(number), complaint=text, comment=words), 422
    flash(_("Ihr Kommentar ist gesendet."), "success")
    return redirect(url_for(".one", number=number, _anchor="comments"), 303)
