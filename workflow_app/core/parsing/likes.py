"""Fields that say "like that one": they take over everything that they do not say themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from workflow_app.core.definition.forms import Field, Form, Required
from workflow_app.core.problems import Problems

TAKEN = (
    *(
        "help",
        "to",
        "side",
        "minimum",
        "maximum",
        "min_length",
        "max_length",
        "min_items",
        "max_items",
    ),
    *("max_bytes", "compute", "must_be"),
)
"""Keys that are taken over where there is None of them."""


def resolved(forms: Mapping[str, Form], problems: Problems) -> dict[str, Form]:
    """Return the forms in which every field is complete; a source that is not there is noted."""
    return {name: _form(form, forms, problems) for name, form in forms.items()}


def _form(form: Form, forms: Mapping[str, Form], problems: Problems) -> Form:
    taken = {f.like: f"{form.id}.{f.id}" for f in form.fields if f.like}
    if not taken:
        return form
    parts = tuple(
        replace(
            part,
            fields=tuple(_field(f, forms, taken, problems) if f.like else f for f in part.fields),
        )
        for part in form.parts
    )
    sources = sorted({name.partition(".")[0] for name in taken} & set(forms))
    versions = "".join([form.fingerprint, *(forms[name].fingerprint for name in sources)])
    return replace(form, parts=parts, fingerprint=hashlib.sha256(versions.encode()).hexdigest())


def _field(
    field: Field, forms: Mapping[str, Form], taken: Mapping[str, str], problems: Problems
) -> Field:
    source = _source(field.like or "", forms.values())
    if source is None or source.like:
        problems.add(
            field.place,
            "like",
            f"„{field.like}“ gibt es nicht, oder es verweist selbst auf ein anderes Feld.",
            f"There is no '{field.like}', or it refers to another field itself.",
        )
        return field
    given = {key: getattr(field, key) for key in TAKEN}
    return replace(
        field,
        **{key: getattr(source, key) if own is None else own for key, own in given.items()},
        type=source.type,
        label=field.label if field.label.de else source.label,
        required=_required(field.required, source.required, taken),
        options=field.options or source.options,
        columns=field.columns or source.columns,
        file_types=field.file_types or source.file_types,
    )


def _source(name: str, forms: Iterable[Form]) -> Field | None:
    form_id, _, field_id = name.partition(".")
    return next(
        (f for form in forms if form.id == form_id for f in form.fields if f.id == field_id), None
    )


def _required(own: Required, source: Required, taken: Mapping[str, str]) -> Required:
    if own != Required() or source.when is None:
        return own if own != Required() else source
    # The condition is meant for the fields beside this one, as far as they were taken over too.
    when = re.sub(
        r"\b[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\b",
        lambda name: taken.get(name[0], name[0]),
        source.when,
    )
    return replace(source, when=when)
