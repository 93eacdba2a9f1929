"""All versions of a form: who submitted which, and what is different between any two."""

from __future__ import annotations

from tests.services.steps import submit
from tests.walks.conftest import Town, TownAt
from tests.walks.page import Page
from tests.world import EMRE, SABINE, TOBIAS


def written(town: Town) -> None:
    """Let the outline have three versions: words changed, a goal added, one taken out."""
    first = {"summary": "Ein Sprachcafé zieht durch vier Gemeinden."}
    answers = {**town.answers("outline"), **first}
    goals = answers["goals"]
    submit(town.world, SABINE, "outline", answers)
    kept = [{**goal, "_id": str(n)} for n, goal in enumerate(goals, 1)]
    kept[0] = {**kept[0], "target": "99"}
    more = {**goals[0], "goal": "Ein ganz neues Ziel"}
    changed = {
        **answers,
        "summary": "Ein Sprachcafé zieht durch fünf Gemeinden.",
        "goals": [*kept[1:], kept[0], more],
    }
    submit(town.world, TOBIAS, "outline", changed)
    submit(town.world, SABINE, "outline", {**changed, "goals": [kept[0]]})


def differences(page: Page) -> dict[str, str]:
    """Return the changed fields of a comparison with the words of their line."""
    (table,) = (t for t in page.node.all("table") if "t-diff" in t.classes)
    lines = [row for row in table.all("tr") if any(row.all("td"))]
    return {next(row.all("th")).text: row.text for row in lines}


def test_the_last_two_versions_are_compared_word_by_word_and_row_by_row(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    written(town)
    page = town.project(SABINE, "/versions/outline?old=1&new=2")
    found = differences(page)

    assert set(found) == {"Kurzbeschreibung geändert", "Ziele mit Indikator geändert"}
    assert "gelöscht: vier" in found["Kurzbeschreibung geändert"]
    assert "neu: fünf" in found["Kurzbeschreibung geändert"]
    goals = found["Ziele mit Indikator geändert"]
    assert "neu: 99" in goals
    assert "neu: Ein ganz neues Ziel" in goals
    assert goals.count("gelöscht:") == 1, "an entry that only moved is not told as gone"


def test_the_list_says_who_submitted_which_version_and_as_what(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    written(town)
    page = town.project(TOBIAS).follow("Fassungen vergleichen")

    assert page.heading == "Fassungen: Projektskizze"
    for line in ("Fassung 3", "Fassung 2", "Fassung 1", "Tobias Lindner, kommunale Seite"):
        assert line in page.text
    assert list(differences(page)) == ["Ziele mit Indikator geändert"]
    page.choose("Von Fassung", next(o for o in options(page) if o.startswith("Fassung 1")))
    page = page.press("Vergleichen")
    assert "Kurzbeschreibung geändert" in differences(page)


def options(page: Page) -> list[str]:
    """Return what can be chosen as the older version."""
    return [o.children[0] for o in page.control("Von Fassung").all("option")]  # type: ignore[misc]


def test_versions_that_do_not_exist_fall_back_to_the_last_two(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    written(town)

    for nonsense in ("?old=77&new=x", "?old=-1", "?old=9999999999999", "?old=%00"):
        assert town.project(SABINE, f"/versions/outline{nonsense}").status in (200, 400)


def test_whoever_does_not_take_part_finds_no_versions(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    written(town)

    assert town.project(EMRE, "/versions/outline").status == 404
    assert town.project(SABINE, "/versions/no_such_form").status == 404
    assert town.project(SABINE, "/versions/outline/elsewhere").status == 404


def test_the_other_sides_versions_stay_blind(town_at: TownAt) -> None:
    town = town_at("self_evaluation")
    answers = town.answers("self_evaluation")
    submit(town.world, SABINE, "self_evaluation", answers, slot="civic")

    assert town.project(SABINE, "/versions/self_evaluation/civic").status == 200
    assert town.project(TOBIAS, "/versions/self_evaluation/civic").status == 404
