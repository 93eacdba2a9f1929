"""Vera answers what becomes of cases in a form; the text says the same plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.changed_lifecycle import PLAN, changed_files, once
from tests.conftest import WorldAt
from tests.walks.page import Browser, Page
from tests.world import VERA, World
from workflow_app.demo.people import PASSWORD
from workflow_app.services.definitions import drafting, publishing
from workflow_app.services.migrations import plans
from workflow_app.services.people import person_by_email
from workflow_app.web.context import EXTENSION

PROJECT = "tandem_project"
HERE = f"/workflows/{PROJECT}/migrations/new"
REVIEW = "Vorgänge in „In Prüfung“ gehen nach …"
SITUATION = "Feld „Projektskizze – Ausgangslage und Bedarf“ wird …"
REACH = "Projektskizze – Reichweite"
Desk = Callable[..., tuple[Page, World]]


def files(*, gone: bool = False) -> dict[str, bytes]:
    """Return the changed lifecycle; with `gone` the review has another name, and more is asked."""
    found = changed_files()
    if not gone:
        return found
    text = found["tandem_project.yaml"].decode()
    text = text.replace("in_review", "examined").replace(
        "label: {de: In Prüfung,", "label: {de: In Begutachtung,"
    )
    outline = once(
        found["outline.yaml"].decode(),
        "      - id: need\n",
        "      - id: reach\n        type: integer\n        label: {de: Reichweite, en: Reach}\n"
        "        required: true\n        minimum: 1\n      - id: need\n",
    )
    return {"tandem_project.yaml": text.encode(), "outline.yaml": outline.encode()}


@pytest.fixture
def desk(world_at: WorldAt, app_of: Callable[[World], Flask]) -> Desk:
    """Return a function that opens the plan to a changed lifecycle in Vera's browser."""

    def at(*, gone: bool = False, language: str = "de") -> tuple[Page, World]:
        world = world_at("in_review")
        with world.sessions() as session:
            vera = person_by_email(session, VERA)
            drafting.draft(session, world.site, files(gone=gone), vera, world.now, workflow=PROJECT)
            publishing.publish(session, world.site, PROJECT, 2, vera, world.now)
        with world.sessions.begin() as session:
            person_by_email(session, VERA).language = language
        app = app_of(world)
        app.extensions[EXTENSION].site.catalogue = world.site.catalogue
        browser = Browser(app.test_client())
        page = browser.open("/login")
        page.type("E-Mail-Adresse", VERA)
        page.type("Passwort", PASSWORD)
        page.press("Anmelden")
        return browser.open(HERE), world

    return at


def test_what_is_sure_is_chosen_and_the_preview_says_what_the_answers_mean(desk: Desk) -> None:
    page, world = desk()
    assert page.value(SITUATION) == "Ausgangslage und Bedarf"
    assert page.value(REVIEW) == "In Prüfung"
    page.choose(REVIEW, "Formale Prüfung")
    page = page.press("Vorschau zeigen")
    assert "In Prüfung → Formale Prüfung" in page.text
    assert "in_review: formal_check" in page.value("Plan")
    page = page.press("Umstellung mit diesem Plan anlegen")
    assert page.notes == ["Die Umstellung ist angelegt. Noch ist kein Vorgang umgestellt."]
    with world.sessions() as session:
        (row,) = plans.listed(session, PROJECT)
        plan, _ = plans.check(session, world.site, row.plan)
    assert [t.to for t in plan.states["in_review"]] == ["formal_check"]
    assert plan.fields["outline.situation"] == "outline.need"


def test_a_state_that_is_gone_has_to_be_decided_and_what_was_typed_stays(desk: Desk) -> None:
    page, _ = desk(gone=True)
    assert page.value(REVIEW) == "Bitte wählen"
    page.type(REACH, "viele")
    page = page.press("Vorschau zeigen")
    assert page.status == 422
    assert page.problems == [
        "Wählen Sie, was aus „In Prüfung“ wird.",
        "„viele“ ist kein Wert für „Reichweite“.",
    ]
    assert page.control(REVIEW).attrs["aria-invalid"] == "true"
    assert "„viele“" in page.by_id(f"{page.control(REACH).attrs['id']}-error").text
    assert page.value(REACH) == "viele"

    page.choose(REVIEW, "In Begutachtung")
    page.type(REACH, "1.200")
    page = page.press("Vorschau zeigen")
    assert (page.status, page.problems) == (200, [])
    assert "In Prüfung → In Begutachtung" in page.text
    assert 'outline.reach: "1.200"' in page.value("Plan")


