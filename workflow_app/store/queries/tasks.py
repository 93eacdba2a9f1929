"""What waits: each list is the beginning of a walk along one index, however many cases there are.

The index has the rows of one principal in the order of their days. Whoever asks is several
principals, so that a list takes the first rows of each and brings them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select, union, union_all
from sqlalchemy.orm import Session, aliased

from workflow_app.store.asking import asked
from workflow_app.store.queries.lists import LISTED, Listed
from workflow_app.store.queries.seen import MINE, ids
from workflow_app.store.tables.access import NEVER, Access
from workflow_app.store.tables.cases import Case

Which = Literal["open", "overdue", "week", "others"]
WEEK = timedelta(days=7)
COUNTED = 500
"""So many cases are counted; of more it is only said that there are more."""
TODAY: Any = bindparam("today")
WEEK_LATER: Any = bindparam("week_later")
LIMIT: Any = bindparam("limit", type_=Integer)
UP_TO: Any = bindparam("up_to", type_=Integer)

OTHER = aliased(Access)
OWN_TASK = select(OTHER.case_id).where(
    OTHER.case_id == Access.case_id,
    OTHER.principal_id.in_(bindparam("ids", expanding=True)),
    OTHER.waits,
)
WAITS: tuple[ColumnElement[bool], ...] = (Access.waits.is_(True), Access.closed.is_(False))
WHERE: dict[Which, tuple[ColumnElement[bool], ...]] = {
    "open": WAITS,
    "overdue": (*WAITS, Access.nearest_on < TODAY),
    "week": (
        *WAITS,
        Access.nearest_on.between(TODAY, WEEK_LATER),
        # A case is where its nearest day is, whoever of those who ask it is for.
        ~OWN_TASK.where(OTHER.nearest_on < TODAY).exists(),
    ),
    "others": (Access.waits.is_(False), Access.closed.is_(False), ~OWN_TASK.exists()),
}


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
    found = ids(session, principals)
    if not found:
        return []
    page = {"limit": limit, "offset": offset, "up_to": limit + offset}
    kind = which if today or which == "others" else "open"
    rows = asked(session, _list(kind, len(found)), **_filled(found, today), **page)
    return [_listed(*row) for row in rows]


def _listed(
    number: str,
    title: str,
    county: str | None,
    state: str,
    version: int,
    due_on: date,
    *task: str | None,
) -> Listed:
    day = None if due_on == NEVER else due_on
    return Listed(number, title, county, state, version, day, *task)


def task_counts(session: Session, principals: Sequence[str], today: date) -> dict[Which, int]:
    """Return how many cases wait, are overdue, are due within seven days, wait for others.

    One more than `COUNTED` stands for any number beyond it.
    """
    found = ids(session, principals)
    if not found:
        return dict.fromkeys(WHERE, 0)
    question = _counts(tuple(WHERE), len(found))
    (row,) = asked(session, question, **_filled(found, today), up_to=COUNTED + 1)
    return dict(zip(WHERE, row, strict=True))


def waiting(session: Session, principals: Sequence[str]) -> int:
    """Return how many cases wait for one of these principals, counted as `task_counts` does."""
    found = ids(session, principals)
    if not found:
        return 0
    question = _counts(("open",), len(found))
    ((number,),) = asked(session, question, **_filled(found, None), up_to=COUNTED + 1)
    return int(number)


def _filled(found: Sequence[int], today: date | None) -> dict[str, Any]:
    day = today or NEVER - WEEK
    each = {f"id_{n}": one for n, one in enumerate(found)}
    return {"ids": found, "today": day, "week_later": day + WEEK, **each}


# Each question is put together once for each number of principals; who asks is filled in.
@cache
def _list(which: Which, principals: int) -> Select[Any]:
    order = (Access.nearest_on, Access.case_id)
    walks = [
        select(walk.c.case_id, walk.c.nearest_on)
        for walk in (
            _of_one(n, which).order_by(*order).limit(UP_TO).subquery() for n in range(principals)
        )
    ]
    near = union_all(*walks).subquery()
    due = func.min(near.c.nearest_on).label("due")
    page = (
        select(near.c.case_id, due)
        .group_by(near.c.case_id)
        .order_by(due, near.c.case_id)
        .limit(LIMIT)
        .offset(bindparam("offset", type_=Integer))
        .subquery()
    )
    listed = select(*LISTED, page.c.due).join(Case, Case.id == page.c.case_id)
    if which != "others":
        listed = (
            listed.add_columns(func.min(Access.task_de), func.min(Access.task_en))
            .join(Access, Access.case_id == Case.id)
            .where(MINE, Access.waits)
            .group_by(Case.id, page.c.due)
        )
    return listed.order_by(page.c.due, Case.id)


@cache
def _counts(kinds: tuple[Which, ...], principals: int) -> Select[Any]:
    return select(*(_count(which, principals) for which in kinds))


def _count(which: Which, principals: int) -> Any:
    walks = [_of_one(n, which).limit(UP_TO).subquery() for n in range(principals)]
    found = union(*(select(walk.c.case_id) for walk in walks)).limit(UP_TO).subquery()
    return select(func.count()).select_from(found).scalar_subquery()


def _of_one(n: int, which: Which) -> Select[int, date]:
    mine: Any = Access.principal_id == bindparam(f"id_{n}", type_=Integer)
    return select(Access.case_id, Access.nearest_on).where(mine, *WHERE[which])
