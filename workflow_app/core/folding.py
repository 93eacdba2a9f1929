"""Words as they are searched, without case, accents and doubled spaces; and as they are seen."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Return the text in the form in which it is kept for searching: `Café MÜLL` → `cafe mull`."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


# Letters and signs by their category that every font leaves blank.
BLANK = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"))


def visible(text: str) -> str:
    """Return what somebody sees of the text: an empty one for spaces and format characters."""
    shown = text.translate(BLANK)
    return "".join(c for c in shown if unicodedata.category(c) not in ("Cf", "Cc")).strip()


def variants(word: str) -> tuple[str, ...]:
    """Return the forms under which a typed word may be found: `mueller` is also `muller`."""
    plain = folded(word)
    short = plain
    for written, meant in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        short = short.replace(written, meant)
    return (plain,) if short == plain else (plain, short)
