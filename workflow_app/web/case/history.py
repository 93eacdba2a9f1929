"""What happened to a case, told in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from markupsafe import Markup

from workflow_app.core.canonical import digest
from workflow_app.services.access.rows import principals_of
from workflow_app.services.access.seeing import may_see
from workflow_app.services.cases import deriving
from workflow_app.services.cases.moves import BYPASS
from workflow_app.services.cases.situations import Look
from workflow_app.services.papers.papers import TITLES
from workflow_app.store import queries
from workflow_app.store.queries import Happened
from workflow_app.web.case.displayed import side_name
from workflow_app.web.case.submitted import title
from workflow_app.web.context import me, seen, session
from workflow_app.web.filters import typed
from workflow_app.web.language import language

bp = Blueprint("history", __name__, url_prefix="/projects/<number>")


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the history as a reader sees it."""

    sequence: int
    text: str
    key: bool
    """Whether the state changed with it."""
    who: str
    at: datetime
    words: list[str]
    hash: str


@bp.get("/history")
def full(number: str) -> str:
    """Show everything that happened, the newest first."""
    look = seen(number)
    entries = [told(look, entry) for entry in queries.history(session(), look.case)]
    return render_template("history.html", case=look.case, entries=entries)


def told(look: Look, entry: Happened) -> Told:
    """Return an entry in words."""
    return Told(
        sequence=entry.sequence,
        text=_text(look, entry),
        key=entry.kind == "transition",
        who=who(look, entry),
        at=entry.at,
        words=_words(look, entry),
        hash=entry.hash,
    )


def _text(look: Look, entry: Happened) -> str:
    text = _happened(look, entry)
    state = look.compiled.workflow.states.get(entry.to_state)
    moved = entry.kind in ("transition", "migration", "migration_back")
    if moved and state and entry.from_state != entry.to_state:
        return f"{text} → {state.label(language())}"
    return text


def _happened(look: Look, entry: Happened) -> str:
    t = look.compiled.workflow.transitions.get(entry.transition or "")
    step = t.label(language()) if t else entry.transition or _("Angelegt")
    form = look.compiled.forms.get(entry.subject or "")
    label = form.label if form else TITLES.get(entry.subject or "")
    subject = label(language()) if label else entry.subject or ""
    # Each sentence is looked up only where it is said.
    texts = {
        "transition": lambda: step,
        "submission": lambda: _("Fassung abgegeben: %(form)s", form=_filed(look, entry) or subject),
        "sign_off": lambda: _signed(look, entry, step),
        "sign_off_taken_back": lambda: _(
            "Mitzeichnung für die %(side)s zurückgenommen: %(what)s",
            **_confirmed(look, entry, step),
        ),
        "comment": lambda: _("Kommentar"),
        "renamed": lambda: _("Titel geändert"),
        "attachment": lambda: _("Datei hinzugefügt"),
        "document": lambda: _("Dokument ausgegeben: %(document)s", document=subject),
        "carried_over": lambda: _("Angaben übernommen: %(form)s", form=subject),
        "migration": lambda: _(
            "Auf Version „%(version)s“ des Verfahrens umgestellt", version=_to(entry)
        ),
        "migration_back": lambda: _("Umstellung zurückgenommen"),
        deriving.DERIVED: lambda: _linked(entry, _("Neues Vorhaben daraus abgeleitet")),
        deriving.DERIVED_FROM: lambda: _linked(entry, _("Aus einem beendeten Vorgang abgeleitet")),
    }
    return str(texts[entry.kind]() if entry.kind in texts else entry.kind)


def _linked(entry: Happened, text: str) -> str:
    """Return the sentence with the number of the other case, for whoever may know of that."""
    number = entry.subject or ""
    return f"{text}: {number}" if queries.sees(session(), principals_of(me()), number) else text


