"""Servers under measure, each in processes of its own, and somebody who asks them for pages."""

from __future__ import annotations

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from tests.benchmarks.measuring import cpu_of
from tests.world import World
from workflow_app.demo.people import PASSWORD

GUNICORN = [
    sys.executable,
    "-m",
    "gunicorn",
    "-k",
    "gthread",
    "-w",
    "1",
    "--threads",
    "4",
    "--keep-alive",
    "600",
]
STARTS_WITHIN = 60.0
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
KEY = re.compile(r'name="key"[^>]*value="([^"]+)"')


class Browser:
    """Keeps one connection and its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies = SimpleCookie()

    def ask(
        self, path: str, form: dict[str, str] | None = None, *, keeps: bool = True
    ) -> tuple[int, str]:
        """Return status and text of an answer; with `form` it is posted.

        Without `keeps` the cookies of the answer are not taken. They hold what the next page says
        once: unread by any page it would pile up, and every request would carry it.
        """
        headers = {"Cookie": "; ".join(f"{k}={m.value}" for k, m in self._cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        self._connection.request("GET" if form is None else "POST", path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or () if keeps else ():
            self._cookies.load(cookie)
        return answer.status, text

    def page(self, path: str) -> str:
        """Return a page.

        :raises RuntimeError: if there is none.
        """
        status, text = self.ask(path)
        if status != 200:
            raise RuntimeError(f"{path} says {status}: {text[:300]}")
        return text

    def sign_in(self, email: str) -> Self:
        """Sign in as one of the example people."""
        given = {
            "email": email,
            "password": PASSWORD,
            "csrf_token": found(TOKEN, self.page("/login")),
        }
        if self.ask("/login", given)[0] != 302:
            raise RuntimeError(f"{email} cannot sign in")
        return self


def found(pattern: re.Pattern[str], text: str) -> str:
    """Return what a pattern finds in a page.

    :raises RuntimeError: if it finds nothing.
    """
    match = pattern.search(text)
    if match is None:
        raise RuntimeError(f"{pattern.pattern} is not in {text[:300]}")
    return match[1]


@contextmanager
def running(command: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    """Yield the id of a server's first process once it answers; it ends with the block."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TANDEM_")}
    with subprocess.Popen(
        command, env={**clean, **environment}, stdout=subprocess.DEVNULL
    ) as server:
        try:
            wait_for(port, server)
            yield server.pid
        finally:
            server.terminate()


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until something listens there.

    :raises RuntimeError: if the server ends before, or takes too long.
    """
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise RuntimeError("the server does not start")


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(world: World) -> Iterator[tuple[int, int]]:
    """Yield process and port of Tandem's pages over the data of a world, on gunicorn."""
    port = free_port()
    with running(
        [*GUNICORN, "-b", f"127.0.0.1:{port}", "workflow_app.app:create_app()"],
        settings_of(world.folder, port),
        port,
    ) as pid:
        yield pid, port


def settings_of(folder: Path, port: int) -> dict[str, str]:
    """Return the settings of an installation in this folder, as a world signs and salts."""
    key = World(folder).settings.secret_key
    return {"TANDEM_DATA": str(folder), "TANDEM_PORT": str(port), "TANDEM_SECRET_KEY": key}


def cpu_each(pid: int, rounds: int, times: int, ask: Callable[[], object]) -> float:
    """Return the server's CPU time of one request: milliseconds, median of the rounds."""
    for _ in range(5):
        ask()
    each = []
    for _ in range(rounds):
        before = cpu_of(pid)
        for _ in range(times):
            ask()
        each.append((cpu_of(pid) - before) * 1000 / times)
    return statistics.median(each)
