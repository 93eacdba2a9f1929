"""What was typed survives a session that ends, a page that is too old, a database that is away."""

from __future__ import annotations

import io
import resource
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pikepdf import Pdf
from PIL import Image
from sqlalchemy import event

from tests.walks.conftest import Town, TownAt
from tests.walks.page import Browser, Page
from tests.world import MIRIAM, SABINE, TOBIAS
from workflow_app.demo.people import PASSWORD
from workflow_app.store.tables.people import SignIn
from workflow_app.store.tables.submissions import Draft

OURS = {"Origin": "http://localhost"}
FOREIGN = {"Origin": "https://elsewhere.example"}


def from_our_pages(town: Town, email: str, **headers: str) -> Browser:
    """Return somebody's browser, which says as all do from which page it sends."""
    browser = town.browser(email)
    sent = {**OURS, **headers}
    for name, value in sent.items():
        browser.client.environ_base[f"HTTP_{name.upper()}"] = value
    return browser


def signed_out(town: Town) -> None:
    """End every session."""
    with town.world.sessions() as session:
        for row in session.query(SignIn):
            session.delete(row)
        session.commit()


def sign_in(page: Page, email: str, password: str = PASSWORD) -> Page:
    """Sign in on a page that asks to."""
    page.type("E-Mail-Adresse", email)
    page.type("Passwort", password)
    return page.press("Anmelden")


def typed(town: Town, words: str) -> Page:
    """Return Sabine's outline with some words typed and not sent yet."""
    from_our_pages(town, SABINE)
    page = town.project(SABINE, "/forms/outline")
    page.type("Kurzbeschreibung", words)
    return page


def test_who_was_signed_out_while_typing_signs_in_and_goes_on(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    page = typed(town, "Ein Café <auf> dem Land,\nmit „Anführung“")
    signed_out(town)
    page = page.press("Entwurf speichern")

    assert (page.status, page.heading) == (401, "Bitte melden Sie sich wieder an")
    page = sign_in(page, SABINE, "falsch")
    assert page.heading == "Anmelden"
    page = sign_in(page, SABINE)
    assert page.heading == "Ihre Eingaben sind noch da"
    page = page.press("Weiter mit meinen Eingaben")
    assert page.notes == ["Der Entwurf ist gespeichert."]
    assert page.value("Kurzbeschreibung") == "Ein Café <auf> dem Land,\nmit „Anführung“"


def test_somebody_else_who_signs_in_does_not_get_the_words(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    page = typed(town, "Nur von Sabine")
    signed_out(town)
    page = sign_in(page.press("Entwurf speichern"), TOBIAS)

    assert page.heading != "Ihre Eingaben sind noch da"
    assert "Nur von Sabine" not in page.data.decode()


def test_no_other_site_can_put_words_into_a_form_here(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    browser = from_our_pages(town, SABINE, **FOREIGN)
    signed_out(town)
    page = browser.open(
        f"/projects/{town.world.number}/comments", method="POST", data={"comment": "Fremde Worte"}
    )

    assert "Fremde Worte" not in page.data.decode()
    assert 'name="held"' not in page.data.decode()


def test_who_signed_in_anew_in_another_window_sends_the_first_one_again(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    page = typed(town, "Vor dem neuen Anmelden")
    town.browser(SABINE).open("/").press("Abmelden")
    sign_in(town.browser(SABINE).open("/login?next=/impressum"), SABINE)
    page = page.press("Entwurf speichern")

    assert (page.status, page.heading) == (400, "Die Seite ist abgelaufen")
    page = page.press("Noch einmal senden")
    assert page.value("Kurzbeschreibung") == "Vor dem neuen Anmelden"


@pytest.fixture
def impatient(town_at: TownAt) -> Town:
    """A town whose pages wait a tenth of a second for the database instead of fifteen."""
    town = town_at("outline_draft")
    with town.app.app_context():
        engine = town.app.extensions["sqlalchemy"].engine
    engine.dispose()

    @event.listens_for(engine, "connect")
    def _shorter(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=100")

    return town


def test_a_database_that_is_held_by_somebody_answers_503_and_keeps_what_was_typed(
    impatient: Town,
) -> None:
    page = typed(impatient, "Während der Sicherung")
    path = impatient.world.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        page = page.press("Entwurf speichern")
    assert (page.status, page.headers["Retry-After"]) == (503, "60")
    assert page.heading == "Das geht gerade nicht"
    assert "Während der Sicherung" in page.text
    assert impatient.world.rows(Draft) == []
    page = page.press("Noch einmal senden")

    assert page.notes == ["Der Entwurf ist gespeichert."]
    assert page.value("Kurzbeschreibung") == "Während der Sicherung"


def test_a_database_without_room_answers_503_and_works_again_with_room(impatient: Town) -> None:
    page = typed(impatient, "Wenn die Platte voll ist. " * 400)
    with impatient.app.app_context():
        engine = impatient.app.extensions["sqlalchemy"].engine
    room = {"pages": 1}

    @event.listens_for(engine, "checkout")
    def _full(connection: Any, record: Any, proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={room['pages']}")

    page = page.press("Entwurf speichern")
    assert (page.status, impatient.world.rows(Draft)) == (503, [])
    room["pages"] = 1_000_000

    assert page.press("Noch einmal senden").notes == ["Der Entwurf ist gespeichert."]


@pytest.fixture
def scanned() -> bytes:
    """Return a scan of some 360,000 bytes."""
    stream = io.BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Scan = pdf.make_stream(Random(1).randbytes(360_000))
        pdf.save(stream)
    return stream.getvalue()


@pytest.fixture
def picture() -> bytes:
    """Return a picture of some 360,000 bytes."""
    stream = io.BytesIO()
    Image.frombytes("RGB", (340, 340), Random(1).randbytes(3 * 340 * 340)).save(stream, "PNG")
    return stream.getvalue()


def kept(town: Town) -> list[Path]:
    """Return every file that lies in the folder of files."""
    return sorted(p for p in (town.world.folder / "files").rglob("*") if p.is_file())


def test_a_full_disk_refuses_a_file_and_keeps_no_half_of_it(
    town_at: TownAt, scanned: bytes
) -> None:
    town = town_at("signature_pending")
    from_our_pages(town, MIRIAM)
    page = town.project(MIRIAM, "/forms/signature/civic")
    page.type("Name", "Georg Aigner vom Verein")
    page.upload("Scan oder signierte Datei", "scan.pdf", scanned)
    before = kept(town)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    try:
        page = page.press("Prüfen und weiter")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert page.status == 503
    assert "scan.pdf" in page.text
    assert kept(town) == before
    page = page.press("Noch einmal senden")
    assert page.value("Name") == "Georg Aigner vom Verein"
    page.upload("Scan oder signierte Datei", "scan.pdf", scanned)
    page.press("Entwurf speichern")
    assert len(kept(town)) == len(before) + 1


def test_a_mistake_of_ours_is_no_lack_of_room(town_at: TownAt, picture: bytes) -> None:
    town = town_at("idea")
    town.app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    page = town.project(SABINE)
    page.upload("Datei hinzufügen", "bild.png", picture)
    shutil.rmtree(town.world.folder / "files", ignore_errors=True)
    (town.world.folder / "files").write_text("no folder")

    assert page.press("Datei hochladen").status == 500
