"""Which fields somebody may fill, and which of them are still missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from workflow_app.core.definition.forms import Field, Form
from workflow_app.core.forms.fields import Value


def fillable_fields(form: Form, allowed: Callable[[tuple[str, ...]], bool]) -> frozenset[str]:
    """Return the fields whose roles (their own, else their part's) are allowed."""
    return frozenset(f.id for p in form.parts for f in p.fields if allowed(f.by or p.by))


def asked_now(form: Form, steps: Collection[str], filled: Collection[str]) -> frozenset[str]:
    """Return the fields that are asked while the form can be sent with one of `steps` or alone.

    What is only for other steps is left out, unless it is among those `filled` already.
    """
    return frozenset(
        f.id
        for f in form.fields
        if not f.only_for or f.id in filled or not set(steps).isdisjoint(f.only_for)
    )


def missing_fields(form: Form, values: Mapping[str, Value], fields: Iterable[str]) -> list[Field]:
    """Return those of `fields` that are always required and not filled."""
    wanted = set(fields)
    return [f for f in form.fields if f.id in wanted and f.required.always and f.id not in values]
