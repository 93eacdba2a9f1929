"""Lists of cases that somebody may see, as values; those of what waits: `tasks`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    desc,
    false,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflow_app.core.folding import variants
from workflow_app.store.asking import asked
from workflow_app.store.queries.seen import SEEN, VISIBLE, ids, visible
from workflow_app.store.tables.cases import Case, Deadline, Participation
from workflow_app.store.tables.definitions import Definition

Column = InstrumentedAttribute[Any]
Exact = tuple[Column, Sequence[Any]]
"""A column and the values of which a case must have one."""
FEW = 500
"""Fewer cases than this are named one by one; of more the newest are walked."""


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
PAGE = {"limit": bindparam("limit", type_=Integer), "offset": bindparam("offset", type_=Integer)}
OPEN_DEADLINE = (Deadline.case_id == Case.id) & Deadline.closed_at.is_(None)
CASES = select(*LISTED, Deadline.due_on).select_from(Case).outerjoin(Deadline, OPEN_DEADLINE)
NEWEST_FIRST = (Case.changed_at.desc(), Case.id.desc())
CHILDREN = CASES.where(Case.parent_id == bindparam("above"), SEEN).order_by(Case.id.desc())
TAKES_PART = select(Participation.case_id).where(
    Participation.organisation_id == bindparam("organisation")
)
PARENT = select(*LISTED, null()).where(Case.id == bindparam("above"), SEEN)


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
    organisation: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Listed]:
    """Return the cases that these principals may see, newest change first.

    Each of `words` is in the title or the number. `states` are those of a phase; `mine` is the one
    principal that must see the case by itself; `ended` None: whether or not; `organisation` is one
    that takes part.
    """
    filled: dict[str, Any] = {"ids": ids(session, [mine] if mine else principals)}
    exact: list[Exact] = []
    if county:
        exact.append((Case.county, (county,)))
    if workflow:
        exact.append((Case.definition_id, _versions(session, workflow)))
    conditions: list[ColumnElement[bool]] = [_unindexed(c).in_(values) for c, values in exact]
    if organisation is not None:
        conditions.append(TAKES_PART.where(Participation.case_id == Case.id).exists())
        filled["organisation"] = organisation
    if ended is not None:
        conditions.append(Case.ended.is_(ended))
    for word in words.split():
        forms = (Case.search.contains(form, autoescape=True) for form in variants(word))
        conditions.append(or_(*forms))
    wanted = _both([state] if state else None, states)
    sources = [select(Case.id).where(column.in_(values)) for column, values in exact]
    few = _few(session, [VISIBLE, *sources, *([TAKES_PART] if organisation else [])], filled)
    if not conditions and wanted is None:
        question = OF_FEW if few is not None else OF_MANY
    elif few is None:
        question = _page(_walk([SEEN, *conditions], wanted, limit + offset))
    else:
        of_state = [] if wanted is None else [_unindexed(Case.state).in_(wanted)]
        question = _page(FOUND.where(THESE, SEEN, *conditions, *of_state))
    rows = asked(session, question, **filled, few=few, limit=limit, offset=offset)
    return [Listed(*row) for row in rows]


def _page(found: Select[int, datetime]) -> Select[*tuple[Any, ...]]:
    """Return the question for one page of what is found, with what a list shows of a case."""
    newest: list[ColumnElement[Any]] = [desc("changed_at"), desc("id")]
    page = found.order_by(*newest).limit(PAGE["limit"]).offset(PAGE["offset"]).subquery()
    return (
        select(*LISTED, Deadline.due_on)
        .select_from(page)
        .join(Case, Case.id == page.c.id)
        .outerjoin(Deadline, OPEN_DEADLINE)
        .order_by(page.c.changed_at.desc(), page.c.id.desc())
    )


FOUND = select(Case.id, Case.changed_at)
THESE = Case.id.in_(bindparam("few", expanding=True))
# What nearly everybody asks for is put together once.
OF_FEW, OF_MANY = _page(FOUND.where(THESE)), _page(FOUND.where(SEEN))


def _both(one: list[str] | None, other: Sequence[str] | None) -> list[str] | None:
    """Return what is in both lists; None stands for no list."""
    if one is None or other is None:
        return one if other is None else list(other)
    return [value for value in one if value in other]


def _versions(session: Session, workflow: str) -> list[int]:
    return list(session.scalars(select(Definition.id).where(Definition.workflow == workflow)))


def _few(
    session: Session, questions: Iterable[Select[int]], filled: dict[str, Any]
) -> list[int] | None:
    """Return what one of the questions finds; None: each finds many.

    So it is known and not taken from statistics: SQLite has none, and those of PostgreSQL say how
    many cases a principal sees on the average.
    """
    for question in questions:
        found = asked(session, question.limit(FEW), **filled)
        if len(found) < FEW:
            return [case for (case,) in found]
    return None


def _unindexed(column: Column) -> ColumnElement[Any]:
    """Return the value of a column as something that no index answers."""
    return column + 0 if column is Case.definition_id else column.concat("")


def _walk(
    conditions: Sequence[ColumnElement[bool]], states: Sequence[str] | None, up_to: int
) -> Select[int, datetime]:
    """Return the question for the newest cases: where many fulfil a condition, one is soon met.

    Of each state the newest are walked by themselves, because some states are rare.
    """
    question = FOUND.where(*conditions)
    if states is None:
        return question
    walks = [
        question.where(Case.state == one).order_by(*NEWEST_FIRST).limit(up_to).subquery()
        for one in states
    ]
    if not walks:
        return question.where(false())
    found = union_all(*(select(w.c.id, w.c.changed_at) for w in walks)).subquery()
    return select(found.c.id, found.c.changed_at)


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
    rows = asked(session, CHILDREN, ids=ids(session, principals), above=above.id)
    return [Listed(*row) for row in rows]


def parent(session: Session, principals: Sequence[str], child: Case) -> Listed | None:
    """Return the parent case, or None if there is none that these principals may see."""
    if child.parent_id is None:
        return None
    found = asked(session, PARENT, ids=ids(session, principals), above=child.parent_id)
    return Listed(*found[0]) if found else None
