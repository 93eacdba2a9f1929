"""Several people do something in the same instant, each in a thread of their own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from workflow_app.core.errors import Conflict, NotAllowed

Result = TypeVar("Result")


def at_once(*acts: Callable[[], Result]) -> list[Result | str]:
    """Return what each act returned, or the name of its refusal; all begin together."""
    barrier = Barrier(len(acts))

    def begin(act: Callable[[], Result]) -> Result | str:
        barrier.wait()
        try:
            return act()
        except (Conflict, NotAllowed) as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))
