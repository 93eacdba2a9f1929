"""What has become of a mail, and what it said, as far as that is kept here."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from workflow_app.services.site import Site
from workflow_app.services.work import letters
from workflow_app.services.work.outbox import GIVE_UP_AFTER
from workflow_app.services.work.post import Folder
from workflow_app.store.tables.outbox import Job

HIDDEN = "/access/…"
"""What stands in place of a link that lets somebody in."""


def state_of(job: Job) -> str:
    """Return `sent`, `waiting` or `given_up`."""
    if job.done_at is not None:
        return "sent"
    return "given_up" if job.attempts >= GIVE_UP_AFTER else "waiting"


def in_folder(site: Site) -> bool:
    """Return whether mails are kept in a folder, where they can be read."""
    return isinstance(site.post, Folder)


def subject_of(site: Site, job: Job, language: str, number: str | None) -> str:
    """Return the subject of a mail, whether it has left or waits; an empty text if it has none."""
    return letters.subject(site, job, language, number or "")


def text_of(site: Site, job: Job) -> tuple[str, str] | None:
    """Return (subject, text) of a mail in the folder; None if there is none.

    A personal link is left out: whoever reads other people's mail here could set their passwords.
    """
    if not isinstance(site.post, Folder) or not site.post.file(job.id).is_file():
        return None
    mail = message_from_bytes(site.post.file(job.id).read_bytes(), policy=policy.default)
    if not isinstance(mail, EmailMessage):
        return None
    return str(mail["Subject"]), re.sub(r"/access/\S+", HIDDEN, mail.get_content())
