"""Why a version cannot be drafted, published, retired or discarded: the sentences."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.definition.model import Text
from workflow_app.core.errors import NotAllowed
from workflow_app.core.forms.messages import FieldProblem
from workflow_app.core.steps.offers import Reason
from workflow_app.services.definitions import log
from workflow_app.store.tables.definitions import Definition

NO_FILES = Text("Wählen Sie mindestens eine Datei aus.", "Choose at least one file.")
TOO_MANY = Text("Das sind mehr als 80 Dateien.", "These are more than 80 files.")
NO_NAME = Text(
    "„{file}“ ist kein Dateiname für Definitionen (Endung .yaml).",
    "'{file}' is no name of a definition file (it ends in .yaml).",
)
NO_TEXT = Text(
    "„{file}“ ist kein Text in UTF-8 oder größer als 1 MB.",
    "'{file}' is no text in UTF-8, or larger than 1 MB.",
)
NO_WORKFLOW = Text(
    "Zu welchem Verfahren gehören die Dateien? Geben Sie es an, oder laden Sie genau eine "
    "Verfahrensdatei mit hoch.",
    "Which workflow do the files belong to? Name it, or upload exactly one workflow file.",
)
OTHER_WORKFLOW = Text(
    "Die Verfahrensdatei beschreibt „{found}“, nicht „{wanted}“.",
    "The workflow file describes '{found}', not '{wanted}'.",
)
NOT_USED = Text(
    "„{file}“ wird von diesem Verfahren nicht gebraucht.", "'{file}' is not used by this workflow."
)
SAME = Text(
    "Genau diese Dateien gibt es schon als Nr. {number}.",
    "Exactly these files are there already as no. {number}.",
)
NO_PLAY = Text(
    "„{file}“ ist kein Spiel dieses Verfahrens (es beginnt mit „play:“ und nennt das Verfahren).",
    "'{file}' is no play of this workflow (one begins with 'play:' and names the workflow).",
)
TAKEN = Text(
    "Die Version „{version}“ wurde schon einmal veröffentlicht (Nr. {number}). Erhöhen Sie "
    "„version“ in der Verfahrensdatei.",
    "The version '{version}' was published before (no. {number}). Raise 'version' in the "
    "workflow file.",
)
NOT_NOW = Text(
    "Das geht nicht, solange die Version so steht: {status}.",
    "This cannot be done while the version stands so: {status}.",
)
STATUS_WORDS: Mapping[log.Status, Text] = {
    "draft": Text("Entwurf", "draft"),
    "verified": Text("Entwurf, geprüft", "draft, verified"),
    "published": Text("veröffentlicht", "published"),
    "retired": Text("zurückgezogen", "retired"),
    "discarded": Text("verworfen", "discarded"),
}


def problem(path: str, rule: str, text: Text, **words: str) -> FieldProblem:
    """Return what is wrong with something that was sent."""
    return FieldProblem(path, rule, text.filled(**words))


def stands(row: Definition, *allowed: log.Status) -> None:
    """Let a version pass that stands in one of these ways.

    :raises NotAllowed: if it stands otherwise.
    """
    if log.status_of(row) not in allowed:
        refuse(row)


def refuse(row: Definition) -> None:
    """Refuse what cannot be done with the version as it stands.

    :raises NotAllowed: always.
    """
    text = NOT_NOW.filled(status=STATUS_WORDS[log.status_of(row)])
    raise NotAllowed("version", [Reason("state", "status", text)])
