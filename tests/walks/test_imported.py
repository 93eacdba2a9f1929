"""Vera brings a workflow from Plone, and Sabine, Jonas and Emre work with it in their browsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.services.press import FILE, give, open_case, publish, step
from tests.walks.conftest import Town
from tests.web.test_rights_walk import addresses
from tests.world import ANNA, EMRE, JONAS, SABINE, VERA
from workflow_app.core.parsing.workflows import parse_workflow
from workflow_app.core.plone.exporting import export_plone
from workflow_app.core.problems import Problems

TownAt = Callable[[str], Town]


@pytest.fixture
def office(town_at: TownAt) -> Town:
    """Return a town in which the workflow is in force, Sabine writes and Jonas reviews."""
    town = town_at("people")
    publish(town.world)
    give(town.world, SABINE, "Contributor")
    give(town.world, JONAS, "Reviewer")
    return town


def definition() -> bytes:
    """Return the workflow of press releases as Plone writes it: what was supplied is gone."""
    found = parse_workflow(FILE, "press.yaml", Problems())
    assert found is not None
    assert found.imported is not None
    return export_plone(found.imported)[0].encode()


def test_vera_brings_a_definition_supplies_what_is_open_and_publishes_it(town_at: TownAt) -> None:
    town = town_at("people")
    vera = town.browser(VERA)
    page = vera.open("/workflows").follow("Verfahren aufnehmen")
    assert page.press("Als Entwurf hochladen").problems == ["Wählen Sie mindestens eine Datei aus."]
    page = vera.open("/administration/workflows")
    page.upload("Dateien (.yaml oder .xml)", "definition.xml", definition())
    page = page.press("Als Entwurf hochladen")

    assert "Was zu liefern ist, steht unten." in page.text
    assert "Die Tatsache „here_explained_comment“ ist noch zu liefern" in page.text
    assert "press-releases" in vera.open("/workflows").text
    assert "Veröffentlichen" not in page.buttons
    assert "muss geliefert sein, bevor die Version gelten kann" in page.text
    played = page.follow("Diese Version durchspielen").press("Vorgang anlegen")
    assert "Gespielt wird Nr. 1, ob sie schon gilt oder nicht." in played.text
    assert "Vorgang anlegen" not in played.buttons
    there = "/workflows/press-releases/simulation?version=1"
    assert town.browser(SABINE).open(there).heading == "Das ist hier nicht möglich"

    page = vera.open("/workflows/press-releases/versions")
    page.upload("Dateien (.yaml)", "press.yaml", FILE.encode())
    page = page.press("Als Entwurf hochladen").press("Veröffentlichen")
    assert "veröffentlicht" in page.text
    assert vera.open("/workflows/press-releases").heading == "Pressemitteilung"


def test_a_definition_that_is_none_is_refused_with_its_reason(town_at: TownAt) -> None:
    page = town_at("people").browser(VERA).open("/administration/workflows")
    page.upload("Dateien (.yaml oder .xml)", "definition.xml", b"<a/>")

    assert page.press("Als Entwurf hochladen").problems == [
        "In der Datei steht kein <dc-workflow>."
    ]


def test_sabine_opens_a_case_jonas_returns_and_publishes_it_emre_reads_it(office: Town) -> None:
    page = office.browser(SABINE).open("/projects").follow("Neuer Vorgang: Pressemitteilung")
    assert page.press("Vorgang anlegen").problems == ["Bitte geben Sie einen Titel an."]
    page.type("Titel", "Sprachcafé eröffnet")
    page = page.press("Vorgang anlegen")
    number = page.url.rsplit("/", 1)[-1]
    assert (page.heading, page.buttons.count("Zur Prüfung geben")) == ("Sprachcafé eröffnet", 1)
    page = page.follow("Titel ändern")
    page.type("Titel", "Sprachcafé wieder eröffnet")
    page = page.press("Titel speichern")
    page.type("Kommentar zum Schritt", "Bitte bis Freitag.")
    page = page.press("Zur Prüfung geben")
    assert "Bitte bis Freitag." in page.text
    assert "Der Vorgang wartet auf: Manager, Reviewer Zu prüfen" in page.text
    assert "Titel ändern" not in page.links

    assert "Zu prüfen" in office.home(JONAS).text
    page = office.browser(JONAS).open("/").follow("Sprachcafé wieder eröffnet")
    assert "Sie sind an der Reihe Zu prüfen" in page.text
    refused = page.press("Zurückgeben")
    assert refused.problems == ["Die Bedingung dieses Schritts ist nicht erfüllt."]
    refused.type("Kommentar zum Schritt", "Das Datum fehlt.")
    gone = refused.press("Zurückgeben")
    assert "In diesem Stand sehen Sie den Vorgang nicht mehr." in gone.text

    page = office.browser(SABINE).open(f"/projects/{number}").press("Zur Prüfung geben")
    page = office.browser(JONAS).open(f"/projects/{number}").press("Veröffentlichen")
    assert "Zurückziehen" not in page.buttons
    assert "Diesen Schritt kann nur machen: Owner." in page.text
    assert office.browser(EMRE).open("/projects").follow("Sprachcafé wieder eröffnet")
    assert "Das Datum fehlt." in office.browser(EMRE).open(f"/projects/{number}/history").text


def test_what_a_manager_passes_over_stands_in_the_history(office: Town) -> None:
    give(office.world, VERA, "Manager")
    number = open_case(office.world, SABINE)
    step(office.world, number, SABINE, "submit")

    page = office.browser(VERA).open(f"/projects/{number}").press("Zurückgeben")

    assert "Als Manager an der Bedingung des Schritts vorbei." in page.text


def test_whoever_may_not_open_a_case_is_offered_none(office: Town) -> None:
    assert "Neuer Vorgang: Pressemitteilung" not in office.browser(ANNA).open("/projects").links
    assert "Neuer Vorgang" not in office.browser(ANNA).open("/workflows/press-releases").links
    assert office.browser(ANNA).open("/projects/new/press-releases").status == 403


def test_a_page_that_was_overtaken_keeps_the_comment_and_tells_what_happened(office: Town) -> None:
    number = open_case(office.world, SABINE)
    page = office.browser(SABINE).open(f"/projects/{number}")
    page.type("Kommentar zum Schritt", "Jetzt aber.")
    step(office.world, number, SABINE, "submit", "Schneller.")

    page = page.press("Zur Prüfung geben")

    assert page.status == 409
    assert "Nicht gesendet wurde: Jetzt aber." in page.text
    assert "Schneller." in page.text


def test_anna_plays_the_workflow_before_anybody_works_with_it(office: Town) -> None:
    page = office.browser(ANNA).open("/workflows/press-releases").follow("Durchspielen")
    page = page.press("Vorgang anlegen").press("Zur Prüfung geben")

    assert "Manager: legt den Vorgang an." in page.text
    assert "Manager: Zur Prüfung geben, an der Bedingung vorbei." in page.text
    assert "Der Vorgang wartet auf: Manager Zu prüfen Reviewer Zu prüfen" in page.text


@pytest.mark.parametrize("email", [SABINE, JONAS, EMRE])
def test_every_address_of_such_a_case_answers_and_nobody_else_learns_of_it(
    office: Town, email: str
) -> None:
    number = open_case(office.world, SABINE)
    step(office.world, number, SABINE, "submit")
    browser = office.browser(email)
    unseen = email == EMRE

    for _, method, address in addresses(office.app, number, "/projects/<number>"):
        if method == "GET":
            status = browser.client.get(address).status_code
            assert status == 404 if unseen else status < 500, address
