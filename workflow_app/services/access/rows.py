"""The rows that say who may see a case and for whom it waits, kept with every operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from workflow_app.core.cases.situation import Situation
from workflow_app.core.steps.offers import Turn
from workflow_app.services.cases import titles
from workflow_app.services.cases.overlaps import keep_footprint
from workflow_app.services.cases.situations import situation_of
from workflow_app.services.catalogue import Compiled
from workflow_app.services.clock import day_of
from workflow_app.services.work import obligations
from workflow_app.store.asking import asked
from workflow_app.store.tables.access import Access, Principal, nearest
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.people import Person

PRINCIPALS = select(Principal.key, Principal.id).where(
    Principal.key.in_(bindparam("keys", expanding=True))
)
EVERYBODY = "everybody"
"""The principal of whoever is signed in; its row is there from the beginning."""
PRESENT = (
    select(
        *(Principal.key, Access.principal_id, Access.waits, Access.task_de, Access.task_en),
        *(Access.due_on, Access.tasks, Access.nearest_on, Access.closed),
    )
    .join(Principal, Principal.id == Access.principal_id)
    .where(Access.case_id == bindparam("case"))
)


class Says(NamedTuple):
    """What a row of `Access` says, by the names of its columns."""

    waits: bool
    task_de: str | None
    task_en: str | None
    due_on: date | None
    """Day of its own by which one of the tasks is due."""
    tasks: list[str]
    nearest_on: date
    closed: bool


CHANGED = (
    update(Access)
    .where(Access.case_id == bindparam("case"), Access.principal_id == bindparam("principal"))
    .values({name: bindparam(name) for name in Says._fields})
)
ADDED = insert(Access).values(
    case_id=bindparam("case"),
    principal_id=bindparam("principal"),
    **{name: bindparam(name) for name in Says._fields},
)
GONE = delete(Access).where(
    Access.case_id == bindparam("case"),
    Access.principal_id.in_(bindparam("principals", expanding=True)),
)


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
        own = [t for t in waiting if t.role == role]
        for turn in (t for t in own if t.person is not None):
            found.setdefault(f"person:{turn.person}", []).append(turn)
        anybody = [t for t in own if t.person is None]
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
    whose: Mapping[str, Sequence[Turn]],
    case: Case,
    situation: Situation,
    due: Mapping[obligations.Key, date],
) -> dict[str, Says]:
    """Return principal → what its row must say: by whose turn it is, and when that is due.

    `whose` is what `turns_by_principal` found.
    """
    deadline = situation.due_on
    nothing = Says(False, None, None, None, [], nearest(None, deadline), case.ended)
    return {key: _says(own, due, deadline) if own else nothing for key, own in whose.items()}


def rows_of(session: Session, case: Case) -> dict[str, Says]:
    """Return principal → what its row says now."""
    return _present(session, case)[1]


def _present(session: Session, case: Case) -> tuple[dict[str, int], dict[str, Says]]:
    found = asked(session, PRESENT, case=case.id)
    return {key: id_ for key, id_, *_ in found}, {key: Says(*says) for key, _, *says in found}


def _says(own: Sequence[Turn], due: Mapping[obligations.Key, date], deadline: date | None) -> Says:
    task, tasks = own[0].task, list(dict.fromkeys(turn.task.de for turn in own))
    day = obligations.first(own, due)
    return Says(True, task.de[:200], task.en[:200], day, tasks, nearest(day, deadline), False)


def _asks(turn: Turn, role: str, side: str | None) -> bool:
    return turn.role == role and turn.side in (None, side)


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a case waited before an operation, and for whom it waits after it."""

    before: Mapping[str, frozenset[str]]
    """Principal that may see it → its tasks in German."""
    after: Mapping[str, frozenset[str]]

    def seen_by(self, person: Person) -> bool:
        """Say whether the person may see the case after it."""
        return not self.after.keys().isdisjoint(principals_of(person))


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
    ids, present = _present(session, case)
    due: Mapping[obligations.Key, date] = {}
    if any(turn.asked for turn in turns) or any(row.due_on for row in present.values()):
        due = obligations.keep(session, case, turns, now)
    whose = turns_by_principal(compiled, case, situation, turns)
    rows = expected_rows(whose, case, situation, due)
    ids |= _principals(session, rows.keys() - present.keys())
    connection = session.connection()
    differing = [key for key in rows if key in present and rows[key] != present[key]]
    for statement, keys in ((CHANGED, differing), (ADDED, rows.keys() - present.keys())):
        if keys:
            told = ({"case": case.id, "principal": ids[k], **rows[k]._asdict()} for k in keys)
            connection.execute(statement, list(told))
    if gone := [ids[key] for key in present if key not in rows]:
        connection.execute(GONE, {"case": case.id, "principals": gone})
    return Asked(_tasks(present), _tasks(rows))


def _tasks(rows: Mapping[str, Says]) -> dict[str, frozenset[str]]:
    # Rows from before tasks were kept say only the first one.
    return {
        key: frozenset(row.tasks or ([row.task_de] if row.waits and row.task_de else []))
        for key, row in rows.items()
    }


def _principals(session: Session, keys: Iterable[str]) -> dict[str, int]:
    """Return key → id of these principals; those that are not there yet are made."""
    wanted = sorted(keys)
    if not wanted:
        return {}
    ids = {row.key: row.id for row in asked(session, PRINCIPALS, keys=wanted)}
    made = [Principal(key=key) for key in wanted if key not in ids]
    if made:
        session.add_all(made)
        session.flush()
    return ids | {principal.key: principal.id for principal in made}
