"""A Nachtrag: what changes in an issued agreement, old and new, and that all else stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from workflow_app.documents.library import Library
from workflow_app.documents.pdf import render_document
from workflow_app.documents.render import to_html

Read = Callable[[bytes], list[str]]


@pytest.fixture
def addendum(library: Library) -> dict[str, Any]:
    """Four months more, another task, more money: as Sabine and Tobias agreed."""
    return library.sample("addendum")


def one_line(pages: list[str]) -> str:
    return " ".join("".join(pages).split())


def test_it_bears_its_own_number_and_names_what_it_amends(
    printed: Callable[[str], bytes], read: Read
) -> None:
    pages = read(printed("addendum"))
    text = one_line(pages)
    assert "zur Kooperationsvereinbarung KV-2026-0001 vom 12.02.2026" in text
    assert all("KV-2026-0001-N1 · Fassung 1" in page for page in pages)
    assert all("Prüfsumme 7e81b3c20d94f6a5" in page for page in pages)


def test_how_it_comes_in_force_stands_whole_above_the_signatures(
    printed: Callable[[str], bytes], read: Read
) -> None:
    signed = next(page for page in read(printed("addendum")) if "Unterschriften" in page)
    assert "gelten unverändert weiter" in signed.split("Unterschriften")[0]
    assert "gilt ab dem 15.10.2026" in signed.split("Unterschriften")[0]


def test_each_change_quotes_the_old_and_the_new_words(
    printed: Callable[[str], bytes], read: Read
) -> None:
    text = one_line(read(printed("addendum")))
    assert "§ 14: Ende der Laufzeit Bisher 31.12.2026 Neu 30.04.2027" in text
    assert "Bisher – Räume in den vier Gemeinden vermitteln" in text
    assert "Neu – Räume in den fünf Gemeinden vermitteln" in text
    assert "Summe 3.300,00 €" in text
    assert "Summe 3.950,00 €" in text


def test_what_was_empty_before_says_so(library: Library, addendum: dict[str, Any]) -> None:
    addendum["changes"] = [{"clause": "§ 7", "label": "Weg", "old": "", "new": "Mediation"}]
    html = to_html(library, "addendum", addendum)
    assert html.count("keine Angabe") == 1


def test_everything_else_stays_in_force_from_a_day_on(
    printed: Callable[[str], bytes], read: Read
) -> None:
    text = one_line(read(printed("addendum")))
    assert "Alle übrigen Bestimmungen der Kooperationsvereinbarung KV-2026-0001 gelten" in text
    assert "gilt ab dem 15.10.2026, frühestens ab der letzten Unterschrift" in text


def test_both_sides_sign_and_anybody_can_check(printed: Callable[[str], bytes], read: Read) -> None:
    last = read(printed("addendum"))[-1]
    for line in ("Ort, Datum", "Unterschrift", "Name in Druckschrift", "Amtsbezeichnung"):
        assert last.count(line) >= 2
    assert "QX3D-72LM-ZK5T" in last
    assert "Der Nachtrag gilt ab dem" in last, "no sheet of signatures without agreed text"


def test_a_draft_of_it_is_not_to_be_signed(
    library: Library, addendum: dict[str, Any], read: Read
) -> None:
    addendum["document"] |= dict.fromkeys(("number", "date", "check_code", "check_url"))
    addendum["document"]["draft"] = True
    addendum["reason"] = ""
    pages = read(render_document(library, "addendum", addendum))
    assert all("ENTWURF" in page for page in pages)
    text = one_line(pages)
    assert "Ort, Datum" not in text
    assert "Anlass der Änderung" not in text


def test_its_record_sheet_speaks_of_the_addendum(library: Library, read: Read) -> None:
    sheet = library.sample("record_sheet")
    sheet["document"]["number"] = "KV-2026-0001-N1"
    sheet["issued"]["title"] = "Erster Nachtrag"
    sheet["begins"] |= {"label": "Der Nachtrag gilt ab dem", "date": "15.10.2026"}
    text = one_line(read(render_document(library, "record_sheet", sheet)))
    assert "Erster Nachtrag KV-2026-0001-N1" in text
    assert "Der Nachtrag gilt ab dem 15.10.2026" in text
    assert "Kooperationsvereinbarung" not in text
