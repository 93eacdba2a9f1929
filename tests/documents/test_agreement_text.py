"""The text of an agreement: clauses, tables, parties and record sheet as people read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from ruamel.yaml import YAML

from workflow_app.core.errors import DocumentError
from workflow_app.documents.library import Library
from workflow_app.documents.pdf import render_document
from workflow_app.documents.render import to_html

Read = Callable[[bytes], list[str]]


def test_every_wording_of_every_clause_can_be_printed(
    library: Library, agreement: dict[str, Any]
) -> None:
    clauses = YAML(typ="safe").load(library.text("agreement", "clauses.yaml"))["clauses"]
    assert len(clauses) == 19
    for clause in clauses:
        for variant in clause["variants"]:
            shown = [
                {**was, "paragraphs": variant["paragraphs"]} if was["id"] == clause["id"] else was
                for was in agreement["clauses"]
            ]
            html = to_html(library, "agreement", agreement | {"clauses": shown})
            assert clause["id"] == "parties" or clause["heading"]["de"] in html
            assert "{{" not in html


def test_the_paragraphs_are_numbered_without_a_gap(library: Library) -> None:
    clauses = YAML(typ="safe").load(library.text("agreement", "clauses.yaml"))["clauses"]
    printed = [clause["number"] for clause in clauses if clause["number"]]
    assert printed == list(range(1, len(printed) + 1))
    assert all(clause["mandatory"] for clause in clauses), "an optional clause would leave a gap"


def test_a_clause_shows_tables_and_lists_where_the_placeholder_stands_alone(
    printed: Callable[[str], bytes], read: Read
) -> None:
    text = " ".join("".join(read(printed("agreement"))).split())
    assert "Es gilt folgender Kostenplan: Kostenart Getragen von Betrag" in text
    assert "Summe 8.900,00 €" in text
    assert "– Schulungen planen und durchführen" in text
    assert "Zielgruppen: Geflüchtete und Ehrenamtliche." in text


def test_what_has_an_and_of_its_own_stands_in_quotation_marks(
    library: Library, agreement: dict[str, Any]
) -> None:
    agreement["forms"]["interest"]["topics"] = ["Wohnen", "Bildung und Schule", "Digitales"]
    html = to_html(library, "agreement", agreement)
    assert "„Wohnen“, „Bildung und Schule“ und „Digitales“" in html
    agreement["forms"]["interest"]["topics"] = ["Bildung und Schule"]
    assert "„Bildung und Schule“" not in to_html(library, "agreement", agreement)


def test_a_table_in_the_middle_of_a_sentence_is_refused(
    library: Library, agreement: dict[str, Any]
) -> None:
    agreement["clauses"][1]["paragraphs"] = ["Kosten {{ outline.costs }} sind geplant."]
    with pytest.raises(DocumentError, match="paragraph of its own"):
        to_html(library, "agreement", agreement)


def test_what_people_typed_stays_text(library: Library, agreement: dict[str, Any]) -> None:
    agreement["forms"]["interest"]["title"] = "<b>{{ 7 * 7 }}</b> & Co"
    html = to_html(library, "agreement", agreement)
    assert "&lt;b&gt;{{ 7 * 7 }}&lt;/b&gt; &amp; Co" in html


def test_an_unknown_placeholder_is_named(library: Library, agreement: dict[str, Any]) -> None:
    agreement["clauses"][1]["paragraphs"] = ["{{ outline.sumary }}"]
    with pytest.raises(DocumentError, match="sumary"):
        to_html(library, "agreement", agreement)


def test_the_signed_sheet_prints_lines_for_both_sides(
    printed: Callable[[str], bytes], read: Read
) -> None:
    pages = read(printed("agreement"))
    (sheet,) = [page for page in pages if "Ort, Datum" in page]
    for label in ("Ort, Datum", "Unterschrift", "Name in Druckschrift", "Amtsbezeichnung"):
        assert len(re.findall(rf"{label}", sheet)) >= 2
    assert "Schlussbestimmungen" in sheet, "no sheet of signatures without agreed text"
    assert "K7QF-9M2X-4TRA" in sheet


def test_each_printed_annex_begins_a_page_behind_the_signatures(
    printed: Callable[[str], bytes], read: Read
) -> None:
    *_, outline, plan, contacts = read(printed("agreement"))
    assert "Anlage 1: Projektskizze" in outline
    assert "Anlage 2: Kosten- und Finanzierungsplan" in plan
    assert "8.900,00 €" in plan
    assert "sabine.kraus@example.org" in contacts
    assert "Diese Anlage liegt der Vereinbarung gesondert bei." in contacts


def test_the_record_sheet_says_whose_checksum_differs(library: Library, read: Read) -> None:
    sheet = library.sample("record_sheet")
    sheet["signatures"][1]["checksum"] = "0000000000000000"
    text = "".join(read(render_document(library, "record_sheet", sheet)))
    assert "3f9a0c51d7e2b846 – stimmt mit dem ausgefertigten Text überein" in text
    assert "0000000000000000 – weicht vom ausgefertigten Text ab" in text
    assert "Das Projekt beginnt am 01.03.2026" in text


def test_the_fields_an_agreement_prints_are_known(library: Library) -> None:
    names = library.names("agreement")
    assert {"agreement.party_civic", "outline.costs", "review.conditions"} <= names
    assert all(re.fullmatch(r"(interest|outline|review|agreement)\.[a-z_]+", n) for n in names)
