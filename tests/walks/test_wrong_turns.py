"""What somebody sees who errs, comes too late, presses twice or changes their mind."""

from __future__ import annotations

from tests.services.steps import POINTS, REJECTION, WITHDRAWAL
from tests.walks.conftest import Town, TownAt
from tests.walks.main_path import SIDES, copy_typed, file_copy
from tests.walks.page import Page
from tests.walks.papers import printed_checksum, scan
from tests.web.test_rights_walk import PNG
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS


def outlined(town: Town) -> Page:
    """Let Sabine submit the outline, and return the page on which she can confirm it."""
    page = town.project(SABINE, "/forms/outline")
    page = (
        town.fill(page, "outline", town.answers("outline"))
        .press("Prüfen und weiter")
        .press("Einreichen")
    )
    assert page.heading == "Mitzeichnen: Projektskizze einreichen"
    return page


def formally_checked(town: Town) -> None:
    """Let Miriam check the outline formally."""
    page = town.project(MIRIAM, "/forms/review")
    town.fill(page, "review", town.answers("review_formal")).submit()


def test_what_is_missing_is_listed_and_what_was_typed_is_kept(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    page = town.project(SABINE, "/forms/outline")
    answers = {"summary": "Sprachcafé auf dem Land", "costs": [{"amount_eur": "viel Geld"}]}
    page = town.fill(page, "outline", answers).press("Prüfen und weiter")

    assert page.status == 422
    assert len(page.problems) > 10
    assert any("Projektbeginn" in problem for problem in page.problems)
    assert page.value("Kurzbeschreibung") == "Sprachcafé auf dem Land"
    assert page.group("Kostenplan").value("Betrag in Euro") == "viel Geld"
    assert town.project(TOBIAS, "/forms/outline").value("Kurzbeschreibung") == answers["summary"]


def test_rows_come_and_go_and_nothing_typed_is_lost(town_at: TownAt) -> None:
    page = town_at("outline_draft").project(SABINE, "/forms/outline")
    page.type("Kurzbeschreibung", "Sprachcafé")
    goals = page.group("Ziele mit Indikator")
    goals.group("Eintrag 1").type("Ziel", "Treffen in vier Gemeinden")
    page = goals.press("Eintrag hinzufügen: Ziele mit Indikator")
    goals = page.group("Ziele mit Indikator")
    goals.group("Eintrag 2").type("Ziel", "Neue Freiwillige")
    page = goals.press("Eintrag entfernen: Ziele mit Indikator, 1")

    goals = page.group("Ziele mit Indikator")
    assert goals.value("Ziel") == "Neue Freiwillige"
    assert not goals.groups("Eintrag 2")
    assert page.value("Kurzbeschreibung") == "Sprachcafé"


def test_a_file_that_is_no_pdf_is_refused_and_the_rest_stays(town_at: TownAt) -> None:
    town = town_at("signature_pending")
    page = town.project(MIRIAM, "/forms/signature/civic")
    page.type("Name", "Georg Aigner")
    page.upload("Scan oder signierte Datei", "scan.pdf", b"MZ this is a program")
    page = page.press("Prüfen und weiter")

    assert page.status == 422
    assert "„scan.pdf“ hat keinen der erlaubten Dateitypen." in page.problems
    assert page.value("Name") == "Georg Aigner"


def test_a_wrong_attachment_is_refused_with_a_sentence(town_at: TownAt) -> None:
    town = town_at("idea")
    page = town.project(SABINE)
    page.upload("Datei hinzufügen", "liste.xlsx", b"PK\x03\x04 not a picture")
    page = page.press("Datei hochladen")

    assert page.notes == ["„liste.xlsx“ hat keinen der erlaubten Dateitypen."]
    assert "Noch keine Dokumente." in page.text


def test_a_file_that_lies_there_already_is_named_and_a_long_name_keeps_its_ending(
    town_at: TownAt,
) -> None:
    town = town_at("idea")
    notes = []
    for name in ("x" * 300 + ".png", "anders.png"):
        page = town.project(SABINE)
        page.upload("Datei hinzufügen", name, PNG)
        notes += page.press("Datei hochladen").notes

    there = "x" * 196 + ".png"
    assert notes == [
        "Die Datei ist hinzugefügt.",
        f"Genau diese Datei liegt schon hier, als „{there}“.",
    ]


def test_of_two_who_write_at_once_the_second_is_told_and_loses_nothing(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    hers, his = (town.project(email, "/forms/outline") for email in (SABINE, TOBIAS))
    hers.type("Kurzbeschreibung", "Von Sabine")
    hers.press("Entwurf speichern")
    his.type("Kurzbeschreibung", "Von Tobias")
    page = his.press("Entwurf speichern")

    assert page.status == 409
    assert page.problems == [
        "Sabine Kraus hat „Kurzbeschreibung“ inzwischen auch geändert. Bitte wählen Sie, was gilt."
    ]
    assert page.value("Kurzbeschreibung") == "Von Tobias"
    assert "Von Sabine" in page.text
    assert page.press("Entwurf speichern").status == 409, "without a choice nothing is overwritten"
    assert town.project(SABINE, "/forms/outline").value("Kurzbeschreibung") == "Von Sabine"


def both_wrote(town: Town) -> Page:
    """Let Sabine and Tobias write the same answer at once; return the page that Tobias gets."""
    hers, his = (town.project(email, "/forms/outline") for email in (SABINE, TOBIAS))
    hers.type("Kurzbeschreibung", "Von Sabine")
    hers.type("Projektbeginn", "1.7.2025")
    hers.press("Entwurf speichern")
    his.type("Kurzbeschreibung", "Von Tobias")
    his.type("Ausgangslage und Bedarf", "Im Landkreis")
    return his.press("Entwurf speichern")


def test_whoever_wrote_second_may_keep_the_own_words(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    page = both_wrote(town)
    page.mark("Meine Eingabe gilt (sie steht darüber)")
    page = page.press("Entwurf speichern")

    assert "Der Entwurf ist gespeichert." in page.notes
    assert page.value("Kurzbeschreibung") == "Von Tobias"


def test_whoever_wrote_second_may_take_what_was_saved(town_at: TownAt) -> None:
    page = both_wrote(town_at("outline_draft"))
    page.mark("Das Gespeicherte gilt")
    page = page.press("Entwurf speichern")

    assert page.value("Kurzbeschreibung") == "Von Sabine"
    assert page.value("Ausgangslage und Bedarf") == "Im Landkreis"
    assert page.value("Projektbeginn") == "1.7.2025"


def test_who_writes_elsewhere_in_the_same_form_is_told_and_both_are_kept(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    hers, his = (town.project(email, "/forms/outline") for email in (SABINE, TOBIAS))
    hers.type("Kurzbeschreibung", "Von Sabine")
    hers.press("Entwurf speichern")
    his.type("Ausgangslage und Bedarf", "Im Landkreis")
    page = his.press("Entwurf speichern")

    assert page.status == 200
    assert any(
        n.startswith("Sabine Kraus hat inzwischen gespeichert") and "„Kurzbeschreibung“" in n
        for n in page.notes
    )
    assert page.value("Kurzbeschreibung") == "Von Sabine"
    assert page.value("Ausgangslage und Bedarf") == "Im Landkreis"


def test_nobody_submits_what_they_have_not_seen(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    his = town.fill(town.project(TOBIAS, "/forms/outline"), "outline", town.answers("outline"))
    hers = town.project(SABINE, "/forms/outline")
    hers.type("Gemeinden oder Stadtteile", "Ergolding")
    hers.press("Entwurf speichern")
    page = his.press("Prüfen und weiter")

    assert page.status == 409
    assert "Sabine Kraus hat inzwischen gespeichert" in page.problems[0]
    assert page.value("Gemeinden oder Stadtteile") == "Ergolding"
    assert page.submit().heading == "Mitzeichnen: Projektskizze einreichen"


def test_a_decision_is_not_taken_from_a_page_that_is_out_of_date(town_at: TownAt) -> None:
    town = town_at("in_review")
    formally_checked(town)
    page = town.project(JONAS).follow("Über die Projektskizze entscheiden")
    page = town.fill(page, "review", town.answers("approve"))
    page.choose("Wie entscheiden Sie?", "Genehmigen")
    old = page.press("Entscheidung prüfen")
    other_window = town.project(JONAS).follow("Über die Projektskizze entscheiden")
    other_window.type("Bemerkungen zu den Kriterien", "Noch einmal überdacht.")
    other_window.press("Entwurf speichern")
    page = old.press("Genehmigen")

    assert page.status == 409
    assert "Ihr anderes Fenster hat inzwischen gespeichert" in page.text
    assert "„Bemerkungen zu den Kriterien“" in page.text
    assert town.world.state == "in_review"
    page.press("Genehmigen")
    assert town.world.state == "agreement_draft"


def test_who_presses_twice_acts_once(town_at: TownAt) -> None:
    town = town_at("idea")
    page = town.project(TOBIAS)
    page.type("Kommentar schreiben", "Einmal genügt.")
    page.press("Kommentar senden")
    assert page.press("Kommentar senden").text.count("Einmal genügt.") == 1
    page = page.follow("Partnerschaft bestätigen")
    page.press("Partnerschaft bestätigen")
    page.press("Partnerschaft bestätigen")

    assert town.world.history == ["create", "confirm_partnership"]


def test_a_project_is_opened_once_however_often_the_button_is_pressed(town_at: TownAt) -> None:
    town = town_at("people")
    words = {
        "county": "Landkreis Landshut",
        "municipal_org": "Landratsamt Landshut",
        "civic_org": "Freiwilligenagentur Landshut (fiktiv)",
        "municipal": "Tobias Lindner, Landratsamt Landshut",
        "civic": "Sabine Kraus, Freiwilligenagentur Landshut (fiktiv)",
    }
    page = town.browser(SABINE).open("/projects/new")
    page = town.fill(page, "interest", town.answers("interest", **words))

    assert page.press("Interesse bekunden").url == page.press("Interesse bekunden").url


def test_an_idea_without_its_author_is_refused_and_kept(town_at: TownAt) -> None:
    town = town_at("people")
    words = {
        "county": "Landkreis Landshut",
        "municipal_org": "Landratsamt Landshut",
        "civic_org": "Freiwilligenagentur Landshut (fiktiv)",
        "municipal": "Tobias Lindner, Landratsamt Landshut",
        "civic": "Lena Brandl, Freiwilligen-Zentrum Landshut-Stadt (fiktiv)",
    }
    page = town.browser(SABINE).open("/projects/new")
    page = town.fill(page, "interest", town.answers("interest", **words))
    page = page.press("Interesse bekunden")

    assert page.status == 422
    assert "Sie müssen selbst eine der beiden Ansprechpersonen sein." in page.problems
    assert page.value("Projekttitel") == "Sprachcafé unterwegs"
    assert "Geflüchtete" in page.chosen("Zielgruppen")


def test_a_closed_step_says_why_and_cannot_be_chosen(town_at: TownAt) -> None:
    town = town_at("in_review")
    page = town.project(JONAS).follow("Über die Projektskizze entscheiden")

    assert "Die formale Prüfung des Programmbüros fehlt noch" in page.text
    assert "disabled" in page.group("Wie entscheiden Sie?").control("Genehmigen").attrs
    page = page.press("Entscheidung prüfen")
    assert (page.status, page.problems) == (422, ["Bitte wählen Sie, wie Sie entscheiden."])


def test_a_step_of_another_state_or_of_others_says_that_it_is_closed(town_at: TownAt) -> None:
    town = town_at("idea")
    for step in ("archive", "approve", "confirm_partnership", "there_is_no_such_step"):
        page = town.project(SABINE, f"/transitions/{step}")
        assert page.status in (403, 404), step
    page = town.project(SABINE, "/transitions/confirm_partnership")
    assert (page.status, page.heading) == (403, "Das ist hier nicht möglich")
    assert "Diesen Schritt kann nur machen: die andere Seite." in page.text


def test_an_outline_comes_back_is_improved_and_then_approved(town_at: TownAt) -> None:
    town = town_at("in_review")
    formally_checked(town)
    page = town.project(JONAS).follow("Über die Projektskizze entscheiden")
    points = [{**p, "field": None} for p in POINTS["points"]]
    page = town.fill(page, "review", {**POINTS, "points": points})
    page.choose("Wie entscheiden Sie?", "Nachbesserung anfordern")
    page.press("Entscheidung prüfen").press("Nachbesserung anfordern")
    assert town.world.state == "revision_requested"

    town.later(10)
    page = town.home(SABINE).follow("Punkte der Prüfung beantworten")
    assert "Bitte das zweite Ziel genauer fassen." in page.text
    page = page.follow("Bearbeiten: Projektskizze")
    page.type("Geplante Zahl der Ehrenamtlichen", "20")
    page.submit()
    page = town.project(SABINE).follow("Ausfüllen: Antwort auf die Nachbesserung")
    answers = [
        {"point": f"{n}. {p['text']}", "answer": "Das ist jetzt ergänzt."}
        for n, p in enumerate(points, 1)
    ]
    page = town.fill(page, "revision_response", {"answers": answers})
    page.submit().press("Mitzeichnen")
    town.sign_off(TOBIAS, "Überarbeitung einreichen")
    assert town.world.state == "in_review"

    formally_checked(town)
    page = town.project(JONAS).follow("Über die Projektskizze entscheiden")
    assert "Was wurde geändert? Projektskizze" in page.text
    assert "Geplante Zahl der Ehrenamtlichen" in page.text
    page = town.fill(page, "review", town.answers("approve"))
    page.choose("Wie entscheiden Sie?", "Genehmigen")
    page.press("Entscheidung prüfen").press("Genehmigen")
    assert town.world.history[-3:] == ["request_revision", "resubmit", "approve"]


def test_a_rejection_needs_reasons_that_both_sides_can_read(town_at: TownAt) -> None:
    town = town_at("in_review")
    page = town.project(JONAS).follow("Über die Projektskizze entscheiden")
    page = town.fill(page, "review", {**REJECTION, "reason": "Nein."})
    page.choose("Wie entscheiden Sie?", "Ablehnen")
    page = page.press("Entscheidung prüfen")
    assert page.status == 422
    assert len(page.problems) == 1
    assert page.chosen("Wie entscheiden Sie?") == ["Ablehnen"]

    page = town.fill(page, "review", REJECTION).press("Entscheidung prüfen")
    assert "Ihre Begründung" not in page.problems
    assert page.press("Ablehnen").notes == ["Erledigt: Ablehnen."]
    for email in (SABINE, TOBIAS):
        page = town.project(email)
        assert "Der Vorgang ist beendet" in page.text
        assert REJECTION["reason"] in page.text
        assert "Kommentar senden" not in page.buttons


def test_one_side_withdraws_and_the_other_reads_why(town_at: TownAt) -> None:
    town = town_at("agreement_alignment")
    page = town.project(SABINE).follow("Zurückziehen")
    page = town.fill(page, "withdrawal", WITHDRAWAL).press("Prüfen und weiter")
    assert "Neuer Stand danach: Zurückgezogen" in page.text
    assert "Der festgehaltene Text gilt nicht mehr; er bleibt erhalten." in page.text
    assert "Eine Nachricht erhalten: Tobias Lindner, Dr. Jonas Reiter, Miriam Vogt." in page.text
    assert "Der Vorgang endet damit. Das lässt sich nicht zurücknehmen." in page.text
    page.press("Zurückziehen")

    page = town.project(TOBIAS)
    assert WITHDRAWAL["reason"] in page.text
    assert "gilt nicht mehr" in page.text
    assert town.world.state == "withdrawn"


def test_a_change_voids_the_other_sides_yes_and_both_are_told(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    outlined(town).press("Mitzeichnen")
    page = town.project(TOBIAS, "/forms/outline")
    assert "Eine neue Fassung hebt die Mitzeichnung auf" in page.text
    page.type("Geplante Zahl der Ehrenamtlichen", "20")
    page = page.submit()
    assert "Der Inhalt wurde nach einer Mitzeichnung geändert" in page.text
    page.press("Mitzeichnen")
    assert town.world.state == "outline_draft"

    page = town.project(SABINE).follow("Mitzeichnen: Projektskizze einreichen")
    assert "Der Inhalt wurde nach einer Mitzeichnung geändert" in page.text
    assert "Sabine Kraus" in page.text
    page.press("Mitzeichnen")
    assert town.world.state == "in_review"


def test_a_yes_to_an_old_text_is_not_taken(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    old = outlined(town)
    page = town.project(TOBIAS, "/forms/outline")
    page.type("Geplante Zahl der Ehrenamtlichen", "20")
    page.submit()
    page = old.press("Mitzeichnen")

    assert page.status == 409
    assert "Geändert: „Geplante Zahl der Ehrenamtlichen“" in page.text
    assert "Sie haben für Ihre Seite mitgezeichnet." not in page.text


def test_who_said_yes_may_take_it_back(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    outlined(town).press("Mitzeichnen")
    page = town.project(SABINE).follow("Von Ihnen mitgezeichnet: Projektskizze einreichen")
    page = page.press("Mitzeichnung zurücknehmen")
    assert page.notes == ["Ihre Mitzeichnung ist zurückgenommen."]

    town.sign_off(TOBIAS, "Projektskizze einreichen")
    assert town.world.state == "outline_draft"
    town.sign_off(SABINE, "Projektskizze einreichen")
    assert town.world.state == "in_review"


def test_the_wrong_checksum_keeps_the_agreement_from_being_registered(town_at: TownAt) -> None:
    town = town_at("signature_pending")
    town.later(15)
    issued = town.project(MIRIAM).follow("Kooperationsvereinbarung")
    file_copy(town, SIDES[0], printed_checksum(issued), scan(issued, "a"))
    file_copy(town, SIDES[1], "0123456789abcdef", scan(issued, "b"))
    page = town.project(MIRIAM)

    assert "Unterzeichnete Vereinbarung registrieren" not in page.links
    assert "Die eingegebene Prüfsumme stimmt nicht" in page.text


def test_what_is_odd_about_a_signed_copy_is_said_before_it_is_filed(town_at: TownAt) -> None:
    town = town_at("signature_pending")
    town.later(15)
    issued = town.project(MIRIAM).follow("Kooperationsvereinbarung")
    odd = ("nicht die des ausgegebenen Textes", "ohne Unterschriften")

    page = copy_typed(town, SIDES[1], "0123456789abcdef", issued.data)
    assert [words in page.text for words in odd] == [True, True]
    note = "„Unterzeichnung – Engagement-Seite“ liegt als Fassung 1 vor."
    page = page.press("Einreichen")
    assert page.notes == [note]
    assert "Fassung abgegeben: Unterzeichnung – Engagement-Seite" in page.text
    page = copy_typed(town, SIDES[0], printed_checksum(issued), scan(issued, "a"))
    assert [words in page.text for words in odd] == [False, False]


def test_a_checksum_that_is_none_is_refused_at_once(town_at: TownAt) -> None:
    town = town_at("signature_pending")
    page = town.project(MIRIAM, "/forms/signature/civic")
    page.type("Prüfsumme", "abgetippt")
    page = page.press("Prüfen und weiter")

    assert page.status == 422
    assert any("„Prüfsumme“" in problem for problem in page.problems)
    assert page.value("Prüfsumme") == "abgetippt"


def test_what_is_submitted_is_read_once_more_and_what_is_new_stands_out(town_at: TownAt) -> None:
    town = town_at("idea")
    page = town.project(SABINE, "/forms/interest")
    page.type("Projekttitel", "Sprachcafé auf Rädern")
    page = page.press("Prüfen und weiter")

    assert page.heading == "Vor dem Einreichen: Interessenbekundung"
    assert "Sprachcafé auf Rädern" in page.text
    assert "1 von" in page.text
    assert "anders als in Fassung 1" in page.text
    back = page.follow("Zurück zum Formular")
    assert back.value("Projekttitel") == "Sprachcafé auf Rädern"
    assert page.press("Einreichen").notes == ["„Interessenbekundung“ liegt als Fassung 2 vor."]


def test_what_the_other_has_typed_meanwhile_is_read_before_it_is_submitted(town_at: TownAt) -> None:
    town = town_at("outline_draft")
    page = town.project(SABINE, "/forms/outline")
    page = town.fill(page, "outline", town.answers("outline")).press("Prüfen und weiter")
    his = town.project(TOBIAS, "/forms/outline")
    his.type("Gemeinden oder Stadtteile", "Ergolding")
    his.press("Entwurf speichern")

    page = page.press("Einreichen")

    assert page.status == 409
    assert "Tobias Lindner hat inzwischen gespeichert" in page.text
    assert "Ergolding" in page.text
    assert page.press("Einreichen").heading == "Mitzeichnen: Projektskizze einreichen"
