"""Organisations and who belongs to them, as the programme office changes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import Invalid, NotFound
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.services.accounts.administration import check, note
from workflow_app.services.clock import day_of
from workflow_app.services.people import NO_KIND, UNKNOWN_KIND, at_most, person_by_email
from workflow_app.services.transaction import transaction
from workflow_app.store.tables.organisations import KINDS, Membership, Organisation
from workflow_app.store.tables.people import Person

LIMITS = {
    "name": 200, "carrier": 200, "address": 300, "represented_by": 200, "function": 200,
    "register": 100,
}  # fmt: skip
"""Field → how many characters it takes."""
NO_NAME = Text("Bitte geben Sie einen Namen an.", "Please give a name.")
SAME_NAME = Text(
    "Eine Organisation mit diesem Namen gibt es schon.", "There is an organisation of this name."
)
NOBODY = Text("Zu dieser Adresse gibt es kein Konto.", "There is no account with this address.")


def organisation(session: Session, organisation_id: int) -> Organisation:
    """Return the organisation with this id.

    :raises NotFound: if there is none.
    """
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("organisation")
    return found


def save(
    session: Session,
    organisation_id: int | None,
    words: Mapping[str, str],
    kind: str,
    counties: Iterable[str],
    now: datetime,
    by: Person | None = None,
) -> int:
    """Add an organisation (None), or change the one with this id; return its id.

    :raises Invalid: with every field that does not do.
    :raises NotAllowed: if it is not for `by` to do.
    """
    check(by)
    with transaction(session):
        wanted: dict[str, object] = {field: words.get(field, "").strip() for field in LIMITS}
        wanted["carrier"] = wanted["carrier"] or wanted["name"]
        wanted |= {"kind": kind, "counties": sorted(set(counties))}
        _check(session, organisation_id, wanted)
        if organisation_id is None:
            body = Organisation(**wanted)
            session.add(body)
            session.flush()
            note(session, by, "organisation_added", now, organisation=body.id)
            return body.id
        body = organisation(session, organisation_id)
        changed = sorted(field for field in wanted if getattr(body, field) != wanted[field])
        for field in changed:
            setattr(body, field, wanted[field])
        if changed:
            note(session, by, "organisation_changed", now, organisation=body.id, fields=changed)
    return organisation_id


def _check(session: Session, organisation_id: int | None, wanted: Mapping[str, object]) -> None:
    problems = []
    if not wanted["name"]:
        problems.append(FieldProblem("name", "required", NO_NAME))
    for field, limit in LIMITS.items():
        if len(str(wanted[field])) > limit:
            problems.append(FieldProblem(field, "too_long", at_most(limit)))
    if wanted["kind"] not in KINDS:
        text = UNKNOWN_KIND if wanted["kind"] else NO_KIND
        problems.append(FieldProblem("kind", "unknown", text))
    other = session.scalar(select(Organisation.id).where(Organisation.name == wanted["name"]))
    if other not in (None, organisation_id):
        problems.append(FieldProblem("name", "taken", SAME_NAME))
    if problems:
        raise Invalid(problems)


def join(
    session: Session,
    organisation_id: int,
    email: str,
    function: str,
    now: datetime,
    by: Person | None = None,
) -> None:
    """Let somebody belong to an organisation from today on; who left comes back.

    :raises Invalid: if nobody has this address.
    :raises NotAllowed: if it is not for `by` to do.
    """
    check(by)
    with transaction(session):
        body = organisation(session, organisation_id)
        try:
            person = person_by_email(session, email)
        except NotFound as error:
            raise Invalid([FieldProblem("email", "unknown", NOBODY)]) from error
        if len(function.strip()) > (limit := LIMITS["function"]):
            raise Invalid([FieldProblem("function", "too_long", at_most(limit))])
        row = session.scalar(
            select(Membership).where(
                Membership.person_id == person.id, Membership.organisation_id == body.id
            )
        )
        if row is None:
            row = Membership(
                person_id=person.id, organisation_id=body.id, since=day_of(now), function=""
            )
            session.add(row)
        row.until, row.function = None, function.strip()
        note(session, by, "joined", now, person=person.id, organisation=body.id)


def leave(session: Session, membership_id: int, now: datetime, by: Person | None = None) -> Person:
    """End a membership, yesterday was its last day, and return whose it was.

    In the cases in which somebody stands for a side it changes nothing: there a contact is changed.

    :raises NotFound: if there is none.
    :raises NotAllowed: if it is not for `by` to do.
    """
    check(by)
    with transaction(session):
        row = session.get(Membership, membership_id)
        if row is None:
            raise NotFound("membership")
        row.until = day_of(now) - timedelta(days=1)
        note(session, by, "left", now, person=row.person_id, organisation=row.organisation_id)
        return row.person
