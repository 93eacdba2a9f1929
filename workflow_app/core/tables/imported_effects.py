"""The closed table of effects that may stand in the place of an imported workflow's scripts.

They are those that any case can do with: without forms, deadlines and sides. The services carry
them out, inside the step's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workflow_app.core.definition.model import Text


@dataclass(frozen=True, slots=True)
class ImportedEffectKind:
    """One entry of the table."""

    name: str
    meaning: Text
    argument: Literal["roles"] | None = None
    """What the effect is told; None: nothing."""


IMPORTED_EFFECTS: Mapping[str, ImportedEffectKind] = {
    kind.name: kind
    for kind in (
        ImportedEffectKind(
            "tell",
            Text(
                "Wer eine dieser Rollen am Vorgang hat, bekommt eine Mail über den Schritt.",
                "Whoever has one of these roles on the case gets a mail about the step.",
            ),
            argument="roles",
        ),
        ImportedEffectKind(
            "take_on",
            Text(
                "Wer den Schritt macht, hat von da an diese Rollen an dem Vorgang.",
                "Whoever takes the step has these roles on the case from then on.",
            ),
            argument="roles",
        ),
        ImportedEffectKind(
            "give_up",
            Text(
                "Niemand hat diese Rollen noch an dem Vorgang, es sei denn von anderswo.",
                "Nobody has these roles on the case any more, unless from elsewhere.",
            ),
            argument="roles",
        ),
        ImportedEffectKind(
            "build_archive",
            Text("Das Archivpaket wird gebaut.", "The archive bundle is built."),
        ),
    )
}
