"""A real server and a real browser, which keeps an eye on everything that goes wrong in it."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.conftest import WorldAt
from tests.untested import program
from tests.world import World
from workflow_app.demo.people import PASSWORD
from workflow_app.web.context import EXTENSION

# What a page does after a moment comes later where many tests share a slow machine.
expect.set_options(timeout=30_000)


@dataclass
class Desk:
    """Somebody at a desk with a browser; what the browser complains of is collected."""

    page: Page
    url: str
    number: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open an address of Tandem; `{number}` stands for the project's."""
        self.page.goto(self.url + path.format(number=self.number))
        return self.page

    def come_in(self, email: str) -> None:
        """Sign in without drawing the pages for it, which would cost as much as the test does."""
        request = self.page.context.request
        page = request.get(f"{self.url}/login").text()
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = request.post(
            f"{self.url}/login",
            form={"email": email, "password": PASSWORD, "csrf_token": token},
            max_redirects=0,
        )
        assert answer.status == 302, answer.text()[:500]

    def sign_in(self, email: str) -> None:
        """Sign in on the page."""
        self.open("/login?next=/impressum")
        self.page.get_by_label("E-Mail-Adresse").fill(email)
        self.page.get_by_label("Passwort").fill(PASSWORD)
        self.page.get_by_role("button", name="Anmelden").click()
        self.page.get_by_role("heading", name="Impressum").wait_for()


@dataclass
class Office:
    """A world with its pages served, and desks in front of them."""

    world: World
    url: str
    browser: Browser
    open: list[BrowserContext] = field(default_factory=list)

    def desk(
        self,
        email: str | None = None,
        width: int = 1280,
        script: bool = True,
        locale: str = "de-DE",
    ) -> Desk:
        """Return a desk at which somebody has signed in; the window is so wide."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, locale=locale
        )
        self.open.append(context)
        desk = Desk(context.new_page(), self.url, self.world.number)
        desk.page.on("console", lambda m: m.type == "error" and desk.complaints.append(m.text))
        desk.page.on("pageerror", lambda error: desk.complaints.append(str(error)))
        if email:
            desk.come_in(email)
        return desk


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    path = program("chromium", "chromium")
    if find_library("atomic") is None:
        pytest.skip("Playwright's Node.js needs libatomic (Debian package libatomic1)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def office(
    world_at: WorldAt, app_of: Callable[[World], Flask], chromium: Browser
) -> Iterator[Callable[[str], Office]]:
    """Return a function that serves the pages of a world at a state of the story."""
    running: list[Callable[[], None]] = []

    def at(state: str) -> Office:
        world = world_at(state)
        app = app_of(world)
        app.extensions[EXTENSION].site.catalogue = world.site.catalogue
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        there = Office(world, f"http://127.0.0.1:{server.port}", chromium)

        def close() -> None:
            for context in there.open:
                context.close()
            server.shutdown()
            thread.join()
            server.server_close()

        running.append(close)
        return there

    yield at
    for close in running:
        close()


@pytest.fixture(scope="session")
def album() -> Callable[[Page, str], None]:
    """Return a function that keeps a picture of a page in the folder that SCREENSHOTS names.

    Without such a folder it does nothing: nobody would see the pictures, and they are dear.
    """
    if not os.environ.get("SCREENSHOTS"):
        return lambda page, name: None
    folder = Path(os.environ["SCREENSHOTS"])
    folder.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(
            path=folder / f"{re.sub('[^a-z0-9]+', '-', name)}-{width}.png", full_page=True
        )

    return keep
