"""From a project that was withdrawn to a new one, on the pages."""

from __future__ import annotations

from tests.walks.conftest import TownAt
from tests.world import MIRIAM, SABINE, TOBIAS

DERIVE = "Neues Vorhaben daraus ableiten"


def test_tobias_makes_a_new_project_of_one_that_sabine_took_back(town_at: TownAt) -> None:
    town = town_at("in_review")
    old = town.world.number
    page = town.project(SABINE).follow("Zurückziehen")
    page.type("Grund", "Die Stelle ist nicht mehr besetzt.")
    page.choose("Soll daraus ein neues Vorhaben werden?", "ja")
    page = page.press("Prüfen und weiter").press("Zurückziehen")
    assert "Eine Seite schlägt vor, daraus ein neues Vorhaben zu machen." in page.text
    assert DERIVE in page.links
    assert DERIVE not in town.project(MIRIAM).links

    page = town.project(TOBIAS).follow(DERIVE)
    assert f"Abgeleitet aus {old}" in page.text
    assert page.value("Projekttitel") == "Sprachcafé unterwegs"
    page = page.press("Interesse bekunden")
    new = "TP-2025-0002"
    assert f"abgeleitet aus Sprachcafé unterwegs ({old})" in page.text
    assert f"Aus einem beendeten Vorgang abgeleitet: {old}" in page.text

    page = town.project(SABINE)
    assert f"Abgeleitet: Sprachcafé unterwegs ({new})" in page.text
    assert DERIVE not in page.links, "there is one to go on with"
    assert f"Neues Vorhaben daraus abgeleitet: {new}" in page.text
    page = town.browser(SABINE).open(f"/projects/new?derived_from={old}")
    assert (page.status, f"Daraus ist schon {new} abgeleitet" in page.text) == (403, True)
