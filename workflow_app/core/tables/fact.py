"""What an entry of the table of facts says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflow_app.core.definition.model import Text
from workflow_app.core.tables.context import Context


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the table."""

    name: str
    meaning: Text
    holds: Callable[[Context], bool]
    forms: tuple[str, ...] = ()
    """Forms that answer it: a step that sends one of them is judged when it is sent."""
    numbers: tuple[str, ...] = ()
    """The operator's numbers that it needs."""
    needs: tuple[str, ...] = ()
    """What must have been before it can hold: `form.filled` (of a side: `form.side.filled`),
    `step.<transition>` made, `document.agreement` frozen, `document.addendum` issued."""
    proves: tuple[str, ...] = ()
    """What it says of people: `belong` (members belong to the organisation of their side),
    `two_people` (one for each side), `not.step.<x>` and `not.form.<x>` (whoever acts did not)."""
    names: Callable[[Context], tuple[str, ...]] = lambda _: ()
    """What it does not hold for, by title and number, where it speaks of several things."""
