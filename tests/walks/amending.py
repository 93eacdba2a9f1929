"""A running project changes its agreement, in four browsers: asked, decided, signed, in force."""

from __future__ import annotations

from typing import Any

from tests.walks.conftest import Town
from tests.walks.main_path import SIDES
from tests.walks.page import Page
from tests.walks.papers import printed_checksum, scan, words
from tests.world import JONAS, MIRIAM, SABINE, TOBIAS
from workflow_app.demo import amending
from workflow_app.demo.telling import SIGNATORIES


def ask_for_volunteers(town: Town, number: str = "20") -> None:
    """Sabine asks for more volunteers; she sees what that changes, and both confirm it."""
    page = town.project(SABINE).follow("Ausfüllen: Änderungsantrag")
    assert page.value("Geplante Zahl der Ehrenamtlichen") == "16", "it opens as it is in force"
    asked = town.answers("amendment", from_day=town.date(0))
    page = town.fill(page, "amendment", {**asked, "volunteers_planned": number})
    page = page.press("Prüfen und weiter").press("Einreichen")
    assert f"Geplante Zahl der Ehrenamtlichen geändert gelöscht: 16 neu: {number}" in page.text
    page.press("Mitzeichnen")
    town.sign_off(TOBIAS, "Änderung beantragen")
    assert town.world.state == "amendment_pending"


def decide(town: Town, step: str, **answers: Any) -> Page:
    """Dr. Reiter finds the request among his tasks, reads what changes, and decides."""
    page = town.home(JONAS).follow("Über die Änderung entscheiden")
    page = page.follow("Über die Änderung entscheiden")
    page = town.fill(page, "amendment_decision", {"impartial": "yes", **answers})
    page.choose("Wie entscheiden Sie?", step)
    return page.press("Entscheidung prüfen").press(step)


def file_copies(town: Town) -> None:
    """Miriam downloads the addendum and files a signed copy of it for each side."""
    town.later(3)
    page = town.home(MIRIAM).follow("Nachtrag registrieren")
    issued = page.follow("Änderung Nr. 1").follow("Nachtrag lesen (PDF)")
    assert "ENTWURF" not in words(issued)
    checksum = printed_checksum(issued)
    for (_, name, function, authority), side in zip(SIGNATORIES, SIDES, strict=True):
        page = town.project(MIRIAM).follow(f"Ausfüllen: Unterzeichnung des Nachtrags, {side}")
        signer = {"name": name, "function": function, "authority": authority, "file": None}
        answers = town.answers("signature", **signer, signed_on=town.date(-1), checksum=checksum)
        page = town.fill(page, "addendum_signature", answers)
        page.upload("Scan oder signierte Datei", "scan.pdf", scan(issued, side))
        page = page.press("Prüfen und weiter").press("Einreichen")
        assert "„Unterzeichnung des Nachtrags Nr. " in page.notes[0]


def register(town: Town) -> None:
    """Miriam registers the addendum; from now on the new values hold."""
    page = town.project(MIRIAM).follow("Nachtrag registrieren").press("Nachtrag registrieren")
    assert page.notes == ["Erledigt: Nachtrag registrieren."]
    assert town.world.state == "active"
    town.world.work()


def extend(town: Town) -> None:
    """After an interim report the project is extended by a second addendum."""
    town.world.under_way()
    amending.interim_report(town.world.story())
    page = town.project(TOBIAS).follow("Ausfüllen: Verlängerungsantrag")
    story = town.world.story()
    answers = town.answers("extension", new_end=story.date(story.end + 90))
    page = town.fill(page, "extension", answers).press("Prüfen und weiter").press("Einreichen")
    assert "Laufzeit bis" in page.text
    page.press("Mitzeichnen")
    town.sign_off(SABINE, "Verlängerung beantragen")
    decide(town, "Änderung genehmigen")
    story = town.world.story()
    town.later(3)
    story.day = town.world.day
    amending.file_copies(story)
    amending.register(story)
    town.world.work()


def report_with_the_added_costs(town: Town) -> None:
    """The report asks for each cost of the plan in force, the one that the extension added too."""
    town.later(30)
    page = town.project(TOBIAS).follow("Ausfüllen: Abschlussbericht (Sachbericht)")
    assert page.group("Kosten, Plan und Ist").groups("Eintrag 3")
    values = town.world.story().answers("final_report")
    added = {"type": "materials", "planned_eur": "450", "actual_eur": "431,20"}
    values = {**values, "costs_final": [*values["costs_final"], added]}
    page = town.fill(page, "final_report", values).press("Prüfen und weiter").press("Einreichen")
    page.press("Mitzeichnen")
    town.sign_off(SABINE, "Abschlussbericht einreichen")
    assert town.world.state == "self_evaluation"
