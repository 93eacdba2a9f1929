"""Changes of an agreement as people live them in their browsers."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.walks import amending, main_path
from tests.walks.conftest import TownAt
from tests.walks.papers import words
from tests.world import ANNA, EMRE, JONAS, MIRIAM, SABINE, TOBIAS
from workflow_app.demo.telling import ANSWERS


@pytest.mark.timeout(400)
@pytest.mark.slow
def test_an_agreement_is_amended_extended_and_the_project_finished(town_at: TownAt) -> None:
    town = town_at("active")
    amending.ask_for_volunteers(town)
    draft = town.project(JONAS).follow("Änderung Nr. 1").follow("Entwurf des Nachtrags lesen (PDF)")
    assert "ENTWURF" in words(draft)
    amending.decide(town, "Änderung genehmigen")
    amending.file_copies(town)
    amending.register(town)

    page = town.project(TOBIAS).follow("Was heute gilt, mit Quellen")
    assert "Geplante Zahl der Ehrenamtlichen 20 nach KV-2025-0001-N1, seit" in page.text
    assert "Projektende" in page.text
    before = town.project(TOBIAS, f"/in-force?day={town.date(-30)}")
    assert "Geplante Zahl der Ehrenamtlichen 16 nach KV-2025-0001" in before.text

    amending.extend(town)
    page = town.project(SABINE)
    assert page.text.index("Änderung Nr. 1") < page.text.index("Änderung Nr. 2")
    town.later(town.world.story().end + 60 - town.world.day)
    page = town.project(SABINE).follow("Aktivität dokumentieren")
    held = {**ANSWERS["activities"][0], "title": "Nachgeholtes Treffen", "date": town.date(-1)}
    answers = town.answers("log_activity", **held)
    page = town.fill(page, "activity", answers).press("Aktivität dokumentieren")
    assert page.notes == ["Erledigt: Aktivität dokumentieren."]
    town.later(31)
    town.sign_off(SABINE, "Durchführung abschließen")
    town.sign_off(TOBIAS, "Durchführung abschließen")
    amending.report_with_the_added_costs(town)
    for chapter in (
        main_path.evaluation, main_path.reflection,
        main_path.assessment, main_path.archive,
    ):  # fmt: skip
        chapter(town)
    bundle = town.project(MIRIAM).follow("Archivpaket")
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as files:
        names = files.namelist()
        chain = files.read("amendments.json").decode()
    assert {"documents/addendum-1.pdf", "documents/addendum_signed-2.pdf"} <= set(names)
    assert '"KV-2025-0001-N2"' in chain
    signed = town.browser(ANNA).open("/projects").follow("Sprachcafé unterwegs")
    assert "Der Nachtrag gilt ab dem" in words(signed.follow("Unterzeichneter Nachtrag Nr. 1"))
    assert town.project(EMRE, "/in-force").status == 404


@pytest.mark.slow
def test_an_addendum_keeps_its_number_in_english(town_at: TownAt) -> None:
    town = town_at("active")
    amending.ask_for_volunteers(town)
    amending.decide(town, "Änderung genehmigen")
    amending.file_copies(town)
    town.project(MIRIAM).follow("Nachtrag registrieren").press("Nachtrag registrieren")
    town.later(1)
    assert "Unterzeichneter Nachtrag Nr. 1" in town.project(SABINE).text
    page = town.project(SABINE).press("English")
    assert "Addendum no. 1" in page.text
    assert "Signed addendum no. 1" in page.text


def test_a_declined_request_leaves_everything_and_is_kept(town_at: TownAt) -> None:
    town = town_at("active")
    amending.ask_for_volunteers(town)
    why = "Mehr Freiwillige lassen sich mit den Mitteln nicht begleiten."
    page = amending.decide(town, "Änderung ablehnen", reason=why)
    assert page.notes == ["Erledigt: Änderung ablehnen."]
    page = town.project(SABINE).follow("Änderung Nr. 1")
    assert "abgelehnt" in page.text
    assert why in page.text
    page = town.project(SABINE).follow("Was heute gilt, mit Quellen")
    assert "Geplante Zahl der Ehrenamtlichen 16 nach KV-2025-0001" in page.text


def test_one_side_withdraws_the_request(town_at: TownAt) -> None:
    town = town_at("active")
    amending.ask_for_volunteers(town)
    page = town.project(TOBIAS).follow("Änderungsantrag zurückziehen")
    # Nobody takes back what is not before their eyes.
    assert "Fassung 1 vom" in page.text
    assert "Geplante Zahl der Ehrenamtlichen" in page.text
    page.press("Änderungsantrag zurückziehen")
    assert town.world.state == "active"
    assert "zurückgezogen" in town.project(SABINE).follow("Änderung Nr. 1").text


def test_an_addendum_that_nobody_signs_is_void(town_at: TownAt) -> None:
    town = town_at("active")
    amending.ask_for_volunteers(town)
    amending.decide(town, "Änderung genehmigen")
    page = town.project(MIRIAM).follow("Nachtrag verwerfen")
    page.type("Begründung", "Die Agentur unterzeichnet den Nachtrag nicht.")
    page.press("Nachtrag verwerfen")
    assert town.world.state == "active"
    assert "gilt nicht mehr" in town.project(SABINE).follow("Änderung Nr. 1").text


def test_a_day_that_is_none_is_named(town_at: TownAt) -> None:
    town = town_at("active")
    page = town.project(SABINE, "/in-force?day=irgendwann")
    assert "Geben Sie einen Tag ein" in page.text
    assert page.value("Stand am") == "irgendwann"
