"""The elements of a page, and what is read aloud of them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
UNSEEN = frozenset({"script", "style", "svg", "option"})
INLINE = frozenset({"a", "del", "em", "ins"})


@dataclass(eq=False)
class Node:
    """An element, or (without a tag) a whole page."""

    tag: str = ""
    attrs: dict[str, str] = field(default_factory=dict)
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)
    file: tuple[str, bytes] | None = None
    """What somebody has chosen to upload: name and content."""

    def all(self, *tags: str) -> Iterator[Node]:
        """Return the elements below with one of these tags (without tags: all) in their order."""
        for child in self.children:
            if isinstance(child, Node):
                if not tags or child.tag in tags:
                    yield child
                yield from child.all(*tags)

    def above(self, tag: str) -> Node | None:
        """Return the nearest element around this one with this tag."""
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node

    @property
    def groups(self) -> int:
        """Return how many groups of questions are around the element."""
        outer = self.above("fieldset")
        return 0 if outer is None else 1 + outer.groups

    @property
    def classes(self) -> list[str]:
        """Return the classes of the element."""
        return self.attrs.get("class", "").split()

    @property
    def text(self) -> str:
        """Return what is read aloud of the element."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.attrs.get("aria-hidden") != "true" and child.tag not in UNSEEN:
                yield from child._texts()
                runs_on = child.tag in INLINE or "kern-sr-only" in child.classes
                yield "" if runs_on else " "

    @property
    def legend(self) -> str:
        """Return the legend of a group of questions."""
        own = (c for c in self.children if isinstance(c, Node) and c.tag == "legend")
        return next((legend.text for legend in own), "")

    @property
    def typed(self) -> str:
        """Return what stands in a control; of a list to open, the value of the chosen option."""
        if self.tag == "textarea":
            return "".join(str(child) for child in self.children).removeprefix("\n")
        if self.tag == "select":
            return self.option.attrs.get("value", "") if self.option else ""
        return self.attrs.get("value", "")

    @property
    def option(self) -> Node | None:
        """Return the option that a list to open shows."""
        options = list(self.all("option"))
        return next((o for o in options if "selected" in o.attrs), options[0] if options else None)

    @property
    def offered(self) -> list[str]:
        """Return everything that a list to open offers, the way back to nothing first."""
        return [words(o) for o in self.all("option")]


class Reader(HTMLParser):
    """Reads a page; an element that is closed by another's end is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = self.inner = Node()
        self.feed(html)
        self.close()
        assert self.inner is self.root, f"<{self.inner.tag}> is never closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.inner)
        self.inner.children.append(node)
        if tag not in VOID:
            self.inner = node

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.inner.tag == tag, f"</{tag}> closes <{self.inner.tag} {self.inner.attrs}>"
            assert self.inner.parent is not None
            closed, self.inner = self.inner, self.inner.parent
            if tag == "template":
                # What scripts make new parts of is no part of the page.
                self.inner.children.remove(closed)

    def handle_data(self, data: str) -> None:
        self.inner.children.append(data)


def words(option: Node) -> str:
    """Return the words of an option."""
    return " ".join("".join(str(child) for child in option.children).split())


def sent(form: Node) -> Iterator[tuple[str, Any]]:
    """Return what a browser sends of a form: names and values of the controls that count."""
    for node in form.all("input", "textarea", "select"):
        name, kind = node.attrs.get("name", ""), node.attrs.get("type", "text")
        unmarked = kind in ("radio", "checkbox") and "checked" not in node.attrs
        if "disabled" in node.attrs or unmarked:
            continue
        if kind != "file":
            yield name, node.typed
        elif node.file:
            yield name, (io.BytesIO(node.file[1]), node.file[0])
