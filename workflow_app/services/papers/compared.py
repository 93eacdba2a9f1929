"""What two frozen texts of the agreement say differently, clause by clause, as they read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.canonical import digest
from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.model import Transition
from workflow_app.core.steps.sign_off import content
from workflow_app.documents.clauses import lay_out
from workflow_app.documents.render import Sandbox
from workflow_app.services.cases.situations import Look
from workflow_app.services.papers import agreements, papers
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.submissions import Confirmation


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of the text that reads otherwise; an empty text where it is not there."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The text that is being aligned beside an earlier one."""

    old: Document
    confirmed: bool
    """Whether the side had signed off the earlier one; else it was only put to it."""
    new: Document
    differences: tuple[Difference, ...]


def since_seen(session: Session, seen: Look, t: Transition, side: str | None) -> Compared | None:
    """Return how the text differs from the one that `side` signed off last, else from the last.

    `t` is the step that confirms the text. None if there is no earlier one.
    """
    new = papers.newest(session, seen.case, agreements.KIND, "aligning", "issued")
    if new is None or new.version == 1:
        return None
    earlier = session.scalars(
        select(Document)
        .where(
            Document.case_id == seen.case.id,
            Document.kind == agreements.KIND,
            Document.version < new.version,
        )
        .order_by(Document.version.desc())
    ).all()
    if not earlier:
        return None
    yes = select(Confirmation.digest).where(
        Confirmation.case_id == seen.case.id,
        Confirmation.transition == t.id,
        Confirmation.side == side,
    )
    given = set(session.scalars(yes))
    confirmed = [d for d in earlier if _covered(t, seen.situation, d) in given]
    old = (confirmed or earlier)[0]
    return Compared(old, bool(confirmed), new, _differences(old, new))


def _covered(t: Transition, situation: Situation, document: Document) -> str:
    """Return the digest that a yes to this text was bound to."""
    return digest(content(t, replace(situation, agreement_digest=document.digest)))


def _differences(old: Document, new: Document) -> tuple[Difference, ...]:
    before, after = (_read(json.loads(document.snapshot)) for document in (old, new))
    labels = dict.fromkeys([*after, *before])
    return tuple(
        Difference(label, before.get(label, ""), after.get(label, ""))
        for label in labels
        if before.get(label) != after.get(label)
    )


def _read(said: Mapping[str, Any]) -> dict[str, str]:
    """Return heading → what stands below it, in the order of the document."""
    found = {"Projekttitel": said["case"]["title"]}
    for side, facts in said["sides"].items():
        party = said["forms"].get(agreements.KIND, {}).get(f"party_{side}") or {}
        found[f"Vertragspartei, {facts['label']}"] = "\n".join(filter(None, party.values()))
    for clause in lay_out(Sandbox(autoescape=False), said["clauses"], said["forms"]):
        number = f"§ {clause['number']} " if clause["number"] else ""
        found[f"{number}{clause['heading']}"] = "\n".join(
            line
            for paragraph in clause["paragraphs"]
            for line in (paragraph["text"], *(_plain(value) for value in paragraph["values"]))
            if line
        )
    return found


def _plain(value: Any) -> str:
    """Return a table or list as lines of text."""
    if isinstance(value, Mapping):
        return "\n".join(" · ".join(filter(None, row)) for row in value.get("rows", ()))
    return "\n".join(map(str, value))
