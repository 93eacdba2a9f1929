"""The main path in a browser, chapter by chapter, from the idea to the archive."""

from __future__ import annotations

import io
import zipfile

from tests.walks.conftest import Town
from tests.walks.page import Page
from tests.walks.papers import printed_checksum, scan, words
from tests.world import ANNA, EMRE, JONAS, MIRIAM, SABINE, TOBIAS
from workflow_app.demo.telling import ANSWERS, SIGNATORIES

TITLE = "Sprachcafé unterwegs"
HISTORY = [
    "create", "confirm_partnership", "submit_outline", "approve", "propose_agreement",
    "release_for_signature", "register_signed", "log_activity", "log_activity", "log_activity",
    "finish", "submit_final_report", "open_reflection", "submit_reflection", "share_assessment",
    "complete_assessment", "archive",
]  # fmt: skip
BOTH = (SABINE, TOBIAS)
SIDES = ("kommunale Seite", "Engagement-Seite")


def idea(town: Town) -> None:
    """Sabine begins a project; it waits for Tobias."""
    page = town.home(SABINE)
    assert "Im Moment wartet kein Vorgang auf Sie." in page.text
    answers = town.answers(
        "interest",
        county="Landkreis Landshut",
        municipal_org="Landratsamt Landshut",
        civic_org="Freiwilligenagentur Landshut (fiktiv)",
        municipal="Tobias Lindner, Landratsamt Landshut",
        civic="Sabine Kraus, Freiwilligenagentur Landshut (fiktiv)",
    )
    page = town.fill(page.follow("Neues Tandem-Projekt"), "interest", answers)
    page = page.press("Interesse bekunden")
    town.world.number = page.url.rpartition("/")[2]
    assert page.notes == [f"Das Projekt ist angelegt. Es hat die Nummer {town.world.number}."]
    assert page.heading == TITLE
    assert "Tobias Lindner (kommunale Seite) Partnerschaft bestätigen" in page.text


def partnership(town: Town) -> None:
    """Tobias finds the invitation on his first page, asks a question, and agrees."""
    town.later(4)
    page = town.home(TOBIAS).follow("Partnerschaft bestätigen")
    page.type("Kommentar schreiben", "Gern! Zwei Gemeinden haben schon Räume zugesagt.")
    page = page.press("Kommentar senden")
    assert page.notes == ["Ihr Kommentar ist gesendet."]
    page = page.follow("Partnerschaft bestätigen")
    assert TITLE in page.by_id("content").text, "the idea can be read where it is agreed to"
    assert "Idee in drei Sätzen" in page.text
    assert "In den jetzigen Stand führt danach kein Schritt zurück." in page.text
    page = page.press("Partnerschaft bestätigen")
    assert page.notes == ["Erledigt: Partnerschaft bestätigen."]
    assert "Gern! Zwei Gemeinden" in town.project(SABINE).text
    assert town.world.state == "outline_draft"


def outline(town: Town) -> None:
    """Sabine fills in the outline and keeps a draft; Tobias reads on, submits, both confirm."""
    town.later(20)
    page = town.project(SABINE).follow("Ausfüllen: Projektskizze")
    values = town.world.story().answers("outline")
    page = town.fill(page, "outline", values).press("Entwurf speichern")
    assert page.notes == ["Der Entwurf ist gespeichert."]
    page = town.project(TOBIAS, "/forms/outline")
    assert "Entwurf gespeichert von Sabine Kraus" in page.text
    assert page.group("Kostenplan").group("Eintrag 2").value("Betrag in Euro") == "5.500,00"
    page = page.submit()
    assert page.notes == ["„Projektskizze“ liegt als Fassung 1 vor."]
    assert page.press("Mitzeichnen").notes == ["Sie haben für Ihre Seite mitgezeichnet."]
    page = town.home(SABINE).follow("Mitzeichnen: Projektskizze einreichen")
    page = page.follow("Mitzeichnen: Projektskizze einreichen")
    assert "Tobias Lindner am" in page.text
    page = page.press("Mitzeichnen")
    done = "Beide Seiten haben mitgezeichnet. Erledigt: Projektskizze einreichen."
    assert page.notes == [done]
    assert town.world.state == "in_review"


def approval(town: Town) -> None:
    """Miriam checks formally; Dr. Reiter reads, decides, and confirms his decision."""
    town.later(5)
    page = town.home(MIRIAM).follow("Projektskizze formal prüfen").follow("Ausfüllen: Prüfvermerk")
    page = (
        town.fill(page, "review", town.answers("review_formal"))
        .press("Prüfen und weiter")
        .press("Einreichen")
    )
    assert page.notes == ["„Prüfvermerk, Runde 1“ liegt als Fassung 1 vor."]
    town.later(6)
    page = town.home(JONAS).follow("Über die Projektskizze entscheiden")
    page = page.follow("Über die Projektskizze entscheiden")
    assert page.chosen("Wie entscheiden Sie?") == []
    page = town.fill(page, "review", town.answers("approve"))
    page.choose("Wie entscheiden Sie?", "Genehmigen")
    page = page.press("Entscheidung prüfen")
    condition = "Die Wochentage werden mit dem Treff in der Stadt abgestimmt."
    assert condition in page.text
    assert page.press("Genehmigen").notes == ["Erledigt: Genehmigen."]
    assert (
        "Die Wochentage werden mit dem Treff in der Stadt abgestimmt." in town.project(TOBIAS).text
    )
    assert town.world.state == "agreement_draft"


