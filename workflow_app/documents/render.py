"""A document's template and a plain dictionary in, HTML out: Jinja in a closed sandbox."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, Undefined
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from workflow_app.core.errors import DocumentError
from workflow_app.documents.clauses import lay_out
from workflow_app.documents.library import Library

# Longer than a SHA-256, which must stay in one piece for whoever copies it.
LONG_WORD = re.compile(r"\S{65,}")
PIECE = re.compile(r"\S{30}(?=\S)")


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates read keys of dictionaries, items of lists and the state of a loop; nothing else.

    Keys come before Python's own attributes: a field may be called `items`, and no method of any
    object can be reached.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=StrictUndefined, **options)
        self.globals.clear()
        self.filters.pop("attr")

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the value under a key, or an undefined value that fails when it is used."""
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return the item under a key or an index, or an undefined value."""
        if isinstance(obj, Undefined):
            return obj
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, list | tuple | str) and isinstance(argument, int | slice):
            return super().getitem(obj, argument)
        return self.undefined(obj=obj, name=argument)


def to_html(library: Library, document_id: str, data: Mapping[str, Any]) -> str:
    """Return the HTML of a document; raises DocumentError, which names what is missing."""
    library.files(document_id)
    pages = Sandbox(
        autoescape=True,
        loader=FileSystemLoader(library.roots),
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_as_printed,
    )
    try:
        clauses = lay_out(Sandbox(autoescape=False), data.get("clauses", ()), data["forms"])
        values = {**data, "clauses": clauses, "qr": _qr(data["document"]["check_url"])}
        return pages.get_template(f"{document_id}/document.html").render(values)
    except (TemplateError, KeyError, TypeError) as error:
        raise DocumentError(document_id, [_place(error)]) from error


def _as_printed(value: Any) -> Any:
    """Return nothing for None, and a text with places where even its longest word may break.

    Without them a word of thousands of letters costs the layout minutes.
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return LONG_WORD.sub(lambda word: PIECE.sub("\\g<0>\u200b", word[0]), value)
    return "" if value is None else value


def _place(error: Exception) -> str:
    """Say what is wrong and, where Jinja knows it, in which line of which template."""
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    return f"{name}:{line}: {error}" if name and line else str(error)


def _qr(url: str | None) -> Markup | None:
    """Return the QR code that leads to the page of the check code, as inline SVG."""
    if url is None:
        return None
    import segno

    drawing = io.BytesIO()
    segno.make(url, error="m").save(
        drawing,
        kind="svg",
        xmldecl=False,
        border=0,
        omitsize=True,
        dark="#1a1f26",
        title=f"QR-Code zur Prüfseite {url}",
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704 – segno escapes the title.
