"""Whoever is signed in reads how a project goes: what each status waits for and who may do what."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import WorldAt
from tests.walks.page import Browser, Page
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
def test_every_status_and_step_of_a_workflow_is_told(
    anna: tuple[Browser, World], name: str
) -> None:
    browser, world = anna
    page = browser.open(f"/workflows/{name}")
    workflow = workflow_of(world, name)

    for state in workflow.states.values():
        assert state.label("de") in page.text
        for waiting in state.waits_for:
            assert (waiting.task or state.task or state.label)("de") in page.text
    for exit_id in {e for s in workflow.states.values() for e in s.exits}:
        assert workflow.transitions[exit_id].label("de") in page.text


def cell(page: Page, state: str, role: str) -> str:
    """Return what the table of rights says of a role in a status."""
    [table] = [t for t in page.node.all("table") if "t-rights" in t.classes]
    [row] = [r for r in table.all("tr") if any(h.text == state for h in r.all("th"))]
    [found] = [c.text for c in row.all("td") if c.attrs.get("data-label") == role]
    return found


def test_the_table_of_rights_says_what_the_definition_gives(
    anna: tuple[Browser, World],
) -> None:
    browser, world = anna
    page = browser.open("/workflows/tandem_project")
    workflow = workflow_of(world, "tandem_project")
    roles = {role.id: role.label("de") for role in workflow.roles}
    review = workflow.states["in_review"].label("de")

    assert workflow.transitions["approve"].label("de") in cell(page, review, roles["supervisor"])
    for side in workflow.sides.values():
        assert workflow.transitions["approve"].label("de") not in cell(page, review, roles[side])
        assert "ansehen" in cell(page, review, roles[side])


def test_the_table_comes_as_a_file_for_spreadsheets(anna: tuple[Browser, World]) -> None:
    browser, world = anna
    answer = browser.client.get("/workflows/tandem_project/rights.csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))

    assert answer.data.startswith(b"\xef\xbb\xbf")
    states = {state.label("de") for state in workflow_of(world, "tandem_project").states.values()}
    assert {row[0] for row in rows[1:]} == states


def test_a_workflow_that_there_is_not_is_not_found(anna: tuple[Browser, World]) -> None:
    browser, _world = anna

    assert browser.open("/workflows/nothing").status == 404