def agreement(town: Town) -> None:
    """Tobias drafts the agreement, sees it, and puts it up for alignment."""
    town.later(14)
    page = town.home(TOBIAS).follow("Vereinbarung entwerfen")
    page = page.follow("Entwurf zur Abstimmung geben")
    page = town.fill(page, "agreement", town.world.story().answers("propose_agreement"))
    page = page.press("Prüfen und weiter").press("Entwurf zur Abstimmung geben")
    assert page.notes == ["Erledigt: Entwurf zur Abstimmung geben."]
    assert town.world.state == "agreement_alignment"


def release(town: Town) -> None:
    """Both read the very text and confirm it; Dr. Reiter releases it for signature."""
    town.later(10)
    for email in BOTH:
        page = town.home(email).follow("Vereinbarungstext mitzeichnen")
        page = page.follow("Vereinbarungstext mitzeichnen")
        assert "bevor Sie mitzeichnen" in page.text
        pdf = page.follow("Vereinbarung lesen (PDF)")
        assert pdf.headers["Content-Type"] == "application/pdf"
        assert "ENTWURF" in words(pdf)
        assert page.press("Mitzeichnen").notes == ["Sie haben für Ihre Seite mitgezeichnet."]
    town.later(3)
    page = town.home(JONAS).follow("Vereinbarung zur Unterzeichnung freigeben")
    page = page.follow("Zur Unterzeichnung freigeben")
    assert "bevor Sie mitzeichnen" not in page.text
    page = page.press("Zur Unterzeichnung freigeben")
    assert page.notes == ["Erledigt: Zur Unterzeichnung freigeben."]
    assert town.world.state == "signature_pending"


def copy_typed(town: Town, side: str, checksum: str, copy: bytes) -> Page:
    """Let Miriam type what she reads on the signed copy of a side, and look at it once more."""
    _, name, function, authority = SIGNATORIES[SIDES.index(side)]
    page = town.project(MIRIAM).follow(f"Ausfüllen: Unterzeichnung, {side}")
    signer = {"name": name, "function": function, "authority": authority, "file": None}
    answers = town.answers("signature", **signer, signed_on=town.date(-2), checksum=checksum)
    page = town.fill(page, "signature", answers)
    page.upload("Scan oder signierte Datei", "scan.pdf", copy)
    return page.press("Prüfen und weiter")


def file_copy(town: Town, side: str, checksum: str, copy: bytes) -> None:
    """Let Miriam file the signed copy of a side, with the checksum that she read on it."""
    page = copy_typed(town, side, checksum, copy).press("Einreichen")
    assert page.notes[0].startswith("„Unterzeichnung – ")


def signatures(town: Town) -> None:
    """Miriam downloads what was issued, files a signed copy for each side, and registers them."""
    town.later(15)
    page = town.home(MIRIAM).follow("Unterzeichnete Vereinbarung registrieren")
    issued = page.follow("Kooperationsvereinbarung")
    assert "ENTWURF" not in words(issued)
    checksum = printed_checksum(issued)
    for side in SIDES:
        file_copy(town, side, checksum, scan(issued, side))
    page = town.project(MIRIAM).follow("Unterzeichnete Vereinbarung registrieren")
    page = page.press("Unterzeichnete Vereinbarung registrieren")
    assert page.notes == ["Erledigt: Unterzeichnete Vereinbarung registrieren."]
    assert town.world.state == "active"


def activities(town: Town) -> None:
    """Sabine logs two activities; when the term is over, both finish."""
    town.later(70)
    for activity in ANSWERS["activities"]:
        town.later(15)
        page = town.project(SABINE).follow("Aktivität dokumentieren")
        answers = town.answers("log_activity", **activity, date=town.date(-1))
        page = town.fill(page, "activity", answers).press("Aktivität dokumentieren")
        assert page.notes == ["Erledigt: Aktivität dokumentieren."]
    town.later(town.world.story().end - town.world.day + 1)
    town.sign_off(SABINE, "Durchführung abschließen")
    town.sign_off(TOBIAS, "Durchführung abschließen")
    assert town.world.state == "closing"


def final_report(town: Town) -> None:
    """Tobias writes the final report; both confirm it."""
    town.later(30)
    page = town.project(TOBIAS).follow("Ausfüllen: Abschlussbericht (Sachbericht)")
    assert page.group("Soll und Ist je Ziel").group("Eintrag 2").value("Ziel") == (
        "Neue Freiwillige gewinnen"
    )
    planned = page.group("Kosten, Plan und Ist").group("Eintrag 2")
    assert planned.value("Geplant in Euro") == "5500,00", "as the outline has it"
    assert planned.value("Tatsächlich in Euro") == ""
    values = town.world.story().answers("final_report")
    page = town.fill(page, "final_report", values).submit()
    page.press("Mitzeichnen")
    town.sign_off(SABINE, "Abschlussbericht einreichen")
    assert town.world.state == "self_evaluation"


