"""The rows that say who may see a case and for whom it waits, kept with every operation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from workflow_app.core.cases.engine import Turn
from workflow_app.core.cases.rights import STANDING_ROLES
from workflow_app.core.cases.situation import Situation
from workflow_app.services.cases import titles
from workflow_app.services.cases.overlaps import keep_footprint
from workflow_app.services.cases.situations import situation_of
from workflow_app.services.catalogue import Compiled
from workflow_app.store.access import Access, Principal
from workflow_app.store.cases import Case
from workflow_app.store.people import Person

PRINCIPALS = select(Principal.key, Principal.id).where(
    Principal.key.in_(bindparam("keys", expanding=True))
)
Row = tuple[bool, str | None, str | None]
"""waits, task in German, task in English."""


def principals_of(person: Person) -> list[str]:
    """Return the keys under which rights are given to a person."""
    keys = [f"person:{person.id}"]
    for role in person.standing_roles:
        keys.append(scoped(role.role, role.scope, role.key))
    return keys


def scoped(role: str, scope: str, key: str) -> str:
    """Return the principal of a standing role: `supervisor@site`, `coordinator@county:09274`."""
    return f"{role}@{scope}:{key}" if key else f"{role}@{scope}"


def expected_rows(
    compiled: Compiled, case: Case, situation: Situation, turns: Iterable[Turn]
) -> dict[str, Row]:
    """Return principal → what its row must say: by the state's rights, and by whose turn it is."""
    view = set(compiled.workflow.states[case.state].rights.get("view", ()))
    rows: dict[str, Row] = {}
    waiting = list(turns)
    for p in situation.participants:
        if "member" in view or p.role in view:
            turn = next((t for t in waiting if _asks(t, p.role, p.side)), None)
            _note(rows, f"person:{p.person}", turn)
    bodies = {p.organisation for p in situation.participants if p.organisation}
    for role in sorted(view & set(STANDING_ROLES)):
        asked = [t for t in waiting if t.role == role]
        turn = next((t for t in asked if t.person is None), None)
        for own in (t for t in reversed(asked) if t.person is not None):
            _note(rows, f"person:{own.person}", own)
        _note(rows, scoped(role, "site", ""), turn)
        if case.county:
            _note(rows, scoped(role, "county", case.county), turn)
        for body in bodies:
            _note(rows, scoped(role, "organisation", str(body)), turn)
    return rows


def _asks(turn: Turn, role: str, side: str | None) -> bool:
    return turn.role == role and turn.side in (None, side)


def _note(rows: dict[str, Row], key: str, turn: Turn | None) -> None:
    if turn:
        rows[key] = (True, turn.task.de[:200], turn.task.en[:200])
    else:
        rows.setdefault(key, (False, None, None))


def rewrite(
    session: Session, compiled: Compiled, case: Case, day: date, situation: Situation | None = None
) -> None:
    """Make the rows that follow from a case say what they must; only what differs is written.

    They are who may see it and for whom it waits, what it is compared by, and its title.
    `situation` is the case as it stands now, if that has just been read.
    """
    session.flush()
    titles.claim(session, compiled, case)
    situation = situation or situation_of(session, compiled, case, day)
    keep_footprint(session, case, situation)
    turns = compiled.engine.turns(situation)
    expected = expected_rows(compiled, case, situation, turns)
    ids = _principals(session, expected)
    wanted = {ids[key]: row for key, row in expected.items()}
    present = {
        a.principal_id: a for a in session.scalars(select(Access).where(Access.case_id == case.id))
    }
    for principal, (waits, task_de, task_en) in wanted.items():
        row = present.pop(principal, None)
        if row is None:
            row = Access(principal_id=principal, case_id=case.id)
            session.add(row)
        row.waits, row.task_de, row.task_en = waits, task_de, task_en
    if present:
        session.execute(
            delete(Access).where(Access.case_id == case.id, Access.principal_id.in_(present))
        )


def _principals(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """Return key → id of these principals; those that are not there yet are made."""
    wanted = sorted(keys)
    found = session.execute(PRINCIPALS, {"keys": wanted})
    ids = {row.key: row.id for row in found}
    made = [Principal(key=key) for key in wanted if key not in ids]
    if made:
        session.add_all(made)
        session.flush()
    return ids | {principal.key: principal.id for principal in made}