def _filed(look: Look, entry: Happened) -> str:
    """Return the name and side of a copy that the office files for a side; empty if it is none.

    Of a partner's own submission the side stands beside the name of who acted.
    """
    form = look.compiled.forms.get(entry.subject or "")
    if form is None or form.per not in ("side", "amendment_side") or entry.side:
        return ""
    there = look.situation.submissions.get(form.id, ())
    found = [s for s in there if may_see(look, s) and digest(dict(s.values)) == entry.content]
    # Two sides that say the same to a letter cannot be told apart.
    return title(look, form, found[0]) if len(found) == 1 else ""


def _signed(look: Look, entry: Happened, step: str) -> str:
    """Return for which side what was signed off, and whether in the place of a silent side."""
    said = _confirmed(look, entry, step)
    if _stood_in_for(entry):
        return _("Stellvertretend für die %(side)s mitgezeichnet: %(what)s", **said)
    return _("Für die %(side)s mitgezeichnet: %(what)s", **said)


def _stood_in_for(entry: Happened) -> str:
    """Return the silent side in whose place somebody signed off; an empty text if none was."""
    return str((entry.words or {}).get("substitute_for") or "")


def _confirmed(look: Look, entry: Happened, step: str) -> dict[str, str]:
    """Return the side, and what was confirmed for it: the forms with the step that they are for."""
    t = look.compiled.workflow.transitions.get(entry.transition or "")
    found = []
    for name in t.sign_off.of if t and t.sign_off else ():
        form = look.compiled.forms.get(name)
        label = form.label if form else TITLES.get(name.partition(".")[2])
        found.append(label(language()) if label else name)
    what = ", ".join(found)
    # What has a name of its own to be confirmed is confirmed for a step that somebody else takes.
    if what and t and t.sign_off and not t.sign_off.label:
        what = _("%(forms)s (Schritt „%(step)s“)", forms=what, step=step)
    return {"side": side_name(_stood_in_for(entry) or entry.side or ""), "what": what or step}


def _to(entry: Happened) -> str:
    """Return the version to which a case was migrated; of an erased text nothing is known."""
    return str(entry.words.get("to_version", "?")) if entry.words else "?"


def _migrated(said: Mapping[str, Any]) -> list[str]:
    """Return what a migration left behind and what counts no more since then."""
    index = 0 if language() == "de" else 1
    found = []
    if said.get("left"):
        fields = ", ".join(dict.fromkeys(pair[index] for pair in said["left"]))
        found.append(_("Zurückgeblieben: %(fields)s", fields=fields))
    if said.get("void"):
        names = ", ".join(f"{void[2]} ({void[index]})" for void in said["void"])
        found.append(_("Nicht mehr gültige Mitzeichnungen: %(names)s", names=names))
    if said.get("approval_lost"):
        found.append(_("Die Genehmigung gilt nicht mehr."))
    return found


def who(look: Look, entry: Happened) -> str:
    """Return who did something, and as what: side or role."""
    if entry.actor is None:
        return _("von selbst")
    if entry.side:
        return f"{entry.actor}, {side_name(entry.side)}"
    if entry.role:
        return f"{entry.actor}, {look.engine.role_names([entry.role], language())}"
    return entry.actor


def _words(look: Look, entry: Happened) -> list[str]:
    """Return what was said with it; an erased text is named as such."""
    said = entry.words
    if said is None:
        return [_("Der Text wurde gelöscht.")] if entry.commitment else []
    found = [typed(said[name]) for name in ("reason", "comment", "name") if said.get(name)]
    if entry.subject == BYPASS:
        found.append(_("Als Manager an der Bedingung des Schritts vorbei."))
    if said.get("warnings_reason"):
        # The sentence is ours and stands in the catalogue; what was said is escaped.
        words = Markup(_("Trotz Hinweis fortgefahren: %(why)s"))  # noqa: S704
        found.append(words % {"why": typed(said["warnings_reason"])})
    elif said.get("warnings"):
        found.append(_("Trotz Hinweis fortgefahren."))
    return found + (_migrated(said) if entry.kind == "migration" else [])
