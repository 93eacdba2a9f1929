"""Who acts and where: persons, containing places, and the case, as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from workflow_app.core.definition.imported import RoleMap

ANONYMOUS = "Anonymous"
AUTHENTICATED = "Authenticated"
MANAGER = "Manager"
MEMBER = "Member"
OWNER = "Owner"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with the roles held everywhere and the groups belonged to; no id: not signed in."""

    id: str | None
    roles: frozenset[str]
    groups: tuple[str, ...] = ()

    @property
    def signed_in(self) -> bool:
        """Say whether the person is known."""
        return self.id is not None


class Maps:
    """Role maps by permission; equal objects are not merged, so that what follows is remembered."""

    __slots__ = ("allowed", "by")

    def __init__(self, by: Mapping[str, RoleMap]) -> None:
        self.by = by
        self.allowed: dict[tuple[object, str], frozenset[str]] = {}
        """(Containing place, permission) → the roles that hold it: filled by `rights`."""


class Locals:
    """Roles on the spot: id of a person or group → roles there."""

    __slots__ = ("by",)

    def __init__(self, by: Mapping[str, tuple[str, ...]]) -> None:
        self.by = by


NO_MAPS = Maps({})
NO_LOCALS = Locals({})


class Subject(Protocol):
    """What rights are asked of: a case, or the place in which cases lie."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def maps(self) -> Maps:
        """Return its own role maps."""

    @property
    def locals(self) -> Locals:
        """Return the roles given on it."""

    @property
    def container(self) -> Container | None:
        """Return the place that contains it."""


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """A place in which cases lie, itself perhaps within another."""

    id: str
    maps: Maps = NO_MAPS
    locals: Locals = NO_LOCALS
    container: Container | None = None


@dataclass(slots=True, eq=False)
class Entry:
    """One step of a case in one workflow, sealed onto the entry before it; nothing changes it.

    It is not frozen by the language, because that would cost a tenth of a step; the seal tells.

    `status` is what DCWorkflow would have written; the rest says who, when, whence and whether a
    guard was passed over, which is not recoverable there.
    """

    workflow: str
    number: int
    transition: str | None
    """None: the case was opened."""
    source: str
    target: str
    actor: str | None
    at: datetime
    bypassed: bool
    status: Mapping[str, object]
    previous: Entry | None
    digest: str

    def back(self) -> Iterator[Entry]:
        """Yield this entry and those before it, newest first."""
        entry: Entry | None = self
        while entry is not None:
            yield entry
            entry = entry.previous


@dataclass(slots=True, eq=False)
class ChainCase:
    """A case that one or several imported workflows move; a step makes a new one of it."""

    id: str
    container: Container
    maps: Maps = NO_MAPS
    locals: Locals = NO_LOCALS
    newest: Mapping[str, Entry] = field(default_factory=dict)
    """Workflow → the newest entry of the case in it."""

    def history(self, workflow: str) -> tuple[Entry, ...]:
        """Return the entries in a workflow, oldest first."""
        newest = self.newest.get(workflow)
        return tuple(reversed(tuple(newest.back()))) if newest else ()

    def status(self, workflow: str) -> Mapping[str, object]:
        """Return what the newest entry in a workflow says; empty if there is none."""
        newest = self.newest.get(workflow)
        return newest.status if newest else {}
