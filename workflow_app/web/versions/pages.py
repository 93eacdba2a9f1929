"""The versions of a workflow: all of them, one with its problems and differences, and the log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.errors import DefinitionError, Invalid, NotFound
from workflow_app.core.problems import Problem, Problems
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions import (
    drafting,
    importing,
    log,
    plays,
    publishing,
    raising,
    versions,
)
from workflow_app.services.definitions.comparing import contents
from workflow_app.services.definitions.refusals import STATUS_WORDS
from workflow_app.services.definitions.taking_in import NOTE
from workflow_app.services.migrations import plans
from workflow_app.web import context
from workflow_app.web.case.documents import sent
from workflow_app.web.context import me, now, session, site
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language
from workflow_app.web.versions import marked

bp = Blueprint("versions", __name__, url_prefix="/workflows/<workflow>/versions")
Answer = str | Response | tuple[str, int]
BADGES = {
    "draft": "warning",
    "verified": "info",
    "published": "success",
    "retired": "neutral",
    "discarded": "neutral",
}


@bp.before_request
def admins() -> None:
    """Let administrators pass, and nobody else."""
    admins_only(me())


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, with what is wrong in it."""

    number: int
    text: str
    problems: list[Problem]


def status_word(status: log.Status) -> str:
    """Return how a version stands, in a word."""
    return STATUS_WORDS[status](language())


@bp.get("")
def listed(workflow: str) -> str:
    """Show every version, what was done with them, and where to bring a new one."""
    return _list_page(workflow)


def _list_page(workflow: str, complaints: list[Complaint] | None = None) -> str:
    if workflow not in versions.workflows(session(), site()):
        raise NotFound(workflow)
    rows = versions.listed(session(), workflow)
    return render_template(
        "versions/list.html",
        workflow=workflow,
        name=_name(workflow),
        rows=rows,
        badges=BADGES,
        status_word=status_word,
        events=[told(event) for event in log.events(session(), workflow)],
        migrations=[
            (row, plans.progress(session(), row)) for row in plans.listed(session(), workflow)
        ],
        complaints=complaints or [],
        note=request.form.get("note", ""),
        key=context.new_key(),
    )


def _name(workflow: str) -> str:
    """Return what the workflow in force is called; its id if none is."""
    in_force = {w.id: w.label(language()) for w in site().catalogue.in_force(session())}
    return in_force.get(workflow, workflow)


def told(event: Any) -> dict[str, Any]:
    """Return one event of the log in words."""
    number = event.definition.number
    texts = {
        "drafted": _("Nr. %(number)s als Entwurf hinzugefügt", number=number),
        "verified": _("Nr. %(number)s geprüft: keine Fehler", number=number),
        "published": _("Nr. %(number)s veröffentlicht", number=number),
        "retired": _("Nr. %(number)s zurückgezogen", number=number),
        "discarded": _("Nr. %(number)s verworfen", number=number),
    }
    from_content = event.actor is None
    return {
        "text": texts[event.kind],
        "who": _("aus dem Inhaltsordner") if from_content else event.actor.name,
        "at": event.at,
        "words": [event.note] if event.note and event.note != NOTE else [],
        "key": event.kind in ("published", "retired"),
        "hash": event.hash,
    }


@bp.post("")
def uploaded(workflow: str) -> Answer:
    """Keep the files that were sent as a new draft."""
    files = {f.filename: f.read() for f in request.files.getlist("files") if f.filename}
    try:
        row = drafting.draft(
            session(), site(), importing.translated(files), me(), now(),
            workflow=workflow, words=request.form.get("note", ""), key=context.given_key(),
        )  # fmt: skip
    except Invalid as invalid:
        complaints = [Complaint(p.text(language()), "files") for p in invalid.problems]
        return _list_page(workflow, complaints), 422
    return kept(row)


def kept(row: Any) -> Response:
    """Say how a new draft stands, and lead to its page."""
    problems = versions.read(site(), row.workflow, row.files)[1]
    if problems.errors:
        flash(_("Der Entwurf ist aufgenommen. Er hat Fehler; sie stehen unten."), "warning")
    elif versions.to_supply(problems):
        flash(_("Der Entwurf ist aufgenommen. Was zu liefern ist, steht unten."), "warning")
    else:
        flash(_("Der Entwurf ist geprüft und hat keine Fehler."), "success")
    return redirect(url_for("versions.one", workflow=row.workflow, version=row.number), 303)


@bp.get("/<int(max=99999):version>")
def one(workflow: str, version: int) -> str:
    """Show one version: how it stands, its problems, its differences and its picture."""
    return version_page(workflow, version)


