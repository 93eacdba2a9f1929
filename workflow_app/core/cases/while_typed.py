"""What conditions see of a case while one of its forms is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WhileTyped(Mapping[str, object]):
    """What conditions see of a case while one of its forms is typed.

    What the form said before counts no more: a field that is now empty is absent. The rest of the
    case has hundreds of names and is looked at name by name.
    """

    form: str
    typed: Mapping[str, object]
    others: Mapping[str, object]

    def __getitem__(self, name: str) -> object:
        if name in self.typed:
            return self.typed[name]
        if name.startswith(f"{self.form}."):
            raise KeyError(name)
        return self.others[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in {**self.others, **self.typed} if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
