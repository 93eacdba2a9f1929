"""The pages in a real browser: they work with and without JavaScript, fit, and can be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Office
from tests.services import amending
from tests.world import ANNA, JONAS, MIRIAM, SABINE, TOBIAS, VERA
from workflow_app.app import create_app

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HERE = "/projects/{number}"
PAGES = (
    # (name, state of the story, who looks, address)
    ("sign-in", "idea", None, "/login"),
    ("check", "idea", None, "/pruefen"),
    ("imprint", "idea", None, "/impressum"),
    ("tasks", "idea", TOBIAS, "/"),
    ("projects", "idea", SABINE, "/projects"),
    ("new", "idea", SABINE, "/projects/new"),
    ("confirm", "idea", TOBIAS, f"{HERE}/transitions/confirm_partnership"),
    ("outline", "outline_draft", SABINE, f"{HERE}/forms/outline"),
    ("decision", "in_review", JONAS, f"{HERE}/decisions/review"),
    ("formal-check", "in_review", MIRIAM, f"{HERE}/forms/review"),
    ("agreement", "agreement_draft", TOBIAS, f"{HERE}/transitions/propose_agreement"),
    ("sign-off", "agreement_alignment", SABINE, f"{HERE}/transitions/release_for_signature"),
    ("signature", "signature_pending", MIRIAM, f"{HERE}/forms/signature/civic"),
    ("project", "active", SABINE, HERE),
    ("activity", "active", TOBIAS, f"{HERE}/transitions/log_activity"),
    ("history", "active", TOBIAS, f"{HERE}/history"),
    ("workflow", "active", TOBIAS, f"{HERE}/workflow"),
    ("closed", "active", SABINE, f"{HERE}/transitions/archive"),
    ("evaluation", "self_evaluation", SABINE, f"{HERE}/forms/self_evaluation/civic"),
    ("archived", "archived", ANNA, HERE),
    ("nowhere", "archived", ANNA, "/nowhere"),
    ("settings", "idea", SABINE, "/settings"),
    ("recommendations", "idea", MIRIAM, "/recommendations"),
    ("workflows", "idea", ANNA, "/workflows"),
    ("overview", "idea", ANNA, "/workflows/tandem_project"),
    ("manual", "idea", ANNA, "/workflows/tandem_project/manual"),
    ("rights", "idea", ANNA, "/workflows/joint_event/rights"),
    ("play", "idea", ANNA, "/workflows/recommendation/simulation"),
    ("who-may", "active", JONAS, f"{HERE}/rights"),
    ("in-force", "active", SABINE, f"{HERE}/in-force"),
)
ALSO = (
    # (state of the story, who looks, addresses that are walked through with one browser)
    ("idea", None, ("/access/forgotten", "/access/made-up", "/pruefen/ABCDEFGHJKLM")),
    ("in_review", MIRIAM, (f"{HERE}/forms/review/review", f"{HERE}/versions/outline")),
    (
        "active",
        MIRIAM,
        (
            "/account", "/verify", "/organisations", "/organisations/new", "/organisations/1",
            "/organisations/1/edit", "/people", "/people/new", "/people/1", "/people/1/reach",
        ),
    ),
    (
        "idea",
        VERA,
        (
            "/administration/log", "/administration/messages", "/administration/messages/1",
            "/administration/workflows", "/workflows/recommendation/versions",
            "/workflows/recommendation/versions/1",
            "/workflows/recommendation/versions/1/file?name=forms/rec_draft.yaml",
            "/workflows/recommendation/migrations/new",
        ),
    ),
)  # fmt: skip
ELSEWHERE = {
    # endpoint of a page → the test that looks at it, or why none does
    "amendments.one": "test_whoever_decides_reads_an_amendment_and_what_follows",
    "transitions.confirm": "the same",
    "migrations.one": "tests/browser/test_migration_in_chromium.py",
    "imported.title": "the title of a case from Plone, a field like any other",
}
FILES = re.compile(r"\.(pdf|csv)$|filename|/documents/|/attachments/|^/language/")
OFFICES = Callable[[str], Office]
ALBUM = Callable[[Page, str], None]


def fits(page: Page) -> bool:
    """Say whether nothing of the page lies beyond the right edge of the window.

    A page is laid out anew a moment after its window was made narrower.
    """
    for _ in range(20):
        if page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
            return True
        page.wait_for_timeout(100)
    return False


def found_by_axe(page: Page) -> list[str]:
    """Return what axe finds wrong, each with the first place."""
    return [
        f"{found['id']}: {found['nodes'][0]['html'][:200]} ({len(found['nodes'])} places)"
        for found in Axe().run(page).response["violations"]
    ]


@pytest.mark.parametrize(("name", "state", "who", "address"), PAGES, ids=[p[0] for p in PAGES])
def test_a_page_fits_every_window_and_axe_and_the_browser_find_nothing_wrong(
    name: str, state: str, who: str | None, address: str, office: OFFICES, album: ALBUM
) -> None:
    desk = office(state).desk(who)
    page = desk.open(address)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        album(page, name)
    for box in page.locator("main details").all():
        box.evaluate("box => box.open = true")
    assert found_by_axe(page) == []
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), width
    expected = ("404", "403") if name in ("closed", "nowhere") else ()
    assert [c for c in desk.complaints if not any(e in c for e in expected)] == []


def looked_at(page: Page) -> list[str]:
    """Open all that is folded, and return what axe and narrow windows find wrong."""
    page.set_viewport_size({"width": 1280, "height": 900})
    for box in page.locator("main details").all():
        box.evaluate("box => box.open = true")
    found = found_by_axe(page)
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        found += [] if fits(page) else [f"wider than {width}"]
    return found


@pytest.mark.parametrize(("state", "who", "addresses"), ALSO)
def test_the_rarer_pages_fit_and_axe_finds_nothing_wrong(
    state: str, who: str | None, addresses: tuple[str, ...], office: OFFICES
) -> None:
    desk = office(state).desk(who)

    found = {address: looked_at(desk.open(address)) for address in addresses}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_whoever_decides_reads_an_amendment_and_what_follows(office: OFFICES) -> None:
    there = office("active")
    amending.ask(there.world, amending.amended(there.world, volunteers_planned="20"))
    desk = there.desk(JONAS)
    assert looked_at(desk.open(f"{HERE}/amendments/1")) == []
    page = desk.open(f"{HERE}/decisions/amendment_decision")
    page.get_by_label("Änderung genehmigen", exact=True).check()
    page.get_by_label("Ja, das bestätige ich").check()
    page.get_by_role("button", name="Entscheidung prüfen").click()
    page.get_by_role("heading", name="Was dann geschieht").wait_for()
    assert looked_at(page) == []


def test_every_kind_of_page_is_looked_at(office: OFFICES) -> None:
    rules = create_app(office("idea").world.settings).url_map
    walked = [address for _, _, _, address in PAGES]
    walked += [address for _, _, addresses in ALSO for address in addresses]
    seen = set()
    for address in walked:
        where = urlsplit(address.format(number="TP-2025-0001")).path
        if where != "/nowhere":
            seen.add(rules.bind("").match(where)[0])
    pages = {
        rule.endpoint
        for rule in rules.iter_rules()
        if "GET" in (rule.methods or ()) and not FILES.search(rule.rule)
    }

    assert pages - seen == set(ELSEWHERE)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_sabine_writes_an_outline_with_rows_and_both_confirm_it(
    script: bool, office: OFFICES, album: ALBUM
) -> None:
    there = office("outline_draft")
    desk = there.desk(SABINE, script=script)
    page = desk.open(f"{HERE}/forms/outline")
    page.get_by_label("Kurzbeschreibung").fill("Ein Sprachcafé auf dem Land.")
    goals = page.get_by_role("group", name="Ziele mit Indikator")
    goals.get_by_label("Ziel", exact=True).fill("Regelmäßige Treffen")
    page.get_by_role("button", name=re.compile("hinzufügen ?: Ziele mit")).click()
    second = page.get_by_role("group", name="Eintrag 2")
    second.get_by_label("Ziel", exact=True).fill("Neue Freiwillige")
    page.get_by_role("button", name="Prüfen und weiter").click()
    errors = page.locator("[data-problems]")
    errors.wait_for()
    album(page, f"problems-{'script' if script else 'plain'}")
    assert page.get_by_label("Kurzbeschreibung").input_value() == "Ein Sprachcafé auf dem Land."
    assert second.get_by_label("Ziel", exact=True).input_value() == "Neue Freiwillige"
    errors.get_by_role("link").first.click()
    if script:
        focused = page.evaluate("document.activeElement.closest('fieldset, div').innerText")
        assert errors.get_by_role("link").first.inner_text().split("„")[1].split("“")[0] in focused
    page.get_by_role("button", name="Entwurf speichern").click()
    page.get_by_text("Der Entwurf ist gespeichert.").wait_for()
    assert "422" in " ".join(desk.complaints)
    assert [c for c in desk.complaints if "422" not in c] == []


def test_both_sides_sign_off_and_dr_reiter_releases(office: OFFICES) -> None:
    there = office("agreement_alignment")
    for who in (SABINE, TOBIAS):
        desk = there.desk()
        desk.sign_in(who)
        page = desk.open("/")
        page.get_by_role("link", name="Vereinbarungstext mitzeichnen").click()
        page.get_by_role("link", name="Vereinbarungstext mitzeichnen").click()
        page.get_by_role("button", name="Mitzeichnen", exact=True).click()
        page.get_by_text("Sie haben für Ihre Seite mitgezeichnet.").wait_for()
        assert desk.complaints == []
    desk = there.desk(JONAS)
    page = desk.open("/")
    page.get_by_role("link", name="Vereinbarung zur Unterzeichnung freigeben").click()
    page.get_by_role("link", name="Zur Unterzeichnung freigeben", exact=True).first.click()
    page.get_by_role("button", name="Zur Unterzeichnung freigeben").click()
    page.get_by_text("Erledigt: Zur Unterzeichnung freigeben.").wait_for()
    assert there.world.state == "signature_pending"
    assert desk.complaints == []


def test_dr_reiter_decides_with_the_keyboard_alone(office: OFFICES) -> None:
    there = office("in_review")
    desk = there.desk(JONAS)
    page = desk.open(f"{HERE}/decisions/review")
    page.get_by_label("Begründung (nötig für: Ablehnen)", exact=True).focus()
    page.keyboard.type("Das Vorhaben passt nicht zu den Zielen des Programms.")
    page.get_by_label("Ja, das bestätige ich").focus()
    page.keyboard.press("Space")
    page.get_by_label("Ablehnen", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Entscheidung prüfen").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Ablehnen").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Erledigt: Ablehnen.").wait_for()
    assert there.world.state == "rejected"
    assert desk.complaints == []


def test_the_enter_key_keeps_a_draft_and_removes_nothing(office: OFFICES) -> None:
    page = office("outline_draft").desk(SABINE).open(f"{HERE}/forms/outline")
    page.get_by_label("Projektbeginn").fill("01.07.2025")
    page.keyboard.press("Enter")
    page.get_by_text("Der Entwurf ist gespeichert.").wait_for()
    assert page.get_by_label("Projektbeginn").input_value() == "01.07.2025"


def test_what_is_chosen_can_be_seen_in_forced_colours(office: OFFICES) -> None:
    page = office("in_review").desk(JONAS).open(f"{HERE}/decisions/review")
    page.emulate_media(forced_colors="active")
    for label in ("Ablehnen", "Ja, das bestätige ich"):
        box = page.get_by_label(label, exact=True)
        before = box.screenshot()
        box.evaluate("box => box.checked = true")
        assert box.screenshot() != before, label
