"""definition.xml as a tree: read safely, with the rules by which DCWorkflow reads it.

It reads by tag name at any depth, takes text without CDATA sections and comments, strips each
line on the left, and refuses a missing attribute. Entities are refused, because nothing needs
them and a few lines of them can fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.dom import Node
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.minidom import parseString

from workflow_app.core.definition.model import Text

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
"""A definition nests five deep."""

Refuse = Callable[[Text], None]

TRUE = ("true", "yes", "1")


class Element:
    """An element of the definition. What is missing is noted and read as empty."""

    def __init__(self, node: Any, refuse: Refuse) -> None:
        self._node = node
        self._refuse = refuse

    def _where(self) -> str:
        """Return the element as it begins, with its id or name: what a person looks for."""
        node = self._node
        names = ("workflow_id", "state_id", "transition_id", "variable_id", "worklist_id", "name")
        found = next((n for n in names if node.hasAttribute(n)), None)
        if found:
            return f'<{node.tagName} {found}="{node.getAttribute(found)}">'
        parent = node.parentNode
        inside = parent is not None and parent.nodeType == Node.ELEMENT_NODE
        return f"<{node.tagName}>" + (
            f" in {Element(parent, self._refuse)._where()}" if inside else ""
        )

    def wrong(self, de: str, en: str) -> None:
        """Note a reason for refusing, with this element before it."""
        where = self._where()
        self._refuse(Text(f"{where}: {de}", f"{where}: {en}"))

    def all(self, tag: str) -> list[Element]:
        """Return the elements called `tag` at any depth, in the order of the file."""
        return [Element(node, self._refuse) for node in self._node.getElementsByTagName(tag)]

    def only(self, tag: str) -> Element | None:
        """Return the one element called `tag`, or None; several are noted."""
        found = self.all(tag)
        if len(found) > 1:
            self.wrong(
                f"Es darf nur ein <{tag}> geben, hier stehen {len(found)}.",
                f"There may be one <{tag}> only, here are {len(found)}.",
            )
        return found[0] if found else None

    def attribute(self, name: str) -> str:
        """Return a needed attribute; a missing one is noted and read as empty."""
        if not self._node.hasAttribute(name):
            self.wrong(f"Das Attribut „{name}“ fehlt.", f"The attribute '{name}' is missing.")
        return str(self._node.getAttribute(name))

    def optional(self, name: str, default: str = "") -> str:
        """Return an attribute that may be missing."""
        return str(self._node.getAttribute(name)) if self._node.hasAttribute(name) else default

    def flag(self, name: str) -> bool:
        """Return an attribute as yes or no; missing is no."""
        return self.optional(name).lower() in TRUE

    def text(self) -> str:
        """Return the text directly inside, each line stripped on the left, the end stripped."""
        self._node.normalize()
        parts = [c.nodeValue for c in self._node.childNodes if c.nodeType == Node.TEXT_NODE]
        return "".join(line.lstrip() for line in "".join(parts).splitlines(True)).rstrip()

    def texts(self, tag: str) -> tuple[str, ...]:
        """Return the texts of all elements called `tag`."""
        return tuple(element.text() for element in self.all(tag))


def read_tree(source: bytes, refuse: Refuse) -> Element | None:
    """Return the element `dc-workflow`, or None if there is none to read, which is noted."""
    if len(source) > MAX_BYTES:
        refuse(Text("Die Datei ist größer als 1 MB.", "The file is larger than 1 MB."))
        return None
    try:
        tree = parseString(source, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        refuse(
            Text(
                "Die Datei erklärt Entitäten; das ist nicht erlaubt.",
                "The file declares entities; that is not allowed.",
            )
        )
        return None
    except ExpatError as error:
        refuse(
            Text(
                f"Die Datei ist kein lesbares XML (Zeile {error.lineno}).",
                f"The file is no readable XML (line {error.lineno}).",
            )
        )
        return None
    except (ValueError, LookupError, RecursionError):
        refuse(
            Text(
                "Die Datei ist kein lesbares XML (Zeichensatz oder Verschachtelung).",
                "The file is no readable XML (encoding or nesting).",
            )
        )
        return None
    if _deeper_than(tree.documentElement, MAX_DEPTH):
        refuse(Text("Die Datei ist zu tief verschachtelt.", "The file is nested too deeply."))
        return None
    found = tree.getElementsByTagName("dc-workflow")
    if not found:
        refuse(Text("In der Datei steht kein <dc-workflow>.", "The file has no <dc-workflow>."))
        return None
    return Element(found[0], refuse)


def _deeper_than(node: Any, limit: int) -> bool:
    todo = [(node, 1)]
    while todo:
        element, depth = todo.pop()
        if depth > limit:
            return True
        todo += [(c, depth + 1) for c in element.childNodes if c.nodeType == Node.ELEMENT_NODE]
    return False
