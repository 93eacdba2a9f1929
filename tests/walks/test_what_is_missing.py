"""Pages say what a step is, and what is really missing before it."""

from __future__ import annotations

from tests.walks.conftest import TownAt
from tests.walks.papers import printed_checksum
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS


def test_whoever_signs_off_reads_that_they_sign_off_and_who_takes_the_step(
    town_at: TownAt,
) -> None:
    town = town_at("agreement_alignment")
    step, task = "Zur Unterzeichnung freigeben", "Vereinbarungstext mitzeichnen"
    page = town.home(SABINE).follow(task).follow(task)
    assert page.heading == task
    assert f"Den Schritt „{step}“ geht danach: Projektaufsicht." in page.text

    page = page.press("Mitzeichnen")
    assert f"Von Ihnen erledigt: {task}" in page.text
    town.project(TOBIAS).follow(task).press("Mitzeichnen")
    told = "Für die Engagement-Seite mitgezeichnet: Kooperationsvereinbarung Sabine Kraus"
    assert told in town.project(TOBIAS, "/history").text
    page = town.project(JONAS, "/transitions/release_for_signature")
    assert page.heading == step


def test_before_a_copy_is_filed_only_the_copies_are_missing(town_at: TownAt) -> None:
    page = town_at("signature_pending").project(MIRIAM)

    missing = "Die unterzeichnete Vereinbarung ist noch nicht für beide Seiten abgelegt."
    assert missing in page.text
    assert "Prüfsumme stimmt nicht" not in page.text
    assert "künftigen Tag" not in page.text


def test_the_decision_stands_above_the_form_and_the_way_to_it_at_the_top(town_at: TownAt) -> None:
    page = town_at("in_review").project(JONAS, "/decisions/review")
    text = page.text

    assert page.links["Zur Entscheidung"] == "#decision-heading"
    assert text.index("Wie entscheiden Sie?") < text.index("Begründung")


def test_what_the_sides_keep_to_themselves_stands_on_nobody_elses_page(town_at: TownAt) -> None:
    town = town_at("joint_reflection")
    story = town.world.story()
    raw = {**story.answers("joint_reflection"), "release_differences": "no"}
    story.submit(SABINE, "joint_reflection", raw)
    raw["differences"][0]["comment"] = "Das sehen wir weiterhin verschieden."
    story.submit(SABINE, "joint_reflection", raw)
    story.both_confirm("submit_reflection")

    compared = "/versions/joint_reflection"
    for path in ("", compared):
        assert "Das sehen wir weiterhin verschieden." in town.project(TOBIAS, path).text
        assert "Das sehen wir weiterhin verschieden." not in town.project(JONAS, path).text
    assert "Gemeinsame Reflexion" in town.project(JONAS).text


def test_beside_a_signed_copy_stands_the_text_that_was_issued(town_at: TownAt) -> None:
    page = town_at("signature_pending").project(MIRIAM)
    page = page.follow("Ausfüllen: Unterzeichnung, kommunale Seite")
    issued = page.follow("Kooperationsvereinbarung")
    assert issued.data.startswith(b"%PDF")
    assert "KV-2025-0001" in page.text
    assert printed_checksum(issued) in page.text.replace(" ", "")


def test_a_second_text_is_signed_off_beside_the_first_word_by_word(town_at: TownAt) -> None:
    town = town_at("agreement_alignment")
    task, story = "Vereinbarungstext mitzeichnen", town.world.story()
    page = town.project(SABINE).follow(task)
    assert "Was anders ist" not in page.text, "there is only one text"
    page.press("Mitzeichnen")

    words = {"clause": "term", "comment": "Die Frist ist zu kurz.", "status": "accepted"}
    story.fire(TOBIAS, "return_to_draft", words)
    changed = {**story.answers("propose_agreement"), "notice_period": "three_months"}
    story.fire(TOBIAS, "propose_agreement", changed)
    page = town.project(SABINE).follow(task)
    assert "Was anders ist, seit Ihre Seite mitgezeichnet hat" in page.text
    assert "Die Kündigungsfrist beträgt: gelöscht: 4 gelöscht: Wochen." in page.text
    assert "Die Kündigungsfrist beträgt: neu: 3 neu: Monate." in page.text
    assert "Laufzeit" not in page.text, "what reads as before is not repeated"
    assert "Was anders ist als im vorigen Text" in town.project(TOBIAS).follow(task).text
