"""Only what is asked for is shown: by the decision that is chosen, and in sections that fold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Office
from tests.world import JONAS, SABINE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
OFFICES = Callable[[str], Office]
AMENDMENT = "/projects/{number}/forms/amendment"


def test_a_decision_shows_what_it_needs_and_keeps_what_is_filled_in(office: OFFICES) -> None:
    desk = office("in_review").desk(JONAS)
    page = desk.open("/projects/{number}/decisions/review")
    points = page.get_by_role("group", name="Was noch zu ändern ist")
    need = page.get_by_role("group", name="Bedarf")
    expect(points).to_be_visible()
    page.get_by_label("Ablehnen", exact=True).check()
    expect(points).to_be_hidden()
    expect(need).to_be_visible()
    need.get_by_label("2 – weitgehend erfüllt").check()
    page.get_by_label("Nachbesserung anfordern", exact=True).check()
    expect(points).to_be_visible()
    expect(need).to_be_visible()
    expect(page.get_by_role("group", name="Augenhöhe")).to_be_hidden()
    assert desk.complaints == []


def test_without_a_script_the_decision_says_what_is_needed_for_which(office: OFFICES) -> None:
    page = office("in_review").desk(JONAS, script=False).open("/projects/{number}/decisions/review")
    page.get_by_label("Nachbesserung anfordern", exact=True).check()
    expect(page.get_by_role("group", name="Bedarf (nötig für: Genehmigen)")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_section_unfolds_by_the_keyboard_and_its_answers_are_sent(
    office: OFFICES, script: bool
) -> None:
    desk = office("active").desk(SABINE, width=390, script=script)
    page = desk.open(AMENDMENT)
    volunteers = page.get_by_label("Geplante Zahl der Ehrenamtlichen")
    expect(volunteers).to_be_hidden()
    page.locator("summary", has_text="Aktivitäten und Meilensteine").press("Enter")
    volunteers.fill("20")
    page.get_by_role("button", name="Entwurf speichern").click()
    expect(page.get_by_text("Der Entwurf ist gespeichert.")).to_be_visible()
    expect(volunteers).to_have_value("20")
    expect(volunteers).to_be_visible()


def test_a_link_to_a_folded_section_unfolds_it_and_paper_shows_all(office: OFFICES) -> None:
    page = office("active").desk(SABINE).open(AMENDMENT)
    costs = page.get_by_role("group", name="Kostenplan")
    page.get_by_role("link", name="Beiträge, Kosten und Finanzierung").click()
    expect(costs).to_be_visible()
    page.emulate_media(media="print")
    for group in ("Kostenplan", "Meilensteine"):
        expect(page.get_by_role("group", name=group)).to_be_visible()
