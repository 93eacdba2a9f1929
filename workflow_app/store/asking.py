"""Asking for values: they cost a third of rows that the session keeps and could change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, Row
from sqlalchemy.orm import Session


def asked(session: Session, question: Executable, **values: Any) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return what a question finds after whatever was changed has been written down.

    It goes to the connection: the rows are values, of which the session need not know.
    """
    session.flush()
    return session.connection().execute(question, values).all()
