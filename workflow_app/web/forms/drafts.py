"""A form while it is typed: kept as a draft, also by itself; who types at once is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, flash, jsonify, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from workflow_app.core.cases import amending
from workflow_app.core.definition.forms import Form
from workflow_app.core.errors import NotAllowed
from workflow_app.core.forms.drafts import marks
from workflow_app.services.access.seeing import may_read
from workflow_app.services.cases.situations import Look
from workflow_app.services.forms import drafts, submissions
from workflow_app.services.forms.drafts import Overtaken, Saved, Touched
from workflow_app.services.forms.parties import Parties
from workflow_app.services.forms.prefill import prefilled
from workflow_app.services.forms.submissions import Page
from workflow_app.web import context
from workflow_app.web.case import displayed
from workflow_app.web.context import me, now, seen, session, site
from workflow_app.web.filters import clock, moment
from workflow_app.web.forms.builder import BoundForm, Builder, Complaint
from workflow_app.web.forms.fields import Choices, Clash, Groups
from workflow_app.web.language import language

bp = Blueprint("drafts", __name__, url_prefix="/projects/<number>/forms")

MINE, THEIRS = "mine", "theirs"


def builder_of(
    look: Look, page: Page, transition: str = "", steps: Mapping[str, str] | None = None
) -> Builder:
    """Return a builder for the fields that the person may fill.

    `steps` are those that are decided between, each with its name.
    """
    fields = submissions.fillable(page.form, look, transition) if transition else page.fillable
    references = displayed.references(look)
    return Builder.of(
        page.form,
        fields,
        chosen_from(references.for_form(page.form)),
        context.seal(look.case.number),
        language(),
        groups=groups_of(look, references.parties, page.form, look.case.county or ""),
        steps=steps,
    )


def groups_of(look: Look, parties: Parties, form: Form, county: str) -> Groups:
    """Return how what may be chosen is grouped: by the place of the case, or by side."""
    workflow = look.compiled.workflow
    roles = {role.id: role.label(language()) for role in workflow.roles}
    near = parties.near(form, county)
    here = {kind: [(_("Für diese Kommune zuständig"), keys)] for kind, keys in near.items()}
    sides = {
        kind: [
            (roles[workflow.sides[side]], keys)
            for side, keys in found.items()
            if side in workflow.sides
        ]
        for kind, found in parties.by_side(form).items()
    }
    return {**here, **sides}


def chosen_from(choices: Mapping[str, Mapping[str, str]]) -> Choices:
    """Return what may be chosen as pairs, which is how the fields want it."""
    return {kind: list(names.items()) for kind, names in choices.items()}


def given_draft() -> int:
    """Return the version of the draft that the page showed."""
    return context.number_in(request.form.get("draft", "")) or 0


def given_base() -> dict[str, str] | None:
    """Return the marks of the answers that the page showed, or None if it carried none.

    A field that two have changed has none until somebody chose between them.
    """
    try:
        given = json.loads(request.form.get("base", ""))
    except ValueError:
        return None
    if not isinstance(given, dict):
        return None
    open_ = {f for f in request.form.getlist("clash") if _taken(f) not in (MINE, THEIRS)}
    return {str(k): str(v) for k, v in given.items() if k not in open_}


def _taken(field: str) -> str:
    return request.form.get(f"take-{field}", "")


def carried(look: Look, page: Page, bound: BoundForm, *, kept: bool) -> dict[str, Any]:
    """Return what a page with a form carries to the next request, and to the script.

    `kept`: the page shows what is kept; else what was typed and is not kept yet. The questions then
    know, too, whether the other answers make them necessary.
    """
    if amending.amends(page.form):
        bound.amended = _agreed(look, page, bound)
    for field, necessary in needed_in(look, page, bound).items():
        if (asked := bound.question(field)) is not None:
            asked.needed = necessary
    return {
        "draft": page.draft_version if kept else given_draft(),
        "base": marked(page) if kept else request.form.get("base", ""),
        "unsaved": not kept,
        "opened": request.method == "GET",
        "person": current_user.id,
        "url": autosave_url(page, look.case.number),
    }


def _agreed(look: Look, page: Page, bound: BoundForm) -> dict[str, str]:
    """Return field → the mark of what is agreed, for the fields that the form amends."""
    start = prefilled(session(), page.form, look.situation, partial(may_read, look))
    agreed = bound.builder.from_values(start).raw()
    return marks((f for f in page.form.fields if f.amends), agreed)


def marked(page: Page) -> str:
    """Return the marks of the answers as they are kept now, as a page carries them."""
    fields = [f for f in page.form.fields if f.id in page.fillable and f.type != "computed"]
    return json.dumps(marks(fields, drafts.current(page)), separators=(",", ":"))


def meanwhile(look: Look, page: Page) -> list[str]:
    """Return who saved which fields since the page was made that sent this request."""
    return told(page, drafts.touched(session(), look, page, given_base() or {}))


def needed_in(look: Look, page: Page, bound: BoundForm) -> dict[str, bool]:
    """Return field → whether what is typed makes it necessary, where that depends on it."""
    return submissions.needed(session(), look, page.form, page.slot, bound.raw())


def save(number: str, page: Page, bound: BoundForm, *, strict: bool = False) -> Saved:
    """Keep what was typed as a draft, and return what became of it.

    :raises Overtaken: if somebody else changed the same fields meanwhile, or with `strict` any
        field; what only this person changed is kept then, too.
    """
    raw = {f: typed for f, typed in bound.raw().items() if _taken(f) != THEIRS}
    base = given_base()
    if base is None and given_draft() != page.draft_version:
        base = {}
    saved = drafts.save(
        session(), site(), number, page.form.id, page.slot, raw, me(), now(),
        expected=given_draft(), base=base, source=context.given_page(),
    )  # fmt: skip
    if saved.clashes or (strict and saved.theirs):
        raise Overtaken(page.form.id, saved)
    return saved


def tell(page: Page, saved: Saved) -> None:
    """Say on the next page that the draft is kept, and what others have added meanwhile."""
    flash(_("Der Entwurf ist gespeichert."), "success")
    for text in told(page, saved.theirs):
        flash(text, "info")


def told(page: Page, touched: Iterable[Touched]) -> list[str]:
    """Return one sentence a person: who has changed which fields meanwhile, and when."""
    by: dict[str, list[Touched]] = {}
    for one in touched:
        by.setdefault(who(one), []).append(one)
    return [
        _(
            "%(name)s hat inzwischen gespeichert (%(time)s): %(fields)s.",
            name=name,
            time=moment(max(one.at for one in changes)),
            fields=", ".join(_quoted(page, one.field) for one in changes),
        )
        for name, changes in by.items()
    ]


def _quoted(page: Page, field_id: str) -> str:
    return _("„%(label)s“", label=page.form.field(field_id).label(language()))


def who(touched: Touched) -> str:
    """Return who changed a field, as whoever looks would call them."""
    if touched.person == current_user.id:
        return _("Ihr anderes Fenster")
    return touched.by or _("Jemand")


def overtaken(page: Page, bound: BoundForm, saved: Saved) -> BoundForm:
    """Return the form as it is kept now, with the own words where two changed the same field.

    `page` is the form as it is opened now.
    """
    builder, mine = bound.builder, bound.raw()
    theirs = builder.opened(page.start, page.typed)
    own = {one.field: mine[one.field] for one in saved.clashes}
    shown = builder.from_raw({**theirs.raw(), **own})
    for one in saved.clashes:
        asked = shown.question(one.field)
        kept = theirs.question(one.field)
        if asked is not None and kept is not None:
            asked.clash = Clash(who(one), moment(one.at), kept.words)
            text = _(
                "%(name)s hat „%(label)s“ inzwischen auch geändert. Bitte wählen Sie, was gilt.",
                name=asked.clash.by,
                label=asked.definition.label(language()),
            )
            shown.complaints.append(Complaint(text, f"take-{one.field}-{MINE}"))
    shown.object(told(page, saved.theirs))
    return shown


@bp.post("/<form_id>/draft", defaults={"slot": ""})
@bp.post("/<form_id>/<slot>/draft")
def typed(number: str, form_id: str, slot: str) -> Response:
    """Keep what is being typed, and answer what became of it for the script on the page."""
    look = seen(number)
    # Somebody else has signed in meanwhile: the words on the page are not theirs.
    if request.form.get("person", "") != str(current_user.id):
        raise NotAllowed(form_id)
    page = submissions.page(session(), look, form_id, slot)
    bound = builder_of(look, page).bind(request.form)
    base = given_base() or {}
    # Between two answers a person chooses, and says so with the button.
    chosen = base.keys() - request.form.getlist("clash")
    raw = {field: text for field, text in bound.raw().items() if field in chosen}
    saved = drafts.save(
        session(), site(), number, form_id, page.slot, raw, me(), now(),
        base=base, source=context.given_page(),
    )  # fmt: skip
    return jsonify(
        draft=saved.version,
        base=marks((q.definition for q in bound.questions if q.definition.id in saved.kept), raw),
        time=clock(saved.at),
        needed=needed_in(seen(number), page, bound),
        told=told(page, saved.theirs),
        clashes=told(page, saved.clashes),
    )


def autosave_url(page: Page, number: str) -> str:
    """Return where the script on a page sends what is being typed."""
    slot = page.slot if page.form.per in ("entry", "side", "amendment_side") else None
    return url_for("drafts.typed", number=number, form_id=page.form.id, slot=slot)
