"""The version that a workflow file gives itself: taken already, the next one, raised in a draft.

Two published versions never bear the same one. Whoever changes a file mostly forgets to raise it,
so a draft that bears a taken one can be given the next by a button.
"""

from __future__ import annotations

import json
import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.core.simulation.rehearsal import is_play
from workflow_app.services.administering import admins_only
from workflow_app.services.definitions import log
from workflow_app.services.definitions.drafting import keep, workflow_in
from workflow_app.services.definitions.refusals import stands
from workflow_app.services.definitions.versions import find
from workflow_app.services.site import Site
from workflow_app.services.transaction import answered, remember, transaction
from workflow_app.store.tables.definitions import Definition
from workflow_app.store.tables.people import Person

LINE = re.compile(
    r"""^version:[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[^\s#"'][^\n#]*?)?(?=[ \t]*(?:\#|$))""", re.MULTILINE
)


def taken_by(session: Session, row: Definition) -> Definition | None:
    """Return the published version that bears the version of this one already; None: it is free."""
    others = session.scalars(
        select(Definition)
        .where(
            Definition.workflow == row.workflow,
            Definition.version == row.version,
            Definition.id != row.id,
        )
        .order_by(Definition.number)
    )
    return next((o for o in others if any(e.kind == "published" for e in o.events)), None)


def next_version(session: Session, row: Definition) -> str:
    """Return what comes after the version of a draft and nothing of this workflow bears yet."""
    borne = set(
        session.scalars(select(Definition.version).where(Definition.workflow == row.workflow))
    )
    head = row.version.rstrip("0123456789")
    number = int(row.version[len(head) :] or "0") + 1
    between = "-" if head == row.version and head else ""
    while (wanted := f"{head}{between}{number}") in borne:
        number += 1
    return wanted


def raise_version(
    session: Session,
    site: Site,
    workflow: str,
    number: int,
    person: Person,
    now: datetime,
    *,
    words: str = "",
    key: str = "",
) -> Definition:
    """Put a draft that bears the next version in the place of one, and return it.

    :raises NotAllowed: if the person may not, or the version is no draft.
    :raises NotFound: if there is no such version.
    """
    with transaction(session):
        admins_only(person)
        log.take_turns(session, workflow)
        row = find(session, workflow, number)
        if answer := answered(session, key, person):
            return find(session, workflow, int(answer["version"]))
        stands(row, "draft", "verified")
        wanted = next_version(session, row)
        files = {
            path: LINE.sub(lambda _: f"version: {json.dumps(wanted)}", text, count=1)
            if workflow_in(text) == workflow and not is_play(path)
            else text
            for path, text in row.files.items()
        }
        raised = keep(session, site, workflow, files, person, now, words)
        log.note(session, row, "discarded", person, now, words)
        remember(session, key, person, {"version": raised.number}, now)
    return raised
