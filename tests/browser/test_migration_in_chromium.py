"""Vera changes the lifecycle in the browser; a project goes to it, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Desk, Office
from tests.browser.test_in_chromium import fits, found_by_axe
from tests.changed_lifecycle import PLAN, changed_files
from tests.services.definitions.migrating import every_row, standing
from tests.world import VERA

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

OFFICES = Callable[[str], Office]
ALBUM = Callable[[Page, str], None]
HERE = "/workflows/tandem_project"


def in_order(desk: Desk, album: ALBUM, name: str) -> None:
    """Look at a page in two widths, and let axe read it."""
    page = desk.page
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), (name, width)
        album(page, name)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert found_by_axe(page) == [], name
    assert desk.complaints == [], name


def upload(page: Page, folder: Path, **files: bytes) -> None:
    """Upload files as a draft (`outline=…` is outline.yaml)."""
    paths = []
    for name, data in files.items():
        path = folder / f"{name}.yaml"
        path.write_bytes(data)
        paths.append(path)
    page.get_by_label("Dateien (.yaml)").set_input_files(paths)
    page.get_by_role("button", name="Als Entwurf hochladen").click()


def test_a_project_goes_to_the_changed_lifecycle_and_back_with_nothing_lost(
    office: OFFICES, album: ALBUM, tmp_path: Path
) -> None:
    there = office("in_review")
    before, rows = standing(there.world), every_row(there.world)
    desk = there.desk(VERA)
    page = desk.open(HERE)
    page.get_by_role("link", name="Versionen", exact=True).click()
    files = {name.removesuffix(".yaml"): data for name, data in changed_files().items()}

    upload(
        page, tmp_path, outline=files["outline"].replace(b"type: long_text", b"type: longtext", 1)
    )
    page.get_by_text("Der Entwurf ist aufgenommen. Er hat Fehler").wait_for()
    in_order(desk, album, "draft-with-errors")
    page.get_by_role("link", name="forms/outline.yaml, Zeile").first.click()
    page.locator("li.is-wrong").first.wait_for()
    in_order(desk, album, "file-with-problems")

    page = desk.open(f"{HERE}/versions")
    upload(page, tmp_path, **files)
    page.get_by_text("Der Entwurf ist geprüft und hat keine Fehler.").wait_for()
    page.get_by_text("Der Stand „Formale Prüfung“ kommt hinzu.").wait_for()
    in_order(desk, album, "draft")
    page.get_by_role("button", name="Veröffentlichen").click()
    page.get_by_text("gilt jetzt für neue Vorgänge").wait_for()
    number = page.url.rpartition("/")[2]

    page.get_by_role("link", name="Laufende Vorgänge umstellen").click()
    page.get_by_label("Vorgänge in „In Prüfung“ gehen nach …", exact=True).wait_for()
    in_order(desk, album, "migration-questions")
    page.get_by_text("Plan als Text").click()
    page.get_by_label("Plan", exact=True).fill(PLAN.replace("to: 2", f"to: {number}"))
    page.get_by_role("button", name="Vorschau zeigen").click()
    page.get_by_text("Projektaufsicht darf nicht mehr: „Genehmigen“").wait_for()
    in_order(desk, album, "migration-preview")
    assert there.world.state == "in_review"
    page.get_by_role("button", name="Umstellung mit diesem Plan anlegen").click()
    page.get_by_text("Noch ist kein Vorgang umgestellt.").wait_for()
    page.get_by_role("button", name="Alle umstellen").click()
    page.get_by_text("Die Vorgänge werden gerade umgestellt.").wait_for()
    there.world.work()
    page.get_by_role("link", name="Stand aktualisieren").click()
    page.get_by_text("1 von 1 umgestellt").wait_for()
    in_order(desk, album, "migration-done")
    assert there.world.state == "formal_check"

    page.get_by_role("button", name="Zurücknehmen", exact=False).last.click()
    page.get_by_text("ist wieder wie vorher.").wait_for()
    in_order(desk, album, "migration-back")
    assert standing(there.world) == before
    for table, kept in every_row(there.world).items():
        assert [row for row in kept if row in rows[table]] == rows[table], table


def test_what_was_typed_into_a_plan_that_does_not_fit_stays_with_every_problem(
    office: OFFICES, album: ALBUM, tmp_path: Path
) -> None:
    desk = office("in_review").desk(VERA)
    page = desk.open(f"{HERE}/versions")
    upload(page, tmp_path, **{n.removesuffix(".yaml"): d for n, d in changed_files().items()})
    page.get_by_role("button", name="Veröffentlichen").click()
    page.get_by_role("link", name="Laufende Vorgänge umstellen").click()
    wrong = PLAN.replace("formal_check", "formal_chek")
    page.get_by_text("Plan als Text").click()
    page.get_by_label("Plan", exact=True).fill(wrong)
    page.get_by_role("button", name="Vorschau zeigen").click()
    page.get_by_text(
        "Zeile 5: Den Stand „formal_chek“ gibt es in der neuen Version nicht."
    ).first.wait_for()
    assert page.get_by_label("Plan", exact=True).input_value().strip() == wrong.strip()
    album(page, "plan-with-problems")
    assert found_by_axe(page) == []
