"""The settings, read from the environment once and checked at the start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from workflow_app.paths import shipped_content
from workflow_app.services.work.post import MailServer, Security


@dataclass(frozen=True)
class Setting:
    """One setting: its name, what it is by default, and what it does."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("TANDEM_DATA", "data", "Folder of the embedded database, the files and the mail."),
    Setting(
        "TANDEM_DATABASE_URL",
        "sqlite:///<TANDEM_DATA>/tandem.db",
        "Database, as an SQLAlchemy address: SQLite, or "
        "postgresql+psycopg://user:password@host/database.",
    ),
    Setting(
        "TANDEM_CONTENT",
        "",
        "An organisation's own content folder (workflows/, forms/, templates/), looked at first, "
        "file by file.",
    ),
    Setting(
        "TANDEM_CONTENT_CHANGES",
        "draft",
        "What a changed content file becomes at the next start: a `draft` that an administrator "
        "publishes, or `publish`, in force at once (for development).",
    ),
    Setting(
        "TANDEM_SECRET_KEY",
        "<made once, kept in TANDEM_DATA/secret_key>",
        "Key that signs cookies; at least 32 characters.",
    ),
    Setting("TANDEM_HOST", "127.0.0.1", "Address to listen on."),
    Setting("TANDEM_PORT", "8000", "Port to listen on, 1 to 65535."),
    Setting(
        "TANDEM_BASE_URL",
        "http://<TANDEM_HOST>:<TANDEM_PORT>",
        "Address at which people reach Tandem; printed in mails and documents. With https, cookies "
        "are sent over https only.",
    ),
    Setting(
        "TANDEM_PUBLISHER",
        "Programmbüro Tandem-Projekte",
        "Name of the programme office, printed in documents and mails.",
    ),
    Setting(
        "TANDEM_PROXIES",
        "0",
        "How many reverse proxies stand before the pages; as many are believed about who asks.",
    ),
    Setting(
        "TANDEM_MAIL",
        "folder",
        "Where mail goes: `folder` (files in TANDEM_DATA/mail), or a mail server, "
        "smtp://user:password@host:587/?starttls or smtps://user:password@host.",
    ),
    Setting(
        "TANDEM_MAIL_FROM",
        "tandem@<host of TANDEM_BASE_URL>",
        "Address from which mail is sent.",
    ),
)

MAILS = "write folder, smtp://user:password@host:587/?starttls or smtps://user:password@host"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
DATABASES = "write sqlite:////path/to/file.db or postgresql+psycopg://user:password@host/database"


class BadSetting(Exception):
    """A setting cannot be used; the message names it, its value and what would do."""


