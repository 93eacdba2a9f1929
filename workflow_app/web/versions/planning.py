"""The plan by which running cases go to another version: as questions, and as text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workflow_app.core.errors import DefinitionError, NotAllowed, NotFound
from workflow_app.core.migrations.answers import given_by
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions import log, versions
from workflow_app.services.migrations import asking, plans
from workflow_app.services.migrations.asking import Asked
from workflow_app.services.migrations.preview import previews
from workflow_app.web import context
from workflow_app.web.context import me, now, session, site, today
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language
from workflow_app.web.versions.previewed import told
from workflow_app.web.versions.questions import Shown, shown, targets
from workflow_app.web.versions.sent import Sent, digest_of, digest_of_text, sent

bp = Blueprint("planning", __name__, url_prefix="/workflows/<workflow>/migrations/new")
Answer = str | Response | tuple[str, int]
PAGE = 20
"""Cases that a preview shows at once: each is worked out anew."""


@bp.before_request
def admins() -> None:
    """Let administrators pass, and nobody else."""
    admins_only(me())


def name_of(workflow: str) -> str:
    """Return what the workflow in force is called; its id if none is."""
    in_force = {w.id: w.label(language()) for w in site().catalogue.in_force(session())}
    return in_force.get(workflow, workflow)


def complaints_of(error: DefinitionError) -> list[Complaint]:
    """Return what is wrong with the text of a plan, line by line."""
    said = (p.de if language() == "de" else p.en for p in error.problems)
    lines = (p.place.line for p in error.problems)
    return [
        Complaint(_("Zeile %(line)s: %(text)s", line=line, text=text), "plan")
        for line, text in zip(lines, said, strict=True)
    ]


@dataclass
class Page:
    """The page of a plan, as far as it is known what to show."""

    workflow: str
    source: int
    target: int
    text: str = ""
    asked: Asked | None = None
    complaints: list[Complaint] | None = None
    preview: dict[str, Any] | None = None
    was: Sent | None = None
    """The request whose changes are still to be heard; None: all that is shown is one plan."""

    def html(self) -> str:
        """Return the page."""
        rows = versions.listed(session(), self.workflow)
        questions: list[Shown] = shown(self.asked) if self.asked else []
        complaints = self.complaints or []
        answers = given_by(self.asked.answers.questions) if self.asked else {}
        plan = self.asked.plan if self.asked else None
        if plan is not None:
            answers |= {"clock": plan.clock, "notify": "yes" if plan.notify else "no"}
        return render_template(
            "versions/plan.html",
            workflow=self.workflow,
            name=name_of(self.workflow),
            rows=[r for r in rows if any(e.kind == "published" for e in r.definition.events)],
            source=self.source,
            target=self.target,
            plan=plan,
            questions=questions,
            text=self.text,
            text_wrong=[c for c in complaints if c.target == "plan"],
            was_text=self.was.was_text if self.was else digest_of_text(self.text),
            was_form=self.was.was_form if self.was else digest_of(answers),
            shown=self.preview,
            previewed=digest_of_text(self.text) if self.preview else "",
            complaints=complaints,
            key=context.given_page() or context.new_key(),
        )


@bp.get("")
def new(workflow: str) -> Answer:
    """Ask what a plan between two versions has to say."""
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
    page = Page(workflow, source, target)
    if source and target and source != target:
        try:
            page.asked = asking.opened(session(), site(), workflow, source, target)
            page.text = page.asked.text
        except DefinitionError as error:
            said = [p.de if language() == "de" else p.en for p in error.problems]
            page.complaints = [Complaint(text, "from") for text in said]
    return page.html()


@bp.post("")
def planned(workflow: str) -> Answer:
    """Show what the plan would make of every case, or begin it."""
    given = sent()
    page = Page(workflow, given.source, given.target, given.text, was=given)
    try:
        asked = _read(workflow, given)
    except DefinitionError as error:
        page.complaints = complaints_of(error)
        page.asked = _answers(workflow, given)
        return page.html(), 422
    page.asked, page.source, page.target = asked, asked.plan.source, asked.plan.target
    page.complaints = [*_torn(given), *targets(asked)]
    if page.complaints:
        return page.html(), 422
    page.text, page.was = asked.text, None
    if given.action == "begin" and given.previewed in ("", digest_of_text(asked.text)):
        return _begin(page, asked)
    if given.action == "begin":
        flash(_("Der Plan ist seit der Vorschau geändert. Hier ist die neue Vorschau."), "warning")
    page.preview = _preview(asked, given.page)
    return page.html()


def _read(workflow: str, given: Sent) -> Asked:
    """Return the plan that was sent, as text or as answers.

    :raises DefinitionError: if the text is no plan that fits.
    """
    if given.by_text and not given.torn:
        plan, pair = plans.check(session(), site(), "" if given.unreadable else given.text)
        if plan.workflow != workflow:
            raise NotFound(plan.workflow)
        return asking.from_text(session(), plan, given.text, pair)
    asked = asking.from_answers(session(), site(), given.base(workflow), given.given)
    # As long as it says the same, the text keeps its comments, and leaves out what goes unsaid.
    same = not given.form_changed or asking.same_plan(given.text, asked.plan)
    return replace(asked, text=given.text) if same else asked


def _answers(workflow: str, given: Sent) -> Asked | None:
    """Return the questions with what was answered, beside a text that is no plan."""
    try:
        return asking.from_answers(session(), site(), given.base(workflow), given.given)
    except DefinitionError:
        return None


def _torn(given: Sent) -> list[Complaint]:
    if not given.torn:
        return []
    text = _(
        "Sie haben die Antworten und den Text geändert. Soll der Text gelten, wählen Sie „Text in "
        "die Fragen übernehmen“; sollen die Antworten gelten, machen Sie die Änderung am Text "
        "rückgängig."
    )
    return [Complaint(text, "plan")]


def _begin(page: Page, asked: Asked) -> Answer:
    key = context.given_key()
    try:
        migration = plans.begin(session(), site(), asked.text, me(), now(), key=key)
    except NotAllowed as refused:
        page.complaints = [Complaint(r.text(language()), None) for r in refused.reasons]
        return page.html(), 409
    flash(_("Die Umstellung ist angelegt. Noch ist kein Vorgang umgestellt."), "success")
    return redirect(url_for("migrations.one", workflow=page.workflow, migration=migration), 303)


def _preview(asked: Asked, number: int) -> dict[str, Any]:
    """Return what the plan makes of the cases on one page of the preview."""
    pair = asked.versions
    count = sum(asking.running_in(session(), asked.plan.workflow, asked.plan.source).values())
    last = max(1, -(-count // PAGE))
    page = min(number, last)
    cases = previews(session(), asked.plan, pair, today(), limit=PAGE, offset=(page - 1) * PAGE)
    found = [told(p, pair.source.workflow, pair.new.role) for p in cases]
    return {
        "cases": found,
        "count": count,
        "first": (page - 1) * PAGE + 1,
        "stay": [c for c in found if not c.goes],
        "page": page,
        "last": last,
    }