def version_page(workflow: str, version: int, complaints: list[Complaint] | None = None) -> str:
    """Return the page of a version, with what was wrong with what was just sent."""
    row = versions.find(session(), workflow, version)
    in_force = log.current(session(), workflow)
    problems = versions.read(site(), workflow, row.files)[1]
    rows = versions.listed(session(), workflow)
    number = context.number_in(request.args.get("against", "")) or _before(rows, version)
    is_draft = log.status_of(row) in ("draft", "verified")
    other = versions.find(session(), workflow, number) if number not in (0, version) else None
    return render_template(
        "versions/one.html",
        workflow=workflow,
        name=_name(workflow),
        row=row,
        listed=next(r for r in rows if r.definition is row),
        others=[r for r in rows if r.definition is not row],
        badges=BADGES,
        status_word=status_word,
        problems=sorted(problems, key=lambda p: (p.place.file, p.place.line, p.place.column)),
        errors=len(problems.errors),
        missing=len(versions.to_supply(problems)),
        taken=raising.taken_by(session(), row) if is_draft else None,
        is_draft=is_draft,
        raised=raising.next_version(session(), row),
        plays=plays.plays_of(site(), workflow, row.files, problems),
        shown=_marked(row, other),
        other=other,
        in_force=in_force.number if in_force else 0,
        events=[told(event) for event in reversed(row.events)],
        complaints=complaints or [],
        note=request.form.get("note", ""),
        key=context.new_key(),
    )


def _before(rows: list[versions.Listed], version: int) -> int:
    """Return the version to compare with: the one in force, for that one itself the one before."""
    in_force = next((r.definition.number for r in rows if r.current), 0)
    if in_force != version:
        return in_force
    older = (r.definition.number for r in rows if r.status in ("published", "retired"))
    return max((number for number in older if number < version), default=0)


def _marked(row: Any, other: Any) -> marked.Marked | None:
    """Return the picture with the differences; None if the version cannot be read at all."""
    try:
        new = contents(row)
        return marked.against(contents(other), new) if other is not None else marked.alone(new)
    except DefinitionError:
        return None


@bp.post("/<int(max=99999):version>")
def acted(workflow: str, version: int) -> Answer:
    """Publish, retire or discard a version."""
    action, words = request.form.get("action", ""), request.form.get("note", "")
    key = context.given_key()
    try:
        if action == "publish":
            publishing.publish(
                session(), site(), workflow, version, me(), now(),
                words=words, key=key, instead_of=context.number_in(request.form.get("instead", "")),
            )  # fmt: skip
            flash(_("Nr. %(n)s gilt jetzt für neue Vorgänge.", n=version), "success")
        elif action == "retire":
            publishing.retire(session(), workflow, version, me(), now(), words=words, key=key)
            flash(_("Nr. %(n)s ist zurückgezogen.", n=version), "success")
        elif action == "discard":
            publishing.discard(session(), workflow, version, me(), now(), words=words, key=key)
            flash(_("Nr. %(n)s ist verworfen.", n=version), "success")
        elif action == "raise":
            return _raised(workflow, version, words, key)
        else:
            abort(400)
    except Invalid as invalid:
        complaints = [Complaint(p.text(language()), "note") for p in invalid.problems]
        return version_page(workflow, version, complaints), 422
    except DefinitionError:
        text = _("Die Version hat Fehler und kann nicht veröffentlicht werden.")
        return version_page(workflow, version, [Complaint(text, "problems")]), 422
    return redirect(url_for(".one", workflow=workflow, version=version), 303)


def _raised(workflow: str, version: int, words: str, key: str) -> Response:
    words = words or _("Versionsangabe erhöht")
    row = raising.raise_version(
        session(), site(), workflow, version, me(), now(), words=words, key=key
    )
    said = _(
        "Der Entwurf trägt jetzt die Version „%(version)s“ und steht als Nr. %(n)s da.",
        version=row.version,
        n=row.number,
    )
    flash(said, "success")
    return redirect(url_for(".one", workflow=workflow, version=row.number), 303)


@bp.get("/<int(max=99999):version>/file")
def file(workflow: str, version: int) -> str | Response:
    """Show one file of a version, with its problems beside the lines; or send it to be changed."""
    row = versions.find(session(), workflow, version)
    name = request.args.get("name", "")
    if name not in row.files:
        raise NotFound(name)
    if "download" in request.args:
        return sent(row.files[name].encode(), "application/yaml", PurePosixPath(name).name)
    problems = versions.read(site(), workflow, row.files)[1]
    return render_template(
        "versions/file.html",
        workflow=workflow,
        name=_name(workflow),
        row=row,
        path=name,
        lines=_lines(row.files[name], name, problems),
        problems=[p for p in problems if p.place.file == name],
    )


def _lines(text: str, name: str, problems: Problems) -> list[Line]:
    beside: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.place.file == name:
            beside.setdefault(problem.place.line, []).append(problem)
    lines = text.splitlines() or [""]
    return [Line(n, line, beside.get(n, [])) for n, line in enumerate(lines, start=1)]
