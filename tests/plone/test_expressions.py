"""A hundred expressions as the real engine evaluated them: translated ones mean the same here.

`definitions/expressions.json` holds each with what it gave to three people (signed in, not signed
in, owner) with no comment, a comment and an empty one; one value if it was always the same. What
failed there stands as `EXC` with the error.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from workflow_app.core.chain.people import ChainCase, Container, Entry, Locals, Person
from workflow_app.core.chain.reading import NothingSupplied, Reading, Unreadable, reader
from workflow_app.core.plone.tales import translate

RECORDED = json.loads((Path(__file__).parent / "definitions/expressions.json").read_text("utf-8"))
START = datetime(2001, 1, 1, tzinfo=UTC)
OUTLINE = ChainCase("doc0", Container("site"), locals=Locals({"owner": ("Owner",)}))
STATUS = {"actor": "owner", "comments": "", "time": START, "kept": "7", "review_state": "s0"}
OPENED = Entry("w", 0, None, "s0", "s0", "owner", START, False, STATUS, None, "")
PEOPLE = (
    Person("norole", frozenset({"Authenticated"})),
    Person(None, frozenset({"Anonymous"})),
    Person("owner", frozenset({"Authenticated"})),
)
COMMENTS: tuple[dict[str, str], ...] = ({}, {"comment": "c"}, {"comment": ""})


def encoded(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"$time": int((value - START).total_seconds())}
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    return [encoded(item) for item in value] if isinstance(value, tuple | list) else value


def given(expression: str, person: Person, arguments: dict[str, str]) -> list[Any]:
    """Return the kind and value that the translated expression gives."""
    formula = translate(expression)
    assert formula is not None
    reading = Reading("w", OUTLINE, person, START, arguments, NothingSupplied(), OPENED)
    try:
        value = encoded(reader(formula)(reading))
    except Unreadable:
        return ["EXC", "TypeError"]
    return [type(value).__name__, value]


TRANSLATED = [(e, told) for e, told in RECORDED if translate(e) is not None]


@pytest.mark.parametrize(("expression", "told"), TRANSLATED, ids=[e for e, _ in TRANSLATED])
def test_an_expression_gives_what_it_gave_there(expression: str, told: list[Any]) -> None:
    found = [given(expression, *both) for both in product(PEOPLE, COMMENTS)]

    assert found == (told if isinstance(told[0], list) else [told] * len(found))


def test_most_of_them_are_translated() -> None:
    assert len(TRANSLATED) > 80
