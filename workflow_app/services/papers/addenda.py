"""The addendum: what changes in an agreement, old words beside new ones, as a document of its own.

What is frozen is what both sides asked for and the supervisor approved, with the conditions;
number, date and check code stand outside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from jinja2 import Environment
from sqlalchemy.orm import Session

from workflow_app.core.cases import amending
from workflow_app.core.cases.clauses import Chosen, placeholders
from workflow_app.core.cases.situation import Situation
from workflow_app.core.errors import DocumentError, NotAllowed, NotFound
from workflow_app.core.forms import present
from workflow_app.documents.clauses import lay_out
from workflow_app.documents.render import Sandbox, to_html
from workflow_app.services.cases.situations import Look, clauses_for
from workflow_app.services.catalogue import Compiled
from workflow_app.services.forms.references import References
from workflow_app.services.papers import agreements, papers, signing
from workflow_app.services.papers.snapshots import LANGUAGE, case_facts, presented
from workflow_app.services.site import Site
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.amendments import Amendment
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document

KIND = "addendum"
SIGNED = "addendum_signed"
SIGNATURES = "addendum_signature"
"""The form in which a side's signed copy is filed."""


def said(
    session: Session,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    change: Amendment,
) -> dict[str, Any]:
    """Return what the addendum says.

    :raises DocumentError: if a mandatory clause would have no or several variants, or lack data.
    """
    agreement = papers.newest(session, case, agreements.KIND, "issued")
    if agreement is None or agreement.issued_on is None:
        raise NotFound(agreements.KIND)
    later = amending.with_values(situation, change.proposed)
    choice = clauses_for(compiled, later)
    if choice.undecided or choice.unfilled:
        raise DocumentError(KIND, [*choice.undecided, *choice.unfilled])
    asked = situation.newest(change.form) or {}
    wished = asked.get("effective_from")
    facts = case_facts(session, compiled, case, situation)
    facts["forms"] = presented(session, compiled, situation, ["agreement"])
    facts["ordinal"] = change.number
    facts["amends"] = {
        "number": agreement.number,
        "date": present.day(agreement.issued_on),
        "earlier": [a.number for a in situation.amendments if a.status == "registered"],
    }
    facts["effective_from"] = present.day(wished) if wished else ""
    facts["reason"] = asked.get("reason", "")
    facts["changes"] = list(_changes(session, compiled, situation, later, change))
    facts["conditions"] = _conditions(situation)
    return facts


def _changes(
    session: Session, compiled: Compiled, old: Situation, new: Situation, change: Amendment
) -> Iterator[dict[str, Any]]:
    """Yield each change with its clause, old and new as they read; a value is told once."""
    before, after = clauses_for(compiled, old).chosen, clauses_for(compiled, new).chosen
    names = References(session, compiled, old)
    told: set[tuple[str, str]] = set()
    for entry in sorted(change.changes, key=lambda c: _clause(after, c) is None):
        field = compiled.forms[entry["form"]].field(entry["field"])
        shown = [present.value(field, entry[k], LANGUAGE, names.name) for k in ("old", "new")]
        # An end of the project that is also the end of the term is one change, told at its clause.
        if (entry["by"], str(shown)) in told:
            continue
        told.add((entry["by"], str(shown)))
        yield {
            "clause": _clause(after, entry) or "",
            "label": field.label(LANGUAGE),
            "old": shown[0],
            "new": shown[1],
        }
    yield from _rewordings(session, compiled, old, new, before, after)


def _clause(chosen: tuple[Chosen, ...], entry: Mapping[str, Any]) -> str | None:
    """Return the clause that prints a value, as `§ 14`, or None if none does."""
    name = f"{entry['form']}.{entry['field']}"
    found = (c.clause for c in chosen if c.clause.number and name in placeholders(c.variant))
    return next((f"§ {clause.number}" for clause in found), None)


