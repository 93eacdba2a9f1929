"""Opening a project: on each side stands only who can stand for it, and one's own is filled in."""

from __future__ import annotations

from tests.walks.conftest import TownAt
from tests.walks.nodes import words
from tests.walks.page import Page
from tests.world import SABINE, TOBIAS

COUNTY, CITY = "Landratsamt Landshut", "Stadt Landshut, Amt für Integration"
AGENCY = "Freiwilligenagentur Landshut (fiktiv)"
CENTRE = "Freiwilligen-Zentrum Landshut-Stadt (fiktiv)"
PLACE = "Landkreis oder kreisfreie Stadt"
MUNICIPAL, MUNICIPAL_CONTACT = "Kommunale Dienststelle", "Ansprechperson der kommunalen Seite"
CIVIC = "Freiwilligen-Agentur, Freiwilligen-Zentrum oder KoBE"
CIVIC_CONTACT = "Ansprechperson der Engagement-Seite"
NOTHING = "Bitte wählen"


def offered(page: Page, label: str) -> list[str]:
    """Return what can be chosen, in the order in which it stands there."""
    return [words(o) for o in page.control(label).all("option") if words(o) != NOTHING]


def groups(page: Page, label: str) -> list[str]:
    return [g.attrs["label"] for g in page.control(label).all("optgroup")]


def test_each_side_offers_only_who_can_stand_for_it(town_at: TownAt) -> None:
    page = town_at("people").home(SABINE).follow("Neues Tandem-Projekt")
    assert set(offered(page, MUNICIPAL)) == {COUNTY, CITY}
    assert set(offered(page, CIVIC)) == {AGENCY, CENTRE}
    contacts = {f"Tobias Lindner, {COUNTY}", f"Emre Yıldız, {CITY}"}
    assert set(offered(page, MUNICIPAL_CONTACT)) == contacts
    assert f"Lena Brandl, {CENTRE}" in offered(page, CIVIC_CONTACT)
    assert f"Tobias Lindner, {COUNTY}" not in offered(page, CIVIC_CONTACT)


def test_ones_own_side_is_filled_in_and_can_be_changed(town_at: TownAt) -> None:
    town = town_at("people")
    page = town.home(SABINE).follow("Neues Tandem-Projekt")
    assert page.value(CIVIC) == AGENCY
    assert page.value(CIVIC_CONTACT) == f"Sabine Kraus, {AGENCY}"
    assert page.value(MUNICIPAL) == page.value(MUNICIPAL_CONTACT) == NOTHING
    assert page.value(PLACE) == NOTHING, "her agency serves two"
    page.choose(CIVIC, CENTRE)
    assert page.press("Interesse bekunden").value(CIVIC) == CENTRE


def test_who_serves_the_place_stands_first(town_at: TownAt) -> None:
    town = town_at("people")
    page = town.home(TOBIAS).follow("Neues Tandem-Projekt")
    assert page.value(PLACE) == "Landkreis Landshut"
    assert offered(page, CIVIC) == [AGENCY, CENTRE]
    assert groups(page, CIVIC) == ["Für diese Kommune zuständig", "Andere"]
    page.choose(PLACE, "Stadt Landshut")
    page = page.press("Interesse bekunden")
    assert offered(page, MUNICIPAL) == [CITY, COUNTY]
    assert groups(page, CIVIC) == [], "both serve the city"


def test_who_cannot_stand_for_a_side_is_refused_there(town_at: TownAt) -> None:
    town = town_at("people")
    page = town.home(SABINE).follow("Neues Tandem-Projekt")
    (office,) = [o for o in page.control(MUNICIPAL).all("option") if words(o) == COUNTY]
    (agency,) = [o for o in page.control(CIVIC).all("option") if words(o) == AGENCY]
    agency.attrs["value"] = office.attrs["value"]
    page = page.press("Interesse bekunden")
    assert f"Den Eintrag in „{CIVIC}“ gibt es nicht oder nicht mehr." in page.problems


def test_what_is_missing_is_asked_for_as_it_is_answered(town_at: TownAt) -> None:
    page = town_at("people").home(SABINE).follow("Neues Tandem-Projekt")
    page = page.press("Interesse bekunden")
    assert page.problems[:3] == [
        "Bitte füllen Sie „Projekttitel“ aus.",
        "Bitte füllen Sie „Idee in drei Sätzen“ aus.",
        "Bitte füllen Sie „Anlass oder Bedarf vor Ort“ aus.",
    ]
    assert "Bitte wählen Sie „Themen“." in page.problems
    assert f"Bitte wählen Sie „{PLACE}“." in page.problems
