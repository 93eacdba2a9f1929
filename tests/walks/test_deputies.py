"""Sabine names a deputy on the page, and the deputy finds the project among the own."""

from __future__ import annotations

from tests.services.steps import join
from tests.walks.conftest import TownAt
from tests.world import LENA, SABINE, TOBIAS
from workflow_app.demo.partners import AGENCY

CHANGE = "Ansprechperson wechseln"


def test_lena_stands_in_for_sabine_and_everybody_sees_that(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    join(town.world, LENA, AGENCY)
    page = town.project(SABINE).follow(CHANGE)
    page.choose("Bisherige Ansprechperson", f"Sabine Kraus, {AGENCY}")
    page.choose("Neue Ansprechperson", f"Sabine Kraus, {AGENCY}")
    page.choose("Vertretung", f"Lena Brandl, {AGENCY}")
    page.type("Wechsel ab", town.date(0))
    page.press(CHANGE)

    for email in (SABINE, TOBIAS, LENA):
        text = town.project(email).text
        assert "Lena Brandl Vertretung: Fachkraft der FA/FZ/KoBE (Engagement-Seite)" in text
    assert "Sprachcafé unterwegs" in town.home(LENA).text
    assert "Sie sind an der Reihe" in town.project(LENA).text
