"""What stands first among what one can do, and what is not offered at all."""

from __future__ import annotations

from tests.services.steps import join, notice_of
from tests.walks.amending import ask_for_volunteers, decide
from tests.walks.conftest import Town, TownAt
from tests.walks.page import Page
from tests.world import EMRE, JONAS, MIRIAM, SABINE, TOBIAS
from workflow_app.store.tables.cases import Case

BELONGING = (
    "Emre Yıldız, Landratsamt Landshut",
    "Sabine Kraus, Freiwilligenagentur Landshut (fiktiv)",
    "Tobias Lindner, Landratsamt Landshut",
)
"""Who belongs to the organisations of the two sides once Emre works for the county."""


def acts(page: Page) -> list[str]:
    """Return what can be done, in the order in which it is offered."""
    (panel,) = [n for n in page.node.all("section") if "t-case-action" in n.classes]
    return [a.text for a in panel.all("a")]


def report(town: Town) -> None:
    """Both sides write an interim report and send it."""
    town.world.under_way()
    story = town.world.story()
    days = {"from_day": town.date(-20), "to_day": town.date(-1)}
    raw = story.answers("interim_report", **days)
    story.submit(TOBIAS, "interim_report", raw)
    own = story.answers("interim_report_civic")
    story.submit(SABINE, "interim_report", {**raw, **own})
    story.both_confirm("submit_interim_report")


def decide_on_report(town: Town, step: str, **words: str) -> None:
    """Dr. Reiter acknowledges the report or asks about it."""
    page = town.project(JONAS).follow("Zwischenbericht zur Kenntnis nehmen")
    page.choose("Wie entscheiden Sie?", step)
    town.fill(page, "report_decision", words).press("Entscheidung prüfen").press(step)


