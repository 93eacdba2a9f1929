"""Tables of a form at a desk and on a phone: entries come, go and move, and sums follow."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Office
from tests.world import SABINE
from workflow_app.store.tables.submissions import Draft

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

OUTLINE = "/projects/{number}/forms/outline"
OFFICES = Callable[[str], Office]
WINDOWS = pytest.mark.parametrize("width", [1280, 390])
SCRIPTS = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


def costs(page: Page) -> Locator:
    return page.get_by_role("group", name="Kostenplan")


def entry(page: Page, number: int) -> Locator:
    return costs(page).get_by_role("group", name=f"Eintrag {number}", exact=True)


def amounts(page: Page) -> list[str]:
    return [box.input_value() for box in costs(page).get_by_label("Betrag in Euro").all()]


def press(page: Page, number: int, verb: str) -> None:
    entry(page, number).get_by_role("button", name=re.compile(f"Eintrag {verb}")).click()


def add(page: Page) -> None:
    before = len(amounts(page))
    costs(page).get_by_role("button", name=re.compile("Eintrag hinzufügen")).click()
    expect(costs(page).get_by_label("Betrag in Euro")).to_have_count(before + 1)


@WINDOWS
@SCRIPTS
def test_sabine_adds_moves_and_removes_costs(office: OFFICES, script: bool, width: int) -> None:
    there = office("outline_draft")
    desk = there.desk(SABINE, width=width, script=script)
    page = desk.open(OUTLINE)
    for number, amount in enumerate(("8450", "8.450,00", "viel"), 1):
        if number > 1:
            add(page)
        entry(page, number).get_by_label("Betrag in Euro").fill(amount)
    press(page, 3, "nach oben")
    expect(entry(page, 2).get_by_label("Betrag in Euro")).to_have_value("viel")
    assert amounts(page) == ["8450", "viel", "8.450,00"]
    press(page, 1, "entfernen")
    expect(costs(page).get_by_label("Betrag in Euro")).to_have_count(2)
    add(page)
    entry(page, 3).get_by_label("Betrag in Euro").fill("1,5")
    if not script:
        page.get_by_role("button", name="Entwurf speichern").click()
        page.get_by_text("Der Entwurf ist gespeichert.").wait_for()
    expect(costs(page).locator("[data-sum]")).to_have_text("8.451,50\u00a0€")
    if script:
        expect(page.locator("[data-status]")).to_contain_text("Entwurf gespeichert")
        expect(page.locator("[data-status]")).not_to_contain_text("Nicht")
    assert amounts(page) == ["viel", "8.450,00", "1,5"]
    page.wait_for_timeout(0)
    assert desk.complaints == []


def test_what_was_removed_by_mistake_comes_back_in_its_place(office: OFFICES) -> None:
    page = office("outline_draft").desk(SABINE).open(OUTLINE)
    for number, amount in enumerate(("1", "2", "3"), 1):
        if number > 1:
            add(page)
        entry(page, number).get_by_label("Betrag in Euro").fill(amount)
    press(page, 2, "entfernen")
    expect(costs(page).locator("[data-told]")).to_contain_text("Eintrag 2 entfernt.")
    assert amounts(page) == ["1", "3"]
    costs(page).get_by_role("button", name="Rückgängig").click()

    assert amounts(page) == ["1", "2", "3"]
    assert (
        page.evaluate(
            "document.activeElement.closest('[data-row]').querySelector('legend').innerText"
        )
        == "Eintrag 2"
    )


def test_no_more_entries_than_the_form_allows(office: OFFICES) -> None:
    page = office("outline_draft").desk(SABINE).open(OUTLINE)
    goals = page.get_by_role("group", name="Ziele mit Indikator")
    button = goals.get_by_role("button", name=re.compile("Eintrag hinzufügen"))
    full = goals.get_by_text("Mehr als 5 Einträge sind nicht möglich.")
    expect(full).to_be_hidden()
    for _ in range(4):
        button.click()

    expect(button).to_be_hidden()
    expect(full).to_be_visible()


def test_the_order_that_was_made_is_the_order_that_is_kept(office: OFFICES) -> None:
    there = office("outline_draft")
    page = there.desk(SABINE).open(OUTLINE)
    for number, amount in enumerate(("1", "2"), 1):
        if number > 1:
            add(page)
        entry(page, number).get_by_label("Betrag in Euro").fill(amount)
    press(page, 2, "nach oben")
    page.get_by_role("button", name="Entwurf speichern").click()
    page.get_by_text("Der Entwurf ist gespeichert.").wait_for()

    assert amounts(page) == ["2", "1"]
    assert [row["amount_eur"] for row in there.world.rows(Draft)[0].raw["costs"]] == ["2", "1"]


def test_an_answer_is_marked_as_needed_as_soon_as_another_one_makes_it_so(office: OFFICES) -> None:
    page = office("outline_draft").desk(SABINE).open(OUTLINE)
    note = page.locator("label", has_text="Gemeinden oder Stadtteile").get_by_text("(freiwillig)")
    expect(note).to_be_visible()
    page.get_by_label("Teile des Landkreises oder der Stadt").check()

    expect(note).to_be_hidden()


def test_a_problem_in_a_table_leads_to_its_cell(office: OFFICES) -> None:
    page = office("outline_draft").desk(SABINE).open(OUTLINE)
    entry(page, 1).get_by_label("Betrag in Euro").fill("100")
    add(page)
    entry(page, 2).get_by_label("Betrag in Euro").fill("viel Geld")
    page.get_by_role("button", name="Prüfen und weiter").click()
    problems = page.locator("[data-problems]")
    expect(problems).to_be_focused()
    problems.get_by_role(
        "link", name=re.compile("Kostenplan, Eintrag 2: .*„viel Geld“ ist keine Zahl")
    ).click()

    expect(entry(page, 2).get_by_label("Betrag in Euro")).to_be_focused()
