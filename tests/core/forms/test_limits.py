"""Each limit of each shipped field: just outside it is refused at that field, just inside taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from tests.core.cases import TODAY
from tests.core.rules.table import definitions
from workflow_app.core.definition.forms import Field, Form, Part, Required
from workflow_app.core.expressions import Condition
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.core.forms.validation import Check
from workflow_app.core.simulation.samples import NO_FILE, sample

FREE = Required()
COUNTED = ("several_of", "references", "list", "files", "rows")
FORMS = definitions().forms


class Limit(NamedTuple):
    """What a field refuses, by which rule, and its neighbour that it takes."""

    rule: str
    outside: Any
    inside: Any


def limits(f: Field) -> Iterator[Limit]:
    """Yield every limit that the definition of a field or column sets."""
    if f.type in ("text", "long_text", "list"):
        yield from lengths(f)
    elif f.type in ("integer", "decimal", "money"):
        yield from sizes(f)
    elif f.type in ("date", "date_time"):
        yield from days(f)
    elif f.must_be:
        yield Limit("must_be", "no" if f.must_be == "yes" else "yes", f.must_be)
    if f.type in COUNTED:
        yield from numbers(f)


def lengths(f: Field) -> Iterator[Limit]:
    """Yield the limits of a text, or of each line of a list."""

    def text(length: int) -> Any:
        return ["x" * length] if f.type == "list" else "x" * length

    if f.min_length and f.min_length > 1:
        yield Limit("too_short", text(f.min_length - 1), text(f.min_length))
    if f.max_length:
        yield Limit("too_long", text(f.max_length + 1), text(f.max_length))


def sizes(f: Field) -> Iterator[Limit]:
    """Yield the limits of a number."""
    step = Decimal(1) if f.type == "integer" else Decimal("0.01")
    if f.minimum is not None:
        yield Limit("too_small", str(Decimal(f.minimum) - step), f.minimum)
    if f.maximum is not None:
        yield Limit("too_large", str(Decimal(f.maximum) + step), f.maximum)


def days(f: Field) -> Iterator[Limit]:
    """Yield the limits of a day."""
    if f.minimum is not None:
        yield Limit("too_early", moment(f, f.minimum, -1), moment(f, f.minimum))
    if f.maximum is not None:
        yield Limit("too_late", moment(f, f.maximum, 1), moment(f, f.maximum))


def numbers(f: Field) -> Iterator[Limit]:
    """Yield the limits of how many answers there may be; fewer than one are none at all."""
    if f.min_items and f.min_items > 1:
        yield Limit("too_few", several(f, f.min_items - 1), several(f, f.min_items))
    if f.max_items:
        yield Limit("too_many", several(f, f.max_items + 1), several(f, f.max_items))


def moment(f: Field, limit: str, later: int = 0) -> str:
    """Return the day that a limit names, or one beside it, as it is typed."""
    day = (TODAY if limit == "today" else date.fromisoformat(limit)) + timedelta(days=later)
    return f"{day.isoformat()} 10:00" if f.type == "date_time" else day.isoformat()


def several(f: Field, number: int) -> list[Any]:
    """Return so many answers, each of which would be taken."""
    if f.type == "several_of":
        assert len(f.options) >= number, f"{f.id} offers no more than it takes"
        return [option.id for option in f.options[:number]]
    one: dict[str, Any] = {
        "references": "1",
        "list": "x",
        "files": NO_FILE,
        "rows": invented(f)[0] if f.type == "rows" else None,
    }
    return [one[f.type] if f.type != "references" else str(n + 1) for n in range(number)]


def invented(f: Field) -> Any:
    """Return a valid answer."""
    return sample(alone(f), f, TODAY, lambda _: "1")


def alone(f: Field) -> Form:
    """Return a form that asks nothing else, and this only if it is typed."""
    form = next(iter(FORMS.values()))
    return replace(form, parts=(Part("only", None, (), (f,)),), rules=())


def problems(f: Field, typed: Any) -> list[FieldProblem]:
    """Return all that is wrong with one answer."""
    check = Check(
        form=alone(f),
        today=TODAY,
        fillable=frozenset({f.id}),
        before={},
        others={},
        condition=unasked,
        row_condition=unasked,
        known=lambda kind, key: True,
    )
    return list(check.run({f.id: typed}).problems)


def unasked(*text: str) -> Condition:
    """Refuse to answer a condition: a limit depends on none."""
    raise AssertionError(text)


def told(found: list[FieldProblem], path: str, f: Field) -> list[str]:
    """Return the rules that were broken at this place, in sentences that name the field."""
    assert all(f.label("de") in p.text.de and f.label("en") in p.text.en for p in found)
    return [problem.rule for problem in found if problem.path == path]


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.id)
def test_each_limit_of_a_field_is_kept_to_the_last_step(form: Form) -> None:
    for field in form.fields:
        f = replace(field, required=FREE)
        for rule, outside, inside in limits(f):
            assert told(problems(f, outside), f.id, f) == [rule], (f.id, outside)
            assert problems(f, inside) == [], (f.id, inside)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.id)
def test_each_limit_of_a_column_is_kept_to_the_last_step(form: Form) -> None:
    for field, column in ((f, c) for f in form.fields for c in f.columns):
        f = replace(field, required=FREE)
        rows = invented(f)
        for rule, outside, inside in limits(column):
            path = f"{f.id}.0.{column.id}"
            wrong = problems(f, [{**rows[0], column.id: outside}, *rows[1:]])
            assert told(wrong, path, column) == [rule], (path, outside)
            assert problems(f, [{**rows[0], column.id: inside}, *rows[1:]]) == [], (path, inside)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.id)
def test_what_is_always_required_is_missed_where_it_is_empty(form: Form) -> None:
    for f in form.fields:
        if f.required.always and f.type != "computed":
            assert told(problems(f, None), f.id, f) == ["required"], f.id
        for column in (c for c in f.columns if c.required.always):
            free, (first, *others) = replace(f, required=FREE), invented(f)
            path = f"{f.id}.0.{column.id}"
            typed = [{**first, "_id": "1", column.id: None}, *others]
            if [name for name in first if name != column.id]:
                assert told(problems(free, typed), path, column) == ["required"], path


def test_the_shipped_forms_have_limits_of_every_kind() -> None:
    found = {limit.rule for form in FORMS.values() for f in form.fields for limit in limits(f)}

    assert found >= {"too_short", "too_long", "too_small", "too_early", "too_late", "too_many"}
    assert found >= {"too_few", "too_large", "must_be"}
