"""The chosen clauses of an agreement, filled in: running text, tables and lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment

ONE_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\.(\w+)\s*\}\}")
OPEN = "[noch offen]"


def lay_out(
    texts: Environment, clauses: Iterable[Mapping[str, Any]], forms: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the clauses with `paragraphs` of `{"text", "values"}`.

    A paragraph that is one placeholder of a table or a list is no text of its own: it is a value
    of the paragraph before it. `texts` must not escape: what comes out is plain text, which the
    page escapes like any other.
    """
    texts = texts.overlay(finalize=_words)
    return [
        {**clause, "paragraphs": _filled(texts, clause["paragraphs"], forms)} for clause in clauses
    ]


def _filled(
    texts: Environment, paragraphs: Iterable[str], forms: Mapping[str, Any]
) -> list[dict[str, Any]]:
    filled: list[dict[str, Any]] = []
    for paragraph in paragraphs:
        value = _table_or_list(paragraph, forms)
        if value is None:
            filled.append({"text": texts.from_string(paragraph).render(forms), "values": []})
        elif filled:
            filled[-1]["values"].append(value)
        else:
            filled.append({"text": "", "values": [value]})
    return filled


def _table_or_list(paragraph: str, forms: Mapping[str, Any]) -> Any:
    """Return the value of a paragraph that is exactly one table or list, or None."""
    match = ONE_PLACEHOLDER.fullmatch(paragraph.strip())
    if match is None:
        return None
    value = forms[match[1]][match[2]]
    return value if value and isinstance(value, Mapping | list) else None


def _words(value: Any) -> Any:
    """Return a presented value as words in a sentence; what is not filled is a visible gap."""
    if isinstance(value, list):
        if any(" und " in text for text in value) and len(value) > 1:
            # Otherwise nobody could tell where one of them ends.
            value = [f"„{text}“" for text in value]
        return " und ".join(filter(None, [", ".join(value[:-1]), *value[-1:]])) or OPEN
    if isinstance(value, Mapping):
        if "name" not in value:
            raise TypeError("a table stands in a sentence: give it a paragraph of its own")
        return value["name"] or OPEN
    return OPEN if value == "" else value
