"""A town: a world, its pages, and a browser for everybody who lives in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from tests.conftest import WorldAt
from tests.walks.filling import fill
from tests.walks.page import Browser, Page
from tests.world import World
from workflow_app.demo.people import PASSWORD
from workflow_app.web.context import EXTENSION


@dataclass
class Town:
    """People in front of their browsers, at one state of the story."""

    world: World
    app: Flask
    browsers: dict[tuple[str, int], Browser] = field(default_factory=dict)

    def browser(self, email: str) -> Browser:
        """Return the browser of somebody, who signs in once a day."""
        key = email, self.world.day
        if key not in self.browsers:
            self.browsers[key] = Browser(self.app.test_client())
            page = self.browsers[key].open("/login?next=/impressum")
            page.type("E-Mail-Adresse", email)
            page.type("Passwort", PASSWORD)
            assert page.press("Anmelden").heading == "Impressum"
        return self.browsers[key]

    def home(self, email: str) -> Page:
        """Return somebody's first page."""
        return self.browser(email).open("/")

    def project(self, email: str, path: str = "") -> Page:
        """Return the page of the project, or one below it, as somebody sees it."""
        return self.browser(email).open(f"/projects/{self.world.number}{path}")

    def fill(self, page: Page, form: str, answers: Mapping[str, Any]) -> Page:
        """Return the page with answers typed into a form."""
        forms = self.world.site.catalogue.current("tandem_project").forms
        return fill(page, forms[form], answers)

    def answers(self, form: str, **words: Any) -> dict[str, Any]:
        """Return what is typed into a form in the story."""
        return self.world.story().answers(form, **words)

    def sign_off(self, email: str, step: str) -> Page:
        """Open a step that both sides confirm, confirm it, and return the page that comes."""
        return self.project(email).follow(f"Mitzeichnen: {step}").press("Mitzeichnen")

    def later(self, days: int) -> None:
        """Let days pass; the worker does what is due."""
        self.world.later(days)
        self.world.work()

    def date(self, days: int) -> str:
        """Return a day as one types it, counted from today."""
        return self.world.story().date(self.world.day + days)


TownAt = Callable[[str], Town]


@pytest.fixture
def town_at(world_at: WorldAt, app_of: Callable[[World], Flask]) -> TownAt:
    """Return a function that gives a town in which the project stands in a state."""

    def at(state: str) -> Town:
        world = world_at(state)
        app = app_of(world)
        # Reading the definitions takes a second; all worlds of the story share them.
        app.extensions[EXTENSION].site.catalogue = world.site.catalogue
        return Town(world, app)

    return at