def evaluation(town: Town) -> None:
    """Each answers alone; neither sees the other's answers before both are in."""
    town.later(8)
    answers = town.answers("self_evaluation")
    for email, side, own in ((SABINE, SIDES[1], "2"), (TOBIAS, SIDES[0], "5")):
        page = town.project(email).follow(f"Ausfüllen: Selbst-Evaluation, {side}")
        items = {**answers["items"], "B1": own}
        values = {**answers, "items": items, "open_good": f"Gesehen mit der Note {own}."}
        page = (
            town.fill(page, "self_evaluation", values)
            .press("Prüfen und weiter")
            .press("Einreichen")
        )
        if email == SABINE:
            assert "Gesehen mit der Note 2." in page.text
            for reader in (TOBIAS, JONAS, MIRIAM):
                assert "Gesehen mit der Note" not in town.project(reader).text
    assert "Gesehen mit der Note 2." in page.text
    assert "Gesehen mit der Note" not in town.project(JONAS).text
    assert town.world.state == "joint_reflection"


def reflection(town: Town) -> None:
    """Both look at where they differ and write down what they learned."""
    town.later(12)
    page = town.project(SABINE).follow("Ausfüllen: Gemeinsame Reflexion")
    differing = page.group("Unterschiedliche Sichtweisen")
    assert [differing.value(side) for side in ("Kommunale Seite", "Engagement-Seite")] == ["5", "2"]
    assert differing.value("Kommentar") == ""
    page = town.fill(page, "joint_reflection", town.answers("joint_reflection"))
    page = page.submit()
    page.press("Mitzeichnen")
    town.sign_off(TOBIAS, "Gemeinsame Reflexion einreichen")
    assert town.world.state == "assessment"


def assessment(town: Town) -> None:
    """Dr. Reiter shows his draft, Sabine comments on it, he completes it after two weeks."""
    town.later(20)
    page = town.home(JONAS).follow("Projekt bewerten")
    page = page.follow("Projekt bewerten")
    page = town.fill(page, "assessment", town.answers("assessment"))
    page.choose("Wie entscheiden Sie?", "Bewertungsentwurf den Partnern zeigen")
    page = page.press("Entscheidung prüfen").press("Bewertungsentwurf den Partnern zeigen")
    assert page.notes == ["Erledigt: Bewertungsentwurf den Partnern zeigen."]
    town.later(3)
    page = town.home(SABINE).follow("Zum Bewertungsentwurf Stellung nehmen")
    assert "Beide Seiten sind durchgehend gemeinsam aufgetreten." in page.text
    page = page.follow("Bearbeiten: Bewertung der Projektaufsicht")
    page.type("Stellungnahme der Engagement-Seite", "Wir sehen das ebenso.")
    assert not page.asks("Stellungnahme der kommunalen Seite")
    page.submit()
    page = town.project(JONAS).follow("Projekt bewerten")
    assert "Die Partner können noch Stellung nehmen" in page.text
    town.later(14)
    page = town.project(JONAS).follow("Projekt bewerten")
    page = town.fill(page, "assessment", {"impartial": "yes"})
    page.choose("Wie entscheiden Sie?", "Bewertung abschließen")
    page = page.press("Entscheidung prüfen")
    assert "Wir sehen das ebenso." in page.text
    page.press("Bewertung abschließen")
    assert town.world.state == "evaluated"


def archive(town: Town) -> None:
    """Miriam archives the project; from now on nothing can be changed."""
    town.later(30)
    page = town.home(MIRIAM).follow("Projekt archivieren").follow("Archivieren")
    page = town.fill(page, "archive", town.answers("archive"))
    page = page.press("Prüfen und weiter").press("Archivieren")
    assert page.notes == ["Erledigt: Archivieren."]
    town.world.work()
    assert town.world.state == "archived"


def afterwards(town: Town) -> None:
    """Anna reads the project and takes its documents with her; Emre still knows nothing of it."""
    page = town.browser(ANNA).open("/projects").follow(TITLE)
    assert "Der Vorgang ist beendet" in page.text
    glance = page.text.partition("Auf einen Blick")[2]
    assert "Ausgang abgeschlossen" in glance
    assert f"Aufbewahren bis 31.12.{town.world.now.year + 3}" in glance
    signed = page.follow("Unterzeichnete Kooperationsvereinbarung")
    assert "Maria Huber" in words(signed)
    assert "Georg Aigner" in words(signed)
    bundle = town.project(MIRIAM).follow("Archivpaket")
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as files:
        assert files.testzip() is None
        assert any(name.endswith(".pdf") for name in files.namelist())
    assert TITLE not in town.browser(EMRE).open("/projects").text
    assert town.project(EMRE).status == 404


CHAPTERS = (
    idea, partnership, outline, approval, agreement, release, signatures, activities,
    final_report, evaluation, reflection, assessment, archive, afterwards,
)  # fmt: skip
