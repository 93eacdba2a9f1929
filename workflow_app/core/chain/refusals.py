"""Why a step of an imported workflow comes to nothing."""

from __future__ import annotations

from typing import Literal

from workflow_app.core.chain.people import ChainCase
from workflow_app.core.errors import TandemError

MAX_AUTOMATIC = 100
"""Automatic transitions in a row, after which the definition runs in circles."""


class Refused(TandemError):
    """A step is refused: this person may not (`unauthorized`), or nobody can (`impossible`)."""

    def __init__(
        self,
        kind: Literal["unauthorized", "impossible"],
        what: str,
        case: ChainCase | None = None,
    ) -> None:
        super().__init__(what)
        self.kind = kind
        self.case = case
        """How far the case had come, for somebody who looks for the reason."""


class RunsInCircles(TandemError):
    """Automatic transitions follow each other without an end; `case` is how far it came."""

    def __init__(self, case: ChainCase) -> None:
        super().__init__(f"more than {MAX_AUTOMATIC} automatic transitions in a row")
        self.case = case


class NowhereToStand(TandemError):
    """A case cannot be opened: the initial state is not defined."""

    def __init__(self, state: str) -> None:
        super().__init__(f"the initial state '{state}' is not defined")


class NoScript(TandemError):
    """A transition names a script that the definition does not have; `case` is how far it came."""

    def __init__(self, name: str, case: ChainCase) -> None:
        super().__init__(f"there is no script '{name}'")
        self.case = case