def test_giving_up_and_handing_over_stand_last(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    assert acts(town.project(SABINE)) == [
        "Ausfüllen: Projektskizze",
        "Bearbeiten: Interessenbekundung",
        "Ansprechperson wechseln",
        "Zurückziehen",
    ]


def test_an_early_end_is_no_next_step_and_a_lack_is_told_once(town_at: TownAt) -> None:
    town = town_at("active")
    words = town.project(SABINE).text
    joint = words.index("Ausfüllen: Einvernehmliche Beendigung")
    assert words.index("Ausfüllen: Zwischenbericht") < words.index("Seltener nötig") < joint
    assert town.project(JONAS).text.count("Es liegt kein Zwischenbericht vor.") == 1


def test_what_a_task_asks_for_stands_first(town_at: TownAt) -> None:
    town = town_at("in_review")
    assert acts(town.project(MIRIAM))[0] == "Ausfüllen: Prüfvermerk"
    page = town.project(MIRIAM).follow("Ausfüllen: Prüfvermerk")
    town.fill(page, "review", town.answers("review_formal")).submit()
    assert acts(town.project(MIRIAM))[0] == "Projektaufsicht zuweisen"
    page = town.project(MIRIAM).follow("Projektaufsicht zuweisen")
    page.choose("Projektaufsicht", "Dr. Jonas Reiter – offene Vorgänge: 0")
    page = page.press("Projektaufsicht zuweisen")
    # Once it is done it is only another possibility.
    assert acts(page)[-1] != acts(page)[0] != "Projektaufsicht zuweisen"
    assert "Zuweisung der Projektaufsicht" in page.text
    assert "Zuweisung der Projektaufsicht Nr. 1" not in page.text


def test_a_decision_is_called_as_the_task_that_asks_for_it(town_at: TownAt) -> None:
    town = town_at("active")
    ask_for_volunteers(town)
    page = town.project(JONAS)
    assert acts(page)[0] == "Über die Änderung entscheiden"
    assert page.follow("Über die Änderung entscheiden").heading == "Über die Änderung entscheiden"
    decide(town, "Änderung genehmigen")
    assert town.world.state == "amendment_signature"


def test_no_answer_to_a_revision_is_offered_where_none_was_asked(town_at: TownAt) -> None:
    for state in ("agreement_draft", "agreement_alignment"):
        page = town_at(state).project(SABINE)
        assert "Antwort auf die Nachbesserung" not in page.text


def test_a_scope_that_changed_is_confirmed_for_review_without_another_form(town_at: TownAt) -> None:
    town = town_at("agreement_draft")
    page = town.project(SABINE).follow("Bearbeiten: Projektskizze")
    page.group("Ziele mit Indikator").group("Eintrag 1").type("Zielwert", "36")
    page.submit()
    for email in (SABINE, TOBIAS):
        assert town.world.state == "agreement_draft"
        town.sign_off(email, "Erneut prüfen lassen")
    assert town.world.state == "in_review"


def test_a_report_that_was_acknowledged_is_not_confirmed_once_more(town_at: TownAt) -> None:
    town = town_at("active")
    report(town)
    decide_on_report(town, "Zwischenbericht zur Kenntnis nehmen")
    for email in (SABINE, TOBIAS):
        page = town.project(email)
        assert "Mitzeichnen: Zwischenbericht einreichen" not in acts(page)
        assert "Genau diese Fassung ist bereits mitgezeichnet und eingereicht." in page.text
        page = town.project(email, "/transitions/submit_interim_report")
        assert "Mitzeichnen" not in page.buttons
    # A new version is another report.
    page = town.project(SABINE).follow("Neu: Zwischenbericht")
    page.type("Abweichungen und Gründe", "Im Sommer war die Halle geschlossen.")
    page = page.submit()
    assert "Bearbeiten: Zwischenbericht" in acts(town.project(SABINE))
    page.press("Mitzeichnen")
    page = town.sign_off(TOBIAS, "Zwischenbericht einreichen")
    assert page.notes == ["Beide Seiten haben mitgezeichnet. Erledigt: Zwischenbericht einreichen."]


def test_a_question_about_the_report_asks_for_a_new_version_first(town_at: TownAt) -> None:
    town = town_at("active")
    report(town)
    decide_on_report(town, "Rückfrage zum Zwischenbericht stellen", note="Wie viele waren da?")
    page = town.project(TOBIAS)
    assert "Rückfrage zum Zwischenbericht beantworten" in page.text
    assert acts(page)[0] == "Bearbeiten: Zwischenbericht"


def test_a_revision_needs_its_points_and_no_more_reasons(town_at: TownAt) -> None:
    town = town_at("in_review")
    page = town.project(JONAS).follow("Über die Projektskizze entscheiden")
    assert "Begründung (nötig für: Ablehnen)" in page.text
    page.choose("Wie entscheiden Sie?", "Nachbesserung anfordern")
    page = page.press("Entscheidung prüfen")
    assert page.problems == [
        "Bitte machen Sie bei „Was noch zu ändern ist“ mindestens einen Eintrag.",
        "Bitte bestätigen Sie „Keine Befangenheit“.",
    ]
    points = [{"text": "Bitte das zweite Ziel genauer fassen."}]
    page = town.fill(page, "review", {"points": points, "impartial": "yes"})
    page.press("Entscheidung prüfen").press("Nachbesserung anfordern")
    assert town.world.state == "revision_requested"


def test_a_pause_is_asked_for_before_the_other_side_writes_about_it(town_at: TownAt) -> None:
    town = town_at("active")
    offered = acts(town.project(SABINE))
    assert "Pausierung beantragen" in offered
    assert "Ausfüllen: Pausierung" not in offered
    page = town.project(SABINE).follow("Pausierung beantragen")
    page.choose("Grund", "Vakanz")
    page.type("Pausierung ab", town.date(0))
    page.type("Voraussichtlich bis", town.date(30))
    page.type("Was passiert mit laufenden Angeboten?", "Sie ruhen.")
    page.press("Pausierung beantragen")
    assert "Die andere Seite kann dazu noch Stellung nehmen." in town.project(JONAS).text
    assert acts(town.project(TOBIAS))[0] == "Zur Pausierung Stellung nehmen"
    assert "Zur Pausierung Stellung nehmen" in town.home(TOBIAS).links
    assert "Zur Pausierung Stellung nehmen" not in acts(town.project(SABINE))
    page = town.project(TOBIAS).follow("Zur Pausierung Stellung nehmen")
    page.type("Stellungnahme", "Wir sind einverstanden.")
    page.press("Zur Pausierung Stellung nehmen")
    assert "pause_heard" in town.world.rows(Case)[0].variables
    assert "Die andere Seite hat Stellung genommen." in town.project(JONAS).text
    for step in ("Pausieren", "Pausierung ablehnen"):
        words = town.project(JONAS).follow(step).text
        assert "Sie ruhen." in words, "what was asked for"
        assert "Wir sind einverstanden." in words, "what the other side says"


def test_what_keeps_the_own_task_back_is_shown_at_once(town_at: TownAt) -> None:
    town = town_at("signature_pending")
    (held,) = [n for n in town.project(MIRIAM).node.all("details") if "t-more" in n.classes]
    assert "open" in held.attrs
    first = next(held.all("strong"))
    assert first.text == "Unterzeichnete Vereinbarung registrieren"
    (held,) = [n for n in town.project(JONAS).node.all("details") if "t-more" in n.classes]
    assert "open" not in held.attrs or not acts(town.project(JONAS)), "nothing is asked of him"


def test_who_hands_a_project_over_comes_back_to_the_own_tasks(town_at: TownAt) -> None:
    town = town_at("active")
    join(town.world, EMRE, "Landratsamt Landshut")
    # The programme office may change either contact: there people stand by side.
    office = town.project(MIRIAM).follow("Ansprechperson wechseln").control("Neue Ansprechperson")
    groups = {g.attrs["label"]: len(list(g.all("option"))) for g in office.all("optgroup")}
    assert ["kommunale Seite" in label for label in groups] == [True, False]
    assert [*groups.values()] == [2, 1], "Emre and Tobias, Sabine"
    page = town.project(TOBIAS).follow("Ansprechperson wechseln")
    emre, _sabine, tobias = BELONGING
    for asked in ("Neue Ansprechperson", "Vertretung"):
        assert page.control(asked).offered[1:] == [emre, tobias], "of the own side"
    assert page.control("Bisherige Ansprechperson").offered[1:] == [tobias], "of the own side"
    page.choose("Bisherige Ansprechperson", "Tobias Lindner, Landratsamt Landshut")
    page.choose("Neue Ansprechperson", "Emre Yıldız, Landratsamt Landshut")
    page.type("Wechsel ab", town.date(0))
    page = page.press("Ansprechperson wechseln")
    assert page.heading == "Jetzt bei mir"
    assert f"Der Vorgang {town.world.number} ist für Sie nicht mehr sichtbar." in page.notes


def test_what_is_missing_before_a_joint_step_stands_with_it_and_it_is_not_next(
    town_at: TownAt,
) -> None:
    page = town_at("agreement_alignment").project(SABINE)
    assert acts(page)[0] == "Vereinbarungstext mitzeichnen"
    (held,) = [n for n in page.node.all("details") if "t-more" in n.classes]
    assert "Mitzeichnen: Erneut prüfen lassen" in held.text
    assert "Am genehmigten Umfang hat sich nichts geändert." in held.text


def test_a_side_is_asked_for_its_view_of_the_assessment_once_there_is_one(town_at: TownAt) -> None:
    town = town_at("assessment")
    offered = "Ausfüllen: Bewertung der Projektaufsicht"
    assert offered not in acts(town.project(SABINE))
    story = town.world.story()
    story.fire(JONAS, "share_assessment", story.answers("assessment"))
    page = town.project(SABINE)
    assert acts(page)[0] == "Bearbeiten: Bewertung der Projektaufsicht"
    assert "Zum Bewertungsentwurf Stellung nehmen" in page.text


def test_a_notice_is_shown_once_more_before_it_is_given_and_then_stands_above_all(
    town_at: TownAt,
) -> None:
    town = town_at("active")
    page = town.project(SABINE).follow("Kündigung erklären")
    page = town.fill(page, "termination", notice_of(town.world, 35)).press("Prüfen und weiter")
    assert "Sie kann weder abgelehnt noch zurückgenommen werden." in page.text
    told = "Eine Nachricht erhalten: Tobias Lindner, Dr. Jonas Reiter, Miriam Vogt, und wer"
    assert told in page.text
    assert "gekündigt" not in town.project(JONAS).text, "nothing has happened yet"
    page.press("Kündigung erklären")
    for email in (TOBIAS, JONAS):
        top = town.project(email).text.partition("Auf einen Blick")[0]
        assert f"Das Projekt ist zum {town.date(35)} gekündigt" in top


def test_before_anybody_signs_a_report_off_each_side_is_asked_for_its_own_paragraph(
    town_at: TownAt,
) -> None:
    town = town_at("active")
    town.world.under_way()
    story = town.world.story()
    raw = story.answers("interim_report", from_day=town.date(-20), to_day=town.date(-1))
    story.submit(TOBIAS, "interim_report", raw)
    page = town.project(TOBIAS, "/transitions/submit_interim_report")
    missing = "In „Zwischenbericht“ fehlt noch „Zusammenarbeit aus Sicht der Engagement-Seite“."
    assert missing in page.text
    assert "Mitzeichnen" not in page.buttons
    assert "Eigenen Absatz im Zwischenbericht schreiben" in town.home(SABINE).links
    assert "Eigenen Absatz im Zwischenbericht schreiben" not in town.home(TOBIAS).links
    page = town.project(SABINE)
    assert acts(page)[0] == "Bearbeiten: Zwischenbericht"
    page = page.follow("Bearbeiten: Zwischenbericht")
    page = town.fill(page, "interim_report", story.answers("interim_report_civic")).submit()
    assert "Mitzeichnen" in page.buttons
    assert "Eigenen Absatz im Zwischenbericht schreiben" not in town.home(SABINE).links
