"""A side stays silent: whoever may stand in for it is led there, and has to say why."""

from __future__ import annotations

from tests.walks.conftest import Town, TownAt
from tests.world import JONAS, MIRIAM, TOBIAS

STEP = "Abschlussbericht einreichen"
STAND_IN = f"Stellvertretend mitzeichnen: {STEP}"
BUTTON = "Stellvertretend mitzeichnen: Engagement-Seite"


def half_signed(town: Town) -> None:
    """Let Tobias confirm the final report, and Sabine be silent for twice the deadline."""
    story = town.world.story()
    story.submit(TOBIAS, "final_report", story.answers("final_report"))
    page = town.sign_off(TOBIAS, STEP)
    assert page.notes == ["Sie haben für Ihre Seite mitgezeichnet."]
    town.later(179)
    assert STAND_IN not in town.project(JONAS).links
    town.later(1)


def test_dr_reiter_signs_off_for_the_silent_side_and_says_why(town_at: TownAt) -> None:
    town = town_at("closing")
    half_signed(town)
    page = town.project(JONAS).follow(STAND_IN)
    assert page.heading == STAND_IN
    assert "Mitzeichnen" not in page.buttons

    page = page.press(BUTTON)
    assert page.status == 422
    assert page.problems == ["Bitte begründen Sie, warum Sie für diese Seite mitzeichnen."]

    page.type("Warum zeichnen Sie für diese Seite mit?", "Die Agentur antwortet nicht.")
    page = page.press(BUTTON)
    assert page.notes == [f"Beide Seiten haben mitgezeichnet. Erledigt: {STEP}."]
    assert town.world.state == "self_evaluation"

    told = town.project(TOBIAS, "/history").text
    report = f"Abschlussbericht (Sachbericht) (Schritt „{STEP}“)"
    assert f"Stellvertretend für die Engagement-Seite mitgezeichnet: {report}" in told
    assert f"Für die kommunale Seite mitgezeichnet: {report} Tobias Lindner" in told
    assert "Die Agentur antwortet nicht." in told


def test_nobody_else_is_offered_to_stand_in(town_at: TownAt) -> None:
    town = town_at("closing")
    half_signed(town)

    assert STAND_IN not in town.project(MIRIAM).links
    page = town.project(TOBIAS, "/transitions/submit_final_report")
    assert page.heading == f"Von Ihnen mitgezeichnet: {STEP}"
    assert BUTTON not in page.buttons
    assert town.project(MIRIAM, "/transitions/submit_final_report").status == 403


def test_a_new_version_in_between_ends_the_standing_in(town_at: TownAt) -> None:
    town = town_at("closing")
    half_signed(town)
    page = town.project(JONAS).follow(STAND_IN)
    story = town.world.story()
    story.submit(TOBIAS, "final_report", story.answers("final_report", public_summary="Anders."))

    page.type("Warum zeichnen Sie für diese Seite mit?", "Die Agentur antwortet nicht.")
    assert page.press(BUTTON).status == 403
    assert town.world.state == "closing"
