"""Answers that are for the two sides alone until they say otherwise in the same form."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.definition.forms import Form
from workflow_app.core.forms.fields import Value


def withheld(form: Form, values: Mapping[str, Value]) -> frozenset[str]:
    """Return the fields that are for the sides alone: their release was not answered with yes."""
    return frozenset(
        f.id for f in form.fields if f.released_by and values.get(f.released_by) is not True
    )


def released(form: Form, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return what everybody may read who may read the form at all."""
    hidden = withheld(form, values)
    return {field: value for field, value in values.items() if field not in hidden}
