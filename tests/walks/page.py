"""A browser without JavaScript: what is on a page is found by the words that a reader sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient

from tests.walks.nodes import Node, Reader, sent, words

OPTIONAL = re.compile(r" \((freiwillig|nötig für: [^)]*)\)")
"""What stands behind a label that is not always needed."""


@dataclass
class Part:
    """A page, or one group of questions on it."""

    page: Page
    node: Node

    @property
    def text(self) -> str:
        """Return what is read aloud."""
        return self.node.text

    def groups(self, legend: str) -> list[Part]:
        """Return the groups of questions with this legend."""
        return [Part(self.page, f) for f in self.node.all("fieldset") if same(f.legend, legend)]

    def group(self, legend: str) -> Part:
        """Return the one group of questions with this legend."""
        found = self.groups(legend)
        assert len(found) == 1, (legend, [f.legend for f in self.node.all("fieldset")])
        return found[0]

    def asks(self, label: str) -> bool:
        """Say whether there is a control or a group of this name."""
        named = any(same(n.text, label) for n in self.node.all("label"))
        return named or bool(self.groups(label))

    def control(self, label: str) -> Node:
        """Return the one control with this label; one in a row of a table comes last."""
        labels = list(self.node.all("label"))
        named = sorted((n for n in labels if same(n.text, label)), key=lambda n: n.groups)
        assert named, (label, [n.text for n in labels])
        assert len(named) == 1 or named[0].groups < named[1].groups, f"several '{label}'"
        return self.page.by_id(named[0].attrs["for"])

    def value(self, label: str) -> str:
        """Return what stands in a control; of a list to open, the words that it shows."""
        node = self.control(label)
        return words(node.option) if node.option else node.typed

    def chosen(self, label: str) -> list[str]:
        """Return what is marked in a group."""
        group = self.group(label).node
        marked = {n.attrs["id"] for n in group.all("input") if "checked" in n.attrs}
        return [n.text for n in group.all("label") if n.attrs["for"] in marked]

    def type(self, label: str, text: str) -> None:
        """Replace what stands in a line or text area."""
        node = self.control(label)
        if node.tag == "textarea":
            node.children = ["\n" + text]
        else:
            assert node.attrs["type"] in ("text", "password"), node.attrs
            node.attrs["value"] = text

    def choose(self, label: str, option: str) -> None:
        """Choose from a list to open, or mark one of a group."""
        if self.groups(label):
            return self.group(label).mark(option)
        options = {words(o): o for o in self.control(label).all("option")}
        assert option in options, (option, list(options))
        for o in options.values():
            o.attrs.pop("selected", None)
        options[option].attrs["selected"] = ""

    def mark(self, label: str, on: bool = True) -> None:
        """Mark one of several, or set or remove a tick."""
        node = self.control(label)
        assert node.attrs["type"] in ("radio", "checkbox"), node.attrs
        assert "disabled" not in node.attrs, f"'{label}' cannot be chosen"
        form = node.above("form") or self.node
        for other in form.all("input"):
            alike = other.attrs.get("name") == node.attrs["name"]
            if other is node or (alike and node.attrs["type"] == "radio"):
                other.attrs.pop("checked", None)
        if on:
            node.attrs["checked"] = ""

    def upload(self, label: str, name: str, data: bytes) -> None:
        """Choose a file."""
        node = self.control(label)
        assert node.attrs["type"] == "file", node.attrs
        node.file = (name, data)

    def press(self, button: str) -> Page:
        """Press a button and return the page that comes."""
        buttons = {n.text: n for n in self.node.all("button") if "aria-hidden" not in n.attrs}
        assert button in buttons, (button, list(buttons))
        return self.page.browser.send(self.page.url, buttons[button])

    def submit(self) -> Page:
        """Press on to the last look at a form, and submit it there."""
        return self.press("Prüfen und weiter").press("Einreichen")


class Page(Part):
    """What a browser shows after a request and the redirects that followed it."""

    def __init__(self, browser: Browser, url: str, response: Any) -> None:
        self.browser, self.url, self.data = browser, url, response.get_data()
        self.status: int = response.status_code
        self.headers = response.headers
        html = response.mimetype == "text/html"
        super().__init__(self, Reader(self.data.decode() if html else "").root)

    @property
    def text(self) -> str:
        """Return what is read aloud of the page, without what frames it."""
        return " ".join(main.text for main in self.node.all("main"))

    @property
    def heading(self) -> str:
        """Return the main heading."""
        return next((h.text for h in self.node.all("h1")), "")

    @property
    def notes(self) -> list[str]:
        """Return what the page says of what was just done."""
        boxes = [n for n in self.node.all("div") if n.attrs.get("role") == "status"]
        return [n.text for box in boxes for n in box.all() if "kern-title" in n.classes]

    @property
    def problems(self) -> list[str]:
        """Return the list of problems above a form; a link in it must lead somewhere."""
        boxes = [n for n in self.node.all("div") if "data-problems" in n.attrs]
        for link in [link for box in boxes for link in box.all("a")]:
            assert self.by_id(link.attrs["href"].removeprefix("#")), link.text
        return [item.text for box in boxes for item in box.all("li")]

    @property
    def links(self) -> dict[str, str]:
        """Return the words of each link and where it leads."""
        return {a.text: a.attrs["href"] for a in self.node.all("a") if "href" in a.attrs}

    @property
    def buttons(self) -> list[str]:
        """Return what can be pressed."""
        return [n.text for n in self.node.all("button") if "aria-hidden" not in n.attrs]

    def by_id(self, wanted: str) -> Node:
        """Return the one element with this id."""
        found = [n for n in self.node.all() if n.attrs.get("id") == wanted]
        assert len(found) == 1, f"{len(found)} elements have the id '{wanted}'"
        return found[0]

    def follow(self, link: str) -> Page:
        """Follow a link."""
        assert link in self.links, (link, list(self.links))
        return self.browser.open(urljoin(self.url, self.links[link]))


@dataclass
class Browser:
    """Somebody's browser; cookies are kept, redirects followed."""

    client: FlaskClient

    def open(self, url: str, **request: Any) -> Page:
        """Open an address and return the page that comes in the end."""
        response = self.client.open(url, **request)
        for _ in range(5):
            if response.status_code not in (301, 302, 303):
                break
            url = urljoin(url, response.headers["Location"])
            parts = urlsplit(url)
            response = self.client.get(parts.path, query_string=parts.query)
        return Page(self, url, response)

    def send(self, url: str, button: Node) -> Page:
        """Send the form of a button as it is filled in."""
        form = button.above("form")
        assert form is not None
        action = button.attrs.get("formaction") or form.attrs.get("action") or url
        data: dict[str, list[Any]] = {}
        for name, value in [*sent(form), (button.attrs.get("name", ""), button.typed)]:
            if name:
                data.setdefault(name, []).append(value)
        if form.attrs.get("method", "get").lower() == "get":
            return self.open(urljoin(url, action), query_string=data)
        kind = form.attrs.get("enctype", "application/x-www-form-urlencoded")
        return self.open(urljoin(url, action), method="POST", data=data, content_type=kind)


def same(text: str, wanted: str) -> bool:
    """Say whether a label or legend is the one that is looked for."""
    return OPTIONAL.sub("", text) == wanted
