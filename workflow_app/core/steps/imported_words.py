"""What is said of a closed step of an imported workflow, and what its worklists are called."""

from __future__ import annotations

import re

from workflow_app.core.definition.imported import Worklist
from workflow_app.core.definition.model import Text

COUNT = re.compile(r"\s*[(\[]?\s*%\(count\)d\s*[)\]]?\s*")

NEEDS = Text(
    "Nötig ist das Recht „{permission}“. Es haben: {roles}.",
    "This needs the permission '{permission}'. It is held by: {roles}.",
)
NEEDS_GROUP = Text("Nur für Mitglieder von: {groups}.", "Only for those who belong to: {groups}.")
NOT_MET = Text(
    "Die Bedingung dieses Schritts ist nicht erfüllt.", "The condition of this step is not met."
)
UNANSWERED = Text(
    "Die Bedingung lässt sich noch nicht beantworten ({what}).",
    "The condition cannot be answered yet ({what}).",
)
FAILED = Text(
    "Der Schritt lässt sich so nicht ausführen ({what}).", "The step cannot be made so ({what})."
)
LEFT_OPEN = Text(
    "Am importierten Verfahren ist noch etwas zu liefern: {names}.",
    "Something has yet to be supplied for the imported workflow: {names}.",
)
NOBODY = Text("niemand", "nobody")


def task(worklist: Worklist) -> Text:
    """Return a worklist's name without the place for its count."""
    name = COUNT.sub(" ", worklist.action.name).strip() or worklist.description or worklist.id
    return Text(name, name)
