"""What a password has to be like, and the hash by which it is kept."""

from __future__ import annotations

from flask_babel import gettext as _

from workflow_app.web.forms.builder import Complaint

SHORTEST, LONGEST = 12, 128
"""Characters of a password; longer ones would only cost time to hash."""


def complaints_about(wanted: str, again: str) -> list[Complaint]:
    """Return what is wrong with a new password that was typed twice."""
    if len(wanted) < SHORTEST:
        text = _("Das Passwort braucht mindestens %(count)s Zeichen.", count=SHORTEST)
        return [Complaint(text, "password")]
    if len(wanted) > LONGEST:
        text = _("Das Passwort darf höchstens %(count)s Zeichen haben.", count=LONGEST)
        return [Complaint(text, "password")]
    if wanted != again:
        return [Complaint(_("Die beiden Passwörter sind verschieden."), "again")]
    return []


def wrong_password() -> Complaint:
    """Return the complaint that the present password is not right."""
    return Complaint(_("Das ist nicht Ihr jetziges Passwort."), "before")
