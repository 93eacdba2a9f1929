"""The cooperation agreement: frozen for alignment, released with number and date, registered.

What both sides confirm is the digest of the snapshot; number, date and check code stand outside it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow_app.core.cases.clauses import placeholders
from workflow_app.core.cases.situation import Situation
from workflow_app.core.errors import DocumentError, NotAllowed
from workflow_app.core.forms import present
from workflow_app.core.steps.sign_off import AGREEMENT
from workflow_app.documents.render import to_html
from workflow_app.services.cases.numbers import next_number
from workflow_app.services.cases.situations import Look, clauses_for
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.papers import papers, signing
from workflow_app.services.papers.annexes import annexes
from workflow_app.services.papers.snapshots import LANGUAGE, case_facts, presented, side_slots
from workflow_app.services.site import Site
from workflow_app.services.work.outbox import queue
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.submissions import Confirmation

KIND = "agreement"
SIGNATURES = "signature"
"""The form in which a side's signed copy is filed."""
SIGNED = "agreement_signed"


def said(
    session: Session, site: Site, compiled: Compiled, case: Case, situation: Situation
) -> dict[str, Any]:
    """Return what the agreement says now.

    :raises DocumentError: if a mandatory clause has no or several variants, or lacks data.
    """
    choice = clauses_for(compiled, situation)
    if choice.undecided or choice.unfilled:
        raise DocumentError(KIND, [*choice.undecided, *choice.unfilled])
    # Only forms that the text prints belong into it: nothing else may leave with the document.
    printed = {name.split(".")[0] for one in choice.chosen for name in placeholders(one.variant)}
    printed |= {name.split(".")[0] for name in site.library.names(KIND)}
    facts = case_facts(session, compiled, case, situation)
    facts["forms"] = presented(session, compiled, situation, sorted(printed & set(compiled.forms)))
    facts["clauses"] = [
        {
            "id": one.clause.id,
            "variant": one.variant.id,
            "number": one.clause.number,
            "heading": one.clause.heading(LANGUAGE),
            "paragraphs": list(one.variant.paragraphs),
        }
        for one in choice.chosen
    ]
    facts["annexes"] = annexes(session, compiled, situation)
    return facts


def snapshot(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    now: datetime,
) -> Document:
    """Return the agreement, frozen for alignment; it is laid out once, to be sure it can be."""
    text = said(session, site, compiled, case, situation)
    document = papers.add(session, site, case, KIND, text, "aligning", now)
    to_html(site.library, KIND, papers.dictionary(site, document))
    return document


def preview(session: Session, site: Site, seen: Look, now: datetime) -> bytes:
    """Return the agreement as it stands: the frozen text, else a draft of what is filled in so far.

    :raises DocumentError: if clauses or data are missing.
    """
    document = papers.newest(session, seen.case, KIND, "aligning", "issued")
    if document is not None and document.sha256 is not None:
        return site.files.read(document.sha256)
    if document is None:
        text = said(session, site, seen.compiled, seen.case, seen.situation)
        document = papers.drafted(session, site, seen.case, KIND, text, "aligning", now)
    return papers.render(site, document)


def void(session: Session, compiled: Compiled, case: Case, now: datetime) -> None:
    """Let the frozen or issued text count no more, and what was confirmed of it; both are kept."""
    rows = session.scalars(
        select(Document).where(
            Document.case_id == case.id,
            Document.kind == KIND,
            Document.status.in_(("aligning", "issued")),
        )
    )
    for document in rows:
        document.status = "void"
    # Whoever goes back to the draft wants both to look again, even if the words stay the same.
    steps = compiled.workflow.transitions.values()
    confirmed = [t.id for t in steps if t.sign_off and AGREEMENT in t.sign_off.of]
    session.execute(
        update(Confirmation)
        .where(Confirmation.case_id == case.id, Confirmation.transition.in_(confirmed))
        .where(Confirmation.taken_back_at.is_(None), Confirmation.used_at.is_(None))
        .values(taken_back_at=now)
    )


def release(session: Session, case: Case, now: datetime) -> Document:
    """Return the aligned text with number, date and check code; the making of its bytes is queued.

    :raises NotAllowed: if no text is being aligned.
    """
    document = papers.newest(session, case, KIND, "aligning")
    if document is None:
        raise NotAllowed("release")
    papers.give_number(document, next_number(session, f"KV-{day_of(now).year}"), now)
    queue(session, "render", case, {"document": document.id}, now)
    return document


def register(
    session: Session,
    site: Site,
    compiled: Compiled,
    case: Case,
    situation: Situation,
    registered_by: str,
    now: datetime,
) -> Document:
    """Note the signatures of both sides, and return the signed document; its making is queued.

    The project begins on the later of the agreed start and the last signature (ruling L11).
    """
    issued = papers.newest(session, case, KIND, "issued")
    if issued is None:
        raise NotAllowed("register")
    signatures = side_slots(situation, SIGNATURES)
    facts = signing.signed(session, compiled, case, situation, SIGNATURES, signatures)
    facts["begins"] = begins(situation)
    return signing.file_copies(
        session, site, case, SIGNED, issued, facts, signatures, registered_by, now
    )


def begins(situation: Situation) -> dict[str, str]:
    """Return the day on which the project begins, and why."""
    agreed = (situation.newest("agreement") or {}).get("term_start", "")
    signed = max(s["date"] for s in side_slots(situation, SIGNATURES).values())
    if signed > agreed:
        return {"date": present.day(signed), "reason": "Tag der letzten Unterschrift"}
    return {"date": present.day(agreed), "reason": "vereinbarter Beginn"}
