"""The questions of a plan in the words of the page, each with what is wrong beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from workflow_app.core.definition.forms import Required
from workflow_app.core.definition.model import Text
from workflow_app.core.migrations.questions import FILLABLE, Question
from workflow_app.services.migrations.asking import Asked as AskedPlan
from workflow_app.web import context
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.forms.fields import Asked, Asking
from workflow_app.web.forms.rows import bound, questions
from workflow_app.web.forms.rows import question as control
from workflow_app.web.language import language


@dataclass(frozen=True, slots=True)
class Shown:
    """One question on the page."""

    key: str
    kind: str
    text: str
    hints: Sequence[str]
    options: Sequence[tuple[str, str]]
    answer: str
    errors: Sequence[str]
    busy: bool
    """There are running cases in the state, or it has to be decided."""
    whens: Sequence[tuple[str, str]]
    control: Asked | None
    """What asks for a value to be filled in, as its form asks for it."""


def shown(asked: AskedPlan) -> list[Shown]:
    """Return the questions in their order."""
    wrong: dict[str, list[str]] = {}
    for problem in asked.problems:
        said = problem.de if language() == "de" else problem.en
        wrong.setdefault(_target(problem.place.file, asked), []).append(said)
    return [_shown(q, wrong.get(q.key, [])) for q in asked.answers.questions]


def targets(asked: AskedPlan) -> list[Complaint]:
    """Return what is wrong with the answers, each leading to its question."""
    order = [q.key for q in asked.answers.questions]
    found = []
    for problem in asked.problems:
        key = _target(problem.place.file, asked)
        said = problem.de if language() == "de" else problem.en
        at = order.index(key) if key in order else len(order)
        found.append((at, Complaint(said, f"q-{key}" if key in order else None)))
    return [complaint for _at, complaint in sorted(found, key=lambda pair: pair[0])]


def _target(key: str, asked: AskedPlan) -> str:
    """Return the question that a problem belongs to: of a choice of a field that of the field."""
    keys = [q.key for q in asked.answers.questions]
    return next((k for k in keys if k == key or k.startswith(f"{key}.")), key)


def _shown(q: Question, errors: list[str]) -> Shown:
    words = language()
    options = [(c.key, c.label(words)) for c in q.choices]
    if q.answer and q.choices and q.answer not in dict(options):
        options.append((q.answer, q.answer))
    return Shown(
        key=q.key,
        kind=q.kind,
        text=_text(q.kind, q.label(words)),
        hints=_hints(q),
        options=options,
        answer=q.answer,
        errors=errors,
        busy=bool(q.running or errors or not q.decided),
        whens=q.whens,
        control=_control(q, errors),
    )


def _text(kind: str, name: str) -> str:
    texts = {
        "states": _("Vorgänge in „%(name)s“ gehen nach …", name=name),
        "forms": _("Formular „%(name)s“ wird …", name=name),
        "fields": _("Feld „%(name)s“ wird …", name=name),
        "values": _("Auswahl „%(name)s“ wird …", name=name),
        "roles": _("Rolle „%(name)s“ wird …", name=name),
        "variables": _("Merkmal „%(name)s“ wird …", name=name),
    }
    return texts.get(kind, name)


def _hints(q: Question) -> list[str]:
    found = []
    if q.kind == "states":
        found.append(
            ngettext("Ein laufender Vorgang.", "%(num)d laufende Vorgänge.", q.running)
            if q.running
            else _("Zurzeit kein laufender Vorgang.")
        )
    if q.gone and q.kind != "defaults":
        found.append(_("Gibt es in der neuen Version nicht mehr."))
    elif q.kind == "fields":
        found.append(_("Ist in der neuen Version von anderer Art."))
    if q.maybe is not None:
        found.append(_("Vielleicht „%(name)s“; prüfen Sie es.", name=q.maybe(language())))
    return found


def _control(q: Question, errors: list[str]) -> Asked | None:
    """Return the control that asks for a value, with what was typed."""
    if q.field is None:
        return None
    hint = Text(
        "Wird eingetragen, wo noch nichts steht. Leer: Es bleibt offen.",
        "Is filled in where nothing is yet. Empty: it stays open.",
    )
    asked = replace(
        q.field,
        type=q.field.type if q.field.type in FILLABLE else "text",
        label=q.label,
        help=hint,
        required=Required(),
    )
    asking = Asking(language(), {}, context.seal("plan"))
    found = questions(bound({q.key: control(asked, asking)}, data={q.key: q.answer}))[0]
    found.id = f"q-{q.key}"
    found.errors = list(errors)
    return found
