"""The same pages in English: nothing German is left but what people have written."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.browser.test_in_chromium import ALBUM, OFFICES, PAGES, fits, found_by_axe
from tests.world import World
from workflow_app.services.people import choose_language, person_by_email
from workflow_app.store.tables.cases import Case
from workflow_app.store.tables.organisations import Membership, Organisation
from workflow_app.store.tables.people import Person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

GERMAN = re.compile(
    r"[äöüÄÖÜß„]|\b(und|oder|der|das|ist|sind|nicht|kein|keine|eine|einer|für|mit|von|vom|zum|zur|"
    r"beim|Sie|Ihre?|wird|werden|noch|Seite|Seiten|Stand|Frist|Vorgang|Schritt|Schritte|Angaben|"
    r"Fassung|Verlauf|Projekt|Projekte|Aufgabe|Aufgaben|Dokument|Dokumente|Verfahren|Ablauf|heute|"
    r"Bearbeiten|Abbrechen|Speichern|Uhr|seit|ja|nein)\b"
)
NAMES = ("Deutsch", "Programmbüro (Test)")
"""What is German on an English page on purpose: the way back, and the operator's name."""
READ = """() => {
  const found = [], skipped = new Set(['SCRIPT', 'STYLE', 'TEXTAREA']);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, at = node.parentElement;
    const english = at.closest('[lang]').lang === 'en';
    if (english && !skipped.has(at.tagName)) found.push(node.data);
  }
  for (const node of document.querySelectorAll('*'))
    for (const name of ['aria-label', 'title', 'alt', 'placeholder', 'data-label'])
      if (node.hasAttribute(name)) found.push(node.getAttribute(name));
  return found;
}"""
"""What is read aloud as English: what is marked as German is not."""


def named(world: World) -> set[str]:
    """Return what people, their organisations, counties and files are called, in any language."""
    counties = world.site.catalogue.current("tandem_project").lists["counties"].options
    with world.sessions() as session:
        found = {
            # Counties are called by their names in every language.
            *(o.label("en") for o in counties),
            *session.scalars(select(Person.name)),
            *(m.function for m in session.scalars(select(Membership))),
        }
        for body in session.scalars(select(Organisation)):
            found |= {body.name, body.carrier, body.address, body.represented_by, body.function}
    return {text for text in found if text and len(text) > 2}


def left_over(pieces: list[str], written: set[str]) -> list[str]:
    """Return the pieces of a page that are German and no names."""
    found = []
    for piece in pieces:
        rest = piece
        for text in sorted({*written, *NAMES}, key=len, reverse=True):
            rest = rest.replace(text, " ")
        if GERMAN.search(rest):
            found.append(" ".join(piece.split()))
    return found


def test_german_is_found_unless_it_is_a_name() -> None:
    assert left_over(["The Stand of it", "Radwerkstatt für alle"], {"Radwerkstatt für alle"}) == [
        "The Stand of it"
    ]


@pytest.mark.parametrize(("name", "state", "who", "address"), PAGES, ids=[p[0] for p in PAGES])
def test_a_page_in_english_is_all_english_and_reads_well(
    name: str, state: str, who: str | None, address: str, office: OFFICES, album: ALBUM
) -> None:
    there = office(state)
    desk = there.desk(who, locale="de-DE" if who else "en-GB")
    if who:
        with there.world.sessions() as session:
            choose_language(session, person_by_email(session, who), "en")
    page = desk.open(address)
    album(page, f"{name}-en")
    for box in page.locator("main details").all():
        box.evaluate("box => box.open = true")

    assert page.evaluate("document.documentElement.lang") == "en"
    # A title in the name of the window cannot be marked.
    with there.world.sessions() as session:
        titles = set(session.scalars(select(Case.title)))
    assert left_over([page.title()], titles) == []
    assert left_over(page.evaluate(READ), named(there.world)) == [], "not marked as German"
    assert found_by_axe(page) == []
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page), width
