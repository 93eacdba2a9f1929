"""What a password has to be like: long enough, not one that others guess first, not one's name.

How hard a password is to guess is estimated by zxcvbn, which knows the passwords that leaked most
often, rows of keys, years, repetitions and the usual exchange of letters for digits. Nothing is
asked of kinds of characters, which makes passwords harder to keep in mind and not to guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from zxcvbn import zxcvbn

from workflow_app.core.definition.model import Text

SHORTEST, LONGEST = 12, 128
"""Characters of a password; longer ones would only cost time to hash."""
EASY = 10**10
"""Guesses that a password has to be worth: the library's own best mark."""
ESTIMATED = 72
"""Characters that zxcvbn looks at; if these are hard to guess, the whole is."""
TELLING = 4
"""Letters from which on a part of a name counts: 'Li' is in many a word."""

TOO_SHORT = Text(
    f"Das Passwort braucht mindestens {SHORTEST} Zeichen.",
    f"The password needs at least {SHORTEST} characters.",
)
TOO_LONG = Text(
    f"Das Passwort darf höchstens {LONGEST} Zeichen haben.",
    f"The password may have at most {LONGEST} characters.",
)
PERSONAL = Text(
    "Das Passwort enthält Ihren Namen oder Ihre E-Mail-Adresse. Wählen Sie eines ohne beides.",
    "The password contains your name or your e-mail address. Choose one without either.",
)
COMMON = Text(
    "Dieses Passwort ist leicht zu erraten: Es ist sehr verbreitet oder folgt einem bekannten "
    "Muster. Nehmen Sie zum Beispiel vier Wörter, die nichts miteinander zu tun haben.",
    "This password is easy to guess: it is very common or follows a known pattern. "
    "Take, for example, four words that have nothing to do with each other.",
)

# The library's lists are English; these words are what German offices are used to, and what is
# tried first at a place like this one.
TRIED_FIRST = (
    files("workflow_app.services.accounts").joinpath("tried_first.txt").read_text("utf-8").split()
)


def complaint_about(password: str, name: str, email: str) -> Text | None:
    """Return what is wrong with a new password of somebody; None if it does."""
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    folded = password.casefold()
    if any(part in folded for part in _personal(name, email)):
        return PERSONAL
    found = zxcvbn(password[:ESTIMATED], user_inputs=TRIED_FIRST)
    return COMMON if found["guesses"] < EASY else None


def _personal(name: str, email: str) -> Iterator[str]:
    """Return the parts of a name and an address that no password of this person contains."""
    local = email.partition("@")[0]
    for text in (name, local):
        for part in re.split(r"[\W\d_]+", text.casefold()):
            if len(part) >= TELLING:
                yield part
