"""Numbers in addresses: none is larger than what a table can number."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1
"""The largest number of a row, on both databases."""


class Numbered(IntegerConverter):
    """A number in an address; a longer one is an address that does not exist.

    A database refuses to compare a row's number with it, and Python to read five thousand digits.
    """

    regex = r"\d{1,10}"

    def __init__(self, among: Map, *args: Any, **limits: Any) -> None:
        """Take what `<int(…):name>` says; without a limit there is that of a table."""
        super().__init__(among, *args, **{"max": LARGEST, **limits})


def register(app: Flask) -> None:
    """Let every `<int:…>` of a route be such a number."""
    app.url_map.converters["int"] = Numbered