def test_a_changed_text_becomes_the_answers_and_keeps_its_comments(desk: Desk) -> None:
    page, _ = desk()
    page.type("Plan", f"# Beschluss vom 3.\n{PLAN}")
    page = page.press("Vorschau zeigen")
    assert page.status == 200
    assert page.value(f"Wenn ({REVIEW} 1)") == "!review.formal.filled"
    assert page.value(f"dann nach ({REVIEW} 1)") == "Formale Prüfung"
    assert page.value("Plan").startswith("# Beschluss vom 3.")
    page = page.press("Vorschau zeigen")
    assert page.value("Plan").startswith("# Beschluss vom 3."), "nothing else was changed"

    page.type(f"Wenn ({REVIEW} 1)", "outline.titel.filled")
    page = page.press("Vorschau zeigen")
    assert page.status == 422
    assert "Die Bedingung ist nicht lesbar" in page.problems[0]
    assert page.value(f"Wenn ({REVIEW} 1)") == "outline.titel.filled"


def test_a_plan_can_be_uploaded_as_a_file(desk: Desk) -> None:
    page, _ = desk()
    page.upload("Oder eine Datei hochladen (.yaml)", "plan.yaml", f"{PLAN}notify: false\n".encode())
    page = page.press("Text in die Fragen übernehmen")
    assert page.value(f"Wenn ({REVIEW} 1)") == "!review.formal.filled"
    assert "notify: false" in page.value("Plan")
    assert page.chosen("Wer durch die Umstellung an die Reihe kommt") == ["bekommt keine Nachricht"]
    page.upload("Oder eine Datei hochladen (.yaml)", "plan.yaml", b"\xff\xfe")
    page = page.press("Vorschau zeigen")
    assert page.status == 422


def test_answers_and_text_that_were_both_changed_are_kept_until_one_is_chosen(desk: Desk) -> None:
    page, _ = desk()
    page.choose(REVIEW, "Formale Prüfung")
    page.type("Plan", PLAN)
    page = page.press("Vorschau zeigen")
    assert page.status == 422
    assert "Sie haben die Antworten und den Text geändert." in page.problems[0]
    assert page.value(REVIEW) == "Formale Prüfung"
    assert page.value("Plan").strip() == PLAN.strip()
    page = page.press("Text in die Fragen übernehmen")
    assert page.status == 200
    assert page.value(REVIEW) == "In Prüfung"


def test_a_text_that_is_no_plan_keeps_the_answers_beside_it(desk: Desk) -> None:
    page, _ = desk()
    page.choose(REVIEW, "Formale Prüfung")
    page.type("Plan", PLAN.replace("formal_check", "formal_chek"))
    page = page.press("Text in die Fragen übernehmen")
    assert page.status == 422
    assert page.problems == ["Zeile 5: Den Stand „formal_chek“ gibt es in der neuen Version nicht."]
    assert page.value(REVIEW) == "Formale Prüfung"
    assert "formal_chek" in page.value("Plan")


def test_a_plan_changed_after_its_preview_is_shown_again_before_it_begins(desk: Desk) -> None:
    page, world = desk()
    page = page.press("Vorschau zeigen")
    page.choose(REVIEW, "Formale Prüfung")
    page = page.press("Umstellung mit diesem Plan anlegen")
    assert page.notes == ["Der Plan ist seit der Vorschau geändert. Hier ist die neue Vorschau."]
    assert "In Prüfung → Formale Prüfung" in page.text
    with world.sessions() as session:
        assert plans.listed(session, PROJECT) == []


def test_the_questions_are_there_in_english(desk: Desk) -> None:
    page, _ = desk(gone=True, language="en")
    assert page.value("Cases in 'Under review' go to …") == "Please choose"
    assert "Is gone in the new version." in page.text
    page = page.press("Show the preview")
    assert page.problems[0] == "Choose what becomes of 'Under review'."