@dataclass(frozen=True)
class Settings:
    """All settings, typed and checked."""

    data: Path
    database_url: str
    content: tuple[Path, ...]
    """Content folders, an organisation's own first."""
    secret_key: str
    host: str
    port: int
    base_url: str
    publisher: str
    proxies: int = 0
    """Reverse proxies that are believed about the address of whoever asks."""
    mail: MailServer | None = None
    """None: mail is written into a folder."""
    mail_from: str = "tandem@localhost"
    content_changes: str = "draft"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings; folders that are missing are made.

    :raises BadSetting: if one cannot be used.
    """
    given = os.environ if environment is None else environment
    unknown = [n for n in given if n.startswith("TANDEM_") and n not in {s.name for s in SETTINGS}]
    if unknown:
        raise BadSetting(f"{unknown[0]}: there is no such setting")
    data = Path(given.get("TANDEM_DATA") or "data").expanduser().resolve()
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(
            f"TANDEM_DATA={data}: the folder cannot be made ({error.strerror})"
        ) from error
    if not os.access(data, os.W_OK):
        raise BadSetting(f"TANDEM_DATA={data}: the folder cannot be written to")
    host = given.get("TANDEM_HOST") or "127.0.0.1"
    port = _port(given.get("TANDEM_PORT") or "8000")
    base_url = _base_url(given.get("TANDEM_BASE_URL"), host, port)
    return Settings(
        data=data,
        database_url=_database(given.get("TANDEM_DATABASE_URL"), data),
        content=_content(given.get("TANDEM_CONTENT")),
        secret_key=_secret(given.get("TANDEM_SECRET_KEY"), data),
        host=host,
        port=port,
        base_url=base_url,
        publisher=given.get("TANDEM_PUBLISHER") or "Programmbüro Tandem-Projekte",
        proxies=_proxies(given.get("TANDEM_PROXIES") or "0"),
        mail=_mail(given.get("TANDEM_MAIL")),
        mail_from=_mail_from(given.get("TANDEM_MAIL_FROM"), base_url),
        content_changes=_content_changes(given.get("TANDEM_CONTENT_CHANGES") or "draft"),
    )


def content_folders(environment: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """Return the content folders alone, for commands that need no database.

    :raises BadSetting: if TANDEM_CONTENT names no folder.
    """
    return _content((os.environ if environment is None else environment).get("TANDEM_CONTENT"))


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise BadSetting(f"TANDEM_PORT={text}: write a number from 1 to 65535")
    return int(text)


def _proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > 10:
        raise BadSetting(f"TANDEM_PROXIES={text}: write a number from 0 to 10")
    return int(text)


def _database(url: str | None, data: Path) -> str:
    if not url:
        return f"sqlite:///{data / 'tandem.db'}"
    # The address may hold a password, so the messages show nothing beyond its kind.
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise BadSetting(f"TANDEM_DATABASE_URL is no address; {DATABASES}") from error
    kind = address.drivername
    if kind == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    elif kind not in ("sqlite", "postgresql+psycopg"):
        raise BadSetting(f"TANDEM_DATABASE_URL: '{kind}' is not supported; {DATABASES}")
    if address.database in (None, "", ":memory:"):
        raise BadSetting(f"TANDEM_DATABASE_URL names no database; {DATABASES}")
    return address.render_as_string(hide_password=False)


def _content(folder: str | None) -> tuple[Path, ...]:
    if not folder:
        return (shipped_content(),)
    own = Path(folder).expanduser().resolve()
    if not own.is_dir():
        raise BadSetting(f"TANDEM_CONTENT={own}: there is no such folder")
    return (own, shipped_content())


def _content_changes(word: str) -> str:
    if word not in ("draft", "publish"):
        raise BadSetting(f"TANDEM_CONTENT_CHANGES={word}: write draft or publish")
    return word


def _secret(given: str | None, data: Path) -> str:
    if given:
        if len(given) < 32:
            raise BadSetting("TANDEM_SECRET_KEY: use at least 32 characters")
        return given
    kept = data / "secret_key"
    if not kept.exists():
        try:
            handle = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return kept.read_text(encoding="ascii")
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(32))
    return kept.read_text(encoding="ascii")


def _base_url(url: str | None, host: str, port: int) -> str:
    if not url:
        shown = f"[{host}]" if ":" in host else host
        return f"http://{shown}:{port}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting(f"TANDEM_BASE_URL={url}: write an address such as https://tandem.example")
    return url.rstrip("/")


def _mail(address: str | None) -> MailServer | None:
    if not address or address == "folder":
        return None
    # The address may hold a password, so the messages never repeat it.
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise BadSetting(f"TANDEM_MAIL is no address; {MAILS}") from error
    if parts.scheme not in ("smtp", "smtps") or parts.path not in ("", "/") or parts.fragment:
        raise BadSetting(f"TANDEM_MAIL cannot be used; {MAILS}")
    if not parts.hostname:
        raise BadSetting(f"TANDEM_MAIL names no host; {MAILS}")
    security, usual_port = _encryption(parts.scheme, parts.query)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise BadSetting(f"TANDEM_MAIL needs both user and password, or neither; {MAILS}")
    if not (user + password).isascii():
        raise BadSetting("TANDEM_MAIL: user and password must be ASCII, SMTP knows no more")
    if user and security == "none" and parts.hostname not in LOOPBACK:
        raise BadSetting("TANDEM_MAIL would send the password unencrypted; add /?starttls")
    return MailServer(parts.hostname, port or usual_port, security, user, password)


def _encryption(scheme: str, query: str) -> tuple[Security, int]:
    """Return how the connection is encrypted, and the usual port for that."""
    if query not in ("", "starttls") or (query and scheme == "smtps"):
        raise BadSetting(f"TANDEM_MAIL: only smtp takes anything after '?': starttls; {MAILS}")
    if scheme == "smtps":
        return "tls", 465
    return ("starttls", 587) if query else ("none", 25)


def _mail_from(address: str | None, base_url: str) -> str:
    if not address:
        return f"tandem@{urlsplit(base_url).hostname}"
    try:
        return Address(addr_spec=address).addr_spec
    except (ValueError, HeaderParseError) as error:
        raise BadSetting(
            f"TANDEM_MAIL_FROM={address}: write an address such as tandem@landkreis.example"
        ) from error
