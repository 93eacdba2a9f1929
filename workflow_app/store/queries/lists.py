"""Lists of cases: what waits, and what somebody may see; each is one indexed query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    bindparam,
    case,
    false,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session

from workflow_app.core.folding import variants
from workflow_app.store.access import Access, Principal
from workflow_app.store.asking import asked
from workflow_app.store.cases import Case, Deadline
from workflow_app.store.definitions import Definition

Which = Literal["open", "overdue", "week", "others"]
WEEK = timedelta(days=7)
IDS = select(Principal.id).where(Principal.key.in_(bindparam("keys", expanding=True)))
KNOWN = "principals"
"""Where a session keeps the ids of principals that it has looked up in its present transaction."""


@dataclass(frozen=True)
class Listed:
    """A case in a list."""

    number: str
    title: str
    county: str | None
    state: str
    definition_id: int
    due_on: date | None
    task_de: str | None = None
    task_en: str | None = None


LISTED = (Case.number, Case.title, Case.county, Case.state, Case.definition_id)
"""What a list asks of a case, in the order of `Listed`: values instead of rows, which cost more."""


def _earlier(
    one: SQLColumnExpression[Any], other: SQLColumnExpression[Any]
) -> ColumnElement[date | None]:
    """Return the earlier of two days, each of which may be missing."""
    return case((one.is_(None), other), (other.is_(None), one), (one < other, one), else_=other)


OPEN_DEADLINE = (Deadline.case_id == Case.id) & Deadline.closed_at.is_(None)
# Each question is put together once; who asks, what day it is and how much is shown are filled in.
MINE: Any = Access.principal_id.in_(bindparam("ids", expanding=True))
TODAY: Any = bindparam("today")
WEEK_LATER: Any = bindparam("week_later")
PAGE = {"limit": bindparam("limit", type_=Integer), "offset": bindparam("offset", type_=Integer)}
VISIBLE = select(Access.case_id).where(MINE)
FOR_OTHERS = (
    Case.ended.is_(False),
    Case.id.in_(VISIBLE),
    Case.id.not_in(VISIBLE.where(Access.waits)),
)
NEAREST_FIRST = (Deadline.due_on.is_(None), Deadline.due_on, Case.id)
CASES = select(*LISTED, Deadline.due_on).select_from(Case).outerjoin(Deadline, OPEN_DEADLINE)
OTHERS = (
    CASES.where(*FOR_OTHERS).order_by(*NEAREST_FIRST).limit(PAGE["limit"]).offset(PAGE["offset"])
)
OTHERS_COUNTED = select(func.count()).select_from(Case).where(*FOR_OTHERS)
PROJECTS = (
    CASES.where(Case.id.in_(VISIBLE))
    .order_by(Case.changed_at.desc(), Case.id.desc())
    .limit(PAGE["limit"])
    .offset(PAGE["offset"])
)
CHILDREN = CASES.where(Case.parent_id == bindparam("above"), Case.id.in_(VISIBLE)).order_by(
    Case.id.desc()
)
DUE = _earlier(func.min(Access.due_on), Deadline.due_on)
TASKS = (
    select(*LISTED, DUE, func.min(Access.task_de), func.min(Access.task_en))
    .select_from(Case)
    .join(Access, Access.case_id == Case.id)
    .outerjoin(Deadline, OPEN_DEADLINE)
    .where(MINE, Access.waits)
    .group_by(Case.id, Deadline.due_on)
    .order_by(DUE.is_(None), DUE, Case.id)
    .limit(PAGE["limit"])
    .offset(PAGE["offset"])
)
TASKS_OF = {
    "open": TASKS,
    "overdue": TASKS.having(DUE < TODAY),
    "week": TASKS.having(DUE.between(TODAY, WEEK_LATER)),
}
WAITING = (
    select(Access.case_id, func.min(_earlier(Access.due_on, Deadline.due_on)).label("due"))
    .outerjoin(Deadline, (Deadline.case_id == Access.case_id) & Deadline.closed_at.is_(None))
    .where(MINE, Access.waits)
    .group_by(Access.case_id)
    .subquery()
)
COUNTED = select(
    func.count(),
    func.sum(case((WAITING.c.due < TODAY, 1), else_=0)),
    func.sum(case((WAITING.c.due.between(TODAY, WEEK_LATER), 1), else_=0)),
).select_from(WAITING)
SEES = (
    select(Case.id)
    .join(Access, Access.case_id == Case.id)
    .join(Principal, Principal.id == Access.principal_id)
    .where(Case.number == bindparam("number"))
    .where(Principal.key.in_(bindparam("keys", expanding=True)))
    .limit(1)
)
UP_TO = select(func.count()).select_from(
    VISIBLE.where(Access.waits).distinct().limit(PAGE["limit"]).subquery()
)


def visible(session: Session, principals: Sequence[str]) -> Select[int]:
    """Return the question which cases these principals may see."""
    return select(Access.case_id).where(Access.principal_id.in_(_ids(session, principals)))


def sees(session: Session, principals: Sequence[str], number: str) -> bool:
    """Say whether these principals may see the case called `number`."""
    return bool(asked(session, SEES, keys=tuple(principals), number=number))


def _ids(session: Session, principals: Sequence[str]) -> list[int]:
    """Return the ids of the principals: with them a database can tell how much each one sees.

    A page asks for several lists of the same person; within a transaction an id stays what it is.
    """
    begun, known = session.info.get(KNOWN, (None, {}))
    if begun is None or begun is not session.get_transaction():
        known = {}
    keys = tuple(principals)
    if keys in known:
        return list(known[keys])
    ids = list(session.scalars(IDS, {"keys": keys}))
    # A principal that is not there yet may come in the same transaction.
    if len(ids) == len(set(keys)):
        session.info[KNOWN] = (session.get_transaction(), {**known, keys: ids})
    return ids


def tasks(
    session: Session,
    principals: Sequence[str],
    which: Which = "open",
    today: date | None = None,
    *,
    limit: int = 200,
    offset: int = 0,
) -> list[Listed]:
    """Return the cases that wait for one of these principals, the nearest deadline first.

    `overdue` and `week` are those whose deadline has passed on `today`, or comes within seven days;
    `others` are open cases that wait for somebody else.
    """
    day = today or date.max - WEEK
    asked = {"ids": _ids(session, principals), "limit": limit, "offset": offset}
    if which == "others":
        return [Listed(*row) for row in session.execute(OTHERS, asked)]
    question = TASKS_OF[which] if today else TASKS
    rows = session.execute(question, {**asked, "today": day, "week_later": day + WEEK})
    return [Listed(*row) for row in rows]


def task_counts(session: Session, principals: Sequence[str], today: date) -> dict[str, int]:
    """Return how many cases wait, are overdue, are due within seven days."""
    asked = {"ids": _ids(session, principals), "today": today, "week_later": today + WEEK}
    row = session.execute(COUNTED, asked).one()
    return {"open": row[0], "overdue": row[1] or 0, "week": row[2] or 0}


def waiting(session: Session, principals: Sequence[str], limit: int = 200) -> int:
    """Return how many cases wait for one of these principals; `limit` if it is more."""
    return session.scalar(UP_TO, {"ids": _ids(session, principals), "limit": limit}) or 0


def count_of_others(session: Session, principals: Sequence[str]) -> int:
    """Return how many open cases these principals see that wait for somebody else."""
    return session.scalar(OTHERS_COUNTED, {"ids": _ids(session, principals)}) or 0


def projects(
    session: Session,
    principals: Sequence[str],
    *,
    words: str = "",
    state: str = "",
    states: Sequence[str] | None = None,
    county: str = "",
    mine: str = "",
    ended: bool | None = None,
    workflow: str = "",
    limit: int = 50,
    offset: int = 0,
) -> list[Listed]:
    """Return the cases that these principals may see, newest change first.

    Each of `words` is in the title or the number. `states` are those of a phase; `mine` is the one
    principal that must see the case by itself; `ended` None: whether or not.
    """
    asked = {"ids": _ids(session, [mine] if mine else principals), "limit": limit}
    question = PROJECTS
    if state:
        question = question.where(Case.state == state)
    if states is not None:
        question = question.where(Case.state.in_(states) if states else false())
    if county:
        question = question.where(Case.county == county)
    if ended is not None:
        question = question.where(Case.ended.is_(ended))
    if workflow:
        kept = select(Definition.id).where(Definition.workflow == workflow)
        question = question.where(Case.definition_id.in_(kept))
    for word in words.split():
        forms = (Case.search.contains(form, autoescape=True) for form in variants(word))
        question = question.where(or_(*forms))
    rows = session.execute(question, {**asked, "offset": offset})
    return [Listed(*row) for row in rows]


def titles(session: Session, principals: Sequence[str], workflow: str) -> dict[str, str]:
    """Return number → title of the cases of a workflow that these principals may see."""
    rows = session.execute(
        select(Case.number, Case.title)
        .join(Definition, Definition.id == Case.definition_id)
        .where(Definition.workflow == workflow, Case.id.in_(visible(session, principals)))
        .order_by(Case.number)
    )
    return {row.number: row.title for row in rows}


def children(session: Session, principals: Sequence[str], above: Case) -> list[Listed]:
    """Return the child cases that these principals may see, the newest first."""
    asked = {"ids": _ids(session, principals), "above": above.id}
    rows = session.execute(CHILDREN, asked)
    return [Listed(*row) for row in rows]


def parent(session: Session, principals: Sequence[str], child: Case) -> Listed | None:
    """Return the parent case, or None if there is none that these principals may see."""
    if child.parent_id is None:
        return None
    mine = visible(session, principals)
    found = session.execute(
        select(*LISTED, null()).where(Case.id == child.parent_id, Case.id.in_(mine))
    ).first()
    return Listed(*found) if found else None
