"""Plone's definition.xml among uploaded files becomes the workflow file that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from workflow_app.core.errors import Invalid
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.core.plone.importing import import_plone

XML = ".xml"


def translated(uploads: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the uploads with our file in the place of each definition of Plone's.

    :raises Invalid: with every reason why a definition is refused.
    """
    found, refused = {}, []
    for name, data in uploads.items():
        if not name.lower().endswith(XML):
            found[name] = data
            continue
        stem = PurePosixPath(name.replace("\\", "/")).stem
        result = import_plone(data, f"{stem}.yaml")
        refused += [FieldProblem("files", "refused", reason) for reason in result.reasons]
        found[f"{stem}.yaml"] = result.text.encode()
    if refused:
        raise Invalid(refused)
    return found
