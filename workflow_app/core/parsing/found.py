"""What stands under the keys of a mapping that was read, for keys that need not be there."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.core.definition.model import Text
from workflow_app.core.parsing.cursor import Cursor
from workflow_app.core.parsing.forms import text_of

NOTHING = Text("", "")
Found = Mapping[str, Cursor]
"""Key → what stands there, as `Cursor.keys` returns it."""


def entries_of(found: Found, key: str) -> dict[str, Cursor]:
    """Return the entries of the mapping under `key`; none if there is no such key."""
    return found[key].entries() if key in found else {}


def text_in(found: Found, key: str) -> Text | None:
    """Return the text in both languages under `key`; None if there is no such key."""
    return text_of(found[key]) if key in found else None


def names_in(found: Found, key: str) -> tuple[str, ...]:
    """Return the names listed under `key`; none if there is no such key."""
    return found[key].identifiers() if key in found else ()


def labelled(found: Found, key: str) -> list[tuple[str, Text]]:
    """Return name and label of each entry under `key`, in the file's order."""
    return [(name, text_of(cursor)) for name, cursor in entries_of(found, key).items()]
