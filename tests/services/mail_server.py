"""A real mail server for the tests, in a thread of its own, on a free port of this machine."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

USER, PASSWORD = "tandem", "geheim@amt"


class Inbox:
    """What the server has taken, and what it answers meanwhile."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: list[str] = []
        """What is answered to the next mails instead of taking them."""

    async def handle_DATA(  # noqa: N802 - called so by the server
        self, server: Any, session: Any, envelope: Envelope
    ) -> str:
        """Take a mail, or answer what was asked for."""
        if self.answers:
            return self.answers.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"

    async def handle_RCPT(  # noqa: N802 - called so by the server
        self, server: Any, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse whom nobody knows here."""
        if address.startswith("unknown"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    def authenticate(self, server: Any, session: Any, envelope: Any, how: str, given: Any) -> Any:
        """Let in whoever knows the password."""
        known = isinstance(given, LoginPassword) and (given.login, given.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        # Not handled: the server still has to say no, or the mail's sender waits for an answer.
        return AuthResult(success=known, handled=known)


@contextmanager
def mail_server(*, tls: ssl.SSLContext | None = None, implicit: bool = False) -> Iterator[Any]:
    """Run a mail server, and yield (inbox, port); with `tls` it wants encryption and a password."""
    inbox = Inbox()
    more: dict[str, Any] = {}
    if tls and implicit:
        more = {"ssl_context": tls}
    elif tls:
        more = {"tls_context": tls, "require_starttls": True}
    if tls:
        # Encrypted from the start, it does not know that it is and asks nobody for a password.
        more |= {"authenticator": inbox.authenticate, "auth_required": not implicit}
        more |= {"auth_require_tls": not implicit}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()
