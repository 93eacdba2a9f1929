"""Drafts: kept unchecked, brought together field by field when several people type at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.errors import Conflict
from workflow_app.core.forms.drafts import Merged, marks, merge, typed_values
from workflow_app.services.cases.situations import Look, look
from workflow_app.services.clock import day_of
from workflow_app.services.forms.submissions import Page, draft_of, page
from workflow_app.services.site import Site
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Draft, Submission


@dataclass(frozen=True, slots=True)
class Touched:
    """A field that somebody saved after the page of whoever saves now was made."""

    field: str
    by: str
    """Name of whoever saved it."""
    person: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a draft when it was saved."""

    version: int
    """Version of the draft now; 0: there is none, because nothing was typed."""
    at: datetime
    kept: frozenset[str]
    """Fields that now stand as they were sent."""
    clashes: tuple[Touched, ...]
    """Fields that somebody else changed too: theirs stays until a person decides."""
    theirs: tuple[Touched, ...]
    """Fields that only others changed meanwhile."""


class Overtaken(Conflict):
    """Somebody else saved in the same draft meanwhile; `saved` says what became of each field."""

    def __init__(self, form: str, saved: Saved) -> None:
        super().__init__(form, 0, saved.version)
        self.saved = saved


def current(opened: Page) -> dict[str, Any]:
    """Return what stands in the fields of a form that is opened now, as it would be typed."""
    fields = [f for f in opened.form.fields if f.id in opened.fillable and f.type != "computed"]
    return {**typed_values(fields, opened.start), **opened.typed}


def save(
    session: Session,
    site: Site,
    number: str,
    form_id: str,
    wanted: str,
    raw: Mapping[str, Any],
    person: Person,
    now: datetime,
    *,
    expected: int = 0,
    base: Mapping[str, str] | None = None,
    source: str = "",
) -> Saved:
    """Keep what was typed, unchecked, and return what became of it.

    `base` has a mark of each answer as the page showed it (`core.forms.drafts`): what others have
    saved meanwhile then stays, and what both changed is told, not overwritten. Without `base` the
    whole draft must still be of version `expected` (0: none yet). `source` names the page: what it
    saved earlier is its own, also if it never heard of it because the answer was lost.

    :raises Conflict: without `base`, if somebody else saved or submitted in between.
    :raises NotAllowed: if there is nothing to fill for the person now.
    """
    with transaction(session, number):
        seen = look(session, site, number, person, day_of(now))
        opened = page(session, seen, form_id, wanted)
        draft = draft_of(session, seen.case, opened.form, opened.slot)
        own = {k: v for k, v in raw.items() if k in opened.fillable}
        if base is None:
            unchanged(draft, form_id, expected)
            merged = Merged(own, (), ())
        else:
            kept = current(opened)
            base = {**base, **_marks_of(opened, draft, kept, source)}
            merged = merge(opened.form.fields, base, own, kept)
        if merged.changed:
            stamp = {"by": person.id, "at": now.isoformat(), "source": source}
            draft = _keep(session, seen, opened, draft, merged.changed, stamp)
            draft.saved_by, draft.saved_at = person.id, now
            session.flush()
        saved = Saved(
            version=draft.version if draft else 0,
            at=now,
            kept=frozenset(own) - {*merged.clashes, *merged.theirs},
            clashes=tuple(_touched(session, seen, opened, draft, merged.clashes)),
            theirs=tuple(_touched(session, seen, opened, draft, merged.theirs)),
        )
    return saved


def touched(
    session: Session, seen: Look, opened: Page, base: Mapping[str, str]
) -> tuple[Touched, ...]:
    """Return the fields that were saved since a page was made that carries the marks `base`."""
    fields = [f for f in opened.form.fields if f.id in base]
    kept = marks(fields, current(opened))
    draft = draft_of(session, seen.case, opened.form, opened.slot)
    others = (field for field, mark in kept.items() if base[field] != mark)
    return tuple(_touched(session, seen, opened, draft, others))


def unchanged(draft: Draft | None, form_id: str, expected: int) -> None:
    """Make sure that the draft is of this version.

    :raises Conflict: if it is another one.
    """
    found = draft.version if draft else 0
    if found != expected:
        raise Conflict(form_id, expected, found)


def _marks_of(
    opened: Page, draft: Draft | None, kept: Mapping[str, Any], source: str
) -> dict[str, str]:
    """Return the marks of what the same page has saved before."""
    stamps = (draft.changed or {}) if draft and source else {}
    own = {field for field, stamp in stamps.items() if stamp.get("source") == source}
    return marks((f for f in opened.form.fields if f.id in own), kept)


def _keep(
    session: Session,
    seen: Look,
    opened: Page,
    draft: Draft | None,
    changed: Mapping[str, Any],
    stamp: Mapping[str, Any],
) -> Draft:
    if draft is None:
        draft = Draft(case_id=seen.case.id, form=opened.form.id, slot=opened.slot, raw={})
        session.add(draft)
    draft.raw = {**draft.raw, **changed}
    draft.changed = {**(draft.changed or {}), **dict.fromkeys(changed, stamp)}
    return draft


def _touched(
    session: Session, seen: Look, opened: Page, draft: Draft | None, fields: Iterable[str]
) -> Iterable[Touched]:
    """Yield who last saved each field: in the draft, else with the submission it begins with."""
    stamps = (draft.changed or {}) if draft else {}
    for field in fields:
        if stamp := stamps.get(field):
            by = session.get(Person, stamp["by"])
            at = datetime.fromisoformat(stamp["at"])
            yield Touched(field, by.name if by else "", stamp["by"], at)
        elif newest := _newest(session, seen, opened):
            author = newest.author
            yield Touched(field, author.name if author else "", newest.author_id, newest.at)
        elif draft is not None:
            yield Touched(field, draft.person.name, draft.saved_by, draft.saved_at)
        else:
            # What the form begins with came from another form of the case.
            yield Touched(field, "", None, seen.case.changed_at)


def _newest(session: Session, seen: Look, opened: Page) -> Submission | None:
    return session.scalar(
        select(Submission)
        .where(
            Submission.case_id == seen.case.id,
            Submission.form == opened.form.id,
            Submission.slot == opened.slot,
        )
        .order_by(Submission.version.desc())
        .limit(1)
    )
