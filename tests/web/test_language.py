"""Whoever reads English gets English, on every page, in every mail, and may go back to German."""

from __future__ import annotations

import re
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import SignedIn, WorldAt
from tests.world import SABINE, TOBIAS, World
from workflow_app.services.people import choose_language, person_by_email
from workflow_app.web.context import EXTENSION

AppOf = Callable[[World], Flask]
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


@pytest.fixture
def stranger(world_at: WorldAt, app_of: AppOf) -> FlaskClient:
    """Return a browser in which nobody has signed in."""
    return app_of(world_at("people")).test_client()


def in_english(world: World, *people: str) -> None:
    """Let people have chosen English."""
    with world.sessions() as session:
        for email in people:
            choose_language(session, person_by_email(session, email), "en")


def language_of(page: str) -> str:
    """Return the language that a page says it is in."""
    return re.search(r'<html lang="(\w+)"', page)[1]  # type: ignore[index]


def token(page: str) -> str:
    """Return the token against forged requests."""
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def test_a_stranger_reads_german_unless_the_browser_prefers_english(stranger: FlaskClient) -> None:
    assert language_of(stranger.get("/login").text) == "de"
    assert language_of(stranger.get("/login", headers={"Accept-Language": "fr"}).text) == "de"
    english = stranger.get("/login", headers=ENGLISH).text

    assert language_of(english) == "en"
    assert "<h1" in english
    assert "Sign in</h1>" in english


def test_who_has_to_sign_in_first_is_asked_in_the_own_language(stranger: FlaskClient) -> None:
    german = stranger.get("/projects", follow_redirects=True).text
    assert "Bitte melden Sie sich an, um diese Seite zu sehen." in german
    english = stranger.get("/projects", headers=ENGLISH, follow_redirects=True).text
    assert "Please sign in to see this page." in english


def test_a_stranger_chooses_english_and_comes_back_to_the_page(stranger: FlaskClient) -> None:
    page = stranger.get("/pruefen?code=").text
    link = re.search(r'href="(/language/en[^"]*)"', page)[1]  # type: ignore[index]
    answer = stranger.get(link.replace("&amp;", "&"))

    assert answer.location == "/pruefen?code="
    assert "Check a document" in stranger.get("/pruefen").text
    assert (
        "Dokument prüfen" in stranger.get("/language/de?back=/pruefen", follow_redirects=True).text
    )


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_choosing_a_language_leads_nowhere_else(stranger: FlaskClient, address: str) -> None:
    answer = stranger.get("/language/en", query_string={"back": address})

    assert answer.location == "/"


def test_what_was_chosen_before_signing_in_goes_with_the_account(
    world_at: WorldAt, app_of: AppOf, signed_in: SignedIn
) -> None:
    world = world_at("people")
    app = app_of(world)
    client = app.test_client()
    client.get("/language/en")
    page = client.get("/login").text
    sent = {"email": SABINE, "password": "tandem-beispiel", "csrf_token": token(page)}
    client.post("/login", data=sent)

    assert "Waiting for me now" in client.get("/").text
    assert "Waiting for me now" in signed_in(world, SABINE).get("/").text
    assert "Jetzt bei mir" in signed_in(world, TOBIAS).get("/").text


def test_sabine_changes_the_language_in_her_settings_and_at_the_foot_of_a_page(
    world_at: WorldAt, signed_in: SignedIn
) -> None:
    browser = signed_in(world_at("idea"), SABINE)
    page = browser.get("/settings").text
    answer = browser.post(
        "/settings", data={"language": "en", "csrf_token": token(page)}, follow_redirects=True
    )
    assert "You are now reading Tandem in English." in answer.text

    page = browser.get("/projects?words=x").text
    assert re.search(r'name="back" value="([^"]+)"', page)[1] == "/projects?words=x"  # type: ignore[index]
    answer = browser.post(
        "/settings", data={"language": "de", "back": "/projects", "csrf_token": token(page)}
    )
    assert answer.location == "/projects"
    assert language_of(browser.get("/projects").text) == "de"


def test_a_language_that_there_is_not_changes_nothing(
    world_at: WorldAt, signed_in: SignedIn
) -> None:
    browser = signed_in(world_at("idea"), SABINE)
    page = browser.get("/settings").text
    browser.post("/settings", data={"language": "fr", "csrf_token": token(page)})

    assert language_of(browser.get("/").text) == "de"


def test_days_amounts_and_counts_are_written_in_english(
    world_at: WorldAt, app_of: AppOf, signed_in: SignedIn
) -> None:
    world = world_at("active")
    in_english(world, SABINE)
    app_of(world).extensions[EXTENSION].site.catalogue = world.site.catalogue
    browser = signed_in(world, SABINE)
    page = browser.get(f"/projects/{world.number}").text

    assert re.search(r"€\d{1,3},\d{3}\.\d\d", page)
    assert re.search(r"\d{1,2} (January|March|May|June|July|October) \d{4}", page)
    assert not re.search(r"\d\d\.\d\d\.\d{4}", page)
    assert re.search(r"\w+day, \d{1,2} \w+ \d{4}", browser.get("/").text)


def test_errors_are_told_in_english(world_at: WorldAt, signed_in: SignedIn) -> None:
    world = world_at("idea")
    in_english(world, SABINE)
    browser = signed_in(world, SABINE)

    assert "This page does not exist" in browser.get("/nowhere").text
    assert "The page has expired" in browser.post("/settings", data={"language": "de"}).text


def test_a_failed_sign_in_is_told_in_the_language_of_the_page(stranger: FlaskClient) -> None:
    def failed(headers: dict[str, str]) -> str:
        page = stranger.get("/login", headers=headers).text
        sent = {"email": SABINE, "password": "wrong", "csrf_token": token(page)}
        answer = stranger.post("/login", data=sent, headers=headers).text
        return " ".join(re.findall(r'<a href="#email">([^<]*)</a>', answer))

    assert failed(ENGLISH) == "E-mail address or password is wrong. Mind upper and lower case."
    assert failed({}) == (
        "E-Mail-Adresse oder Passwort stimmt nicht. Achten Sie auf Groß- und Kleinschreibung."
    )


def test_mail_goes_in_the_language_of_whoever_gets_it(world_at: WorldAt) -> None:
    world = world_at("idea")
    in_english(world, SABINE)
    before = set((world.folder / "mail").glob("*.eml"))
    story = world.story()
    story.fire(TOBIAS, "confirm_partnership")
    world.work()
    mails = [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted(set((world.folder / "mail").glob("*.eml")) - before)
    ]
    greeting = {m["To"]: m.get_content()[:10] for m in mails}

    assert greeting[SABINE].startswith("Dear ")
    assert {text for to, text in greeting.items() if to != SABINE} <= {"Guten Tag "}
