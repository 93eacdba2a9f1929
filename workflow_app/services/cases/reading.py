"""Reading a case part by part, and not again what an operation has read and not written to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import (
    Amending,
    Organisation,
    Participant,
    Situation,
    Submitted,
    Yes,
)
from workflow_app.services.cases.gathered import (
    amendments_of,
    digests_of,
    organisations_of,
    submissions_of,
    yeses_of,
)
from workflow_app.services.cases.related import members_of, partaking_in
from workflow_app.store.tables import organisations as bodies
from workflow_app.store.tables.amendments import Amendment
from workflow_app.store.tables.cases import Case, Participation
from workflow_app.store.tables.documents import Document
from workflow_app.store.tables.people import Person
from workflow_app.store.tables.submissions import Confirmation, Submission
from workflow_app.store.written import written


class Reading:
    """One reading of a case; with `before`, the same operation's earlier one, only what it wrote.

    An operation holds the lock of its case, so nobody else has changed the rest meanwhile.
    """

    def __init__(self, session: Session, case: Case, day: date, before: Situation | None) -> None:
        session.flush()
        self._session, self._case, self._day = session, case.id, day
        self._before = before
        self._bodies: Mapping[int, Organisation] = {}
        self._written = written(session)

    def _as_before(self, *tables: type[Any]) -> Situation | None:
        """Return the earlier reading if none of these tables has been written to since."""
        return None if self._written.intersection(tables) else self._before

    def participants(self) -> tuple[Participant, ...]:
        """Return who takes part."""
        if before := self._as_before(Participation, Person):
            return before.participants
        found = partaking_in(self._session, self._case, self._day)
        self._bodies = found.organisations
        return found.people

    def submissions(self) -> tuple[dict[str, tuple[Submitted, ...]], dict[str, Submitted]]:
        """Return what was submitted and holds, and what is agreed for a later day."""
        if before := self._as_before(Submission):
            return dict(before.submissions), dict(before.upcoming)
        return submissions_of(self._session, self._case, self._day)

    def organisations(self, ids: Iterable[int]) -> dict[int, Organisation]:
        """Return these organisations, which submissions and those who take part name."""
        if before := self._as_before(Participation, Submission, bodies.Organisation):
            return dict(before.organisations)
        others = organisations_of(self._session, set(ids) - self._bodies.keys())
        return {**self._bodies, **others}

    def members(self, people: Iterable[int]) -> dict[int, frozenset[int]]:
        """Return to what each of these people belongs, whom submissions and the case name."""
        if before := self._as_before(Participation, Submission, bodies.Membership):
            return dict(before.members_of)
        return members_of(self._session, self._day, people)

    def yeses(self) -> dict[str, tuple[Yes, ...]]:
        """Return the confirmations that stand and are not used up."""
        if before := self._as_before(Confirmation, Person):
            return dict(before.yeses)
        return yeses_of(self._session, self._case)

    def amendments(self) -> tuple[Amending, ...]:
        """Return every change of the agreement that was asked for."""
        if before := self._as_before(Amendment, Document):
            return before.amendments
        return amendments_of(self._session, self._case)

    def digests(self) -> dict[str, Any]:
        """Return the digest of the agreement, and the checksums of what counts no more."""
        if before := self._as_before(Document):
            return {n: getattr(before, n) for n in ("agreement_digest", "late_copies")}
        return digests_of(self._session, self._case)
