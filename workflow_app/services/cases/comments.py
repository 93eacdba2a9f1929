"""Comments on a case: an entry of its history with the words beside it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import Invalid, NotAllowed
from workflow_app.core.folding import visible
from workflow_app.core.forms.limits import MAX_TEXT
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.services.cases import record
from workflow_app.services.cases.situations import look
from workflow_app.services.clock import day_of
from workflow_app.services.site import Site
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.services.work import commented
from workflow_app.store.tables.people import Person

EMPTY = Text("Bitte schreiben Sie einen Kommentar.", "Please write a comment.")
TOO_LONG = Text(
    "Der Kommentar ist zu lang: höchstens {limit} Zeichen.",
    "The comment is too long: {limit} characters at most.",
)


def comment(
    session: Session,
    site: Site,
    number: str,
    words: str,
    person: Person,
    now: datetime,
    *,
    key: str = "",
) -> None:
    """Add a comment that everybody sees who may see the case.

    :raises Invalid: if there are no words, or too many.
    :raises NotAllowed: if the state does not let the person comment.
    """
    with transaction(session, number):
        if answered(session, key, person) is not None:
            return
        seen = look(session, site, number, person, day_of(now))
        if not seen.may("comment"):
            raise NotAllowed("comment")
        text = words.replace("\r\n", "\n").strip()
        if not visible(text):
            raise Invalid([FieldProblem("comment", "required", EMPTY)])
        if len(text) > MAX_TEXT:
            limit = TOO_LONG.filled(limit=str(MAX_TEXT))
            raise Invalid([FieldProblem("comment", "too_long", limit)])
        entry = record.append(
            session,
            seen.case,
            "comment",
            now,
            words={"comment": text},
            actor_id=person.id,
            side=seen.actor.side,
            from_state=seen.case.state,
        )
        asked = {turn.role for turn in seen.turns}
        in_charge = [p for role, p in seen.situation.assigned.items() if role in asked]
        commented.tell(session, seen.case, entry, in_charge, now)
        remember(session, key, person, {"done": True}, now)
