"""Vera takes a play out of a draft or puts another in its place, and reads why one fails."""

from __future__ import annotations

import pytest

from tests.changed_lifecycle import once, shipped
from tests.services.definitions.test_plays_of_versions import PLAY
from tests.walks.conftest import Town, TownAt
from tests.walks.page import Page
from tests.world import VERA
from workflow_app.services.definitions import drafting
from workflow_app.services.people import person_by_email

HERE = "/workflows/tandem_project/versions"
BROKEN = PLAY.replace("who: tobias, does: confirm_partnership", "who: tobias, does: approve")


def bring(town: Town, version: str, **plays: str) -> None:
    """Let Vera bring a draft that differs in its version only, with these plays."""
    text = shipped("workflows/tandem_project.yaml")
    files = {"tandem_project.yaml": once(text, 'version: "2"', f'version: "{version}"')}
    files |= {f"{name}.yaml": play for name, play in plays.items()}
    world = town.world
    with world.sessions() as session:
        vera = person_by_email(session, VERA)
        sent = {name: text.encode() for name, text in files.items()}
        drafting.draft(session, world.site, sent, vera, world.now, workflow="tandem_project")


def newest(town: Town) -> Page:
    """Return the page of the newest version, and what it is numbered."""
    page = town.browser(VERA).open(HERE)
    return page.follow(next(link for link in page.links if link.startswith("Nr. ")))


def number(page: Page) -> int:
    return int(page.heading.removeprefix("Nr. ").partition(",")[0])


@pytest.mark.slow
def test_a_play_that_fails_says_why_and_goes_out_of_the_draft(town_at: TownAt) -> None:
    town = town_at("people")
    bring(town, "3", tobias_joins=BROKEN)
    page = newest(town)
    first = number(page)
    assert "geht nicht durch tobias_joins.yaml Im Spiel „tobias_joins“ geht dieser" in page.text

    forgotten = page.press("Spiel ersetzen")
    assert forgotten.problems == ["Wählen Sie mindestens eine Datei aus."]
    # What was being done stays open before her eyes.
    boxes = [box for box in forgotten.node.all("details") if "Spiel ersetzen" in box.text]
    assert ["open" in box.attrs for box in boxes] == [True]
    page.upload("Anderes Spiel (.yaml): tobias_joins.yaml", "x.yaml", b"workflow: tandem_project")
    refused = page.press("Spiel ersetzen")
    assert refused.status == 422
    assert "„x.yaml“ ist kein Spiel dieses Verfahrens" in refused.problems[0]

    page.upload("Anderes Spiel (.yaml): tobias_joins.yaml", "x.yaml", PLAY.encode())
    page = page.press("Spiel ersetzen")
    assert page.notes == [f"Der Entwurf steht jetzt als Nr. {first + 1} da."]
    assert "geht durch tobias_joins.yaml" in page.text
    assert "Spiel tobias_joins.yaml ersetzt" in page.text
    before = town.browser(VERA).open(f"{HERE}/{first}")
    assert "Der Entwurf ist verworfen. Seine Dateien bleiben lesbar." in before.text
    assert "Spiel ersetzen" not in before.buttons


@pytest.mark.slow
def test_without_its_play_a_draft_that_changes_nothing_else_is_the_version_in_force(
    town_at: TownAt,
) -> None:
    town = town_at("people")
    bring(town, "3")
    page = newest(town).press("Veröffentlichen")
    bring(town, "3", tobias_joins=PLAY)
    refused = newest(town).press("Spiel herausnehmen")
    assert refused.problems == [f"Genau diese Dateien gibt es schon als Nr. {number(page)}."]
    assert "Spiel herausnehmen" in refused.buttons


@pytest.mark.slow
def test_a_play_of_the_version_in_force_goes_out_of_the_next_draft(town_at: TownAt) -> None:
    town = town_at("people")
    bring(town, "3", tobias_joins=PLAY)
    page = newest(town).press("Veröffentlichen")
    assert "Spiel herausnehmen" not in page.buttons
    bring(town, "4")
    page = newest(town)
    assert "geht durch tobias_joins.yaml" in page.text
    page = page.press("Spiel herausnehmen")
    assert page.notes == [f"Der Entwurf steht jetzt als Nr. {number(page)} da."]
    assert "geht durch tobias_joins.yaml" not in page.text
    assert "Spiel tobias_joins.yaml herausgenommen" in page.text
