"""A database server that is stopped and started again: nothing typed is lost, no restart needed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from tests.conftest import SignedIn, WorldAt
from tests.postgres import Postgres
from tests.walks.page import Browser
from tests.world import SABINE, Databases, World
from workflow_app.store.tables.submissions import Draft
from workflow_app.web.context import session


@pytest.mark.slow
@pytest.mark.only_on("postgres")
def test_a_question_that_the_database_refuses_ends_on_a_page_of_ours(
    world_at: WorldAt, app_of: Callable[[World], Flask], signed_in: SignedIn
) -> None:
    world = world_at("people")
    app = app_of(world)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["projects.listed"] = lambda: str(
        session().execute(text("SELECT 1 / 0")).all()
    )
    answer = signed_in(world, SABINE).get("/projects")

    assert answer.status_code == 500
    assert "Der Fehler wurde festgehalten." in answer.text
    assert "Jetzt bei mir" in answer.text


@pytest.mark.slow
@pytest.mark.only_on("postgres")
def test_pages_answer_503_while_the_server_is_stopped_and_work_again_afterwards(
    world_at: WorldAt, signed_in: SignedIn, databases: Databases
) -> None:
    assert isinstance(databases, Postgres)
    if not databases.own:
        pytest.skip("a server that others use is not stopped")
    world = world_at("outline_draft")
    browser = Browser(signed_in(world, SABINE))
    browser.client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    page = browser.open(f"/projects/{world.number}/forms/outline")
    page.type("Kurzbeschreibung", "Während der Wartung")
    databases.stop()
    try:
        page = page.press("Entwurf speichern")
        assert (page.status, page.headers["Retry-After"]) == (503, "60")
        assert "Während der Wartung" in page.text
        assert browser.open("/").status == 503
    finally:
        databases.start()

    page = page.press("Noch einmal senden")
    assert page.notes == ["Der Entwurf ist gespeichert."]
    assert page.value("Kurzbeschreibung") == "Während der Wartung"
    assert len(world.rows(Draft)) == 1
