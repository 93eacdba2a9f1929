"""What our fonts can print: a character that none of them has would make the file no PDF/A."""

from __future__ import annotations

import unicodedata
from functools import cache

from workflow_app.documents.fetcher import FONTS

# They turn the order of what follows them: on paper, words must stand in the order of the file.
TURNERS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """Return the text with each character that cannot be printed as its number, `[U+1F389]`.

    What is invisible anyway goes without a trace. A font of the machine is never asked to step in:
    then the same document would look different elsewhere.
    """
    return text.translate({ord(char): _instead(char) for char in set(text) if not _has(char)})


def _has(char: str) -> bool:
    # A font may have glyphs for controls and for private use, but no reader knows what they mean.
    if char in TURNERS or unicodedata.category(char) in ("Cc", "Co"):
        return char == "\n"
    return ord(char) in _characters()


def _instead(char: str) -> str:
    if char.isspace():
        return " "
    # Controls, format characters and the marks that only choose a variant of a sign.
    invisible = unicodedata.category(char) in ("Cc", "Cf", "Cs")
    if invisible or unicodedata.name(char, "").startswith("VARIATION SELECTOR"):
        return ""
    return f"[U+{ord(char):04X}]"


@cache
def _characters() -> frozenset[int]:
    """Return the characters of every font together, read once."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    found: set[int] = set()
    for path in FONTS.glob("*.woff2"):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
