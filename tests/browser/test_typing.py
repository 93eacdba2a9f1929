"""What is typed is kept, whatever happens to the window, the network or the sign-in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Desk, Office
from tests.browser.test_in_chromium import ALBUM, fits, found_by_axe
from tests.services.steps import save, submit
from tests.world import SABINE, TOBIAS, World
from workflow_app.demo.people import PASSWORD
from workflow_app.store.tables.people import SignIn
from workflow_app.store.tables.submissions import Draft

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

OUTLINE = "/projects/{number}/forms/outline"
OFFICES = Callable[[str], Office]


def status(page: Page) -> str:
    return page.locator("[data-status]").inner_text()


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_contain_text(
        re.compile(r"Entwurf gespeichert, \d+:\d\d Uhr")
    )


def summary(world: World) -> str | None:
    """Return what the draft holds as the summary."""
    rows = world.rows(Draft, form="outline")
    return rows[0].raw.get("summary") if rows else None


def nothing_left_here(page: Page) -> None:
    """Wait until the browser keeps nothing; a page tidies up a moment after it is shown."""
    for _ in range(100):
        if page.evaluate("Object.keys(localStorage)") == []:
            return
        page.wait_for_timeout(100)
    assert page.evaluate("Object.keys(localStorage)") == []


def signed_out(world: World) -> None:
    """End every session, as time or an administrator does."""
    with world.sessions() as session:
        for row in session.query(SignIn):
            session.delete(row)
        session.commit()


@pytest.fixture
def there(office: OFFICES) -> Office:
    return office("outline_draft")


@pytest.fixture
def desk(there: Office) -> Desk:
    return there.desk(SABINE)


def test_a_draft_is_saved_while_sabine_types_and_she_is_told(there: Office, desk: Desk) -> None:
    page = desk.open(OUTLINE)
    page.get_by_label("Kurzbeschreibung").fill("Ein Sprachcafé")
    saved(page)

    assert summary(there.world) == "Ein Sprachcafé"
    assert page.evaluate("Object.keys(localStorage)") == []
    assert desk.complaints == []


def test_what_was_typed_before_the_script_came_is_saved_as_well(there: Office, desk: Desk) -> None:
    held: list[Route] = []
    desk.page.route("**/typing.js", lambda route: held.append(route))
    page = desk.open(OUTLINE)
    page.get_by_label("Kurzbeschreibung").fill("Gleich getippt")
    held[0].continue_()
    saved(page)

    assert summary(there.world) == "Gleich getippt"


def test_without_a_network_it_is_kept_here_and_sent_later(there: Office, desk: Desk) -> None:
    page = desk.open(OUTLINE)
    page.context.set_offline(True)
    page.get_by_label("Kurzbeschreibung").fill("Im Funkloch")
    expect(page.locator("[data-status]")).to_contain_text("Nicht gespeichert: keine Verbindung")
    page.context.set_offline(False)
    saved(page)

    assert summary(there.world) == "Im Funkloch"


def test_what_was_typed_without_a_network_survives_the_closed_window(
    there: Office, desk: Desk
) -> None:
    page = desk.open(OUTLINE)
    page.context.set_offline(True)
    page.get_by_label("Kurzbeschreibung").fill("Im Funkloch")
    expect(page.locator("[data-status]")).to_contain_text("keine Verbindung")
    page.close()
    there.open[-1].set_offline(False)
    page = there.open[-1].new_page()
    page.goto(there.url + OUTLINE.format(number=there.world.number))

    # A window that closes slowly may still have sent the words itself; then there is no news.
    expect(page.get_by_label("Kurzbeschreibung")).to_have_value("Im Funkloch")
    assert summary(there.world) == "Im Funkloch"


def test_after_a_session_ended_the_words_are_there_again(there: Office, desk: Desk) -> None:
    page = desk.open(OUTLINE)
    signed_out(there.world)
    page.get_by_label("Kurzbeschreibung").fill("Nach der Pause")
    expect(page.locator("[data-status]")).to_contain_text("Sie sind nicht mehr angemeldet")
    page.get_by_role("link", name="Jetzt anmelden").click()
    page.get_by_label("E-Mail-Adresse").fill(SABINE)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.locator("[data-status]")).to_contain_text("ist wieder da")

    assert page.get_by_label("Kurzbeschreibung").input_value() == "Nach der Pause"


def test_whoever_signs_in_in_another_window_goes_on_in_the_first(there: Office, desk: Desk) -> None:
    page = desk.open(OUTLINE)
    signed_out(there.world)
    other = page.context.new_page()
    other.goto(f"{there.url}/login?next=/impressum")
    other.get_by_label("E-Mail-Adresse").fill(SABINE)
    other.get_by_label("Passwort").fill(PASSWORD)
    other.get_by_role("button", name="Anmelden").click()
    other.get_by_role("heading", name="Impressum").wait_for()
    page.get_by_label("Kurzbeschreibung").fill("Weiter geht es")
    saved(page)

    assert summary(there.world) == "Weiter geht es"


def test_somebody_else_who_signs_in_does_not_get_sabines_words(there: Office, desk: Desk) -> None:
    page = desk.open(OUTLINE)
    signed_out(there.world)
    other = page.context.new_page()
    other.goto(f"{there.url}/login?next=/impressum")
    other.get_by_label("E-Mail-Adresse").fill(TOBIAS)
    other.get_by_label("Passwort").fill(PASSWORD)
    other.get_by_role("button", name="Anmelden").click()
    other.get_by_role("heading", name="Impressum").wait_for()
    page.get_by_label("Kurzbeschreibung").fill("Sabines Worte")
    expect(page.locator("[data-status]")).to_contain_text("Nicht gespeichert")

    assert summary(there.world) is None


def looked_at(page: Page, name: str, album: ALBUM) -> None:
    """Keep pictures of a page, and make sure that it fits and that axe finds nothing."""
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), width
        album(page, name)
    assert found_by_axe(page) == []


def test_the_versions_of_a_form_fit_every_window_and_can_be_read(
    there: Office, desk: Desk, album: ALBUM
) -> None:
    answers = there.world.story().answers("outline")
    submit(there.world, SABINE, "outline", answers)
    submit(there.world, TOBIAS, "outline", {**answers, "summary": "Ein ganz anderes Vorhaben."})
    page = desk.open("/projects/{number}/versions/outline")
    page.get_by_role("heading", name="Was wurde geändert? Projektskizze").wait_for()
    looked_at(page, "form-versions", album)
    assert desk.complaints == []


def test_two_who_type_the_same_answer_choose_and_nothing_is_overwritten(
    there: Office, desk: Desk, album: ALBUM
) -> None:
    page = desk.open(OUTLINE)
    save(there.world, TOBIAS, "outline", {"summary": "Von Tobias", "situation": "Auch von ihm"}, 0)
    page.get_by_label("Kurzbeschreibung").fill("Von Sabine")
    page.get_by_label("Gemeinden oder Stadtteile").fill("Ergolding")
    expect(page.locator("[data-status]")).to_contain_text("Tobias Lindner hat inzwischen")
    assert summary(there.world) == "Von Tobias"
    page.get_by_role("button", name="Ansehen und wählen, was gilt").click()
    page.get_by_text("Tobias Lindner hat „Kurzbeschreibung“ inzwischen gespeichert").wait_for()
    assert page.get_by_label("Kurzbeschreibung").input_value() == "Von Sabine"
    looked_at(page, "clash", album)
    page.get_by_label("Meine Eingabe gilt").check()
    page.get_by_role("button", name="Entwurf speichern").click()
    page.get_by_text("Der Entwurf ist gespeichert.").wait_for()

    assert there.world.rows(Draft)[0].raw == {
        "summary": "Von Sabine",
        "situation": "Auch von ihm",
        "area_note": "Ergolding",
    }


def test_an_answer_that_got_lost_on_the_way_is_no_quarrel_with_oneself(
    there: Office, desk: Desk
) -> None:
    page = desk.open(OUTLINE)
    lost = []

    def lose(route: object) -> None:
        if not lost:
            lost.append(route.fetch().status)  # type: ignore[attr-defined]
            return route.abort()  # type: ignore[attr-defined,no-any-return]
        return route.continue_()  # type: ignore[attr-defined,no-any-return]

    page.route("**/draft", lose)
    page.get_by_label("Kurzbeschreibung").fill("Ein")
    expect(page.locator("[data-status]")).to_contain_text("keine Verbindung")
    assert summary(there.world) == "Ein"
    page.get_by_label("Kurzbeschreibung").fill("Ein Sprachcafé")
    saved(page)

    assert summary(there.world) == "Ein Sprachcafé"


def test_after_saving_by_the_button_nothing_is_left_in_the_browser(there: Office) -> None:
    desk = there.desk(SABINE)
    page = desk.open("/projects/{number}/forms/outline")
    page.get_by_label("Kurzbeschreibung").fill("Ein Sprachcafé")
    page.get_by_role("button", name="Entwurf speichern").click()
    page.get_by_text("Der Entwurf ist gespeichert.").wait_for()
    nothing_left_here(page)

    assert desk.complaints == []


def test_a_comment_that_was_never_sent_is_there_again(there: Office, desk: Desk) -> None:
    page = desk.open("/projects/{number}")
    page.get_by_label("Kommentar schreiben").fill("Noch nicht fertig gedacht")
    page = desk.open("/")
    page = desk.open("/projects/{number}")
    expect(page.get_by_label("Kommentar schreiben")).to_have_value("Noch nicht fertig gedacht")
    page.get_by_role("button", name="Kommentar senden").click()
    page.get_by_text("Noch nicht fertig gedacht").first.wait_for()
    page = desk.open("/projects/{number}")
    nothing_left_here(page)

    expect(page.get_by_label("Kommentar schreiben")).to_have_value("")
