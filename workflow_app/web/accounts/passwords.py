"""A new password as it is typed: twice, and judged."""

from __future__ import annotations

from flask_babel import gettext as _

from workflow_app.services.accounts.passwords import complaint_about
from workflow_app.web.forms.builder import Complaint
from workflow_app.web.language import language


def complaints_about(wanted: str, again: str, name: str, email: str) -> list[Complaint]:
    """Return what is wrong with a new password of somebody that was typed twice."""
    if found := complaint_about(wanted, name, email):
        return [Complaint(found(language()), "password")]
    if wanted != again:
        return [Complaint(_("Die beiden Passwörter sind verschieden."), "again")]
    return []


def has_to_wait() -> Complaint:
    """Return the complaint that the present password was tried too often."""
    return Complaint(_("Zu viele falsche Versuche. Warten Sie eine Viertelstunde."), "before")


def wrong_password() -> Complaint:
    """Return the complaint that the present password is not right."""
    return Complaint(_("Das ist nicht Ihr jetziges Passwort."), "before")
