"""One node of a definition file, asked for what it should be; what it is not is noted as a problem.

Scalars stay text until they are asked: the schema types them, so that `no` is no boolean and the
county key `09274` keeps its zero.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from workflow_app.core.problems import Place, Problems

LARGEST = 10**12
"""No number of a definition is further from nought; conditions and databases can reckon with it."""
DIGITS = 20
"""Characters of a number that are read and shown: enough to see that it is too large."""
MOST_DAYS = 36_500
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class Cursor:
    """A place in the tree. Each reader returns a usable value and notes what is wrong."""

    def __init__(self, node: Node | None, place: Place, problems: Problems) -> None:
        self.node = node
        self.place = place
        self.problems = problems
        self._entries: dict[str, Cursor] | None = None

    def wrong(self, rule: str, de: str, en: str) -> None:
        """Note a problem at this place."""
        self.problems.add(self.place, rule, de, en)

    def _at(self, node: Node) -> Cursor:
        mark = node.start_mark
        return Cursor(node, Place(self.place.file, mark.line + 1, mark.column + 1), self.problems)

    def keys(self, allowed: Iterable[str], needed: Iterable[str] = ()) -> dict[str, Cursor]:
        """Return the entries under known keys; unknown and missing ones are noted."""
        allowed = list(allowed)
        entries = self.entries()
        for key in list(entries):
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, 1)
                meant_de = f" Meinten Sie „{near[0]}“?" if near else ""
                meant_en = f" Did you mean '{near[0]}'?" if near else ""
                entries[key].wrong(
                    "unknown_key",
                    f"Unbekannter Schlüssel „{key}“.{meant_de}",
                    f"Unknown key '{key}'.{meant_en}",
                )
                del entries[key]
        for key in needed:
            if key not in entries:
                self.missing(key)
        return entries

    def missing(self, key: str) -> None:
        """Note that a needed key is not there."""
        self.wrong("missing_key", f"Der Schlüssel „{key}“ fehlt.", f"The key '{key}' is missing.")

    def entries(self) -> dict[str, Cursor]:
        """Return the entries of a mapping under any keys; duplicates are noted, once."""
        if self._entries is None:
            self._entries = self._read_entries()
        return dict(self._entries)

    def _read_entries(self) -> dict[str, Cursor]:
        if not isinstance(self.node, MappingNode):
            self.wrong("not_a_mapping", "Hier gehören Schlüssel hin.", "Keys are expected here.")
            return {}
        found: dict[str, Cursor] = {}
        for key_node, value_node in self.node.value:
            key = self._at(key_node)
            if not isinstance(key_node, ScalarNode):
                key.wrong("bad_key", "Ein Schlüssel muss Text sein.", "A key must be text.")
                continue
            if key_node.value in found:
                key.wrong(
                    "duplicate_key",
                    f"Der Schlüssel „{key_node.value}“ steht zweimal da.",
                    f"The key '{key_node.value}' stands there twice.",
                )
                continue
            found[key_node.value] = Cursor(value_node, key.place, self.problems)
        return found

    def items(self) -> list[Cursor]:
        """Return the entries of a list; anything else is noted and counts as empty."""
        if not isinstance(self.node, SequenceNode):
            self.wrong("not_a_list", "Hier gehört eine Liste hin.", "A list is expected here.")
            return []
        return [self._at(node) for node in self.node.value]

    @property
    def is_text(self) -> bool:
        """Say whether a single text stands here."""
        return isinstance(self.node, ScalarNode)

    @property
    def is_mapping(self) -> bool:
        """Say whether keys stand here."""
        return isinstance(self.node, MappingNode)

    def has_key(self, key: str) -> bool:
        """Say whether a mapping with this key stands here; nothing is noted."""
        return isinstance(self.node, MappingNode) and any(
            k.value == key for k, _ in self.node.value
        )

    def text(self) -> str:
        """Return the text of a scalar; anything else is noted and counts as empty."""
        if not isinstance(self.node, ScalarNode):
            self.wrong("not_a_text", "Hier gehört Text hin.", "Text is expected here.")
            return ""
        return str(self.node.value)

    def plain(self) -> object:
        """Return what stands here as texts, lists and mappings of texts."""
        if isinstance(self.node, MappingNode):
            return {key: cursor.plain() for key, cursor in self.entries().items()}
        if isinstance(self.node, SequenceNode):
            return [item.plain() for item in self.items()]
        return self.text()

    def identifier(self) -> str:
        """Return a name of small letters, digits and underscores."""
        name = self.text()
        if not IDENTIFIER.fullmatch(name):
            self.wrong(
                "bad_name",
                f"„{name}“ ist kein Name (Kleinbuchstaben, Ziffern, Unterstrich).",
                f"'{name}' is no name (small letters, digits, underscore).",
            )
        return name

    def identifiers(self) -> tuple[str, ...]:
        """Return a list of names; a single name counts as a list of one."""
        if isinstance(self.node, ScalarNode):
            return (self.identifier(),)
        return tuple(item.identifier() for item in self.items())

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts; a single text counts as a list of one."""
        if isinstance(self.node, ScalarNode):
            return (self.text(),)
        return tuple(item.text() for item in self.items())

    def integer(self, least: int = -LARGEST, most: int = LARGEST) -> int:
        """Return a whole number from `least` to `most`; 0 if there is none, which is noted."""
        text = self.text()
        try:
            number = int(text[:DIGITS])
        except ValueError:
            self.wrong(
                "not_a_number",
                f"„{text[:DIGITS]}“ ist keine ganze Zahl.",
                f"'{text[:DIGITS]}' is no whole number.",
            )
            return 0
        if not least <= number <= most:
            self.wrong(
                "out_of_range",
                f"Hier ist eine Zahl von {least} bis {most} möglich.",
                f"A number from {least} to {most} is possible here.",
            )
            return 0
        return number

    def days(self) -> int:
        """Return a number of days, negative before a day; a hundred years are the most."""
        return self.integer(-MOST_DAYS, MOST_DAYS)

    def boolean(self) -> bool:
        """Return true or false, spelled so."""
        text = self.text()
        if text not in ("true", "false"):
            self.wrong(
                "not_a_boolean",
                f"Hier gehört true oder false hin, nicht „{text}“.",
                f"Write true or false, not '{text}'.",
            )
        return text == "true"

    def choice(self, allowed: Sequence[str]) -> str:
        """Return one of the allowed words; the first if there is another, which is noted."""
        word = self.text()
        if word in allowed:
            return word
        near = difflib.get_close_matches(word, allowed, 1)
        self.wrong(
            "unknown_word",
            f"„{word}“ gibt es hier nicht; möglich: {', '.join(near or allowed)}.",
            f"'{word}' is not known here; possible: {', '.join(near or allowed)}.",
        )
        return allowed[0]
