"""Whoever is signed in reads how a project goes: what each status waits for and who may do what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import WorldAt
from tests.walks.page import Browser
from tests.world import ANNA, World
from workflow_app.core.definition.model import Workflow
from workflow_app.demo.people import PASSWORD
from workflow_app.web.context import EXTENSION


@pytest.fixture
def anna(world_at: WorldAt, app_of: Callable[[World], Flask]) -> tuple[Browser, World]:
    """Return Anna's browser; she takes part in nothing."""
    world = world_at("people")
    app = app_of(world)
    app.extensions[EXTENSION].site.catalogue = world.site.catalogue
    browser = Browser(app.test_client())
    page = browser.open("/login?next=/workflows")
    page.type("E-Mail-Adresse", ANNA)
    page.type("Passwort", PASSWORD)
    page.press("Anmelden")
    return browser, world


def workflow_of(world: World, name: str) -> Workflow:
    return world.site.catalogue.current(name).workflow


def test_anna_finds_every_workflow_in_the_menu(anna: tuple[Browser, World]) -> None:
    browser, world = anna
    page = browser.open("/").follow("Verfahren")

    assert page.heading == "Verfahren"
    for name in world.site.catalogue.workflows():
        label = workflow_of(world, name).label("de")
        assert page.follow(label).heading == label


@pytest.mark.parametrize("name", ["tandem_project", "joint_event", "recommendation"])
def test_every_status_says_what_it_waits_for_and_leads_on_to_the_whole(
    anna: tuple[Browser, World], name: str
) -> None:
    browser, world = anna
    page = browser.open(f"/workflows/{name}")
    workflow = workflow_of(world, name)
    rows = {row.text for table in page.node.all("table") for row in table.all("tr")}

    for state in workflow.states.values():
        [row] = [r for r in rows if r.startswith(state.label("de") + " ")]
        for waiting in state.waits_for:
            assert (waiting.task or state.task or state.label)("de") in row
        if state.deadline:
            assert str(state.deadline.days) in row
    for link in ("Handbuch", "Rechte", "Durchspielen"):
        assert page.follow(link).heading == f"{link}: {workflow.label('de')}"


def test_the_picture_shows_every_status(anna: tuple[Browser, World]) -> None:
    browser, world = anna
    page = browser.open("/workflows/tandem_project")
    drawn = " ".join(svg.text for svg in page.node.all("svg")).replace("- ", "")

    for state in workflow_of(world, "tandem_project").states.values():
        assert state.label("de").split()[0] in drawn


def test_a_workflow_that_there_is_not_is_not_found(anna: tuple[Browser, World]) -> None:
    browser, _world = anna

    assert browser.open("/workflows/nothing").status == 404
