"""The rows that say who may see a case and for whom it waits, kept with every operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from workflow_app.core.cases.engine import Turn
from workflow_app.core.cases.situation import Situation
from workflow_app.services.cases import titles
from workflow_app.services.cases.overlaps import keep_footprint
from workflow_app.services.cases.situations import situation_of
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.work import obligations
from workflow_app.store.access import Access, Principal
from workflow_app.store.cases import Case
from workflow_app.store.people import Person

PRINCIPALS = select(Principal.key, Principal.id).where(
    Principal.key.in_(bindparam("keys", expanding=True))
)
EVERYBODY = "everybody"
"""The principal of whoever is signed in; its row is there from the beginning."""
PRESENT = (
    select(Access, Principal.key)
    .join(Principal, Principal.id == Access.principal_id)
    .where(Access.case_id == bindparam("case"))
)
Row = tuple[bool, str | None, str | None, date | None]
"""waits, task in German, task in English, day of its own by which one of the tasks is due."""


def principals_of(person: Person) -> list[str]:
    """Return the keys under which rights are given to a person."""
    keys = [f"person:{person.id}", EVERYBODY]
    for role in person.standing_roles:
        keys.append(scoped(role.role, role.scope, role.key))
    return keys


def scoped(role: str, scope: str, key: str) -> str:
    """Return the principal of a standing role: `supervisor@site`, `coordinator@county:09274`."""
    return f"{role}@{scope}:{key}" if key else f"{role}@{scope}"


def turns_by_principal(
    compiled: Compiled, case: Case, situation: Situation, turns: Iterable[Turn]
) -> dict[str, list[Turn]]:
    """Return principal → its turns, the first one first, for everybody who may see the case."""
    view = compiled.engine.viewers(situation)
    found: dict[str, list[Turn]] = {}
    waiting = list(turns)
    for p in situation.participants:
        if "member" in view or p.role in view:
            own = [t for t in waiting if _asks(t, p.role, p.side)]
            found.setdefault(f"person:{p.person}", []).extend(own)
    bodies = {p.organisation for p in situation.participants if p.organisation}
    _add_groups(found, compiled, situation, waiting)
    for role in sorted(view & set(compiled.engine.standing)):
        asked = [t for t in waiting if t.role == role]
        for turn in (t for t in asked if t.person is not None):
            found.setdefault(f"person:{turn.person}", []).append(turn)
        anybody = [t for t in asked if t.person is None]
        scopes = [("site", ""), *([("county", case.county)] if case.county else [])]
        for scope, key in (*scopes, *(("organisation", str(body)) for body in bodies)):
            found.setdefault(scoped(role, scope, key), []).extend(anybody)
    return found


def _add_groups(
    found: dict[str, list[Turn]], compiled: Compiled, situation: Situation, waiting: list[Turn]
) -> None:
    """Add whom an imported workflow lets see the case beside: members of groups, or everybody."""
    engine, view = compiled.engine, compiled.engine.viewers(situation)
    for group, roles in engine.roles_by_group(situation).items():
        own = [t for t in waiting if t.role in roles]
        for one in situation.groups.get(group, ()) if view & roles else ():
            found.setdefault(f"person:{one}", []).extend(own)
    if view & engine.for_all:
        found[EVERYBODY] = [t for t in waiting if t.role in engine.for_all]


def expected_rows(
    compiled: Compiled,
    case: Case,
    situation: Situation,
    turns: Iterable[Turn],
    due: Mapping[obligations.Key, date],
) -> dict[str, Row]:
    """Return principal → what its row must say: by the state's rights, and by whose turn it is."""
    found = turns_by_principal(compiled, case, situation, turns)
    nothing = (False, None, None, None)
    return {
        key: (True, own[0].task.de[:200], own[0].task.en[:200], obligations.first(own, due))
        if own
        else nothing
        for key, own in found.items()
    }


def _asks(turn: Turn, role: str, side: str | None) -> bool:
    return turn.role == role and turn.side in (None, side)


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a case waited before an operation, and for whom it waits after it."""

    before: Mapping[str, frozenset[str]]
    """Principal → its tasks in German."""
    after: Mapping[str, frozenset[str]]


def rewrite(
    session: Session,
    compiled: Compiled,
    case: Case,
    now: datetime,
    situation: Situation | None = None,
) -> Asked:
    """Make the rows that follow from a case say what they must; return for whom it waits.

    They are who may see it, for whom it waits and until when, what it is compared by, its title.
    `situation` is the case as it stands now, if that has just been read.
    """
    session.flush()
    titles.claim(session, compiled, case)
    situation = situation or situation_of(session, compiled, case, day_of(now))
    keep_footprint(session, case, situation)
    turns = compiled.engine.turns(situation)
    asked = turns_by_principal(compiled, case, situation, turns)
    present = {key: row for row, key in session.execute(PRESENT, {"case": case.id})}
    before = {key: _tasks(row) for key, row in present.items()}
    due: Mapping[obligations.Key, date] = {}
    if any(turn.asked for turn in turns) or any(row.due_on for row in present.values()):
        due = obligations.keep(session, case, turns, now)
    rows = expected_rows(compiled, case, situation, turns, due)
    ids = _principals(session, rows.keys() - present.keys())
    for key, (waits, task_de, task_en, due_on) in rows.items():
        row = present.pop(key, None)
        if row is None:
            row = Access(principal_id=ids[key], case_id=case.id)
            session.add(row)
        row.waits, row.task_de, row.task_en, row.due_on = waits, task_de, task_en, due_on
        row.tasks = list(dict.fromkeys(turn.task.de for turn in asked[key]))
    if present:
        gone = [row.principal_id for row in present.values()]
        session.execute(
            delete(Access).where(Access.case_id == case.id, Access.principal_id.in_(gone))
        )
    return Asked(before, {key: frozenset(t.task.de for t in own) for key, own in asked.items()})


def _tasks(row: Access) -> frozenset[str]:
    # Rows from before tasks were kept say only the first one.
    first = [row.task_de] if row.waits and row.task_de and not row.tasks else []
    return frozenset([*row.tasks, *first])


def _principals(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """Return key → id of these principals; those that are not there yet are made."""
    wanted = sorted(keys)
    if not wanted:
        return {}
    found = session.execute(PRINCIPALS, {"keys": wanted})
    ids = {row.key: row.id for row in found}
    made = [Principal(key=key) for key in wanted if key not in ids]
    if made:
        session.add_all(made)
        session.flush()
    return ids | {principal.key: principal.id for principal in made}
