"""What an organisation supplies for an imported workflow: facts as conditions over a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflow_app.core.chain.reading import NotSupplied, Reading
from workflow_app.core.expressions import Condition


class Conditions:
    """Facts as compiled conditions; `values` gives what they may read, by the id of the case."""

    def __init__(
        self,
        conditions: Mapping[str, Condition],
        values: Callable[[str], Mapping[str, object]],
        effects: Mapping[str, Callable[[Reading], None]] | None = None,
    ) -> None:
        self._conditions = dict(conditions)
        self._values = values
        self._effects = dict(effects or {})

    def fact(self, name: str, reading: Reading) -> bool:
        """Return whether the condition supplied for the fact holds.

        :raises NotSupplied: if there is none.
        """
        condition = self._conditions.get(name)
        if condition is None:
            raise NotSupplied(name)
        return condition.verdict(self._values(reading.subject.id)).holds

    def effect(self, name: str, reading: Reading) -> None:
        """Do what was supplied for the effect.

        :raises NotSupplied: if nothing was.
        """
        effect = self._effects.get(name)
        if effect is None:
            raise NotSupplied(name)
        effect(reading)
