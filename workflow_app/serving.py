"""Serving the pages: gunicorn in this process, the worker in one beside it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from workflow_app.app import create_app
from workflow_app.config import Settings

THREADS = 4
LOOK_EVERY = 1.0
"""Seconds between two looks whether the worker is still there."""


class _Server(BaseApplication):
    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self.settings = settings
        self.options = options
        super().__init__()  # type: ignore[no-untyped-call]  # gunicorn is only partly typed

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)  # type: ignore[union-attr]  # set by __init__

    def load(self) -> Any:
        return create_app(self.settings)


class _Beside:
    """The worker beside the pages; one that dies is followed by another, for its jobs are rows.

    Without it nobody would learn that mails and documents had stopped, for the pages go on.
    """

    def __init__(self) -> None:
        self._ours = os.getpid()
        self._ending = threading.Event()
        self._process = self._begun()
        threading.Thread(target=self._watch, daemon=True).start()

    def _begun(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "workflow_app", "worker", "--parent", str(self._ours)]
        return subprocess.Popen(command)  # noqa: S603 - our own command with our own arguments

    def _watch(self) -> None:
        while not self._ending.wait(LOOK_EVERY):
            if self._process.poll() is not None:
                click.echo("The worker has ended unexpectedly; another one begins.", err=True)
                self._process = self._begun()

    def end(self) -> None:
        """Ask the worker to stop; the processes that serve pages leave that to their parent."""
        if os.getpid() == self._ours:
            self._ending.set()
            self._process.terminate()


def serve(settings: Settings, *, with_worker: bool) -> None:
    """Serve until Ctrl+C.

    :raises click.ClickException: if the port is taken.
    """
    _port_free(settings)
    worker = _Beside() if with_worker else None
    click.echo(f"Tandem is ready at {settings.base_url} (Ctrl+C ends it)")
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    options = {
        "bind": f"{host}:{settings.port}",
        "workers": 1,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": 120,
        "graceful_timeout": 5,
        "loglevel": "warning",
        "accesslog": None,
        # Its door for commands lies at one place for all servers of a person; nobody knocks there.
        "control_socket_disable": True,
    }
    try:
        _Server(settings, options).run()  # type: ignore[no-untyped-call]  # as above
    finally:
        if worker is not None:
            worker.end()


def _port_free(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"{settings.host}:{settings.port} cannot be used ({error.strerror}); "
                "set TANDEM_PORT to another port."
            ) from error