def _rewordings(
    session: Session,
    compiled: Compiled,
    old: Situation,
    new: Situation,
    before: tuple[Chosen, ...],
    after: tuple[Chosen, ...],
) -> Iterator[dict[str, Any]]:
    """Yield each clause of which another wording holds from now on, with both wordings."""
    texts = Sandbox(autoescape=False)
    earlier = {c.clause.id: c for c in before}
    for chosen in after:
        was = earlier.get(chosen.clause.id)
        if was is None or was.variant.id == chosen.variant.id:
            continue
        yield {
            "clause": f"§ {chosen.clause.number}" if chosen.clause.number else "",
            "label": f"Wortlaut „{chosen.clause.heading(LANGUAGE)}“",
            "old": _words(texts, session, compiled, old, was),
            "new": _words(texts, session, compiled, new, chosen),
        }


def _words(
    texts: Environment, session: Session, compiled: Compiled, situation: Situation, chosen: Chosen
) -> str:
    forms = sorted({name.split(".")[0] for name in placeholders(chosen.variant)})
    values = presented(session, compiled, situation, forms)
    clause = {"paragraphs": list(chosen.variant.paragraphs)}
    (laid,) = lay_out(texts, [clause], values)
    return "\n".join(p["text"] for p in laid["paragraphs"] if p["text"])


def _conditions(situation: Situation) -> list[str]:
    """Return the conditions of the approval, each with the day by which it is to be met."""
    rows = (situation.newest("amendment_decision") or {}).get("conditions") or []
    return [
        row["text"] + (f" (bis {present.day(row['due'])})" if row.get("due") else "")
        for row in rows
    ]


def frozen(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    change: Amendment,
    now: datetime,
) -> Document:
    """Return the addendum as it would read now, not kept; it is laid out once, to be sure."""
    text = said(session, compiled, case, situation, change)
    document = papers.drafted(session, site, case, KIND, text, "aligning", now)
    papers.count(document, change.number)
    to_html(site.library, KIND, papers.dictionary(site, document))
    return document


def preview(session: Session, site: Site, seen: Look, change: Amendment, now: datetime) -> bytes:
    """Return the addendum of a change as it stands: the issued text, else a draft of it."""
    if change.document is not None and change.document.sha256 is not None:
        return site.files.read(change.document.sha256)
    document = change.document or frozen(
        session, site, seen.compiled, seen.case, seen.situation, change, now
    )
    return papers.render(site, document)


def issue(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    change: Amendment,
    now: datetime,
) -> Document:
    """Return the addendum, frozen, with number, date and check code; its making is queued."""
    document = frozen(session, site, compiled, case, situation, change, now)
    session.add(document)
    agreement = papers.newest(session, case, agreements.KIND, "issued")
    number = agreement.number if agreement else case.number
    papers.give_number(document, f"{number}-N{change.number}", now)
    session.flush()
    queue(session, "render", case, {"document": document.id}, now)
    return document


def begins(situation: Situation, change: Amendment) -> tuple[date, str]:
    """Return the day on which it comes in force, and why: as asked, or with the last signature."""
    copies = situation.by_side(SIGNATURES, of_amendment=True).values()
    signed = max(date.fromisoformat(copy.values["date"]) for copy in copies)
    asked = (situation.newest(change.form) or {}).get("effective_from")
    if asked and date.fromisoformat(asked) > signed:
        return date.fromisoformat(asked), "vereinbarter Tag"
    return signed, "Tag der letzten Unterschrift"


def register(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    change: Amendment,
    registered_by: str,
    now: datetime,
) -> Document:
    """Note the signatures, and return the signed document; the file of all parts is queued."""
    if change.document is None:
        raise NotAllowed("register")
    copies = situation.by_side(SIGNATURES, of_amendment=True)
    signatures = {side: copy.values for side, copy in copies.items()}
    facts = signing.signed(session, compiled, case, situation, SIGNATURES, signatures)
    day, reason = begins(situation, change)
    facts["begins"] = {
        "label": "Der Nachtrag gilt ab dem",
        "date": present.day(day),
        "reason": reason,
    }
    document = signing.file_copies(
        session, site, case, SIGNED, change.document, facts, signatures, registered_by, now
    )
    papers.count(document, change.number)
    return document
