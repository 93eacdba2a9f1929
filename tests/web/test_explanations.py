"""A workflow explained in the browser, and played: who may what, why, and what would follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.conftest import SignedIn, WorldAt
from tests.world import EMRE, JONAS, MIRIAM, SABINE, World
from workflow_app.services.people import person_by_email
from workflow_app.web.context import EXTENSION

Pages = Callable[[str], World]


@pytest.fixture
def pages(world_at: WorldAt, app_of: Callable) -> Pages:  # type: ignore[type-arg]
    def at(state: str) -> World:
        world = world_at(state)
        app_of(world).extensions[EXTENSION].site.catalogue = world.site.catalogue
        return world

    return at


def id_of(world: World, email: str) -> int:
    with world.sessions() as session:
        return person_by_email(session, email).id


def token(page: str) -> str:
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def played(page: str) -> str:
    """Return the play that a page carries."""
    text = page.split("<textarea")[1].partition(">")[2].split("</textarea>")[0]
    return unescape(text).lstrip("\n")


def button(page: str, label: str) -> str:
    """Return the value of the button that bears these words."""
    words = rf'name="step" value="([^"]*)">(?:(?!</button>).)*{re.escape(label)}'
    found = re.search(words, page, re.DOTALL)
    assert found, label
    return unescape(found[1])


def test_the_manual_and_the_rights_can_be_read_by_whoever_is_signed_in(
    pages: Pages, signed_in: SignedIn
) -> None:
    client = signed_in(pages("people"), EMRE)

    manual = client.get("/workflows/tandem_project/manual").text
    assert "21 Tage; Erinnerung am 14. Tag; danach wird verständigt: Programmbüro." in manual
    event = client.get("/workflows/joint_event/manual").text
    assert "; Erinnerungen 14 Tage vorher und am Tag selbst; " in event
    assert "; Erinnerungen 90 und 60 Tage vorher und am Tag selbst; " in manual
    assert "; Erinnerungen am 14. und 21. Tag; " in manual
    assert 'href="/workflows" aria-current="true"' in manual
    rights = client.get("/workflows/tandem_project/rights").text
    assert "eine Seite" in rights
    table = client.get("/workflows/tandem_project/rights.csv")
    assert table.data.startswith("\ufeffStand;Aktion".encode())
    assert client.get("/workflows/no_such/manual").status_code == 404


@pytest.mark.slow
def test_manual_and_rights_come_as_pdf(pages: Pages, signed_in: SignedIn) -> None:
    client = signed_in(pages("people"), EMRE)

    for name in ("manual", "rights"):
        answer = client.get(f"/workflows/joint_event/{name}.pdf")
        assert answer.data.startswith(b"%PDF")
        assert "inline" in answer.headers["Content-Disposition"]


def test_sabine_reads_why_she_may_not_decide(pages: Pages, signed_in: SignedIn) -> None:
    world = pages("in_review")
    page = signed_in(world, SABINE).get(f"/projects/{world.number}/rights").text

    assert "Diesen Schritt kann nur machen: Projektaufsicht." in page
    assert "workflows/tandem_project.yaml:" in page
    assert "<select" not in page


def test_only_the_office_asks_about_others(pages: Pages, signed_in: SignedIn) -> None:
    world = pages("in_review")
    jonas, emre = id_of(world, JONAS), id_of(world, EMRE)
    address = f"/projects/{world.number}/rights?person="

    office = signed_in(world, MIRIAM)
    assert "Dr. Jonas Reiter" in office.get(f"{address}{jonas}").text
    assert office.get(f"{address}{emre}").status_code == 404
    assert signed_in(world, SABINE).get(f"{address}{jonas}").status_code == 404
    assert signed_in(world, EMRE).get(f"/projects/{world.number}/rights").status_code == 404


def test_what_somebody_reaches_is_for_themselves_and_for_oversight(
    pages: Pages, signed_in: SignedIn
) -> None:
    world = pages("in_review")
    miriam = id_of(world, MIRIAM)

    own = signed_in(world, MIRIAM).get(f"/people/{miriam}/reach").text
    assert world.number in own
    assert "Projektskizze formal prüfen" in own
    assert signed_in(world, SABINE).get(f"/people/{miriam}/reach").status_code == 404
    assert signed_in(world, SABINE).get("/people/9999/reach.csv").status_code == 404
    sabine = id_of(world, SABINE)
    lines = signed_in(world, MIRIAM).get(f"/people/{sabine}/reach.csv").text.splitlines()
    assert len(lines) == 2
    assert world.number in lines[1]


def test_a_workflow_is_played_step_by_step(pages: Pages, signed_in: SignedIn) -> None:
    client = signed_in(pages("people"), EMRE)
    address = "/workflows/tandem_project/simulation"
    page = client.get(address).text
    assert "noch nicht begonnen" in page

    def press(page: str, **sent: str) -> str:
        data = {"csrf_token": token(page), "play": played(page), **sent}
        return client.post(address, data=data).text

    page = press(page, step=button(page, "Interesse bekunden"))
    assert "Projektidee" in page
    page = press(page, step=button(page, "Partnerschaft bestätigen"))
    assert "Projektskizze in Arbeit" in page
    back = press(page, action="back")
    assert "Projektskizze in Arbeit</strong>" not in back
    page = press(back, action="days", days="bald")
    assert "Geben Sie eine ganze Zahl von 1 bis 3660 an." in page
    assert 'value="bald"' in page
    later = press(page, action="days", days="90")
    assert "Zurückgezogen" in later
    saved = client.post(
        address, data={"csrf_token": token(later), "play": played(later), "action": "save"}
    )
    assert b"days: 90" in saved.data


def test_what_stands_in_the_way_is_told_and_can_be_assumed(
    pages: Pages, signed_in: SignedIn
) -> None:
    client = signed_in(pages("people"), EMRE)
    address = "/workflows/tandem_project/simulation"
    page = client.get(address).text
    for label in ("Interesse bekunden", "Partnerschaft bestätigen"):
        data = {"csrf_token": token(page), "play": played(page), "step": button(page, label)}
        page = client.post(address, data=data).text

    data = {"csrf_token": token(page), "play": played(page)}
    page = client.post(address, data={**data, "step": "submits civic_partner outline"}).text
    assert "Dieser Schritt geht nicht." in page
    data = {"csrf_token": token(page), "play": played(page)}
    again = button(page, "Annehmen, dass das erfüllt ist, und weiter")
    page = client.post(address, data={**data, "step": again}).text
    assert "Dieser Schritt geht nicht." not in page
    assert "assume" in played(page)


def test_a_play_that_cannot_be_read_is_kept_as_it_was_typed(
    pages: Pages, signed_in: SignedIn
) -> None:
    client = signed_in(pages("people"), EMRE)
    address = "/workflows/tandem_project/simulation"
    csrf = token(client.get(address).text)

    answer = client.post(address, data={"csrf_token": csrf, "play": "play: x\nsteps: [{fly: 1}]"})

    assert answer.status_code == 422
    assert "Zeile 2" in answer.text
    assert played(answer.text).startswith("play: x\nsteps: [{fly: 1}]")
