"""What conditions see of one situation, worked out when a condition first asks for it.

A workflow has hundreds of names, and a condition reads a few: so each form, and each step that is
signed off, is looked at only when one of its names is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workflow_app.core.cases import visible
from workflow_app.core.cases.situation import Situation
from workflow_app.core.definition.forms import Form

Room = Callable[[], Mapping[str, object]]
"""Works out all names that begin alike."""


class Seen(Mapping[str, object]):
    """Name → value, as a mapping that fills itself; a name that it lacks is absent."""

    def __init__(
        self,
        known: dict[str, object],
        rooms: dict[str, Room],
        nothing: Mapping[str, object],
        transition: str = "",
    ) -> None:
        self._known = known
        self._rooms = rooms
        self._nothing = nothing
        self._transition = transition

    def at(self, transition: str) -> Seen:
        """Return the same, seen by the conditions of a transition; what is known is shared."""
        return Seen(self._known, self._rooms, self._nothing, transition)

    def __getitem__(self, name: str) -> object:
        if name == "transition":
            return self._transition
        if room := self._rooms.pop(room_of(name), None):
            self._known.update(room())
        return self._known[name] if name in self._known else self._nothing[name]

    def __iter__(self) -> Iterator[str]:
        while self._rooms:
            self._known.update(self._rooms.popitem()[1]())
        yield from {"transition": None, **self._nothing, **self._known}

    def __len__(self) -> int:
        return sum(1 for _ in self)


def room_of(name: str) -> str:
    """Return what a name is worked out with: its form, or the one step that is signed off."""
    first, _, rest = name.partition(".")
    return f"{first}.{rest.partition('.')[0]}" if first == "sign_off" else first


def form_seen(form: Form, situation: Situation) -> Mapping[str, object]:
    """Return what conditions see of a form: its newest values, its sides' or its entries'."""
    if form.per == "entry":
        entries = [s.values for s in situation.submissions.get(form.id, ())]
        acting = situation.acting.get(form.id)
        return visible.seen_entries(form, [*entries, acting] if acting else entries)
    if form.per in ("side", "amendment_side"):
        found: dict[str, object] = {}
        for side, s in situation.by_side(form.id, form.per == "amendment_side").items():
            found.update(visible.seen(form, s.values, f"{form.id}.{side}"))
        return found
    values = situation.newest(form.id)
    return {} if values is None else visible.seen(form, values)
