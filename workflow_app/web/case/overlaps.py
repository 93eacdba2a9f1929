"""Overlaps with other projects as pages show them: each dimension, no hidden score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from workflow_app.core.cases.situation import Overlap
from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.forms import present
from workflow_app.services.cases.situations import Look
from workflow_app.services.cases.touching import offices, touching
from workflow_app.web.case import displayed
from workflow_app.web.context import session
from workflow_app.web.language import language

Answer = tuple[str, str]
"""Decision and reason."""


@dataclass(frozen=True, slots=True)
class HitShown:
    """Another project, what it has in common with this one, and what each has said about it."""

    number: str
    title: str
    level: str
    common: tuple[tuple[str, str], ...]
    """Dimension → what is the same in it, or how far apart both are."""
    offices: tuple[str, ...]
    own_answer: Answer | None
    other_answer: Answer | None


def found(seen: Look) -> list[HitShown]:
    """Return the projects that touch this one, as far as they are shown in this state."""
    return _shown(seen, touching(session(), seen))


def new(seen: Look) -> list[HitShown]:
    """Return the projects that only the open change of the agreement would touch."""
    return _shown(seen, seen.situation.new_overlaps)


def asked_in(form: Form) -> bool:
    """Say whether the form asks what is done about overlaps."""
    return any(
        f.id == "overlap_decision" or any(c.to == "overlap" for c in f.columns) for f in form.fields
    )


def _shown(seen: Look, hits: Iterable[Overlap]) -> list[HitShown]:
    hits = list(hits)
    if not hits:
        return []
    known = offices(session(), hits)
    outline = seen.situation.newest("outline") or {}
    own = {row.get("overlap"): row for row in outline.get("overlap_answers") or ()}
    return [
        HitShown(
            number=hit.case,
            title=hit.title,
            level=_level(hit.level),
            common=tuple(_common(seen, hit)),
            offices=tuple(known[key] for key in hit.offices if key in known),
            own_answer=_answer(seen, own[hit.case]["decision"], own[hit.case]["reason"])
            if hit.case in own
            else None,
            other_answer=_answer(seen, *hit.answer) if hit.answer else None,
        )
        for hit in hits
    ]


def _level(name: str) -> str:
    levels = {
        "high": _("Überschneidung: hoch"),
        "medium": _("Überschneidung: mittel"),
        "low": _("Überschneidung: gering"),
        "info": _("nur zur Information"),
    }
    return levels.get(name, name)


def _common(seen: Look, hit: Overlap) -> Iterable[tuple[str, str]]:
    """Yield each dimension of the comparison with what the two have in common."""
    names = displayed.references(seen)
    places = {
        "same": _("selbe Kommune"),
        "twin": _("Stadt und Landkreis nebeneinander"),
        "region": _("selber Regierungsbezirk"),
    }
    counties = ", ".join(names.name("county", key) for key in hit.counties)
    yield _("Ort"), f"{counties} ({places.get(hit.place, hit.place)})"
    interest, outline = seen.compiled.forms["interest"], seen.compiled.forms["outline"]
    for field, keys in (
        (interest.field("topics"), hit.topics),
        (interest.field("target_groups"), hit.target_groups),
        (outline.field("formats"), hit.formats),
    ):
        yield field.label(language()), _labels(field, keys) or _("nichts gemeinsam")
    yield _("Zeitraum"), _period(hit)


def _labels(field: Field, keys: Iterable[str]) -> str:
    return ", ".join(present.option(field, key, language()) for key in keys)


def _period(hit: Overlap) -> str:
    first, last = (present.day(date.fromisoformat(day), language()) for day in (hit.start, hit.end))
    if hit.days > 0:
        return _(
            "%(first)s bis %(last)s, gemeinsame Tage: %(days)s",
            first=first, last=last, days=hit.days,
        )  # fmt: skip
    return _(
        "%(first)s bis %(last)s, Tage dazwischen: %(days)s",
        first=first, last=last, days=-hit.days,
    )  # fmt: skip


def _answer(seen: Look, decision: str, reason: str) -> Answer:
    rows = seen.compiled.forms["outline"].field("overlap_answers")
    [column] = [c for c in rows.columns if c.id == "decision"]
    return present.option(column, decision, language()), reason
