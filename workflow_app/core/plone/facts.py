"""Names for the expressions that were not translated."""

from __future__ import annotations

import re

from workflow_app.core.definition.formulas import Formula, fact
from workflow_app.core.definition.imported import NamedFact
from workflow_app.core.plone.tales import translate

LONGEST = 48


class FactNames:
    """Gives each expression beyond translation one name, the same wherever it stands."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def formula(self, text: str) -> Formula:
        """Return the translated expression, or the fact that stands for it."""
        translated = translate(text)
        if translated is not None:
            return translated
        if text not in self._names:
            self._names[text] = self._name(text)
        return fact(self._names[text])

    def _name(self, text: str) -> str:
        """Return a readable name made of the expression's words, not used yet."""
        words = re.sub(r"[^a-z0-9]+", "_", re.sub(r"^python:|^path:", "", text.lower()))
        base = words.strip("_")[:LONGEST].strip("_") or "fact"
        base = base if base[0].isalpha() else f"fact_{base}"
        name, number = base, 1
        while name in self._names.values():
            number += 1
            name = f"{base}_{number}"
        return name

    def facts(self) -> dict[str, NamedFact]:
        """Return the named facts by name, in the order in which they were met."""
        return {name: NamedFact(name, text) for text, name in self._names.items()}
