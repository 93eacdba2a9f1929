"""An event and a recommendation, with the browser."""

from __future__ import annotations

from tests.services.children import ANNOUNCEMENT, RECORD, plan, source, typed
from tests.walks.conftest import Town, TownAt
from tests.walks.filling import fill
from tests.walks.page import Page
from tests.world import ANNA, MIRIAM, SABINE, TOBIAS
from workflow_app.demo.telling import STARTS

PLAN = "Veranstaltung planen"


def typed_into(
    town: Town, page: Page, workflow: str, form: str, answers: dict[str, object]
) -> Page:
    """Return the page with the answers typed in."""
    return fill(page, town.world.site.catalogue.current(workflow).forms[form], answers)


def test_sabine_plans_an_event_and_both_announce_and_record_it(town_at: TownAt) -> None:
    town = town_at("active")
    town.later(STARTS + 20 - town.world.day)
    project = town.world.number
    assert PLAN not in town.project(MIRIAM).links
    page = town.project(SABINE).follow(PLAN)
    assert page.heading == "Veranstaltungsplanung"
    assert "Änderung nach der Ankündigung" not in page.text
    page = typed_into(town, page, "joint_event", "event_plan", plan(town.world, 30)).press(PLAN)
    assert page.heading == "Sommerfest der Sprachpaten"
    assert "Gemeinsame Veranstaltung angelegt mit der Nummer GV-2025-0001." in page.notes
    assert "gehört zu Sprachcafé unterwegs" in page.text
    assert "Sommerfest der Sprachpaten" in town.project(TOBIAS).links

    assert f"Termin {typed(town.world, 30)}, 15:00 Uhr" in page.text
    assert "Ort Pfarrsaal Ergolding" in page.text.partition("Angaben")[0], "and not in a fold only"
    town.world.number = "GV-2025-0001"
    page = town.project(TOBIAS, "/forms/event_announcement")
    page = typed_into(town, page, "joint_event", "event_announcement", ANNOUNCEMENT)
    page.submit()
    town.sign_off(TOBIAS, "Ankündigen")
    assert town.sign_off(SABINE, "Ankündigen").text.count("Angekündigt") > 0
    town.later(31)
    town.project(SABINE).follow("Als durchgeführt melden").press("Als durchgeführt melden")
    page = town.project(SABINE, "/forms/event_record")
    typed_into(town, page, "joint_event", "event_record", RECORD).submit()
    town.sign_off(SABINE, "Dokumentation abschließen")
    town.sign_off(TOBIAS, "Dokumentation abschließen")

    town.world.number = project
    page = town.project(TOBIAS)
    assert "Drei Gemeinden wollen mitmachen." in page.text
    assert "GV-2025-0001 · Dokumentiert" in page.text


def test_without_the_term_of_the_agreement_a_plan_comes_back_with_its_answers(
    town_at: TownAt,
) -> None:
    town = town_at("active")
    page = town.project(SABINE).follow(PLAN)
    answers = plan(town.world, 900)
    page = typed_into(town, page, "joint_event", "event_plan", answers).press(PLAN)
    assert page.status == 422
    assert any("Laufzeit der Vereinbarung" in problem for problem in page.problems)
    assert page.value("Titel") == "Sommerfest der Sprachpaten"


def test_miriam_collects_a_recommendation(town_at: TownAt) -> None:
    town = town_at("evaluated")
    project = town.world.number
    assert "Empfehlung aufnehmen" not in town.browser(ANNA).open("/recommendations").links
    page = town.home(MIRIAM).follow("Empfehlungen").follow("Empfehlung aufnehmen")
    choice = f"Sprachcafé unterwegs ({project})"
    answers = {**source(), "projects": [choice]}
    page.group("Quellprojekte").mark(choice)
    del answers["projects"]
    page = typed_into(town, page, "recommendation", "rec_source", answers)
    page = page.press("Beobachtung aufnehmen")
    assert page.heading == "Pressearbeit vorab gemeinsam freigeben"
    assert typed(town.world, 60) in page.text
    assert (
        "Pressearbeit vorab gemeinsam freigeben"
        in town.browser(SABINE).open("/recommendations").links
    )
    assert "Neues Tandem-Projekt" not in town.home(MIRIAM).links


def test_the_list_of_projects_says_of_what_kind_each_case_is(town_at: TownAt) -> None:
    town = town_at("evaluated")
    page = town.browser(MIRIAM).open("/projects")
    assert f"Tandem-Projekt · {town.world.number}" in page.text
    page.choose("Art", "Gemeinsame Veranstaltung")
    assert "Zu dieser Suche gibt es kein Projekt" in page.press("Suchen").text
