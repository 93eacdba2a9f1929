"""A page that is out of date says what has happened since, keeps what was typed, and goes on."""

from __future__ import annotations

from tests.services.steps import WITHDRAWAL, fire, submit
from tests.walks.conftest import Town, TownAt
from tests.walks.page import Page
from tests.walks.test_interrupted import from_our_pages
from tests.world import SABINE, TOBIAS


def about_to_confirm(town: Town) -> Page:
    """Return the page on which Tobias is asked whether to confirm the partnership."""
    from_our_pages(town, TOBIAS)
    return town.project(TOBIAS).follow("Partnerschaft bestätigen")


def token(page: Page) -> str:
    """Return the token against forged requests that a page carries."""
    return next(n.typed for n in page.node.all("input") if n.attrs.get("name") == "csrf_token")


def test_who_comes_too_late_reads_who_did_what_and_keeps_the_own_reason(town_at: TownAt) -> None:
    town = town_at("in_review")
    from_our_pages(town, TOBIAS)
    page = town.project(TOBIAS, "/transitions/withdraw")
    page = town.fill(page, "withdrawal", {**WITHDRAWAL, "reason": "Uns fehlen die Räume."})
    fire(town.world, SABINE, "withdraw", {**WITHDRAWAL, "reason": "Die Stelle ist weg."})
    page = page.press("Prüfen und weiter")

    assert page.status == 403
    assert "Seit Sie die Seite geöffnet haben, ist etwas geschehen." in page.text
    assert "Sabine Kraus" in page.text
    assert "Zurückziehen →" in page.text
    assert "Uns fehlen die Räume." in page.text
    assert town.world.history.count("withdraw") == 1


def test_a_step_that_is_still_open_can_be_taken_with_a_second_look(town_at: TownAt) -> None:
    town = town_at("idea")
    page = about_to_confirm(town)
    edit = town.project(SABINE, "/forms/interest")
    edit.type("Projekttitel", "Sprachcafé auf Rädern")
    edit.submit()
    page = page.press("Partnerschaft bestätigen")

    assert page.status == 409
    assert "Seit Sie die Seite geöffnet haben, ist etwas geschehen" in page.text
    assert "Fassung abgegeben: Interessenbekundung" in page.text
    assert "Geändert: „Projekttitel“" in page.text
    was, now = "Sprachcafé gelöscht: unterwegs", "Sprachcafé neu: auf Rädern"
    assert f"Projekttitel: {was} → {now}" in page.text
    assert "Sabine Kraus" in page.text
    assert town.world.state == "idea"
    page.press("Partnerschaft bestätigen")
    assert town.world.state == "outline_draft"


def test_what_both_sides_confirm_is_shown_anew_after_it_changed(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    answers = town.answers("outline")
    submit(town.world, SABINE, "outline", answers)
    page = town.project(TOBIAS).follow("Mitzeichnen: Projektskizze einreichen")
    submit(town.world, SABINE, "outline", {**answers, "summary": "Ganz anders."})
    page = page.press("Mitzeichnen")

    assert page.status == 409
    assert "Geändert: „Kurzbeschreibung“" in page.text
    page = page.press("Mitzeichnen")
    assert page.notes == ["Sie haben für Ihre Seite mitgezeichnet."]


def test_a_page_nobody_has_overtaken_says_nothing_of_the_kind(town_at: TownAt) -> None:
    page = about_to_confirm(town_at("idea")).press("Partnerschaft bestätigen")

    assert "ist etwas geschehen" not in page.text


def test_the_news_are_no_way_round_a_blind_self_evaluation(town_at: TownAt) -> None:
    town = town_at("self_evaluation")
    page = town.project(TOBIAS, "/forms/self_evaluation/municipal")
    answers = town.answers("self_evaluation")
    submit(town.world, SABINE, "self_evaluation", answers, slot="civic")
    changed = {**answers, "open_hard": "Das war schwer und bleibt geheim."}
    submit(town.world, SABINE, "self_evaluation", changed, slot="civic")
    url = f"/projects/{town.world.number}/transitions/archive"
    page = town.browser(TOBIAS).open(
        url, method="POST", data={"seen": "1", "csrf_token": token(page)}
    )

    assert page.status == 403
    assert "Fassung abgegeben" in page.text
    assert "geheim" not in page.data.decode()
    assert "Geändert:" not in page.text
