"""Vera brings a workflow that is not there yet, mends it where it is wrong, and publishes it."""

from __future__ import annotations

import io

from tests.core.cases import GARDEN
from tests.walks.conftest import Town, TownAt
from tests.walks.page import Page
from tests.world import VERA


def garden() -> dict[str, str]:
    """Return the files of a small workflow with its forms, by name."""
    return {path.stem: path.read_text("utf-8") for path in sorted(GARDEN.glob("*.yaml"))}


def bring(town: Town, **files: str) -> Page:
    """Return the page that comes when Vera uploads these files together."""
    browser = town.browser(VERA)
    page = browser.open("/administration/workflows")
    (field,) = [n for n in page.node.all("input") if n.attrs.get("name") == "csrf_token"][:1]
    sent = [(io.BytesIO(text.encode()), f"{name}.yaml") for name, text in files.items()]
    data = {"csrf_token": field.attrs["value"], "files": sent}
    return browser.open("/administration/workflows", method="POST", data=data)


def test_a_new_workflow_with_its_form_is_drafted_mended_and_published(town_at: TownAt) -> None:
    town = town_at("people")
    files = garden()
    wrong = files["workflow"].replace("exits: [", "exits: [no_such_step, ", 1)
    page = bring(town, **{**files, "workflow": wrong})
    assert page.notes == ["Der Entwurf ist aufgenommen. Er hat Fehler; sie stehen unten."]
    assert "Veröffentlichen" not in page.buttons
    problem = next(link for link in page.links if link.startswith("workflows/garden.yaml"))
    assert "no_such_step" in page.follow(problem).text

    page = bring(town, **files)
    assert page.notes == ["Der Entwurf ist geprüft und hat keine Fehler."], page.text
    assert any(page.node.all("svg"))
    assert {"forms/plan.yaml", "forms/visit.yaml"} <= page.links.keys()
    page = page.press("Veröffentlichen")
    assert "gilt jetzt für neue Vorgänge" in page.text
    assert town.browser(VERA).open("/workflows/garden").heading == "Garten"


def test_a_form_without_its_workflow_is_refused(town_at: TownAt) -> None:
    page = bring(town_at("people"), plan=garden()["plan"])
    assert page.status == 422
    assert "Zu welchem Verfahren gehören die Dateien?" in page.problems[0]
