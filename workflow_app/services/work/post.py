"""How a mail leaves: into a folder, or by a mail server."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, Protocol

from workflow_app.core.errors import TandemError

Security = Literal["none", "starttls", "tls"]
"""Not encrypted, encrypted after STARTTLS, encrypted from the start."""
TIMEOUT = 30.0
"""Seconds that the mail server may take for each answer."""


class Refused(TandemError):
    """The mail server refused this mail for good; to try it again would change nothing."""


class Post(Protocol):
    """Where mails are handed in."""

    def send(self, message: EmailMessage, job: int) -> None:
        """Hand in a mail of the outbox row `job`; back again means that it is on its way.

        :raises Refused: if it will never be taken.
        """
        ...


@dataclass(frozen=True)
class Folder:
    """The embedded default: a file a mail, under the number of its outbox row."""

    path: Path

    def send(self, message: EmailMessage, job: int) -> None:
        """Write the file; a second time it is written over."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.file(job).write_bytes(message.as_bytes())

    def file(self, job: int) -> Path:
        """Return where the mail of an outbox row lies."""
        return self.path / f"{job:06d}.eml"


@dataclass(frozen=True)
class MailServer:
    """A mail server that takes our mails over SMTP."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)

    def send(self, message: EmailMessage, job: int) -> None:
        """Hand the mail in; certificates are checked.

        :raises Refused: if the server refuses it for good (SMTP status 5xx).
        :raises OSError: if the server cannot be reached, or asks to come again later.
        """
        # What goes wrong before, a wrong password say, is no fault of the mail: it is tried again.
        server = self._signed_in()
        try:
            server.send_message(message)
        except (smtplib.SMTPException, ValueError) as error:
            if _for_good(error):
                raise Refused(str(error)) from error
            raise
        finally:
            # The mail is taken or not by now: an unfriendly goodbye must not send it again.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()

    def _signed_in(self) -> smtplib.SMTP:
        server = self._connected()
        try:
            if self.user:
                server.login(self.user, self.password)
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
        return server

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.security == "starttls":
            try:
                server.starttls(context=context)
            except (smtplib.SMTPException, OSError):
                server.close()
                raise
        return server


def _for_good(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    # An address that this server, or no server at all, can write to.
    return isinstance(error, smtplib.SMTPNotSupportedError | ValueError)
