"""A long form is overseen: a list of its sections, and what is unchanged is folded."""

from __future__ import annotations

from tests.walks.conftest import TownAt
from tests.walks.page import Page
from tests.world import SABINE

GOALS, ACTIVITIES = "Ziele und Zielgruppen", "Aktivitäten und Meilensteine"
COSTS, TERMS = "Beiträge, Kosten und Finanzierung", "Weitere Regelungen"


def unfolded(page: Page) -> list[str]:
    """Return the headings of the sections that are shown unfolded."""
    boxes = [n for n in page.node.all("details") if "t-fold" in n.classes and "open" in n.attrs]
    return [next(box.all("h2")).text for box in boxes]


def listed(page: Page) -> list[str]:
    """Return the lines of the list of sections; each link in it must lead to one."""
    (nav,) = [n for n in page.node.all("nav") if "t-toc" in n.classes]
    for link in nav.all("a"):
        assert page.by_id(link.attrs["href"].removeprefix("#")).tag == "details"
    return [line.text for line in nav.all("li")]


def test_of_an_amendment_only_what_changes_is_unfolded(town_at: TownAt) -> None:
    town = town_at("active")
    page = town.project(SABINE).follow("Ausfüllen: Änderungsantrag")
    assert unfolded(page) == ["Anlass und Zeitpunkt"]
    assert listed(page)[0] == "Anlass und Zeitpunkt"
    assert f"{GOALS} unverändert" in listed(page)

    page.type("Geplante Zahl der Ehrenamtlichen", "20")
    page = page.press("Entwurf speichern")
    assert unfolded(page) == ["Anlass und Zeitpunkt", ACTIVITIES]
    assert ACTIVITIES in listed(page)


def test_a_section_with_a_problem_is_unfolded_and_named(town_at: TownAt) -> None:
    town = town_at("active")
    page = town.project(SABINE).follow("Ausfüllen: Änderungsantrag")
    page.group("Kostenplan").group("Eintrag 1").type("Betrag in Euro", "viel")
    page = page.press("Prüfen und weiter")
    assert page.status == 422
    assert COSTS in unfolded(page)
    assert TERMS not in unfolded(page)
    assert f"{COSTS} Eine Angabe ansehen" in listed(page)


def test_the_section_to_which_an_entry_was_added_is_unfolded(town_at: TownAt) -> None:
    town = town_at("active")
    page = town.project(SABINE).follow("Ausfüllen: Änderungsantrag")
    page = page.press("Eintrag hinzufügen: Meilensteine")
    assert ACTIVITIES in unfolded(page)


def test_any_other_long_form_has_its_list_and_everything_unfolded(town_at: TownAt) -> None:
    page = town_at("outline_draft").project(SABINE).follow("Ausfüllen: Projektskizze")
    assert listed(page) == unfolded(page)
    assert len(unfolded(page)) >= 4
