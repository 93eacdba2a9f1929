"""Places in definition files, and what is wrong there: every problem at once, none raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a definition; `severity` is `error`, `warning` or `open`."""

    place: Place
    rule: str
    de: str
    en: str
    severity: str = "error"
    path: tuple[str, ...] = ()
    """Steps of a shortest path that shows it, where there is one; `[form]` is a submission."""

    def __str__(self) -> str:
        way = f" ({' → '.join(self.path)})" if self.path else ""
        return f"{self.place}: {self.rule}: {self.en}{way}"


class Problems(list[Problem]):
    """The problems found so far."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        super().__init__(problems)
        self.counted: Counter[str] = Counter()
        """What was looked at, and of how much of it nothing was decided."""

    def add(
        self,
        place: Place,
        rule: str,
        de: str,
        en: str,
        severity: str = "error",
        path: Sequence[str] = (),
    ) -> None:
        """Note one more problem, perhaps with a path that shows it."""
        self.append(Problem(place, rule, de, en, severity, tuple(path)))

    def include(self, others: Problems) -> None:
        """Note what was found, and counted, elsewhere."""
        self.extend(others)
        self.counted += others.counted

    @property
    def errors(self) -> list[Problem]:
        """Return those that forbid the use of the definition."""
        return [p for p in self if p.severity == "error"]
